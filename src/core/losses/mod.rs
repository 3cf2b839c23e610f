//! What an apply would destroy or replace, told from the files of a root before and after. Nothing is asked of AWS and
//! nothing is run: the Terraform of both is worked out as far as its files tell, and compared by the rows of
//! [`crate::catalog::replacement`].
//!
//! It reads the files and not the composition, so that what somebody edited in a folder counts, and so that no part has to
//! say again what its module says. A value that only an apply or AWS knows is compared by what it is made of. So the list may
//! have a replacement that Terraform finds to be none, and lacks none. The tests hold it against plans of Terraform.

mod functions;
mod root;
mod source;
mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use hcl::Expression;
use serde::Serialize;

pub use self::root::{Files, Terraform};
use self::root::{ManagedResource, Root, taken_from};
use self::source::{attribute, nested};
use self::value::Value;
use crate::catalog::replacement::{self, DirectedChange, FixedArguments, Holds};
use crate::value_files::Unreadable;

/// A resource that an apply would destroy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Loss {
    /// Its address in the root.
    pub address: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether there is another in its place afterwards.
    pub action: Action,
    /// The arguments whose change replaces it; none of one that is destroyed.
    pub because: Vec<String>,
    /// What is lost with it.
    #[serde(skip)]
    pub holds: Holds,
    /// Whether Terraform refuses to, since the block has `prevent_destroy`.
    pub refused: bool,
}

/// What becomes of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It goes.
    Destroy,
    /// It goes, and another comes.
    Replace,
}

impl Action {
    /// What an apply does: `destroy` or `replace`.
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::Destroy => "destroy",
            Self::Replace => "replace",
        }
    }
}

/// What an apply of the root in `folder` would destroy or replace, what holds data first. `before` has the files by which
/// its state was made, `after` those that are applied, with the modules.
///
/// # Errors
/// If a file can't be read, with its path.
pub fn losses(
    before: &Terraform<'_>,
    after: &Terraform<'_>,
    folder: &str,
) -> Result<Vec<Loss>, (String, Unreadable)> {
    let after = Root::read(after, folder)?;
    let (managed, moved) = after.managed();
    let before = Root::read(before, folder)?.after_moves(moved);
    let present = by_address(managed);
    let former = by_address(before.managed().0);
    let mut losses = Vec::new();
    let mut common = Vec::new();
    for (address, was) in &former {
        match present.get(address) {
            Some(is) if is.kind == was.kind => {
                common.push(ResourcePair::of((&before, &former), was, &after, is));
            }
            _ => losses.push(Loss {
                address: address.to_string(),
                kind: was.kind.clone(),
                action: Action::Destroy,
                because: Vec::new(),
                holds: replacement::held(&was.kind),
                refused: false,
            }),
        }
    }
    if before.region() != after.region() {
        for compared in &mut common {
            if replacement::is_regional(&compared.kind) {
                compared.because.insert("region".to_owned());
            }
        }
    }
    replace_what_follows(&mut common);
    let replaced = common.into_iter().filter(|it| !it.because.is_empty());
    losses.extend(replaced.map(|it| Loss {
        address: it.address.to_string(),
        holds: replacement::held(&it.kind),
        kind: it.kind,
        action: Action::Replace,
        because: it.because.into_iter().collect(),
        refused: it.is_guarded,
    }));
    losses.sort_by(|one, other| {
        let key = |it: &Loss| (it.holds, it.action);
        key(one)
            .cmp(&key(other))
            .then_with(|| one.address.cmp(&other.address))
    });
    Ok(losses)
}

/// The addresses of all resources that Terraform manages in the root in `folder`, of its modules too, each with its type.
///
/// # Errors
/// If a file can't be read, with its path.
pub fn addresses(
    tree: &Terraform<'_>,
    folder: &str,
) -> Result<BTreeMap<String, String>, (String, Unreadable)> {
    let (managed, _) = Root::read(tree, folder)?.managed();
    let managed = managed.into_iter();
    let entries = managed.map(|it| (it.instance.address.to_string(), it.kind));
    Ok(entries.collect())
}

fn by_address(managed: Vec<ManagedResource>) -> BTreeMap<Rc<str>, ManagedResource> {
    let managed = managed.into_iter();
    managed
        .map(|it| (it.instance.address.clone(), it))
        .collect()
}

/// A resource that there is before and after.
struct ResourcePair {
    address: Rc<str>,
    kind: String,
    /// The arguments that replace it.
    because: BTreeSet<String>,
    /// Its arguments that can't be changed in place, each with the resources that its value is taken from.
    fixed: Vec<(String, BTreeSet<Rc<str>>)>,
    is_guarded: bool,
}

