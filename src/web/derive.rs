//! What follows from the spec: its problems, the tree, what a step changed, how a field stands.

use std::collections::BTreeMap;
use std::ptr;

use composer_core::compose::Texts;
use composer_core::options::{self, OptionRow, Preset, Scope};
use composer_core::spec::Origin;
use composer_core::{
    Blueprint, FieldPath, Problem, Problems, Severity, Spec, Tree, Value, compose,
};

use crate::sections::plain;

/// What the preview shows and the download packs.
#[derive(Clone)]
pub(crate) struct Composition {
    /// What it was composed from.
    pub(crate) blueprint: Blueprint,
    /// The files.
    pub(crate) tree: Tree,
    /// The name of the archive and of its one folder.
    pub(crate) folder: String,
    /// Where its texts are from.
    texts: &'static Texts,
}

/// The same spec composes to the same files, but for texts that are not loaded yet.
impl PartialEq for Composition {
    fn eq(&self, other: &Self) -> bool {
        self.blueprint.spec() == other.blueprint.spec() && ptr::eq(self.texts, other.texts)
    }
}

impl Composition {
    /// What `blueprint` composes to with `texts`.
    #[must_use]
    pub(crate) fn of(blueprint: Blueprint, texts: &'static Texts) -> Self {
        Self::after(None, blueprint, texts)
    }

    /// The same after another one, from which is taken what has not changed.
    #[must_use]
    pub(crate) fn after(
        before: Option<&Self>,
        blueprint: Blueprint,
        texts: &'static Texts,
    ) -> Self {
        let before = before.filter(|before| ptr::eq(before.texts, texts));
        Self {
            tree: compose::compose_from(
                &blueprint,
                texts,
                before.map(|before| (&before.blueprint, &before.tree)),
            ),
            folder: compose::folder(&blueprint),
            blueprint,
            texts,
        }
    }

    /// How many resources Terraform makes in all of the files.
    #[must_use]
    pub(crate) fn resources(&self) -> usize {
        let environments = self.blueprint.environments.iter();
        environments.map(|environment| environment.resources).sum()
    }

    /// The same with `texts`.
    #[must_use]
    pub(crate) fn again(&self, texts: &'static Texts) -> Self {
        Self::of(self.blueprint.clone(), texts)
    }

    /// The spec as a file, which is in the tree.
    #[must_use]
    pub(crate) fn spec_file(&self) -> Option<&str> {
        Some(&self.tree.file("composition.toml")?.text)
    }

    /// How many Terraform modules are in it.
    #[must_use]
    pub(crate) fn modules(&self) -> usize {
        let folder = "terraform/modules/";
        let files = self.tree.files();
        let of_module = files.filter_map(|(path, _)| path.strip_prefix(folder)?.split('/').next());
        let mut modules: Vec<&str> = of_module.collect();
        // Files are sorted: those of a module stand side by side.
        modules.dedup();
        modules.len()
    }
}

/// What a step did to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It is new.
    Added,
    /// Its text is another.
    Modified,
    /// It is gone.
    Deleted,
}

impl Mark {
    /// The letter that stands for it.
    #[must_use]
    pub(crate) fn letter(self) -> &'static str {
        match self {
            Self::Added => "A",
            Self::Modified => "M",
            Self::Deleted => "D",
        }
    }

    /// The word for it.
    #[must_use]
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Modified => "changed",
            Self::Deleted => "removed",
        }
    }
}

/// The marks in a sentence: "6 files added, 2 changed".
#[must_use]
pub(crate) fn count_marks(marks: &BTreeMap<String, Mark>) -> String {
    let mut parts: Vec<String> = Vec::new();
    for kind in [Mark::Added, Mark::Modified, Mark::Deleted] {
        let count = marks.values().filter(|mark| **mark == kind).count();
        if count > 0 {
            let noun = match (parts.is_empty(), count) {
                (false, _) => "",
                (true, 1) => " file",
                (true, _) => " files",
            };
            parts.push(format!("{count}{noun} {}", kind.word()));
        }
    }
    if parts.is_empty() {
        "no file changed".to_owned()
    } else {
        parts.join(", ")
    }
}

/// A number and its noun: "1 file", "3 files".
#[must_use]
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}

/// How a value stands, for the field that shows it.
#[derive(Clone, PartialEq)]
pub(crate) struct Look {
    /// Its address, and the field's `id`.
    pub(crate) at: FieldPath,
    /// What holds; `None` for what is open or absent.
    pub(crate) value: Option<Value>,
    /// What would hold if the spec said nothing here.
    pub(crate) default: Option<Value>,
    /// Why it holds.
    pub(crate) standing: Standing,
    /// What is wrong with it or worth knowing.
    pub(crate) problems: Vec<Problem>,
}

