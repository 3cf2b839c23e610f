//! What an environment will have in AWS: how many resources of which type Terraform makes there.
//!
//! Read off the templates themselves: their resource blocks, and of each the `count` or `for_each`. The tests hold the
//! numbers against what Terraform has made.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::blueprint::{Dsql, Environment, Nat};
use crate::compose::MODULES;
use crate::templates;

/// How many resources of each type the root of `environment` makes, data sources left out. What `bootstrap` makes for
/// the whole account is not in it, nor what AWS makes by itself, such as the instances of an Auto Scaling group.
#[must_use]
pub fn resources(environment: &Environment) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for (module, blocks) in BLOCKS.iter() {
        let calls = calls(module, environment);
        for (kind, times) in blocks {
            // The tests show that every expression of the templates is known.
            let count = calls * times.map_or(0, |times| times.in_environment(environment));
            if count > 0 {
                *counts.entry(*kind).or_default() += count;
            }
        }
    }
    counts
}

/// How often `module` is called in `environment`, by the root or a module, a call with `for_each` once for each key.
fn calls(module: &str, environment: &Environment) -> usize {
    let has_ui = environment.ui.is_some();
    let has_benchmark = environment.benchmark.is_some();
    match module {
        "alloy-sidecar" => {
            let of_ui = has_ui && environment.loki.is_some();
            environment.services.len() + usize::from(of_ui) + 2 * usize::from(has_benchmark)
        }
        "benchmark" => usize::from(has_benchmark),
        // The benchmark has hosts of its own.
        "ec2-capacity" => 1 + usize::from(has_benchmark),
        "dsql" => usize::from(environment.dsql == Dsql::Create),
        "temporal-service" => environment.services.len(),
        "temporal-ui" => usize::from(has_ui),
        _ => 1,
    }
}

/// The type of a resource block and how often it is made; `None` for an expression that is not known here.
type Counted = (&'static str, Option<Times>);

/// The resource blocks of each module.
static BLOCKS: LazyLock<Vec<(&str, Vec<Counted>)>> = LazyLock::new(|| {
    let of_module = |&(module, _): &(&'static str, _)| {
        let texts: Vec<&str> = templates::below(&format!("modules/{module}"))
            .filter(|(path, _)| path.ends_with(".tf"))
            .map(|(_, text)| text)
            .collect();
        let times = |repeated: Option<&'static str>| match repeated {
            Some(expression) => Times::read(expression, &texts),
            None => Some(Times::Always(1)),
        };
        let blocks = texts.iter().flat_map(|text| blocks(text));
        let blocks = blocks.map(|(kind, repeated)| (kind, times(repeated)));
        (module, blocks.collect())
    };
    MODULES.iter().map(of_module).collect()
});

/// The resource blocks of a file that `terraform fmt` has formatted: their types, and what follows `count` or
/// `for_each`.
fn blocks(text: &'static str) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
    text.split("\nresource \"")
        .enumerate()
        .filter_map(|(index, part)| match index {
            0 => part.strip_prefix("resource \""),
            _ => Some(part),
        })
        .filter_map(|part| {
            let (kind, _) = part.split_once('"')?;
            let (body, _) = part.split_once("\n}")?;
            let repeated = ["\n  count = ", "\n  for_each = "]
                .iter()
                .find_map(|argument| body.split_once(argument))
                .map(|(_, after)| after);
            Some((kind, repeated))
        })
}

/// How often a resource is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Times {
    /// So often in every environment.
    Always(usize),
    /// So often with interface endpoints.
    WithEndpoints(usize),
    /// Once with Loki.
    WithLoki,
    /// Once with the web interface.
    WithUi,
    /// Once where leases are counted.
    WithLease,
    /// So often where the flat root's names are kept: what its tasks still need.
    WithFlatNames(usize),
    /// Once where Grafana's admin is no existing secret.
    WithOwnSecret,
    /// Once in each zone.
    Zones,
    /// Once in each zone with a NAT gateway.
    NatZones,
}