impl ResourcePair {
    /// `was` is one of what is managed before.
    fn of(
        (before, managed): (&Root<'_>, &BTreeMap<Rc<str>, ManagedResource>),
        was: &ManagedResource,
        after: &Root<'_>,
        is: &ManagedResource,
    ) -> Self {
        let former = Value::Map(before.body(&was.instance));
        let present = Value::Map(after.body(&is.instance));
        let names: Vec<String> = match replacement::fixed(&is.kind) {
            FixedArguments::Only(names) => names.iter().map(|&name| name.to_owned()).collect(),
            FixedArguments::AllBut(others) => {
                let mut names = BTreeSet::new();
                for body in [&former, &present] {
                    if let Value::Map(entries) = body {
                        names.extend(entries.keys().cloned());
                    }
                }
                names.retain(|name| name != "tags_all" && !others.contains(&name.as_str()));
                names.into_iter().collect()
            }
        };
        let lifecycle = Lifecycle::of(after, is);
        let mut because = BTreeSet::new();
        let mut fixed = Vec::new();
        for name in names {
            if lifecycle.ignores(&name) {
                continue;
            }
            let value = present.at(&name);
            if former.at(&name) != value {
                because.insert(name.clone());
            }
            fixed.push((name, taken_from(value)));
        }
        because.extend(directed(&is.kind, &former, &present));
        for other in &lifecycle.triggers {
            // One that is new, or says something else than before.
            let was = managed.get(&other.address);
            if was.is_none_or(|was| before.body(&was.instance) != after.body(other)) {
                because.insert(TRIGGER.to_owned());
            }
            let address = other.address.clone();
            fixed.push((TRIGGER.to_owned(), BTreeSet::from([address])));
        }
        Self {
            address: is.instance.address.clone(),
            kind: is.kind.clone(),
            because,
            fixed,
            is_guarded: lifecycle.prevents_destroy,
        }
    }
}

/// The argument that names the resources whose change replaces this one.
const TRIGGER: &str = "replace_triggered_by";

/// What stands in the `lifecycle` block of a resource.
#[derive(Default)]
struct Lifecycle {
    ignored: Vec<String>,
    triggers: Vec<value::Instance>,
    prevents_destroy: bool,
}

impl Lifecycle {
    fn of(root: &Root<'_>, managed: &ManagedResource) -> Self {
        let read = root.block_of(&managed.instance, |body| {
            let lifecycle = nested(body, "lifecycle")?;
            let ignored = match attribute(lifecycle, "ignore_changes") {
                Some(Expression::Array(names)) => names.iter().map(ToString::to_string).collect(),
                Some(all) => vec![all.to_string()],
                None => Vec::new(),
            };
            let triggers = match attribute(lifecycle, TRIGGER) {
                Some(Expression::Array(items)) => items.clone(),
                _ => Vec::new(),
            };
            let guard = attribute(lifecycle, "prevent_destroy");
            Some((ignored, triggers, guard == Some(&Expression::Bool(true))))
        });
        let Some((ignored, triggers, prevents_destroy)) = read else {
            return Self::default();
        };
        let triggers = triggers
            .iter()
            .map(|it| root.value_in(&managed.instance, it));
        Self {
            ignored,
            triggers: triggers.flat_map(root::instances).collect(),
            prevents_destroy,
        }
    }

