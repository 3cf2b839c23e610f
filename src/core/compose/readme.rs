//! The READMEs of the tree and of its environments.

use super::markdown::Markdown;
use super::{connections, modules, next, placement};
use crate::blueprint::{Blueprint, Settled};
use crate::environment::{Backend, Environment};
use crate::hcl::{Body, Expr};
use crate::parts::part::{Access, LogStore};
use crate::parts::subject::Subject;
use crate::parts::{self, texts_about, texts_about_in, texts_in, texts_in_order};
use crate::path::FieldPath;
use crate::sizing::{self, cost};
use crate::tree::File;
use crate::versions::{PINNED_TERRAFORM, oldest_terraform};

pub(super) fn repository(blueprint: &Blueprint) -> File {
    let mut page = Markdown::new(&FieldPath::root());
    let project = &blueprint.project;
    page.from(&FieldPath::of(&["project"]))
        .text(&format!("# {project}: Temporal on Amazon ECS with Aurora DSQL"))
        .paragraph(
            "Terraform for the Temporal server on Graviton instances: its data in Aurora DSQL, its visibility records in \
             OpenSearch, metrics in Amazon Managed Prometheus with Grafana. Composed by Temporal Composer from \
             `composition.toml`.",
        )
        .from(&FieldPath::of(&["environments"]))
        .heading("Environments");
    page.table(
        [
            "Environment",
            "Region",
            "Instances",
            "Temporal tasks",
            "Logs",
            "State",
        ],
        blueprint.environments.iter().map(|environment| {
            (
                environment.address(),
                [
                    format!("[{0}](terraform/envs/{0}/README.md)", environment.name),
                    environment.region.clone(),
                    format!(
                        "{} × {}",
                        environment.compute.instance_count, environment.compute.instance_type
                    ),
                    environment
                        .services
                        .iter()
                        .map(|service| format!("{} {}", service.size.count, service.name()))
                        .collect::<Vec<_>>()
                        .join(", "),
                    environment
                        .part::<LogStore>()
                        .map_or("CloudWatch", |store| store.name)
                        .to_owned(),
                    state(environment),
                ],
            )
        }),
    );
    page.from(&FieldPath::root())
        .heading("What is where")
        .paragraph(
            "- `terraform/bootstrap/`: once for an account and region, before the first environment\n\
             - `terraform/envs/<environment>/`: a root for each environment, with its own state and a README that begins \
             with what is still open\n\
             - `terraform/modules/`: what the roots call; each has a README with its decisions\n\
             - `scripts/`: set up, start, stop and look at an applied environment; each says with `--help` what it does. \
             After \"Permission denied\", when unpacking lost the file modes: `bash scripts/…`, in pipelines too, or once \
             `git add --chmod=+x scripts/*.sh`\n\
             - `docs/`: [operations](docs/operations.md), from scaling to taking down, and [security](docs/security.md), who may \
             do what, [migration](docs/migration.md), how an environment comes here from the flat root that was before modules",
        );
    page.table(
        ["Module", "What it makes"],
        modules::used(blueprint).into_iter().map(|(module, from)| {
            (
                from,
                [
                    format!("[{0}](terraform/modules/{0}/README.md)", module.name),
                    module.purpose.to_owned(),
                ],
            )
        }),
    );
    page.heading("Before you begin")
        .paragraph(&format!(
            "Terraform {} or newer (`.terraform-version` names {PINNED_TERRAFORM}), the AWS CLI version 2 with its \
             [Session Manager plugin](https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html), \
             `jq`, and the Temporal server and admin tools as ARM64 images in a registry that the account can read. \
             Terraform asks for what has no value yet; nothing is made up.",
            oldest_terraform()
        ));
    first_hour(&mut page, blueprint);
    page.from(&FieldPath::root())
        .heading("Changing it")
        .paragraph(
            "Edit `composition.toml` and compose again, or edit the `terraform.tfvars` of an environment: its \
             `variables.tf` says what each value may be, and Terraform refuses what it doesn't have: which parts \
             there are is decided in `composition.toml` alone. Commit everything, the lock files `.terraform.lock.hcl` too.",
        )
        .shell(
            "temporal-composer validate --spec composition.toml\n\
             temporal-composer export --spec composition.toml --out ../composed-again",
        );
    page.file()
}

