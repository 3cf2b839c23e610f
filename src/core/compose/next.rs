//! What to do with a tree: the commands of its READMEs, which the page and the command line show, too.

use super::bootstrap;
use crate::blueprint::Blueprint;
use crate::environment::{Backend, Environment};

/// Commands that belong together, to be run in the tree's top folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What they are for.
    pub title: String,
    /// The commands, a line each.
    pub commands: String,
}

/// The steps from a tree to a first apply of each environment.
#[must_use]
pub fn steps(blueprint: &Blueprint) -> Vec<Step> {
    let first = Step {
        title: "Once for each account and region, with administrator rights".to_owned(),
        commands: bootstrap_commands(blueprint),
    };
    let environments = blueprint.environments.iter().map(|environment| Step {
        title: format!("Environment {}", environment.name),
        commands: environment_commands(environment, &init(blueprint, environment)),
    });
    let images = images_commands(blueprint).map(|commands| Step {
        title: "Images, which take some minutes to build".to_owned(),
        commands,
    });
    std::iter::once(first)
        .chain(images)
        .chain(environments)
        .collect()
}

/// The environments with the same commands from which on only the first are shown.
const MIN_ALIKE: usize = 4;

/// The steps, where many environments have the same but for their name those of the first alone.
#[must_use]
pub fn steps_in_short(blueprint: &Blueprint) -> Vec<Step> {
    let mut steps = steps(blueprint);
    let before = steps.len() - blueprint.environments.len();
    let environments = steps
        .split_off(before)
        .into_iter()
        .zip(&blueprint.environments);
    let mut groups: Vec<(String, Vec<&str>, Step)> = Vec::new();
    for (step, environment) in environments {
        // All else follows from the name.
        let init = init(blueprint, environment);
        match groups.iter_mut().find(|(known, ..)| *known == init) {
            Some((_, names, _)) => names.push(&environment.name),
            None => groups.push((init, vec![&environment.name], step)),
        }
    }
    if blueprint.environments.len() < MIN_ALIKE {
        return self::steps(blueprint);
    }
    for (_, names, step) in groups {
        let title = match names.as_slice() {
            [_] => step.title,
            [first, others @ ..] => format!(
                "Environment {first}, then the same for {}",
                others.join(", ")
            ),
            [] => continue,
        };
        steps.push(Step { title, ..step });
    }
    steps
}

/// The commands that make what every environment of an account and region needs.
pub(super) fn bootstrap_commands(blueprint: &Blueprint) -> String {
    let places = bootstrap::places(blueprint);
    let mut commands = "cd terraform/bootstrap\nterraform init\n".to_owned();
    let is_only_one = places.len() == 1;
    for place in &places {
        if is_only_one {
            commands.push_str("terraform apply\n");
        } else {
            commands.push_str(&format!(
                "terraform workspace select -or-create {0}\nterraform apply -var-file={0}.tfvars\n",
                place.name()
            ));
        }
    }
    commands
}

/// The commands that build and copy the images, in each account and region that has some; `None` if nothing has.
pub(super) fn images_commands(blueprint: &Blueprint) -> Option<String> {
    let places = bootstrap::places(blueprint);
    let is_only_one = places.len() == 1;
    let mut commands = String::new();
    for place in &places {
        if bootstrap::has_images(blueprint, place) {
            for command in ["build", "mirror"] {
                if !is_only_one {
                    commands.push_str(&format!("TF_WORKSPACE={} ", place.name()));
                }
                commands.push_str(&format!("scripts/images.sh {command}\n"));
            }
        }
    }
    (!commands.is_empty()).then_some(commands)
}

/// The commands of an environment's first plan and apply; `init` are those of [`init`].
pub(super) fn environment_commands(environment: &Environment, init: &str) -> String {
    format!(
        "cd terraform/envs/{name}\n{init}\n../../../scripts/preflight.sh {name}\nterraform plan -out=first.tfplan\n\
         terraform apply first.tfplan",
        name = environment.name,
    )
}

/// The command that connects an environment's root with its state.
pub(super) fn init(blueprint: &Blueprint, environment: &Environment) -> String {
    let bootstrap_workspace = {
        let places = bootstrap::places(blueprint);
        let own = places
            .iter()
            .find(|place| place.has_open_bucket && place.account_id == environment.account_id);
        match own {
            Some(place) if places.len() > 1 => format!(
                "terraform -chdir=../../bootstrap workspace select {}\n",
                place.name()
            ),
            _ => String::new(),
        }
    };
    match &environment.backend {
        Backend::S3 { bucket: None, .. } => format!(
            "{bootstrap_workspace}terraform init -backend-config=\"bucket=$(terraform -chdir=../../bootstrap output -raw default_state_bucket)\""
        ),
        Backend::S3 { .. } | Backend::Local => "terraform init".to_owned(),
    }
}