    /// Whether a change of the argument `name` is left alone.
    fn ignores(&self, name: &str) -> bool {
        let first = name.split('.').next().unwrap_or(name);
        self.ignored.iter().any(|it| it == "all" || it == first)
    }
}

/// The arguments whose change replaces in one direction. The stand-in provider works out the same rows by itself, so that a
/// plan proves this.
fn directed(kind: &str, before: &Value, after: &Value) -> Vec<String> {
    let is_true = |value: &Value, name| value.at(name).as_bool() == Some(true);
    let has = |it: &Value, name, text: &str| *it.at(name) == Value::Text(text.to_owned());
    let appears = |name| before.at(name).is_blank() != after.at(name).is_blank();
    let rules = replacement::directed(kind).filter_map(|rule| {
        let (name, is_forced) = match rule {
            DirectedChange::Appears(name) => (name, appears(name)),
            DirectedChange::AppearsWith {
                name,
                argument,
                value,
            } => (name, has(after, argument, value) && appears(name)),
            DirectedChange::Becomes(name, value) => {
                (name, !has(before, name, value) && has(after, name, value))
            }
            DirectedChange::Ceases(name) => (name, is_true(before, name) && !is_true(after, name)),
            DirectedChange::UnlessForced(name, force) => {
                let (was, is) = (before.at(name), after.at(name));
                let in_place = is_true(after, force) && was.is_blank() == is.is_blank();
                (name, was != is && !in_place)
            }
        };
        is_forced.then(|| name.to_owned())
    });
    rules.collect()
}

/// Another resource has another id, so what can't change it in place is replaced with it.
fn replace_what_follows(common: &mut [ResourcePair]) {
    let mut replaced: BTreeSet<Rc<str>> = BTreeSet::new();
    loop {
        let more = common.iter().filter(|it| !it.because.is_empty());
        let more: BTreeSet<Rc<str>> = more.map(|it| it.address.clone()).collect();
        if more.len() == replaced.len() {
            return;
        }
        replaced = more;
        for compared in &mut *common {
            for (name, from) in &compared.fixed {
                if from.iter().any(|it| replaced.contains(it)) {
                    compared.because.insert(name.clone());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switches::switch_all;
    use crate::{check, compose, inventory, presets};

    const ROOT: &str = "terraform/envs/dev";

    const MODULE: &str = r#"
variable "cidr" {
  type = string
}

variable "zones" {
  type = list(string)
}

variable "logs" {
  type = object({ enabled = optional(bool, true), name = optional(string, "logs") })
}

locals {
  index = { for index, zone in var.zones : zone => index }
}

resource "aws_vpc" "this" {
  cidr_block = var.cidr
}

resource "aws_subnet" "this" {
  for_each = local.index

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.cidr, 4, each.value)
}

resource "aws_cloudwatch_log_group" "this" {
  count = var.logs.enabled ? 1 : 0

  name = "/${var.logs.name}"
}

resource "aws_ecs_service" "this" {
  name          = "a"
  cluster       = one(aws_cloudwatch_log_group.this[*].name)
  desired_count = length(var.zones)

  lifecycle {
    ignore_changes = [cluster]
  }
}

output "vpc_id" {
  value = aws_vpc.this.id
}
"#;

    const MAIN: &str = r#"
provider "aws" {
  region = var.region
}

variable "region" {
  type = string
}

variable "cidr" {
  type    = string
  default = "10.0.0.0/16"
}

variable "zones" {
  type    = list(string)
  default = ["a", "b"]
}

variable "logs" {
  type    = any
  default = {}
}

module "network" {
  source = "../../modules/network"

  cidr  = var.cidr
  zones = var.zones
  logs  = var.logs
}

resource "aws_iam_role" "this" {
  name = "role"
}

resource "terraform_data" "guard" {
  triggers_replace = [module.network.vpc_id]

  lifecycle {
    prevent_destroy = true
  }
}
"#;

    fn files<'a>(values: &'a str, more: &[(&'a str, &'a str)]) -> Files<'a> {
        let mut files = Files::from([
            ("terraform/envs/dev/main.tf", MAIN),
            ("terraform/envs/dev/terraform.tfvars", values),
            ("terraform/modules/network/main.tf", MODULE),
        ]);
        files.extend(more.iter().copied());
        files
    }

    /// Address, action, arguments and whether it is refused.
    fn found(before: &Files<'_>, after: &Files<'_>) -> Vec<String> {
        let [before, after] = [before, after].map(|files| Terraform::from(files.clone()));
        let losses = losses(&before, &after, ROOT).unwrap();
        let losses = losses.iter().map(|it| {
            let refused = if it.refused { " refused" } else { "" };
            let because = it.because.join(",");
            format!("{:?} {} {because}{refused}", it.action, it.address)
        });
        losses.collect()
    }

    const HERE: &str = "region = \"eu-west-1\"\n";

    #[test]
    fn the_same_loses_nothing() {
        assert_eq!(found(&files(HERE, &[]), &files(HERE, &[])), [""; 0]);
    }

    #[test]
    fn what_is_in_a_network_follows_it() {
        let after = format!("{HERE}cidr = \"10.1.0.0/16\"\n");
        assert_eq!(
            found(&files(HERE, &[]), &files(&after, &[])),
            [
                "Replace module.network.aws_subnet.this[\"a\"] cidr_block,vpc_id",
                "Replace module.network.aws_subnet.this[\"b\"] cidr_block,vpc_id",
                "Replace module.network.aws_vpc.this cidr_block",
                "Replace terraform_data.guard triggers_replace refused",
            ]
        );
    }

    #[test]
    fn what_is_no_longer_made_goes_and_data_stands_first() {
        let after = format!("{HERE}zones = [\"b\"]\nlogs = {{ enabled = false }}\n");
        assert_eq!(
            found(&files(HERE, &[]), &files(&after, &[])),
            [
                "Destroy module.network.aws_cloudwatch_log_group.this[0] ",
                "Destroy module.network.aws_subnet.this[\"a\"] ",
                "Replace module.network.aws_subnet.this[\"b\"] cidr_block",
            ]
        );
    }

    #[test]
    fn another_region_leaves_what_has_none() {
        let after = files("region = \"eu-west-2\"\n", &[]);
        let found = found(&files(HERE, &[]), &after);
        assert_eq!(found.len(), 6, "{found:#?}");
        assert!(
            !found.iter().any(|it| it.contains("aws_iam_role")),
            "{found:#?}"
        );
    }

    #[test]
    fn later_files_of_values_override_and_an_ignored_argument_is_no_reason() {
        let more = (
            "terraform/envs/dev/more.auto.tfvars.json",
            r#"{"logs": {"name": "other"}}"#,
        );
        assert_eq!(
            found(&files(HERE, &[]), &files(HERE, &[more])),
            ["Replace module.network.aws_cloudwatch_log_group.this[0] name"]
        );
    }

    #[test]
    fn a_loop_over_something_unknown_changes_with_what_it_makes_of_it() {
        let is_replaced = |made: &str| {
            let more = format!(
                "locals {{\n  zones = data.aws_availability_zones.all\n}}\n\n\
                 data \"aws_availability_zones\" \"all\" {{}}\n\n\
                 resource \"terraform_data\" \"of_all\" {{\n  triggers_replace = {made}\n}}\n"
            );
            let more = [("terraform/envs/dev/more.tf", more.as_str())];
            let before = files(HERE, &more);
            assert_eq!(found(&before, &before), [""; 0], "{made}");
            let other = format!("{HERE}logs = {{ name = \"other\" }}\n");
            let found = found(&before, &files(&other, &more));
            found.iter().any(|it| it.contains("of_all"))
        };
        for made in [
            "[for it in local.zones.names : \"${it}-${var.logs.name}\"]",
            "{ for it in local.zones.names : it => var.logs.name }",
            "[for it in local.zones.names : it if it != var.logs.name]",
            "{ for it in [1] : local.zones.id => var.logs.name }",
            "local.zones.names[*][var.logs.name]",
        ] {
            assert!(is_replaced(made), "{made}");
        }
        for made in [
            "[for key, it in local.zones.names : \"${key}-${it}\"]",
            "local.zones.names[*].id",
        ] {
            assert!(!is_replaced(made), "{made}");
        }
    }

    #[test]
    fn a_moved_resource_is_the_same() {
        let module = MODULE
            .replace("\"aws_vpc\" \"this\"", "\"aws_vpc\" \"main\"")
            .replace("aws_vpc.this", "aws_vpc.main");
        let module = ("terraform/modules/network/main.tf", module.as_str());
        let moved = "moved {\n  from = module.network.aws_vpc.this\n  to   = module.network.aws_vpc.main\n}\n";
        let before = files(HERE, &[]);
        assert_eq!(found(&before, &files(HERE, &[module])).len(), 4);
        let after = files(HERE, &[module, ("terraform/envs/dev/moved.tf", moved)]);
        assert_eq!(found(&before, &after), [""; 0]);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named() {
        let broken = (
            "terraform/modules/network/main.tf",
            "resource {\n<<<<<<< ours\n",
        );
        let sides = [files(HERE, &[]), files(HERE, &[broken])];
        let [before, after] = sides.map(Terraform::from);
        let (path, error) = losses(&before, &after, ROOT).unwrap_err();
        assert_eq!((path.as_str(), error.line), (broken.0, Some(2)));
    }

    /// The addresses are those of the resources that the page counts, and Terraform makes as many.
    #[test]
    fn every_resource_of_a_composition_has_its_address() {
        let everything = {
            let mut spec = presets::find("standard").unwrap().spec();
            for environment in presets::find("standard").unwrap().spec().environments() {
                switch_all(&mut spec, environment, true);
            }
            spec
        };
        let presets = presets::PRESETS.iter().map(presets::PresetSpec::spec);
        for spec in presets.chain([everything]) {
            let Some(blueprint) = check(&spec).blueprint else {
                continue;
            };
            let tree = compose(&blueprint);
            let files = tree.files().map(|(path, file)| (path, file.text.as_ref()));
            let files = Terraform::from(files.collect::<Files<'_>>());
            for environment in &blueprint.environments {
                let folder = format!("terraform/envs/{}", environment.name);
                let mut counts: BTreeMap<String, usize> = BTreeMap::new();
                for (address, kind) in addresses(&files, &folder).unwrap() {
                    assert!(!address.contains("[*]"), "{address}");
                    *counts.entry(kind).or_default() += 1;
                }
                // Guards of a protected root, which are in no module.
                counts.remove("terraform_data");
                let mut counted: BTreeMap<String, usize> = BTreeMap::new();
                for (kind, count) in &inventory::resources(environment) {
                    counted.insert((*kind).to_owned(), *count);
                }
                counted.remove("terraform_data");
                assert_eq!(counts, counted, "{folder}");
            }
        }
    }
}