fn state(environment: &Environment) -> String {
    match &environment.backend {
        Backend::S3 {
            bucket: Some(bucket),
            key,
            ..
        } => format!("`s3://{bucket}/{key}`"),
        Backend::S3 {
            bucket: None, key, ..
        } => format!("`{key}` in a bucket still to be named"),
        Backend::Local => "local".to_owned(),
    }
}

/// The commands from nothing to a first plan.
fn first_hour(page: &mut Markdown, blueprint: &Blueprint) {
    page.from(&FieldPath::of(&["environments"]))
        .heading("The first hour")
        .paragraph("Once for each account and region, with an administrator's rights:")
        .shell(&next::bootstrap_commands(blueprint));
    page.paragraph(
        "If AWS says that a service-linked role has been taken, the account has it: [the bootstrap's \
         README](terraform/bootstrap/README.md) says how to leave it out.",
    );
    page.paragraph("Then an environment, as its README says in full:");
    if let Some(environment) = blueprint.environments.first() {
        page.from(&environment.address())
            .shell(&next::environment_commands(blueprint, environment));
    }
}

fn has_others(blueprint: &Blueprint) -> bool {
    blueprint.environments.len() > 1
}

/// The page about an environment.
pub(super) fn environment(blueprint: &Blueprint, environment: &Settled) -> File {
    EnvironmentPage {
        blueprint,
        environment,
        at: environment.address(),
        name: environment.full_name(&blueprint.project),
    }
    .write()
}

struct EnvironmentPage<'a> {
    blueprint: &'a Blueprint,
    environment: &'a Settled,
    at: FieldPath,
    name: String,
}

