//! The composed files as a tree, with the keyboard of an ARIA tree.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use yew::{
    Callback, Html, KeyboardEvent, MouseEvent, Properties, classes, component, html, use_state,
};

use crate::browser;
use crate::derive::{Composition, Mark};

#[derive(Properties, PartialEq)]
pub(crate) struct FilesProps {
    pub(crate) composition: Rc<Composition>,
    pub(crate) marks: Rc<BTreeMap<String, Mark>>,
    /// The file that is shown.
    pub(crate) shown: String,
    /// Whether only what the marks name is shown.
    pub(crate) changed_only: bool,
    pub(crate) on_choose: Callback<String>,
}

/// A line of the tree: a folder or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    path: String,
    depth: usize,
    is_folder: bool,
    position: usize,
    siblings: usize,
}

#[component]
pub(crate) fn Files(props: &FilesProps) -> Html {
    // What changed is to be seen: there every folder is open at first.
    let (all, changed) = (use_state(closed_at_first), use_state(BTreeSet::new));
    let closed = if props.changed_only { changed } else { all };
    let focused = use_state(|| None::<String>);
    let mut paths: BTreeSet<&str> = BTreeSet::new();
    paths.extend(props.marks.keys().map(String::as_str));
    if !props.changed_only {
        paths.extend(props.composition.tree.files().map(|(path, _)| path));
    }
    if paths.is_empty() {
        return html! { <p class="empty">{ "No file differs." }</p> };
    }
    let paths: Vec<&str> = paths.into_iter().collect();
    let items = items(&paths, &closed);
    let at = focused
        .as_ref()
        .or(Some(&props.shown))
        .and_then(|path| items.iter().position(|item| item.path == *path))
        .unwrap_or_default();

    let toggle = {
        let closed = closed.clone();
        move |path: &str| {
            let mut next = (*closed).clone();
            if !next.remove(path) {
                next.insert(path.to_owned());
            }
            closed.set(next);
        }
    };
    let on_click = {
        let (items, toggle, focused) = (items.clone(), toggle.clone(), focused.clone());
        let on_choose = props.on_choose.clone();
        Callback::from(move |event: MouseEvent| {
            let Some(path) = browser::attribute(&event, "data-path") else {
                return;
            };
            focused.set(Some(path.clone()));
            if items.iter().any(|item| item.path == path && item.is_folder) {
                toggle(&path);
            } else {
                on_choose.emit(path);
            }
        })
    };
    let on_key = {
        let (items, closed) = (items.clone(), closed.clone());
        let on_choose = props.on_choose.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.ctrl_key() || event.alt_key() || event.meta_key() {
                return;
            }
            let Some(item) = items.get(at) else { return };
            let is_closed = closed.contains(&item.path);
            let parent = item.path.rsplit_once('/').map(|(parent, _)| parent);
            let next = match event.key().as_str() {
                "ArrowDown" => items.get(at + 1),
                "ArrowUp" => at.checked_sub(1).and_then(|index| items.get(index)),
                "Home" => items.first(),
                "End" => items.last(),
                "ArrowRight" if item.is_folder && is_closed => {
                    toggle(&item.path);
                    Some(item)
                }
                "ArrowRight" if item.is_folder => items.get(at + 1),
                "ArrowLeft" if item.is_folder && !is_closed => {
                    toggle(&item.path);
                    Some(item)
                }
                "ArrowLeft" => items.iter().find(|item| Some(item.path.as_str()) == parent),
                "Enter" | " " if item.is_folder => {
                    toggle(&item.path);
                    Some(item)
                }
                "Enter" | " " => {
                    on_choose.emit(item.path.clone());
                    Some(item)
                }
                letter if letter.chars().count() == 1 => begins_with(&items, at, letter),
                _ => return,
            };
            event.prevent_default();
            if let Some(next) = next {
                focused.set(Some(next.path.clone()));
                browser::focus_soon(id_of(&next.path));
            }
        })
    };
    html! {
        <ul role="tree" aria-label="Files of the composition" onclick={on_click} onkeydown={on_key}>
            { for items.iter().enumerate().map(|(index, item)| html! {
                <Line key={item.path.clone()} item={item.clone()} is_focused={index == at}
                    is_shown={item.path == props.shown} is_open={!closed.contains(&item.path)}
                    mark={props.marks.get(&item.path).copied()} changed={changed_inside(item, &props.marks)} />
            }) }
        </ul>
    }
}

