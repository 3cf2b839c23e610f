//! Where the images come from: `scripts/images.sh` builds and copies them into the account's own registry, or somebody else
//! provides them.

use std::borrow::Cow;

use super::part::{DocumentTexts, FixContext, Part, PartTexts, Proposal, Values};
use super::subject::Subject;
use crate::choice::choice;
use crate::compose::markdown::Markdown;
use crate::environment::{Environment, PartValues, Setting};
use crate::feature::Feature;
use crate::hcl::Body;
use crate::option::{Kind, OptionRow, Terraform, same_text, spec_row};
use crate::problem::{Problem, Problems};
use crate::problem_code::{Fixable, ProblemRow, Severity};
use crate::sizing::usage_line::{UsageLine, usage_line};
use crate::templates;
use crate::value::Value;

choice! {
    /// Where the images come from that the composition doesn't name.
    pub enum ImageSource {
        /// From recipes and copies.
        Build = "build", "`scripts/images.sh` builds images and copies those of Docker Hub into ECR";
        /// From elsewhere.
        Own = "own", "images that you provide, and those of Docker Hub";
    }
}

const KEY: &str = "images.source";

/// What brings the repositories, the recipes and the script.
pub const BUILT: Feature = Feature::new(KEY, is_built);

/// The script that builds and copies.
pub(crate) const SCRIPT: &str = "images.sh";

/// Its option, which stands among the images.
pub(crate) const OPTION: OptionRow = spec_row(
    KEY,
    "Source of images",
    "Where the images come from. An image that you set is used as it is; only `build` copies it if it is on Docker Hub.",
    Kind::Choice(ImageSource::CHOICES),
    same_text(ImageSource::Build.name()),
)
.because("the server has no public image, and Docker Hub limits pulls");

/// The source in the check.
pub static PART: Part = Part {
    settle,
    warn,
    ..Part::new("image_source", Subject::Services, Feature::always(""))
};

/// The source in the files.
pub static TEXTS: PartTexts = PartTexts {
    documents: DocumentTexts {
        readme,
        ..DocumentTexts::NONE
    },
    used: USED,
    problems: &[DOCKER_HUB],
    fixes,
    ..PartTexts::new(&PART)
};

/// What the environments of an account and region share. A build has 8 vCPUs for ARM.
const USED: &[UsageLine] = &[
    usage_line(
        "image-storage",
        "Image storage",
        "image-gb-month",
        "by images and their versions",
    )
    .with(BUILT),
    usage_line(
        "image-builds",
        "Image builds",
        "image-build-minute",
        "by builds",
    )
    .with(BUILT),
];

const DOCKER_HUB: ProblemRow = ProblemRow::of_part(
    "docker-hub-images",
    Severity::Warning,
    "Tasks pull images from Docker Hub, which limits how often an address can pull.",
    "Set `images.source` to `build`, or images in a registry of your own.",
    Fixable::Yes,
);

fn settle(values: &dyn Values, parts: &mut PartValues) -> Option<()> {
    parts.put(ImageSource::parse(&values.text(KEY)?)?);
    Some(())
}

/// Whether `scripts/images.sh` builds and copies images for `environment`.
pub(crate) fn is_built(environment: &Environment) -> bool {
    matches!(environment.part(), Some(ImageSource::Build))
}

/// The image of an environment's variable that `scripts/images.sh` makes.
pub(crate) struct ImageBuild<'a> {
    /// The variable.
    pub(crate) variable: &'static str,
    /// What it is made from: a recipe in `images/`, such as `server`, or a public image with its registry or owner.
    pub(crate) source: Cow<'a, str>,
    /// Its option.
    pub(crate) key: &'static str,
}

/// The images that `scripts/images.sh` makes for `environment`, in the order of the form.
pub(crate) fn builds(environment: &Environment) -> Vec<ImageBuild<'_>> {
    let mut builds = Vec::new();
    if !is_built(environment) {
        return builds;
    }
    for (variable, setting) in variables(environment) {
        let recipe = recipe(setting.row.name());
        let source = match recipe {
            Some(recipe) if !setting.is_stated => recipe.into(),
            _ => match on_docker_hub(setting) {
                Some(image) => image,
                None => continue,
            },
        };
        builds.push(ImageBuild {
            variable,
            source,
            key: setting.row.key,
        });
    }
    builds
}

/// Whether the image of the option `key` is built from a recipe in `environment`.
pub(crate) fn has_recipe(environment: &Environment, key: &str) -> bool {
    let builds = builds(environment);
    builds
        .iter()
        .any(|build| build.key == key && !build.source.contains('/'))
}

/// The argument of the calls that make instances: whether these ask the registry for an image that they have.
pub(super) fn pull_behavior(environment: &Environment, block: &mut Body) {
    if are_pinned(environment) {
        block
            .origin(&environment.address().join(KEY))
            .comment("All images are named by digest.")
            .text("image_pull_behavior", "once");
    }
}

/// Whether every image of `environment` is named by its digest.
fn are_pinned(environment: &Environment) -> bool {
    let builds = builds(environment);
    variables(environment).all(|(_, setting)| {
        let by_digest = matches!(&setting.value, Some(Value::Text(image)) if image.contains('@'));
        by_digest || builds.iter().any(|build| build.key == setting.row.key)
    })
}