impl EnvironmentPage<'_> {
    fn write(&self) -> File {
        let mut page = Markdown::new(&self.at);
        page.text(&format!("# {}", self.environment.name))
            .paragraph(&format!(
                "Temporal in {}, profile {}. Every resource's name begins with `{}`.",
                self.environment.region,
                self.environment.profile.name(),
                self.name
            ));
        self.open(&mut page);
        self.overview(&mut page);
        placement::section(self.environment, &mut page);
        connections::section(self.blueprint, self.environment, &mut page);
        self.state(&mut page);
        self.first_start(&mut page);
        self.changes(&mut page);
        self.access(&mut page);
        for subject in Subject::CHAPTERS {
            if subject == Subject::Logs {
                self.logs(&mut page);
            }
            self.chapters_about(subject, &mut page);
        }
        self.teardown(&mut page);
        page.file()
    }

    fn open(&self, page: &mut Markdown) {
        use crate::options::Terraform;
        page.heading("Still open");
        let rows: Vec<_> = self
            .environment
            .open()
            .filter_map(|setting| match setting.row.terraform {
                Terraform::Variable(name) => Some((
                    setting.row.path(&self.environment.name),
                    [
                        format!("`{name}`"),
                        setting.row.help.to_owned(),
                        format!("`{}`", setting.example().unwrap_or_default()),
                    ],
                )),
                Terraform::Attribute { .. } | Terraform::Structure => None,
            })
            .collect();
        let bucket_is_open = matches!(self.environment.backend, Backend::S3 { bucket: None, .. });
        if rows.is_empty() && !bucket_is_open {
            page.paragraph("Nothing: every value is given.");
            return;
        }
        if !rows.is_empty() {
            page.paragraph(
                "These have no value yet. Put them into `terraform.tfvars`, where they stand as comments; until then \
                 Terraform asks for them at each plan.",
            );
            page.table(["Variable", "What it is", "For example"], rows);
        }
        if bucket_is_open {
            page.from(&self.at.join("backend.bucket")).paragraph(
                "The state bucket has no name in `backend.tf`: it is given to `terraform init`, see State below.",
            );
            page.from(&self.at);
        }
    }

    fn overview(&self, page: &mut Markdown) {
        let environment = self.environment;
        page.heading("Configuration");
        page.table(
            [
                "Service",
                "Tasks",
                "CPU units each",
                "MiB each",
                "At most during a deployment",
            ],
            sizing::tasks(environment).iter().map(|tasks| {
                (
                    self.at.key(tasks.service),
                    [
                        tasks.service.to_owned(),
                        tasks.size.count.to_string(),
                        tasks.size.cpu.to_string(),
                        tasks.size.memory.to_string(),
                        tasks.most().to_string(),
                    ],
                )
            }),
        );
        page.paragraph(&format!(
            "They run on {} `{}` instances, which the capacity provider may scale out to {}, over the zones {}. A task's \
             size includes its sidecar and its Service Connect proxy.",
            environment.compute.instance_count,
            environment.compute.instance_type,
            environment.compute.max_count,
            environment.network.zones.join(", ")
        ));
        let mut facts = Vec::new();
        for subject in Subject::FACTS {
            if subject == Subject::ConnectionPool {
                facts.extend(self.facts());
            }
            for texts in texts_about_in(subject, environment) {
                facts.extend(texts.documents.fact.and_then(|fact| fact(environment)));
            }
        }
        page.paragraph(&facts.join("\n"));
    }

    /// The facts that are no part's.
    fn facts(&self) -> [String; 3] {
        let environment = self.environment;
        [
            format!(
                "- **History shards**: {}, set permanently by the first start",
                environment.history_shards
            ),
            format!(
                "- **Deletion protection**: {}",
                if environment.deletion_protection {
                    "on"
                } else {
                    "off"
                }
            ),
            self.ways_to_aws(),
        ]
    }

    /// How tasks reach the services of AWS: a decision between two prices.
    fn ways_to_aws(&self) -> String {
        let environment = self.environment;
        let (count, month) =
            cost::interface_endpoints(&environment.region, environment.network.zones.len());
        let gateways = "S3 and DynamoDB have gateway endpoints in any case, which cost nothing.";
        if environment.endpoints {
            return format!(
                "- **Interface endpoints**: {count}, so that ECR, SSM, CloudWatch and the others are reached without NAT. {gateways}"
            );
        }
        let price = match month {
            Some(month) => format!("about {month} USD a month"),
            None => "their hourly price".to_owned(),
        };
        format!(
            "- **No interface endpoints**: ECR, SSM, CloudWatch and the others are reached through NAT. {gateways} This is a \
             decision about money: {count} interface endpoints would cost {price}, billed by the hour whether anything goes \
             through them or not, and little traffic costs less through NAT. Its price is that no task starts while NAT is \
             away. `network = {{ endpoints = true }}` in `terraform.tfvars` adds them."
        )
    }

    fn state(&self, page: &mut Markdown) {
        let at = self.at.key("backend");
        page.from(&at).heading("State");
        match &self.environment.backend {
            Backend::S3 {
                bucket,
                region,
                key,
                ..
            } => {
                let place = match bucket {
                    Some(bucket) => format!("the bucket `{bucket}`"),
                    None => "a bucket that you name".to_owned(),
                };
                page.paragraph(&format!(
                    "`backend.tf` keeps this environment's state apart from every other's: in {place} ({region}) under \
                     `{key}`, encrypted, and locked by a file beside it (`use_lockfile`), so that of two applies at once \
                     the second is refused. `terraform/bootstrap` makes the bucket, versioned, private and for TLS only."
                ));
                page.shell(&next::init(self.blueprint, self.environment));
                if has_others(self.blueprint) {
                    self.reading_from_elsewhere(page, bucket.as_deref(), region, key);
                }
            }
            Backend::Local => {
                page.paragraph(
                    "`backend.tf` keeps the state in `terraform.tfstate` on the machine that runs Terraform. It is lost \
                     with the machine, and nothing stops two people from applying at once. Recommended for everything but a \
                     trial is an S3 backend, one key for each environment: set `backend.kind` to `s3` and compose again, \
                     then move the state.",
                )
                .shell("terraform init -migrate-state");
            }
        }
        page.from(&self.at);
    }

    /// How another root reads this one's outputs, for whoever has to.
    fn reading_from_elsewhere(
        &self,
        page: &mut Markdown,
        bucket: Option<&str>,
        region: &str,
        key: &str,
    ) {
        let at = self.at.key("backend");
        page.paragraph(&format!(
            "No environment reads another. A root that has to takes this one's outputs from its state, for example \
             `data.terraform_remote_state.{}.outputs.vpc_id`; whoever plans it needs `s3:GetObject` on the key, and with \
             that sees all that the state holds:",
            self.environment.name
        ));
        let mut code = Body::new();
        let bucket = match bucket {
            Some(bucket) => Expr::text(bucket),
            None => {
                code.from(&at.key("bucket"))
                    .comment("The bucket that `terraform init` was given above.")
                    .block("variable", &["state_bucket"], |variable| {
                        variable.code("type", "string");
                    })
                    .blank();
                Expr::code("var.state_bucket")
            }
        };
        let config = [
            ("bucket", bucket),
            ("key", Expr::text(key)),
            ("region", Expr::text(region)),
        ];
        code.from(&at).block(
            "data",
            &["terraform_remote_state", &self.environment.name],
            |data| {
                let config = config.map(|(name, value)| (at.clone(), name.to_owned(), value));
                data.text("backend", "s3")
                    .attribute("config", Expr::Object(config.into()));
            },
        );
        page.terraform(&code);
    }

    fn first_start(&self, page: &mut Markdown) {
        page.heading("First start")
            .paragraph(
                "**1. Everything but the tasks.** Services are made with no tasks, because they could not start before the \
                 database has its schema and the visibility store its index. OpenSearch takes up to half an hour.",
            )
            .shell(&next::environment_commands(
                self.blueprint,
                self.environment,
            ))
            .paragraph(
                "**2. Schema, visibility index and namespaces**, each by a task that may run again at any time. Namespaces are \
                 the frontend's business, so one task of it is started for them and stopped again.",
            )
            .shell(&self.script("setup.sh", ""))
            .paragraph(
                "**3. The services**, one after the other in an order that works. It waits until each is steady; what it was \
                 told to do, and how far it came, it says.",
            )
            .shell(&self.script("scale-services.sh", " up"))
            .paragraph(
                "**4. A look at it**: open Grafana (see Access), and see how the services are.",
            )
            .shell(&self.script("scale-services.sh", " status"));
    }

    /// A call of one of the scripts from the environment's folder.
    fn script(&self, name: &str, arguments: &str) -> String {
        format!(
            "../../../scripts/{name} {}{arguments}",
            self.environment.name
        )
    }

    fn changes(&self, page: &mut Markdown) {
        page.heading("Changing counts and sizes").paragraph(
            "Terraform leaves the number of tasks and of instances alone once they are made, so that an apply does not undo a \
             scaling. An edit of a `count` in `terraform.tfvars` changes what `scale-services.sh` wants; run it after the apply \
             to put that in force. `compute.instance_count` is the least the Auto Scaling group keeps, and takes effect with the \
             apply. CPU, memory and images take effect with the apply too: each service is then deployed anew.",
        )
        .shell(&format!("terraform apply\n{}", self.script("scale-services.sh", " up")))
        .paragraph(
            "What can't change after the first apply: the VPC's network and zones, the project's name, the region, the number of \
             history shards and the visibility index.",
        );
    }

    fn access(&self, page: &mut Markdown) {
        let mut rows = Vec::new();
        for texts in texts_in_order(Subject::OPTIONS, self.environment) {
            for service in texts.root.services {
                if let Some(Access {
                    what,
                    container,
                    port,
                }) = service.access
                {
                    let cells = [what, service.name, container, port];
                    let from = self.at.join(texts.part.feature.key);
                    rows.push((from, cells.map(str::to_owned)));
                }
            }
        }
        let frontend = [
            "Temporal's API, for the `temporal` CLI",
            "frontend",
            "temporal-frontend",
            "7233",
        ]
        .map(str::to_owned);
        // The last of the parts', since others may be off.
        let example = rows.last().map_or(&frontend, |(_, cells)| cells);
        let [_, service, container, port] = example;
        let example = format!("service={service} container={container} port={port}");
        rows.push((self.at.key("frontend"), frontend));
        page.heading("Access").paragraph(
            "Nothing here can be reached from the internet. A port of a task is forwarded to your machine by Session Manager, for \
             whoever may call `ssm:StartSession`:",
        );
        page.table(["What", "`service`", "`container`", "`port`"], rows);
        page.shell(&format!(
            "outputs=$(terraform output -json)\n\
             value() {{ jq -er \"$1\" <<<\"$outputs\"; }}\n\
             region=$(value .region.value)\n\
             cluster=$(value .ecs_cluster_name.value)\n\
             \n\
             {example} # a row of the table\n\
             name=$(value \".service_names.value.$service\")\n\
             task=$(aws ecs list-tasks --region \"$region\" --cluster \"$cluster\" --service-name \"$name\" --query 'taskArns[0]' --output text)\n\
             runtime=$(aws ecs describe-tasks --region \"$region\" --cluster \"$cluster\" --tasks \"$task\" \\\n\
             \x20 --query \"tasks[0].containers[?name=='$container'] | [0].runtimeId\" --output text)\n\
             aws ssm start-session --region \"$region\" --target \"ecs:${{cluster}}_${{task##*/}}_$runtime\" \\\n\
             \x20 --document-name AWS-StartPortForwardingSession --parameters \"portNumber=$port,localPortNumber=$port\"",
        ));
        for texts in texts_in(self.environment) {
            (texts.documents.access)(self.environment, page);
        }
        page.from(&self.at);
    }

    /// The chapters of the parts about `subject` that it has.
    fn chapters_about(&self, subject: Subject, page: &mut Markdown) {
        for texts in texts_about_in(subject, self.environment) {
            page.from(&self.at.join(texts.part.feature.key));
            (texts.documents.readme)(self.environment, page);
            page.from(&self.at);
        }
    }

    fn logs(&self, page: &mut Markdown) {
        if let Some(part) = parts::about(Subject::Logs).next() {
            page.from(&self.at.join(part.feature.key));
        }
        page.heading("Logs");
        let days = self.environment.log_retention_days;
        let mut stores = texts_about(Subject::Logs);
        match stores.find(|texts| texts.part.feature.is_on(self.environment)) {
            Some(texts) => (texts.documents.logs)(self.environment, &self.name, page),
            None => {
                page.paragraph(&format!(
                    "Everything goes to CloudWatch, under `/ecs/{}/`, and is kept for {days} days. The log driver does not block: \
                     when CloudWatch is away for longer than a buffer of 25 MB lasts, lines are lost rather than requests held up.",
                    self.name
                ))
                .shell(&format!(
                    "aws logs tail /ecs/{}/{} --region \"$region\" --follow",
                    self.name,
                    if self.environment.migration.keep_flat_names {
                        "temporal-history"
                    } else {
                        "history"
                    }
                ));
            }
        }
        page.from(&self.at);
    }

    fn teardown(&self, page: &mut Markdown) {
        page.heading("Taking it down");
        if self.environment.deletion_protection {
            page.from(&self.at.join("deletion_protection"))
                .paragraph(
                    "Deletion protection is on: `terraform destroy` is refused. Taking it down is two steps on purpose; what DSQL, \
                     OpenSearch and the buckets hold goes with them.",
                )
                .shell(
                    "terraform apply -var deletion_protection=false\nterraform destroy -var deletion_protection=false",
                )
                .from(&self.at);
        } else {
            page.paragraph("What OpenSearch, DynamoDB and the buckets hold goes with them.")
                .shell("terraform destroy");
        }
    }
}
