//! What an environment will have in AWS: how many resources of which type Terraform makes there.
//!
//! Read off the templates themselves: their resource blocks, and of each the `count` or `for_each`. The tests hold the
//! numbers against what Terraform has made.

#[cfg(test)]
mod blocks;
mod multiplicity;

use self::multiplicity::Multiplicity;
use crate::environment::Environment;
use crate::parts;
use crate::sorted::SortedMap;

/// How many resources of each type the root of `environment` makes, data sources left out. What `bootstrap` makes for
/// the whole account is not in it, nor what AWS makes by itself, such as the instances of an Auto Scaling group.
#[must_use]
pub fn resources(environment: &Environment) -> SortedMap<&'static str, usize> {
    let mut counts = SortedMap::new();
    for (module, blocks) in BLOCKS {
        let calls = parts::calls(module, environment);
        for (kind, times) in *blocks {
            // The tests show that every expression of the templates is known.
            let count = calls * times.map_or(0, |times| times.in_environment(environment));
            if count > 0 {
                *counts.get_or_insert(*kind, 0) += count;
            }
        }
    }
    counts
}

/// The resource blocks of each module: their type and how often each is made; `None` for an expression that is not known
/// here. The build script has read them.
type Blocks = &'static [(&'static str, Option<Multiplicity<'static>>)];

static BLOCKS: &[(&str, Blocks)] = include!(concat!(env!("OUT_DIR"), "/blocks.rs"));

impl Multiplicity<'static> {
    fn in_environment(self, environment: &Environment) -> usize {
        match self {
            Self::Always(times) => times,
            Self::If(switch, times) => match parts::is_switched_on(switch, environment) {
                Some(true) => times,
                Some(false) | None => 0,
            },
            Self::ForEach(variable) => parts::values_of(variable, environment),
            Self::IfGiven(variable) => parts::values_of(variable, environment).min(1),
            Self::WithFlatNames(times) => {
                times * usize::from(environment.migration.keep_flat_names)
            }
            Self::Zones => environment.network.zones.len(),
            Self::NatZones => environment.network.nat_gateways(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_calls_each_module() {
        let modules: Vec<_> = parts::PARTS.iter().flat_map(|part| part.modules).collect();
        for (name, _) in BLOCKS {
            let is_called = modules.iter().any(|module| module.name == *name);
            assert!(is_called, "no part has the module {name}");
        }
    }

    #[test]
    fn every_expression_of_the_templates_is_known() {
        let spec = crate::presets::find("standard").unwrap().spec();
        let environment = crate::check(&spec).environments()[0].environment.clone();
        let unknown: Vec<_> = BLOCKS
            .iter()
            .flat_map(|(module, blocks)| blocks.iter().map(move |block| (module, block)))
            .filter(|(_, (_, times))| match times {
                Some(Multiplicity::If(switch, _)) => {
                    parts::is_switched_on(switch, &environment).is_none()
                }
                times => times.is_none(),
            })
            .collect();
        assert_eq!(unknown, []);
    }
}