/// Why a value holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nobody said otherwise.
    Default,
    /// The spec says so at the top level.
    Inherited(FieldPath),
    /// The spec says so here.
    Stated,
    /// It would have no effect.
    NoEffect {
        /// The value that must be another.
        needed: FieldPath,
        /// What it must be, in words.
        words: String,
    },
}

impl Look {
    /// How the value of `row` stands in `environment`.
    #[must_use]
    pub(crate) fn of(spec: &Spec, problems: &Problems, row: &OptionRow, environment: &str) -> Self {
        let at = row.path(environment);
        let found = spec.effective(row, environment);
        let standing = match (found.origin, spec.unmet_need(row, environment)) {
            (Origin::Stated(from), _) if from == at => Standing::Stated,
            (_, Some((needed, wanted))) => Standing::NoEffect {
                needed: needed.path(environment),
                words: format!("{} {}", needed.label, plain(wanted)),
            },
            (Origin::Stated(from), None) => Standing::Inherited(from),
            (Origin::Default | Origin::None, None) => Standing::Default,
        };
        Self {
            value: found.value,
            default: spec.default_of(row, environment).value,
            standing,
            problems: problems.at(&at).cloned().collect(),
            at,
        }
    }

    /// Whether something about it stands in the way of composing.
    #[must_use]
    pub(crate) fn is_invalid(&self) -> bool {
        self.problems
            .iter()
            .any(|problem| problem.severity == Severity::Error)
    }

    /// The `id` of what is said about it.
    #[must_use]
    pub(crate) fn problem_id(&self) -> String {
        format!("{}-problem", self.at)
    }
}

/// The `id` of an option's explanation.
#[must_use]
pub(crate) fn about_id(row: &OptionRow) -> String {
    match row.scope {
        Scope::Spec => format!("about-{}", row.key),
        Scope::Environment => format!("about-each-{}", row.key),
    }
}

/// An option's default in words.
#[must_use]
pub(crate) fn default_in_words(row: &OptionRow) -> String {
    match &row.default {
        Preset::Required => "none: it must be stated".to_owned(),
        Preset::Open(example) => format!("open until given, for example {example}"),
        Preset::Absent(meaning) => (*meaning).to_owned(),
        Preset::Same(value) => plain(value),
        Preset::PerProfile(values) => options::Profile::ALL
            .iter()
            .zip(values)
            .map(|(profile, value)| format!("{} in {}", plain(value), profile.name()))
            .collect::<Vec<_>>()
            .join(", "),
        Preset::Inherited => "what the spec says for every environment".to_owned(),
        Preset::Derived(derived) => derived.describe().replace('`', ""),
    }
}

/// What an empty field says.
#[must_use]
pub(crate) fn placeholder(row: &OptionRow) -> String {
    match row.default_around() {
        Preset::Open(example) => format!("for example {example}"),
        Preset::Absent(meaning) => meaning.replace('`', ""),
        _ => String::new(),
    }
}

/// The name of the value at `at` for a person: "History CPU in dev".
#[must_use]
pub(crate) fn name_of(at: &FieldPath) -> String {
    let Some(row) = options::find(at) else {
        return match at.environment() {
            Some(environment) if at.segments().len() == 2 => format!("environment {environment}"),
            _ => at.to_string(),
        };
    };
    let mut name = crate::sections::title(row);
    if row.is_map()
        && let Some(key) = at.segments().last()
    {
        name = format!("{name} {key}");
    }
    match at.environment() {
        Some(environment) => format!("{name} in {environment}"),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::presets;

    #[test]
    fn a_field_says_how_it_stands() {
        #[track_caller]
        fn check(assignment: Option<(&str, Value)>, at: &str, expected: &Standing) {
            let mut spec = presets::find("standard").unwrap().spec();
            if let Some((key, value)) = assignment {
                spec.set(FieldPath::root().join(key), value).unwrap();
            }
            let at = FieldPath::root().join(at);
            let row = options::find(&at).unwrap();
            let look = Look::of(
                &spec,
                &Problems::default(),
                row,
                at.environment().unwrap_or_default(),
            );
            assert_eq!(look.standing, *expected);
        }
        let region = FieldPath::of(&["region"]);
        check(None, "environments.prod.history.cpu", &Standing::Default);
        check(
            None,
            "environments.prod.region",
            &Standing::Inherited(region),
        );
        check(
            Some(("environments.dev.loki.cpu", 1024.into())),
            "environments.dev.loki.cpu",
            &Standing::Stated,
        );
        check(
            None,
            "environments.dev.loki.cpu",
            &Standing::NoEffect {
                needed: FieldPath::root().join("environments.dev.loki.enabled"),
                words: "Loki on".to_owned(),
            },
        );
    }
}