/// How many files in a folder are marked.
fn changed_inside(item: &Item, marks: &BTreeMap<String, Mark>) -> usize {
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

#[derive(Properties, PartialEq)]
struct LineProps {
    item: Item,
    /// Whether it is the one in the tab order.
    is_focused: bool,
    /// Whether the preview shows it.
    is_shown: bool,
    /// Whether it is a folder that shows what is in it.
    is_open: bool,
    mark: Option<Mark>,
    /// How many files inside it are marked.
    changed: usize,
}

/// A component, so that a step draws the lines that it changes.
#[component]
fn Line(props: &LineProps) -> Html {
    let &LineProps {
        ref item,
        is_focused,
        is_shown,
        is_open,
        mark,
        changed,
    } = props;
    let name = item.path.rsplit('/').next().unwrap_or(&item.path);
    let label = match mark {
        Some(mark) => format!("{}, {}", item.path, mark.word()),
        None if item.is_folder && changed > 0 => format!("{}, {changed} changed", item.path),
        None => item.path.clone(),
    };
    // The letter is drawn by the style sheet: the name says it in words.
    let letter = match mark {
        Some(mark) => Some(mark.letter().to_owned()),
        None => (item.is_folder && changed > 0 && !is_open).then(|| changed.to_string()),
    };
    html! {
        <li role="treeitem" id={id_of(&item.path)}
            data-path={item.path.clone()}
            data-mark={letter}
            class={classes!(
                format!("depth-{}", item.depth),
                item.is_folder.then_some("folder"),
                (mark == Some(Mark::Deleted)).then_some("gone"),
            )}
            tabindex={if is_focused { "0" } else { "-1" }}
            aria-label={label}
            aria-level={(item.depth + 1).to_string()}
            aria-posinset={item.position.to_string()}
            aria-setsize={item.siblings.to_string()}
            aria-expanded={item.is_folder.then_some(if is_open { "true" } else { "false" })}
            aria-selected={if is_shown { "true" } else { "false" }}>
            <span class="name">{ name }</span>
        </li>
    }
}

fn id_of(path: &str) -> String {
    format!("file-{path}")
}

/// The modules are copied: what is theirs is of less interest at first than the roots.
fn closed_at_first() -> BTreeSet<String> {
    ["terraform/modules", "terraform/bootstrap"]
        .map(str::to_owned)
        .into()
}

/// The next item, going round, whose name begins with `letter`.
fn begins_with<'a>(items: &'a [Item], at: usize, letter: &str) -> Option<&'a Item> {
    let letter = letter.to_ascii_lowercase();
    let (before, after) = items.split_at(items.len().min(at + 1));
    after.iter().chain(before).find(|item| {
        let name = item.path.rsplit('/').next().unwrap_or_default();
        name.to_ascii_lowercase().starts_with(&letter)
    })
}

/// The lines of the tree of `paths`, which are sorted: in each folder the folders first, then the files; what a closed
/// folder holds is left out. Without recursion: folders may be as deep as somebody's zip has them.
fn items(paths: &[&str], closed: &BTreeSet<String>) -> Vec<Item> {
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
        let items = items(&paths, &BTreeSet::new());
        let found: Vec<&str> = items.iter().map(|item| item.path.as_str()).collect();
        let expected = [
            "a-b", "a-b/c", "a", "a/b", "a/b/d", "a/b", "a/b-c", "a", "a.tf",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn folders_may_be_deep() {
        let path = "a/".repeat(4_000) + "b";
        let items = items(&[&path], &BTreeSet::new());
        assert_eq!(items.len(), 4_001);
        assert_eq!((items[4_000].depth, &items[4_000].path), (4_000, &path));
    }
}
