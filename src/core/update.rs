//! What composing again changes in files that somebody has edited since: for each file it compares what was composed
//! before, what is composed now, and what is there. Nobody's edit is lost.

use std::collections::BTreeMap;

use crate::archive::SPEC_FILE;
use crate::merge::{has_conflict, merge, unified};
use crate::tree::{File, Tree};
use crate::value_files;

/// A file that is there, at the path of a composed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Present {
    /// A text, with line feeds at the ends of its lines.
    Text {
        /// The text.
        text: String,
        /// Whether it can be run.
        executable: bool,
    },
    /// Something else.
    NotText,
}

/// What an update does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The files that change, sorted by path.
    pub changes: Vec<Change>,
    /// The files that somebody has to look at, sorted by path.
    pub attention: Vec<(String, Attention)>,
    /// Files that the composition has and the user has removed. They stay removed.
    pub removed_by_user: Vec<String>,
}

/// A file that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its path.
    pub path: String,
    /// What becomes of it.
    pub kind: ChangeKind,
    /// The text and mode that it has; `None` for a new file.
    pub before: Option<State>,
    /// The text and mode that it gets; `None` for one that is removed.
    pub after: Option<State>,
}

/// The text and mode of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Its text.
    pub text: String,
    /// Whether it can be run.
    pub executable: bool,
}

/// What becomes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// The composition has it only now.
    Added,
    /// Nobody has edited it.
    Replaced,
    /// Edits and the composition's changes are joined, perhaps with conflicts.
    Merged,
    /// The composition no longer has it, and nobody has edited it.
    Removed,
}

impl Present {
    /// A file of this content. Its line ends become those of a composition.
    #[must_use]
    pub fn of(content: &[u8], executable: bool) -> Self {
        match std::str::from_utf8(content) {
            Ok(text) => Self::Text {
                text: text.replace("\r\n", "\n"),
                executable,
            },
            Err(_) => Self::NotText,
        }
    }
}

impl ChangeKind {
    /// A word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Replaced => "replaced",
            Self::Merged => "merged",
            Self::Removed => "removed",
        }
    }
}

/// Why somebody has to look at a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attention {
    /// The edits and the composition's changes overlap. The file has both, marked.
    Conflicts(usize),
    /// It has marked conflicts of an earlier update.
    Unresolved,
    /// It holds the user's own values, and the composition's changes don't fit them. It stays as it is.
    Yours {
        /// What the composition changes, as hunks of a unified diff.
        changes: String,
    },
    /// The composition has it only now, and a file of this name was already there, which stays.
    AlreadyThere,
    /// The composition no longer has it, but it was edited, so it stays.
    LeftBehind,
    /// It was edited and is no text, so it stays.
    NotText,
    /// It does not state what was composed, and can't be changed automatically.
    SpecNotChanged,
}

impl Attention {
    /// What the composition changes in values of the user's own, as hunks of a unified diff.
    #[must_use]
    pub fn changes(&self) -> Option<&str> {
        match self {
            Self::Yours { changes } => Some(changes),
            Self::Conflicts(_)
            | Self::Unresolved
            | Self::AlreadyThere
            | Self::LeftBehind
            | Self::NotText
            | Self::SpecNotChanged => None,
        }
    }

    /// What it is and what to do, for a message behind the file's path.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::Conflicts(1) => "a conflict, marked with `<<<<<<<`".to_owned(),
            Self::Conflicts(count) => format!("{count} conflicts, marked with `<<<<<<<`"),
            Self::Unresolved => "conflicts of an earlier update, marked with `<<<<<<<`".to_owned(),
            Self::Yours { .. } => {
                "your values stay. Add what you need of the composition's changes:".to_owned()
            }
            Self::AlreadyThere => {
                "the composition has a file of this name now, but yours stays".to_owned()
            }
            Self::LeftBehind => {
                "the composition no longer has this file, but you edited it, so it stays".to_owned()
            }
            Self::NotText => "it is not text, so it stays".to_owned(),
            Self::SpecNotChanged => {
                "it does not state what was composed. Change it by hand: the next update reads it"
                    .to_owned()
            }
        }
    }
}

