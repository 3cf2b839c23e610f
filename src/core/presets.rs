//! Whole specs to start from.

use crate::environment::Nat;
use crate::path::FieldPath;
use crate::spec::Spec;
use crate::value::Value;

/// A spec to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PresetSpec {
    /// Its name.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub summary: &'static str,
    /// What choosing it means for cost and operation, in a sentence.
    pub consequence: &'static str,
    environments: &'static [&'static str],
    values: &'static [(&'static str, Constant)],
}

/// A value in a constant table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Constant {
    Integer(i64),
    Text(&'static str),
}

/// Every preset.
pub const PRESETS: &[PresetSpec] = &[
    PresetSpec {
        name: "standard",
        summary: "dev, bench and prod, each with its profile's defaults",
        consequence: "three VPCs; bench with load generator, prod over three zones",
        environments: &["dev", "bench", "prod"],
        values: &[],
    },
    PresetSpec {
        name: "dev-lean",
        summary: "one small environment: the cheapest that fits",
        consequence: "two m7g.large, one small OpenSearch node, logs for three days, a brief interruption on each deployment",
        environments: &["dev"],
        values: &[
            ("environments.dev.log_retention_days", Constant::Integer(3)),
            (
                "environments.dev.compute.instance_type",
                Constant::Text("m7g.large"),
            ),
            (
                "environments.dev.opensearch.volume_size",
                Constant::Integer(10),
            ),
        ],
    },
    PresetSpec {
        name: "ha-prod",
        summary: "prod alone, over three zones",
        consequence: "keeps running when a zone is lost; a NAT gateway and interface endpoints in each zone",
        environments: &["prod"],
        values: &[(
            "environments.prod.network.nat",
            Constant::Text(Nat::PerZone.name()),
        )],
    },
];

/// The preset named `name`.
#[must_use]
pub fn find(name: &str) -> Option<&'static PresetSpec> {
    PRESETS.iter().find(|preset| preset.name == name)
}

impl PresetSpec {
    /// The whole spec.
    #[must_use]
    pub fn spec(&self) -> Spec {
        let mut spec = Spec::default();
        let mut state = |key: &str, value: Value| {
            // Presets state options that exist: a test goes through them.
            spec.put(FieldPath::root().join(key), value);
        };
        state("project", Value::from("temporal"));
        state("region", Value::from("eu-west-1"));
        for (key, value) in self.values {
            state(
                key,
                match value {
                    Constant::Integer(number) => Value::from(*number),
                    Constant::Text(text) => Value::from(*text),
                },
            );
        }
        for name in self.environments {
            spec.add_environment(name);
        }
        spec
    }
}
