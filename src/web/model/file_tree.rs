//! The files as lines of a tree.

use crate::model::marks::Mark;
use composer_core::sorted::{SortedMap, SortedSet};

/// A line of the tree: a folder or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// Its path.
    pub(crate) path: String,
    /// How many folders it is in.
    pub(crate) depth: usize,
    /// Whether it is a folder.
    pub(crate) is_folder: bool,
    /// Its position in its folder, from one.
    pub(crate) position: usize,
    /// How many files and folders its folder has.
    pub(crate) siblings: usize,
}

/// The modules are copied: what is theirs is of less interest at first than the roots.
pub(crate) fn closed_at_first() -> SortedSet<String> {
    ["terraform/modules", "terraform/bootstrap"]
        .map(str::to_owned)
        .into_iter()
        .collect()
}

/// The lines of the tree of `paths`, which are sorted: in each folder the folders first, then the files; what a closed
/// folder holds is left out. Without recursion: folders may be as deep as somebody's zip has them.
pub(crate) fn items(paths: &[&str], closed: &SortedSet<String>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut waiting = Vec::new();
    push_inside(paths, 0, 0, &mut waiting);
    while let Some((item, inside)) = waiting.pop() {
        if item.is_folder && !closed.contains(&item.path) {
            push_inside(inside, item.path.len() + 1, item.depth + 1, &mut waiting);
        }
        items.push(item);
    }
    items
}

/// Adds what stands directly in the folder that all `paths` begin with, up to the byte `start`: the last first, each with
/// the paths inside it.
fn push_inside<'a>(
    paths: &'a [&'a str],
    start: usize,
    depth: usize,
    waiting: &mut Vec<(Item, &'a [&'a str])>,
) {
    let (mut folders, mut files) = (Vec::new(), Vec::new());
    let mut rest = paths;
    while let Some(path) = rest.first() {
        let (end, count) = match path[start..].find('/') {
            Some(at) => {
                let folder = &path[..=start + at];
                let is_inside = |path: &&&str| path.starts_with(folder);
                (start + at, rest.iter().take_while(is_inside).count())
            }
            None => (path.len(), 1),
        };
        let (inside, after) = rest.split_at(count);
        let list = if end < path.len() {
            &mut folders
        } else {
            &mut files
        };
        list.push((&path[..end], inside));
        rest = after;
    }
    let (siblings, first_file) = (folders.len() + files.len(), folders.len());
    let all = folders.into_iter().chain(files).enumerate();
    let begin = waiting.len();
    waiting.extend(all.map(|(index, (path, inside))| {
        let item = Item {
            path: path.to_owned(),
            depth,
            is_folder: index < first_file,
            position: index + 1,
            siblings,
        };
        (item, inside)
    }));
    waiting[begin..].reverse();
}

/// The next item, going round, whose name begins with `letter`.
pub(crate) fn begins_with<'a>(items: &'a [Item], at: usize, letter: &str) -> Option<&'a Item> {
    let letter = letter.to_ascii_lowercase();
    let (before, after) = items.split_at(items.len().min(at + 1));
    after.iter().chain(before).find(|item| {
        let name = item.path.rsplit('/').next().unwrap_or_default();
        name.to_ascii_lowercase().starts_with(&letter)
    })
}

/// How many files in a folder are marked.
pub(crate) fn changed_inside(item: &Item, marks: &SortedMap<String, Mark>) -> usize {
    let is_inside = |path: &&String| {
        path.strip_prefix(&item.path)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    if item.is_folder {
        marks.keys().filter(is_inside).count()
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(closed: &[&str], expected: &[&str]) {
        let closed = closed.iter().map(|path| (*path).to_owned()).collect();
        let items = items(
            &["README.md", "a/b/c.tf", "a/b/d.tf", "a/e.tf", "z.md"],
            &closed,
        );
        let lines: Vec<String> = items
            .iter()
            .map(|item| {
                format!(
                    "{}{} {}/{}",
                    "  ".repeat(item.depth),
                    item.path,
                    item.position,
                    item.siblings
                )
            })
            .collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn folders_come_first_and_hide_what_they_hold_when_closed() {
        check(
            &[],
            &[
                "a 1/3",
                "  a/b 1/2",
                "    a/b/c.tf 1/2",
                "    a/b/d.tf 2/2",
                "  a/e.tf 2/2",
                "README.md 2/3",
                "z.md 3/3",
            ],
        );
        check(&["a"], &["a 1/3", "README.md 2/3", "z.md 3/3"]);
    }

    #[test]
    fn a_file_between_a_folder_and_what_is_in_it_stays_behind_it() {
        let paths = ["a", "a-b/c", "a.tf", "a/b", "a/b-c", "a/b/d"];
        let items = items(&paths, &SortedSet::new());
        let found: Vec<&str> = items.iter().map(|item| item.path.as_str()).collect();
        let expected = [
            "a-b", "a-b/c", "a", "a/b", "a/b/d", "a/b", "a/b-c", "a", "a.tf",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn folders_may_be_deep() {
        let path = "a/".repeat(4_000) + "b";
        let items = items(&[&path], &SortedSet::new());
        assert_eq!(items.len(), 4_001);
        assert_eq!((items[4_000].depth, &items[4_000].path), (4_000, &path));
    }
}