/// Who keeps a file after it was composed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeper {
    /// Composer: edits are merged, with marks where they conflict.
    Composer,
    /// The user, for values: edits are merged where that needs no marks. Options that a composition sets reach Terraform by
    /// this file alone, so an update that left it alone would do nothing.
    UserValues,
    /// The user, for where the state is: once it is edited it stays as it is.
    UserState,
}

impl Keeper {
    /// The keeper of the file at `path`.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        if name.ends_with(".tfvars") || name.ends_with(".tfvars.json") {
            Self::UserValues
        } else if name.ends_with(".tfbackend")
            || ["backend.tf", "backend.hcl", ".terraform.lock.hcl"].contains(&name)
        {
            Self::UserState
        } else {
            Self::Composer
        }
    }
}

/// What it takes to get from `before` to `after`, both composed, where `present` is there: the files at the paths of
/// either. `spec` is what [`SPEC_FILE`] shall be; `None` if it can't be changed.
#[must_use]
pub fn plan(
    before: &Tree,
    after: &Tree,
    present: &BTreeMap<String, Present>,
    spec: Option<&str>,
) -> Plan {
    let mut plan = Plan::default();
    let mut files: BTreeMap<&str, [Option<&File>; 2]> = BTreeMap::new();
    for (side, tree) in [before, after].into_iter().enumerate() {
        for (path, file) in tree.files() {
            files.entry(path).or_default()[side] = Some(file);
        }
    }
    for (path, [before, after]) in files {
        let present = present.get(path);
        match (before, after, present) {
            (None, Some(after), None) => {
                plan.push(path, ChangeKind::Added, None, Some(after.into()));
            }
            (Some(_), Some(_), None) => plan.removed_by_user.push(path.to_owned()),
            (_, None, None) | (None, None, _) => {}
            (_, Some(_), Some(Present::Text { text, executable })) if path == SPEC_FILE => {
                match spec {
                    Some(spec) => {
                        let state = |text: &str| State {
                            text: text.to_owned(),
                            executable: *executable,
                        };
                        plan.push(
                            path,
                            ChangeKind::Replaced,
                            Some(state(text)),
                            Some(state(spec)),
                        );
                    }
                    None => plan.look(path, Attention::SpecNotChanged),
                }
            }
            (None, Some(after), Some(Present::Text { text, .. })) if *text == after.text => {}
            (None, Some(_), Some(_)) => plan.look(path, Attention::AlreadyThere),
            (Some(before), None, Some(Present::Text { text, executable }))
                if *text == before.text =>
            {
                let state = State {
                    text: text.clone(),
                    executable: *executable,
                };
                plan.push(path, ChangeKind::Removed, Some(state), None);
            }
            (Some(_), None, Some(_)) => plan.look(path, Attention::LeftBehind),
            (Some(before), Some(after), Some(Present::NotText)) => {
                if before.text != after.text {
                    plan.look(path, Attention::NotText);
                }
            }
            (Some(before), Some(after), Some(Present::Text { text, executable })) => {
                let state = State {
                    text: text.clone(),
                    executable: *executable,
                };
                plan.edited(path, before, after, state);
            }
        }
    }
    plan
}

/// Joins the edits of a file of values with what is composed now, by value, where each edited value is the one that is
/// composed now: as after an adoption. `None` for any other file, and where a comment of the user's would be lost.
fn joined_by_value(path: &str, before: &str, present: &str, after: &str) -> Option<String> {
    if Keeper::of(path) != Keeper::UserValues {
        return None;
    }
    let [was, is, will_be] =
        [before, present, after].map(|text| value_files::by_address(path, text));
    let (was, is, will_be) = (was?, is?, will_be?);
    let mut addresses = was.keys().chain(is.keys()).chain(will_be.keys());
    let is_composed = |at| is.get(at) == was.get(at) || is.get(at) == will_be.get(at);
    if is == was || !addresses.all(is_composed) {
        return None;
    }
    let is_comment = |line: &&str| ["#", "//", "*"].iter().any(|mark| line.contains(mark));
    let is_known = |line: &str| {
        [before, after]
            .iter()
            .any(|text| text.lines().any(|it| it == line))
    };
    let has_own = present
        .lines()
        .filter(is_comment)
        .any(|line| !is_known(line));
    match has_own {
        false => Some(after.to_owned()),
        true if is == will_be => Some(present.to_owned()),
        true => None,
    }
}

