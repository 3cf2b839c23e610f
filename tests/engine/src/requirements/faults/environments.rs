//! Faults in what `environments.rs` asserts.

use super::Fault;
use super::plant::{file, files, rename, share_backend};

pub(super) const FAULTS: &[Fault] = &[
    files("2.1", "a root has another name", |files, name| {
        rename(
            files,
            &format!("terraform/envs/{name}/"),
            &format!("terraform/envs/{name}-old/"),
        );
    }),
    files("2.1", "the roots lie in environments/", |files, _| {
        rename(files, "terraform/envs/", "terraform/environments/");
    }),
    files("2.1", "an environment more has a root", |files, _| {
        files.insert("terraform/envs/odd/main.tf".to_owned(), String::new());
    }),
    file(
        "2.2",
        "the provider may be any",
        "terraform/envs/<env>/terraform.tf",
        |text| Some(text.replace("version = \">= 6.", "version = \">= 5.")),
    ),
    file(
        "2.2",
        "a root loses providers.tf",
        "terraform/envs/<env>/providers.tf",
        |_| None,
    ),
    file(
        "2.3",
        "a root makes a resource itself",
        "terraform/envs/<env>/main.tf",
        |text| Some(format!("{text}\nresource \"aws_vpc\" \"odd\" {{\n}}\n")),
    ),
    file(
        "2.3",
        "locals and data sources together are as many as modules",
        "terraform/envs/<env>/main.tf",
        |text| {
            let more = "\nlocals {\n}\n\ndata \"aws_region\" \"odd\" {\n}\n";
            Some(format!("{text}{}", more.repeat(6)))
        },
    ),
    file(
        "2.3",
        "a check stands among the calls",
        "terraform/envs/<env>/main.tf",
        |text| Some(format!("{text}\ncheck \"odd\" {{\n}}\n")),
    ),
    file(
        "2.3",
        "a root makes a resource beside main.tf",
        "terraform/envs/<env>/locals.tf",
        |text| Some(format!("{text}\nresource \"aws_vpc\" \"odd\" {{\n}}\n")),
    ),
    file(
        "2.3",
        "a guard file makes something in AWS",
        "terraform/envs/<env>/protection.tf",
        |text| Some(format!("{text}\nresource \"aws_vpc\" \"odd\" {{\n}}\n")),
    ),
    file(
        "2.4",
        "an image is made up",
        "terraform/envs/<env>/variables.tf",
        |text| {
            Some(text.replace(
                "variable \"temporal_image\" {\n",
                "variable \"temporal_image\" {\n  default = \"temporalio/server:latest\"\n",
            ))
        },
    ),
    file(
        "2.4",
        "a default is another profile's",
        "terraform/envs/<env>/variables.tf",
        |text| {
            // However the attributes are aligned.
            let lines =
                text.lines().map(
                    |line| match line.trim_start().starts_with("instance_count ") {
                        true => line.replace("optional(number, ", "optional(number, 9"),
                        false => line.to_owned(),
                    },
                );
            Some(lines.collect::<Vec<_>>().join("\n") + "\n")
        },
    ),
    file(
        "2.4",
        "an open value is not mentioned",
        "terraform/envs/<env>/terraform.tfvars",
        |text| Some(text.replace("# temporal_image", "# image")),
    ),
    file(
        "2.5",
        "a root has no backend",
        "terraform/envs/<env>/backend.tf",
        |text| Some(text.replace("backend \"s3\"", "cloud")),
    ),
    file(
        "2.5",
        "the state is a file outside its root",
        "terraform/envs/<env>/backend.tf",
        |text| Some(text.replace("\"terraform.tfstate\"", "\"../terraform.tfstate\"")),
    ),
    files("2.5", "two roots have one key", share_backend),
];
