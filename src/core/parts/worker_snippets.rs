//! A worker in each language that connects to the frontend, for the README of an environment. The tests check those of the
//! languages that they have.

use crate::compose::markdown::Markdown;

/// The call of the `temporal` CLI and a worker in each language, all of which read the address from one variable.
pub(super) fn write(tls: bool, page: &mut Markdown) {
    let flag = if tls { " --tls" } else { "" };
    page.paragraph("With the `temporal` CLI:").shell(&format!(
        "export TEMPORAL_ADDRESS=$(terraform output -raw frontend_address)\n\
         temporal operator cluster health{flag}"
    ));
    for (about, fence, lines) in [
        ("A worker in Go:", "go", GO),
        (
            "A worker in TypeScript. The SDK bundles its workflows, which are in a file of their own, `workflows.ts`:",
            "ts",
            TYPESCRIPT_WORKFLOWS,
        ),
        (
            "Beside this file, the worker itself, `worker.ts`:",
            "ts",
            TYPESCRIPT,
        ),
        ("A worker in Python:", "python", PYTHON),
        ("A worker in Java:", "java", JAVA),
    ] {
        let mut code = String::new();
        for line in lines.lines() {
            let (line, is_there) = if let Some(line) = line.strip_prefix(TLS_ONLY) {
                (line, tls)
            } else if let Some(line) = line.strip_prefix(PLAIN_ONLY) {
                (line, !tls)
            } else {
                (line, true)
            };
            if is_there {
                code.push_str(line);
                code.push('\n');
            }
        }
        page.paragraph(about)
            .paragraph(&format!("```{fence}\n{code}```"));
    }
}

/// The mark of a line that is there only with TLS.
const TLS_ONLY: &str = "TLS:";
/// The mark of a line that is there only without TLS: gofmt aligns the values of a literal's fields.
const PLAIN_ONLY: &str = "PLAIN:";

const GO: &str = r#"package main

import (
TLS:	"crypto/tls"
	"log"
	"os"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

func Greet(ctx workflow.Context, name string) (string, error) {
	return "Hello, " + name, nil
}

func main() {
	c, err := client.Dial(client.Options{
PLAIN:		HostPort:  os.Getenv("TEMPORAL_ADDRESS"),
PLAIN:		Namespace: "default",
TLS:		HostPort:          os.Getenv("TEMPORAL_ADDRESS"),
TLS:		Namespace:         "default",
TLS:		ConnectionOptions: client.ConnectionOptions{TLS: &tls.Config{}},
	})
	if err != nil {
		log.Fatalln(err)
	}
	defer c.Close()
	w := worker.New(c, "greetings", worker.Options{})
	w.RegisterWorkflow(Greet)
	if err := w.Run(worker.InterruptCh()); err != nil {
		log.Fatalln(err)
	}
}"#;

const TYPESCRIPT_WORKFLOWS: &str = r#"export async function greet(name: string): Promise<string> {
  return `Hello, ${name}`;
}"#;

const TYPESCRIPT: &str = r#"import { NativeConnection, Worker } from '@temporalio/worker';

async function main() {
  const connection = await NativeConnection.connect({
    address: process.env.TEMPORAL_ADDRESS,
TLS:    tls: true,
  });
  const worker = await Worker.create({
    connection,
    namespace: 'default',
    taskQueue: 'greetings',
    workflowsPath: require.resolve('./workflows'),
  });
  await worker.run();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});"#;

const PYTHON: &str = r#"import asyncio
import os

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker


@workflow.defn
class Greet:
    @workflow.run
    async def run(self, name: str) -> str:
        return f"Hello, {name}"


async def main() -> None:
    client = await Client.connect(
        os.environ["TEMPORAL_ADDRESS"],
        namespace="default",
TLS:        tls=True,
    )
    await Worker(client, task_queue="greetings", workflows=[Greet]).run()


if __name__ == "__main__":
    asyncio.run(main())"#;

const JAVA: &str = r#"import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

public class GreetingWorker {
  @WorkflowInterface
  public interface Greet {
    @WorkflowMethod
    String greet(String name);
  }

  public static class GreetWorkflow implements Greet {
    @Override
    public String greet(String name) {
      return "Hello, " + name;
    }
  }

  public static void main(String[] arguments) {
    var service = WorkflowServiceStubs.newServiceStubs(
        WorkflowServiceStubsOptions.newBuilder()
            .setTarget(System.getenv("TEMPORAL_ADDRESS"))
TLS:            .setEnableHttps(true)
            .build());
    var factory = WorkerFactory.newInstance(WorkflowClient.newInstance(service));
    factory.newWorker("greetings").registerWorkflowImplementationTypes(GreetWorkflow.class);
    factory.start();
  }
}"#;
