//! What makes a spec out of a preset: what a link holds and the command line says.

use crate::assignment::assigned;
use crate::path::FieldPath;
use crate::presets::{PRESETS, PresetSpec};
use crate::shell;
use crate::spec::Spec;

/// The steps from a preset to a spec, in the order in which they are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// The preset to start from.
    pub preset: &'static PresetSpec,
    /// The environments and values of the preset that the spec has not.
    pub unset: Vec<FieldPath>,
    /// What the spec states otherwise, each value as `--set` reads it: TOML, or text that can stand bare.
    pub set: Vec<(FieldPath, String)>,
}

impl Changes {
    /// The steps from `preset` to `spec`.
    #[must_use]
    pub fn between(preset: &'static PresetSpec, spec: &Spec) -> Self {
        let base = preset.spec();
        let place = |name: &str| FieldPath::of(&["environments", name]);
        let (had, has) = (base.environments(), spec.environments());
        let gone: Vec<&str> = had
            .iter()
            .copied()
            .filter(|name| !has.contains(name))
            .collect();
        let mut unset: Vec<FieldPath> = gone.iter().map(|name| place(name)).collect();
        unset.extend(
            base.values()
                .filter(|(at, _)| spec.get(at).is_none())
                .filter(|(at, _)| !at.environment().is_some_and(|name| gone.contains(&name)))
                .map(|(at, _)| at.clone()),
        );
        let stated: Vec<(FieldPath, String)> = spec
            .values()
            .filter(|(at, value)| base.get(at) != Some(value))
            .map(|(at, value)| (at.clone(), assigned(value)))
            .collect();
        // An environment about which nothing is said is there by its empty table.
        let bare = has
            .iter()
            .filter(|name| !had.contains(name))
            .map(|name| place(name))
            .filter(|place| !stated.iter().any(|(at, _)| at.starts_with(place)))
            .map(|place| (place, "{}".to_owned()));
        let set = bare.chain(stated.iter().cloned()).collect();
        Self { preset, unset, set }
    }

    /// The steps from the preset that is nearest to `spec`; the first of those that are equally near.
    #[must_use]
    pub fn nearest(spec: &Spec) -> Self {
        PRESETS
            .iter()
            .map(|preset| Self::between(preset, spec))
            .min_by_key(Self::count)
            .unwrap_or_else(|| unreachable!("there are presets"))
    }

    /// How many steps there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.unset.len() + self.set.len()
    }

    /// The command that composes the spec into `out`, for a POSIX shell: one step a line.
    #[must_use]
    pub fn command(&self, out: &str) -> String {
        let mut lines = vec![format!(
            "temporal-composer export --preset {}",
            self.preset.name
        )];
        lines.extend(
            self.unset
                .iter()
                .map(|at| format!("--unset {}", shell::word(&at.to_string()))),
        );
        lines.extend(
            self.set
                .iter()
                .map(|(at, value)| format!("--set {}", shell::word(&format!("{at}={value}")))),
        );
        lines.push(format!("--out {}", shell::word(out)));
        lines.join(" \\\n  ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{presets, read};

    #[track_caller]
    fn check(toml: &str, expected: &str) {
        let spec = read::read(&format!("version = 1\n{toml}")).spec;
        let changes = Changes::nearest(&spec);
        assert_eq!(changes.command("x.zip"), expected);
    }

    #[test]
    fn the_command_says_what_differs_from_the_nearest_preset() {
        check(
            "project = \"temporal\"\nregion = \"eu-west-1\"\n[environments.dev]\nlog_retention_days = 3\n\
             compute.instance_type = \"m7g.large\"\nopensearch.volume_size = 10\n",
            "temporal-composer export --preset dev-lean \\\n  --out x.zip",
        );
        check(
            "project = \"orders\"\nregion = \"eu-west-1\"\n[tags]\n\"cost=center\" = \"it's 4\"\n[environments.dev]\n\
             account_id = \"123456789012\"\n[environments.prod]\n[environments.staging]\n",
            "temporal-composer export --preset standard \\\n  \
             --unset environments.bench \\\n  \
             --set 'environments.staging={}' \\\n  \
             --set 'environments.dev.account_id=\"123456789012\"' \\\n  \
             --set project=orders \\\n  \
             --set 'tags.\"cost=center\"=it'\\''s 4' \\\n  \
             --out x.zip",
        );
    }

    #[test]
    fn what_the_preset_states_and_the_spec_does_not_is_taken_back() {
        let mut spec = presets::find("dev-lean").unwrap().spec();
        let at = FieldPath::root().join("environments.dev.log_retention_days");
        spec.unset(&at);
        let changes = Changes::nearest(&spec);
        assert_eq!((changes.preset.name, changes.unset), ("dev-lean", vec![at]));
        assert_eq!(changes.set, []);
    }
}