/// Whether joined edits give a value twice, which Terraform does not read.
fn has_twice(path: &str, present: &str, merged: &str) -> bool {
    value_files::values(path, present).is_ok() && value_files::values(path, merged).is_err()
}

impl From<&File> for Present {
    fn from(file: &File) -> Self {
        Self::Text {
            text: file.text.to_string(),
            executable: file.executable,
        }
    }
}

impl From<&File> for State {
    fn from(file: &File) -> Self {
        Self {
            text: file.text.to_string(),
            executable: file.executable,
        }
    }
}

impl Plan {
    /// A file that was composed, is composed again, and is there.
    fn edited(&mut self, path: &str, before: &File, after: &File, present: State) {
        let executable = if present.executable == before.executable {
            after.executable
        } else {
            present.executable
        };
        let mut kind = ChangeKind::Replaced;
        let text = if has_conflict(&present.text) {
            self.look(path, Attention::Unresolved);
            present.text.clone()
        } else if present.text == before.text {
            after.text.to_string()
        } else if before.text == after.text {
            present.text.clone()
        } else if let Some(text) = joined_by_value(path, &before.text, &present.text, &after.text) {
            text
        } else {
            kind = ChangeKind::Merged;
            let keeper = Keeper::of(path);
            let merged = merge(&before.text, &present.text, &after.text);
            if merged.text == present.text {
                // It has the composition's changes already.
                merged.text
            } else if keeper == Keeper::UserState
                || keeper == Keeper::UserValues
                    && (merged.conflicts > 0 || has_twice(path, &present.text, &merged.text))
            {
                let changes = unified(&before.text, &after.text);
                self.look(path, Attention::Yours { changes });
                present.text.clone()
            } else {
                if merged.conflicts > 0 {
                    self.look(path, Attention::Conflicts(merged.conflicts));
                }
                merged.text
            }
        };
        self.push(path, kind, Some(present), Some(State { text, executable }));
    }

    /// Adds a change, unless it changes nothing.
    fn push(&mut self, path: &str, kind: ChangeKind, before: Option<State>, after: Option<State>) {
        if before != after {
            self.changes.push(Change {
                path: path.to_owned(),
                kind,
                before,
                after,
            });
        }
    }

    fn look(&mut self, path: &str, why: Attention) {
        self.attention.push((path.to_owned(), why));
    }

    /// How many files become what: `2 added, 1 merged with your edits`. Empty if none changes.
    #[must_use]
    pub fn counts(&self) -> String {
        let counts = [
            (ChangeKind::Added, "added"),
            (ChangeKind::Replaced, "replaced"),
            (ChangeKind::Merged, "merged with your edits"),
            (ChangeKind::Removed, "removed"),
        ]
        .into_iter()
        .filter_map(|(kind, words)| {
            let changes = self.changes.iter();
            let count = changes.filter(|change| change.kind == kind).count();
            (count > 0).then(|| format!("{count} {words}"))
        });
        Vec::from_iter(counts).join(", ")
    }

    /// The changes as a patch, which `git apply` and `patch -p1` apply.
    #[must_use]
    pub fn patch(&self) -> String {
        patch(&self.changes)
    }
}

/// `changes` as a patch, which `git apply` and `patch -p1` apply.
#[must_use]
pub fn patch<'a>(changes: impl IntoIterator<Item = &'a Change>) -> String {
    changes.into_iter().map(Change::patch).collect()
}