/// The images of `environment`, each with its variable.
fn variables(environment: &Environment) -> impl Iterator<Item = (&'static str, &Setting)> {
    let all = environment.settings.iter();
    all.filter_map(|setting| match setting.row.terraform {
        Terraform::Variable(variable) if setting.row.section() == "images" => {
            Some((variable, setting))
        }
        Terraform::Structure | Terraform::Variable(_) | Terraform::Attribute { .. } => None,
    })
}

/// The recipe for the image of the option `images.<name>`.
fn recipe(name: &str) -> Option<&'static str> {
    let wanted = match name {
        "temporal" => "server".to_owned(),
        name => name.replace('_', "-"),
    };
    let mut recipes = templates::RECIPES.iter().copied();
    recipes.find(|recipe| *recipe == wanted)
}

/// What Docker Hub is called in the name of an image.
const HUB: [&str; 3] = ["docker.io/", "index.docker.io/", "registry-1.docker.io/"];

/// The image of `setting` with its owner, where it names Docker Hub or no registry, which is the same. An image without an
/// owner is one of Docker's own, in `library`.
fn on_docker_hub(setting: &Setting) -> Option<Cow<'_, str>> {
    let Some(Value::Text(image)) = &setting.value else {
        return None;
    };
    let named = HUB.iter().find_map(|hub| image.strip_prefix(hub));
    let image = named.unwrap_or(image);
    match image.split_once('/') {
        None => Some(format!("library/{image}").into()),
        Some((first, _)) => (!first.contains(['.', ':'])).then_some(image.into()),
    }
}

/// The most pulls without a login from one IPv4 address in six hours. Source: <https://docs.docker.com/docker-hub/usage/>,
/// read 2026-09.
const DOCKER_HUB_PULLS: i64 = 100;

fn warn(environment: &Environment, problems: &mut Problems) {
    if is_built(environment) {
        return;
    }
    let mut images = Vec::new();
    for (_, setting) in variables(environment) {
        if let (Some(_), Some(Value::Text(image))) = (on_docker_hub(setting), &setting.value) {
            images.push(format!("`{image}`"));
        }
    }
    if !images.is_empty() {
        problems.push(
            Problem::new(
                const { DOCKER_HUB.code },
                environment.address().join(KEY),
                format!(
                    "tasks pull {} from Docker Hub, which allows {DOCKER_HUB_PULLS} pulls in 6 hours from one address: all \
                     instances behind a NAT gateway share its address, and the tasks of a new instance may not start",
                    images.join(", ")
                ),
            )
            .hint("set `images.source` to `build`, or images in a registry of your own"),
        );
    }
}

fn fixes(found: &FixContext<'_>) -> Vec<Proposal> {
    if found.problem.code == DOCKER_HUB.code {
        vec![Proposal::Here(ImageSource::Build.into())]
    } else {
        Vec::new()
    }
}

fn readme(environment: &Environment, page: &mut Markdown) {
    page.origin(&environment.address().join(KEY))
        .heading("Images");
    if is_built(environment) {
        page.paragraph(
            "`scripts/images.sh` builds images for ARM64 from the recipes in `images/`, and copies public images into ECR. It \
             writes their digests to `images.auto.tfvars.json` beside this file. Terraform prefers that file to \
             `terraform.tfvars`. Commit it: to go back to earlier images, restore it and apply. For another version, change \
             `images/versions.env` or an image in `composition.toml`, and run the script again.",
        )
        .shell("../../../scripts/images.sh build\n../../../scripts/images.sh mirror");
        page.table(
            ["Variable", "Built from or copied"],
            builds(environment).into_iter().map(|build| {
                let source = match build.source.contains('/') {
                    true => format!("`{}`", build.source),
                    false => format!("recipe `{}`", build.source),
                };
                (
                    environment.address().join(build.key),
                    [format!("`{}`", build.variable), source],
                )
            }),
        );
    } else {
        page.paragraph(
            "You provide the images for ARM64. They need certificate authorities and what the table lists, programs on their \
             `PATH`:",
        )
        .table(
            ["Variable", "Needs"],
            variables(environment).filter_map(|(variable, setting)| {
                recipe(setting.row.name())?;
                Some((
                    environment.address().join(setting.row.key),
                    [format!("`{variable}`"), needs(environment, setting)],
                ))
            }),
        );
    }
    page.origin(&environment.address());
}

/// What an image of somebody's own needs. The options of the parts' images say it themselves.
fn needs(environment: &Environment, setting: &Setting) -> String {
    match setting.row.key {
        "images.temporal" => "`/bin/sh`, and `temporal-server` with the DSQL plugin".to_owned(),
        "images.admin_tools" => {
            let mut programs = vec!["`/bin/sh`", "`temporal`", "`temporal-dsql-tool`"];
            let mut last = "`temporal-elasticsearch-tool`";
            // Only curl signs a request for the domain's security API in a shell: see `setup.tf` of the module `opensearch`.
            if environment.opensearch.access_control {
                programs.push(last);
                last = "`curl`";
            }
            format!("{} and {last}", programs.join(", "))
        }
        _ => setting.row.help.trim_end_matches('.').to_owned(),
    }
}
