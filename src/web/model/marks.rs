//! What became of each file since the baseline.

use std::cmp::Ordering;
use std::ptr;

use composer_core::Tree;
use composer_core::sorted::SortedMap;

use crate::model::baseline::BaselineFiles;

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

/// What became of the files since `before`.
#[must_use]
pub(crate) fn marks(before: &BaselineFiles, after: &Tree) -> SortedMap<String, Mark> {
    let mut marks = SortedMap::new();
    let mut before = before.files().peekable();
    let mut after = after.files().peekable();
    loop {
        let order = match (before.peek(), after.peek()) {
            (None, None) => return marks,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((one, _)), Some((other, _))) => one.cmp(other),
        };
        let earlier = before.next_if(|_| order.is_le());
        let now = after.next_if(|_| order.is_ge());
        let (path, mark) = match (earlier, now) {
            // A file that both share is the same text at the same place: most need no comparison.
            (Some((_, earlier)), Some((_, now)))
                if ptr::eq(earlier, &*now.text) || earlier == now.text =>
            {
                continue;
            }
            (Some((path, _)), Some(_)) => (path, Mark::Modified),
            (Some((path, _)), None) => (path, Mark::Deleted),
            (None, Some((path, _))) => (path, Mark::Added),
            (None, None) => continue,
        };
        marks.insert(path.to_owned(), mark);
    }
}

/// The marks in a sentence: "6 files added, 2 changed".
#[must_use]
pub(crate) fn count_marks(marks: &SortedMap<String, Mark>) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;
    use std::rc::Rc;

    use composer_core::{FieldPath, Spec, check, compose, presets};

    use crate::model::baseline::OpenedFiles;
    use crate::model::composition::Composition;

    fn standard() -> Spec {
        presets::find("standard").unwrap().spec()
    }

    fn composed(spec: &Spec) -> Rc<Composition> {
        let blueprint = check(spec).blueprint.unwrap();
        Rc::new(Composition::of(blueprint, Some(compose::compose_from)))
    }

    #[test]
    fn what_a_step_changed_is_counted() {
        let before = standard();
        let same = marks(
            &BaselineFiles::Composed(composed(&before)),
            &composed(&before).tree,
        );
        assert_eq!(count_marks(&same), "no file changed");
        let mut after = before.clone();
        after.add_environment("staging");
        after.remove_environment("dev");
        let profile = FieldPath::root().join("environments.staging.profile");
        after.set(profile, "dev".into()).unwrap();
        let marks = marks(
            &BaselineFiles::Composed(composed(&before)),
            &composed(&after).tree,
        );
        assert_eq!(
            marks.get("terraform/envs/dev/main.tf"),
            Some(&Mark::Deleted)
        );
        assert_eq!(
            marks.get("terraform/envs/staging/main.tf"),
            Some(&Mark::Added)
        );
        assert_eq!(marks.get("composition.toml"), Some(&Mark::Modified));
    }

    #[test]
    fn an_opened_spec_is_compared_by_what_it_composes_to() {
        let loaded = OpenedFiles::of_spec("composition.toml", &standard()).unwrap();
        let marks = marks(
            &BaselineFiles::Opened(Rc::new(loaded)),
            &composed(&standard()).tree,
        );
        assert_eq!(marks, SortedMap::new());
    }

    #[test]
    fn what_was_opened_costs_what_its_spec_costs() {
        let mut spec = standard();
        spec.remove_environment("dev");
        let loaded = OpenedFiles::of_spec("composition.toml", &spec).unwrap();
        let costs = BaselineFiles::Opened(Rc::new(loaded)).costs();
        let names: Vec<&str> = costs.iter().map(|cost| cost.environment.as_str()).collect();
        assert_eq!(names, ["bench", "prod"]);
        assert_eq!(costs, BaselineFiles::Composed(composed(&spec)).costs());
    }

    #[test]
    fn what_an_archive_has_and_the_composition_has_not_is_removed() {
        let files = [("README.md", "old"), ("extra.tf", "x")]
            .map(|(path, text)| (path.to_owned(), Cow::Borrowed(text)));
        let loaded = Rc::new(OpenedFiles {
            name: "old.zip".to_owned(),
            spec: standard(),
            files: files.into_iter().collect(),
            download: None,
        });
        let marks = marks(&BaselineFiles::Opened(loaded), &composed(&standard()).tree);
        assert_eq!(marks.get("README.md"), Some(&Mark::Modified));
        assert_eq!(marks.get("extra.tf"), Some(&Mark::Deleted));
        assert_eq!(marks.get("composition.toml"), Some(&Mark::Added));
    }
}