impl Change {
    fn patch(&self) -> String {
        let path = &self.path;
        let mut patch = format!("diff --git a/{path} b/{path}\n");
        let mode = |state: &State| if state.executable { "100755" } else { "100644" };
        let (mut from, mut to) = (format!("a/{path}"), format!("b/{path}"));
        match (&self.before, &self.after) {
            (None, Some(after)) => {
                patch.push_str(&format!("new file mode {}\n", mode(after)));
                from = "/dev/null".to_owned();
            }
            (Some(before), None) => {
                patch.push_str(&format!("deleted file mode {}\n", mode(before)));
                to = "/dev/null".to_owned();
            }
            (Some(before), Some(after)) if before.executable != after.executable => {
                patch.push_str(&format!(
                    "old mode {}\nnew mode {}\n",
                    mode(before),
                    mode(after)
                ));
            }
            _ => {}
        }
        let text =
            |state: &Option<State>| state.as_ref().map_or("", |state| &state.text).to_owned();
        let hunks = unified(&text(&self.before), &text(&self.after));
        if !hunks.is_empty() {
            patch.push_str(&format!("--- {from}\n+++ {to}\n{hunks}"));
        }
        patch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "terraform/envs/dev/main.tf";
    const TFVARS: &str = "terraform/envs/dev/terraform.tfvars";
    const BACKEND: &str = "terraform/envs/dev/backend.tf";

    fn tree(path: &str, text: Option<&str>) -> Tree {
        let mut tree = Tree::default();
        if let Some(text) = text {
            tree.add(path, File::kept(text, false));
        }
        tree
    }

    fn planned(
        path: &str,
        before: Option<&str>,
        after: Option<&str>,
        present: Option<&str>,
    ) -> Plan {
        let present = present.map(|text| Present::Text {
            text: text.to_owned(),
            executable: false,
        });
        let present = present.map(|present| (path.to_owned(), present));
        plan(
            &tree(path, before),
            &tree(path, after),
            &present.into_iter().collect(),
            None,
        )
    }

    /// What becomes of a file: its text, if it changes, and why somebody has to look at it.
    #[track_caller]
    fn check(
        path: &str,
        [before, after, present]: [Option<&str>; 3],
        change: Option<(ChangeKind, Option<&str>)>,
        attention: Option<Attention>,
    ) {
        let plan = planned(path, before, after, present);
        let changes: Vec<_> = plan
            .changes
            .iter()
            .map(|change| {
                let text = change.after.as_ref().map(|state| state.text.as_str());
                (change.kind, text)
            })
            .collect();
        assert_eq!(changes, Vec::from_iter(change));
        let attention = attention.map(|why| (path.to_owned(), why));
        assert_eq!(plan.attention, Vec::from_iter(attention));
    }

    #[test]
    fn values_that_are_composed_now_are_joined_by_value() {
        #[track_caller]
        fn check(present: &str, expected: &str, needs_attention: bool) {
            let [before, after] = [BEFORE, AFTER].map(|text| File::kept(text, false));
            let mut plan = Plan::default();
            let state = State {
                text: present.to_owned(),
                executable: false,
            };
            plan.edited(TFVARS, &before, &after, state);
            let change = plan.changes.pop().and_then(|change| change.after);
            assert_eq!(
                change.map_or(present.to_owned(), |state| state.text),
                expected
            );
            assert_eq!(!plan.attention.is_empty(), needs_attention);
        }
        const BEFORE: &str = "# Head.\na = 1\n";
        const AFTER: &str = "# Head.\na = 1\nb = {\n  c = 2\n  d = 3\n}\n";
        // Written otherwise, and a part of what is composed.
        check("# Head.\na = 1\n\nb = { d = 3, c = 2 }\n", AFTER, false);
        check("# Head.\nb = { c = 2 }\na = 1\n", AFTER, false);
        // A comment of the user's stays.
        let present = "# Head.\na = 1\nb = { d = 3, c = 2 } # ours\n";
        check(present, present, false);
        // Another value, at a place where a merge by line would give it twice.
        let present = "# Head.\nb = { c = 4 }\na = 1\n";
        check(present, present, true);
    }

    #[test]
    fn what_nobody_edited_becomes_what_is_composed() {
        use ChangeKind::{Added, Removed, Replaced};
        let (a, b) = (Some("a\n"), Some("b\n"));
        for path in [PATH, TFVARS, BACKEND] {
            check(path, [a, b, a], Some((Replaced, b)), None);
            check(path, [a, a, a], None, None);
            check(path, [None, b, None], Some((Added, b)), None);
            check(path, [a, None, a], Some((Removed, None)), None);
        }
    }

    #[test]
    fn an_edit_is_merged_and_a_conflict_marked() {
        let before = Some("a\nb\nc\n");
        check(
            PATH,
            [before, Some("a\nb\nC\n"), Some("A\nb\nc\n")],
            Some((ChangeKind::Merged, Some("A\nb\nC\n"))),
            None,
        );
        check(PATH, [before, before, Some("A\n")], None, None);
        check(PATH, [before, Some("A\n"), Some("A\n")], None, None);
        let marked = "a\n<<<<<<< yours\nx\n||||||| as it was composed\nb\n=======\ny\n>>>>>>> as it is composed now\nc\n";
        check(
            PATH,
            [before, Some("a\ny\nc\n"), Some("a\nx\nc\n")],
            Some((ChangeKind::Merged, Some(marked))),
            Some(Attention::Conflicts(1)),
        );
        check(
            PATH,
            [before, Some("a\nz\nc\n"), Some(marked)],
            None,
            Some(Attention::Unresolved),
        );
    }

    #[test]
    fn what_is_the_users_never_gets_marks() {
        let before = Some("a = 1\n\nb = 2\n");
        check(
            TFVARS,
            [before, Some("a = 1\n\nb = 3\n"), Some("a = 5\n\nb = 2\n")],
            Some((ChangeKind::Merged, Some("a = 5\n\nb = 3\n"))),
            None,
        );
        let changes = "@@ -1,3 +1,3 @@\n a = 1\n \n-b = 2\n+b = 3\n".to_owned();
        for (path, present) in [(TFVARS, "a = 1\n\nb = 4\n"), (BACKEND, "a = 5\n\nb = 2\n")] {
            check(
                path,
                [before, Some("a = 1\n\nb = 3\n"), Some(present)],
                None,
                Some(Attention::Yours {
                    changes: changes.clone(),
                }),
            );
        }
    }

    #[test]
    fn what_somebody_made_or_removed_stays_so() {
        let (a, b, c) = (Some("a\n"), Some("b\n"), Some("c\n"));
        check(PATH, [None, b, c], None, Some(Attention::AlreadyThere));
        check(PATH, [None, b, b], None, None);
        check(PATH, [a, None, c], None, Some(Attention::LeftBehind));
        check(PATH, [a, None, None], None, None);
        let plan = planned(PATH, a, b, None);
        assert_eq!((plan.changes, plan.attention), (vec![], vec![]));
        assert_eq!(plan.removed_by_user, [PATH]);
    }

    #[test]
    fn a_mode_is_the_users_once_it_was_changed() {
        let file = |executable| {
            let mut tree = Tree::default();
            tree.add("a.sh", File::kept("a\n", executable));
            tree
        };
        for (before, after, present, expected) in [
            (false, true, false, true),
            (true, true, false, false),
            (false, false, true, true),
            (true, false, true, false),
        ] {
            let present = Present::Text {
                text: "a\n".to_owned(),
                executable: present,
            };
            let present = [("a.sh".to_owned(), present)].into();
            let plan = plan(&file(before), &file(after), &present, None);
            let Present::Text { executable, .. } = &present["a.sh"] else {
                unreachable!("it is a text");
            };
            let is = plan.changes.first().map_or(*executable, |change| {
                change.after.as_ref().unwrap().executable
            });
            assert_eq!(is, expected, "{before} {after} {executable}");
        }
    }

    #[test]
    fn a_patch_says_what_becomes_of_each_file() {
        let mut before = tree("a", Some("1\n2\n"));
        before.add("gone", File::kept("x\n", true));
        let mut after = tree("a", Some("1\n3\n"));
        after.add("new.sh", File::kept("y\n", true));
        let files = before.files();
        let present = files.map(|(path, file)| (path.to_owned(), Present::from(file)));
        let plan = plan(&before, &after, &present.collect(), None);
        assert_eq!(
            plan.patch(),
            "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n 1\n-2\n+3\n\
             diff --git a/gone b/gone\ndeleted file mode 100755\n--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\
             diff --git a/new.sh b/new.sh\nnew file mode 100755\n--- /dev/null\n+++ b/new.sh\n@@ -0,0 +1 @@\n+y\n"
        );
    }
}