impl Times {
    /// Reads the expression of `count` or `for_each` with which `text` begins, in a module of these files.
    fn read(text: &str, files: &[&str]) -> Option<Self> {
        let first = text.lines().next()?;
        Some(match first {
            "var.loki_enabled ? 1 : 0" => Self::WithLoki,
            "var.ui_enabled ? 1 : 0" => Self::WithUi,
            "var.conn_lease_enabled ? 1 : 0" => Self::WithLease,
            "var.create_grafana_admin_secret ? 1 : 0" => Self::WithOwnSecret,
            "var.endpoints ? 1 : 0" => Self::WithEndpoints(1),
            "var.endpoints ? local.interface_endpoints : toset([])" => {
                Self::WithEndpoints(local("interface_endpoints", files)?)
            }
            // Each of the ring's ports for the one group of the flat root's tasks.
            "local.ring_client_rules" => Self::WithFlatNames(local("ring_ports", files)?),
            "local.zone_index" => Self::Zones,
            "local.nat_zones" | "aws_subnet.public" => Self::NatZones,
            // Every root gives one: the ring of the Temporal services.
            "var.client_security_group_ids" => Self::Always(1),
            _ => Self::Always(match first.strip_prefix("local.") {
                Some(name) => local(name, files)?,
                None => literal(text)?,
            }),
        })
    }

    fn in_environment(self, environment: &Environment) -> usize {
        match self {
            Self::Always(times) => times,
            Self::WithEndpoints(times) => times * usize::from(environment.endpoints),
            Self::WithLoki => environment.loki.is_some().into(),
            Self::WithUi => environment.ui.is_some().into(),
            Self::WithLease => environment.lease_limit.is_some().into(),
            Self::WithFlatNames(times) => {
                times * usize::from(environment.migration.keep_flat_names)
            }
            Self::WithOwnSecret => environment.grafana_admin_secret.is_none().into(),
            Self::Zones => environment.zones.len(),
            Self::NatZones => match environment.nat {
                Nat::Single => 1,
                Nat::PerZone => environment.zones.len(),
            },
        }
    }
}

/// How many elements the module's local value `name` is written with.
fn local(name: &str, files: &[&str]) -> Option<usize> {
    let assignment = format!("\n  {name} = ");
    let value = files
        .iter()
        .find_map(|text| text.split_once(&assignment))?
        .1;
    literal(value)
}

/// How many elements the map or set has that `text` begins with. Over several lines it has one on each line of the
/// least depth.
fn literal(text: &str) -> Option<usize> {
    let mut lines = text.lines();
    let first = lines.next()?;
    if let Some(inline) = first
        .strip_prefix("toset([\"")
        .and_then(|rest| rest.strip_suffix("\"])"))
    {
        return Some(inline.split("\", \"").count());
    }
    if first != "{" && first != "toset([" {
        return None;
    }
    let is_element = |line: &&str| {
        line.strip_prefix("    ").is_some_and(|line| {
            line.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"')
        })
    };
    Some(
        lines
            .take_while(|line| !matches!(*line, "  }" | "  ])"))
            .filter(is_element)
            .count(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_expression_of_the_templates_is_known() {
        let unknown: Vec<_> = BLOCKS
            .iter()
            .flat_map(|(module, blocks)| blocks.iter().map(move |block| (module, block)))
            .filter(|(_, (_, times))| times.is_none())
            .collect();
        assert_eq!(unknown, []);
    }

    #[test]
    fn every_block_is_read() {
        for (path, text) in templates::ALL {
            if path.ends_with(".tf") {
                let written = text.lines().filter(|line| line.starts_with("resource \""));
                assert_eq!(blocks(text).count(), written.count(), "{path}");
            }
        }
    }

    #[test]
    fn elements_are_counted() {
        assert_eq!(literal("toset([\"a\", \"b\"])\n"), Some(2));
        assert_eq!(
            literal("toset([\n    \"a\", # one\n    # two\n    \"b\",\n  ])\n}\n"),
            Some(2)
        );
        assert_eq!(
            literal("{\n    a = {\n      b = 1\n    }\n    c = 2\n  }\n}\n"),
            Some(2)
        );
        assert_eq!(literal("var.zones\n"), None);
    }
}
