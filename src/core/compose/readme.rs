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
use crate::sizing;
use crate::tree::File;
use crate::versions::{PINNED_TERRAFORM, oldest_terraform};

pub(super) fn repository(blueprint: &Blueprint) -> File {
    let mut page = Markdown::new(&FieldPath::root());
    let project = &blueprint.project;
    page.from(&FieldPath::of(&["project"]))
        .text(&format!("# {project}: Temporal on Amazon ECS with Aurora DSQL"))
        .paragraph(
            "Terraform for the Temporal server on Graviton instances. Temporal keeps its data in Aurora DSQL and its visibility \
             records in OpenSearch; metrics go to Amazon Managed Service for Prometheus and are shown by Grafana. Temporal \
             Composer made these files from `composition.toml`.",
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
        .heading("Contents")
        .paragraph(
            "- `terraform/bootstrap/`: resources that each account and region needs once, before its first environment\n\
             - `terraform/envs/<environment>/`: a root module for each environment, with its own state and a README that starts \
             with its open values: those you still have to set\n\
             - `terraform/modules/`: the modules that the roots call; the README of each explains its decisions\n\
             - `scripts/`: set up, start, stop and inspect an applied environment; `--help` explains each. If you get \
             \"Permission denied\" because unpacking lost the file modes, run `bash scripts/…`, or restore the modes in git \
             with `git add --chmod=+x scripts/*.sh`\n\
             - `docs/`: [operations](docs/operations.md), from scaling to deletion; [security](docs/security.md), with traffic, \
             roles and secrets; [migration](docs/migration.md), for environments that were created by the earlier root without \
             modules",
        );
    page.table(
        ["Module", "What it creates"],
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
    page.heading("Prerequisites")
        .paragraph(&format!(
            "- Terraform {} or newer (`.terraform-version` names {PINNED_TERRAFORM})\n\
             - the AWS CLI version 2 with its \
             [Session Manager plugin](https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html)\n\
             - bash 4.4 or newer and `jq`, for the scripts\n\
             - ARM64 images of the Temporal server and its admin tools, in a registry that the account can read",
            oldest_terraform()
        ));
    first_hour(&mut page, blueprint);
    page.from(&FieldPath::root())
        .heading("Making changes")
        .paragraph(
            "To change a value, edit the `terraform.tfvars` of an environment: its `variables.tf` lists the allowed values, and \
             Terraform refuses values that no variable takes. To add or remove parts of an environment, edit \
             `composition.toml` and compose again. Commit all files, including the lock files `.terraform.lock.hcl`.",
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
        } => format!("`{key}` in a bucket that you choose"),
        Backend::Local => "local".to_owned(),
    }
}

/// The commands from nothing to a first plan.
fn first_hour(page: &mut Markdown, blueprint: &Blueprint) {
    page.from(&FieldPath::of(&["environments"]))
        .heading("The first hour")
        .paragraph(
            "Apply the bootstrap once for each account and region, with administrator rights:",
        )
        .shell(&next::bootstrap_commands(blueprint));
    page.paragraph(
        "If AWS reports that the name of a service-linked role has been taken, the account has that role already: [the \
         bootstrap's README](terraform/bootstrap/README.md) shows how to leave it out.",
    );
    page.paragraph("Then apply an environment. Its README has every step up to running services:");
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
        page.heading("Open values");
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
            page.paragraph("None: every value is set.");
            return;
        }
        if !rows.is_empty() {
            page.paragraph(
                "These variables have no value yet. Set them in `terraform.tfvars`, where each has a commented line. Until \
                 then, Terraform asks for them at each plan.",
            );
            page.table(["Variable", "Description", "Example"], rows);
        }
        if bucket_is_open {
            page.from(&self.at.join("backend.bucket")).paragraph(
                "`backend.tf` doesn't name the state bucket: you pass it to `terraform init`, as described under State.",
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
                "Maximum during a deployment",
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
            "The tasks run on {} `{}` instances, which the capacity provider may scale out to {}, in the zones {}. The size of a \
             task includes its sidecar and its Service Connect proxy.",
            environment.compute.instance_count,
            environment.compute.instance_type,
            environment.compute.max_count,
            environment.network.zones.join(", ")
        ));
        let mut facts = Vec::new();
        for subject in Subject::FACTS {
            if subject == Subject::Endpoints {
                facts.push(self.deletion_protection());
            }
            for texts in texts_about_in(subject, environment) {
                facts.extend(texts.documents.fact.and_then(|fact| fact(environment)));
            }
        }
        page.paragraph(&facts.join("\n"));
    }

    fn deletion_protection(&self) -> String {
        let is_on = match self.environment.deletion_protection {
            true => "on",
            false => "off",
        };
        format!("- **Deletion protection**: {is_on}")
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
                    "Each environment has its own state. This one is in {place} ({region}) under `{key}`. It is encrypted, and \
                     a lock file beside it (`use_lockfile`) prevents two applies at the same time. `terraform/bootstrap` \
                     creates the bucket: versioned, private, and accessible only over TLS."
                ));
                page.shell(&next::init(self.blueprint, self.environment));
                if has_others(self.blueprint) {
                    self.reading_from_elsewhere(page, bucket.as_deref(), region, key);
                }
            }
            Backend::Local => {
                page.paragraph(
                    "`backend.tf` keeps the state in `terraform.tfstate` on the machine that runs Terraform. You lose the state \
                     if you lose the machine, and nothing prevents two people from applying at the same time. Use this only \
                     to try things out. To move the state to S3, set `backend.kind` to `s3`, compose again, then run:",
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
            "The environments don't read each other's state. If another root needs outputs of this one, it can read them from \
             the state, for example `data.terraform_remote_state.{}.outputs.vpc_id`. Planning it then needs `s3:GetObject` \
             on the key, which gives access to everything in the state:",
            self.environment.name
        ));
        let mut code = Body::new();
        let bucket = match bucket {
            Some(bucket) => Expr::text(bucket),
            None => {
                code.from(&at.key("bucket"))
                    .comment("The bucket that you pass to `terraform init`.")
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
                "**1. Create the resources.** All services start with zero tasks, because they need the database schema and the \
                 visibility index first. OpenSearch takes up to half an hour.",
            )
            .shell(&next::environment_commands(
                self.blueprint,
                self.environment,
            ))
            .paragraph(
                "**2. Create the schema, the visibility index and the namespaces.** Each step runs a task, and you can repeat it \
                 at any time. Creating namespaces needs the frontend, so the script starts one frontend task and stops it \
                 again.",
            )
            .shell(&self.script("setup.sh", ""))
            .paragraph(
                "**3. Start the services.** The script starts them in the order of their dependencies, waits until each is \
                 stable, and prints its progress.",
            )
            .shell(&self.script("scale-services.sh", " up"))
            .paragraph(
                "**4. Check the result.** `status` shows the services. The section Access shows how to open the web interfaces.",
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
            "After the first apply, Terraform ignores the number of tasks and instances, so that an apply never undoes scaling. To \
             change the number of tasks, edit `count` in `terraform.tfvars`, apply, and run `scale-services.sh`, as below. \
             `compute.instance_count` is the minimum size of the Auto Scaling group and takes effect with the apply. So do CPU, \
             memory and images: the apply then replaces the tasks of the service.",
        )
        .shell(&format!("terraform apply\n{}", self.script("scale-services.sh", " up")))
        .paragraph(
            "You can't change these after the first apply: the VPC's network and zones, the project's name, the region, the \
             number of history shards and the visibility index.",
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
            "Temporal API, for the `temporal` CLI",
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
            "Nothing in this environment is reachable from the internet. With `ssm:StartSession` you can forward a port of a task \
             to your machine. Choose a row of the table and set its values in the commands:",
        );
        page.table(["Interface", "`service`", "`container`", "`port`"], rows);
        page.shell(&format!(
            "outputs=$(terraform output -json)\n\
             value() {{ jq -er \"$1\" <<<\"$outputs\"; }}\n\
             region=$(value .region.value)\n\
             cluster=$(value .ecs_cluster_name.value)\n\
             \n\
             {example} # from the table\n\
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
                    "All logs go to CloudWatch, under `/ecs/{}/`, and are kept for {days} days. The log driver doesn't block: if \
                     CloudWatch is unavailable for longer than the buffer of 25 MB lasts, lines are lost and requests are not \
                     delayed.",
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
        page.heading("Deleting the environment");
        if self.environment.deletion_protection {
            page.from(&self.at.join("deletion_protection"))
                .paragraph(
                    "Deletion protection is on, so `terraform destroy` alone is refused. The first command switches it off. The \
                     second deletes all data in DSQL, OpenSearch and the buckets.",
                )
                .shell(
                    "terraform apply -var deletion_protection=false\nterraform destroy -var deletion_protection=false",
                )
                .from(&self.at);
        } else {
            page.paragraph("This deletes all data in OpenSearch, DynamoDB and the buckets.")
                .shell("terraform destroy");
        }
    }
}
