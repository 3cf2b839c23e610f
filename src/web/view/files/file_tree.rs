//! The composed files as a tree, with the keyboard of an ARIA tree.

use composer_core::sorted::{SortedMap, SortedSet};
use std::rc::Rc;

use yew::{
    Callback, Html, KeyboardEvent, MouseEvent, Properties, classes, component, html, use_state,
};

use crate::browser::elements;
use crate::model::composition::Composition;
use crate::model::file_tree::{Item, begins_with, changed_inside, closed_at_first, items};
use crate::model::marks::Mark;

#[derive(Properties, PartialEq)]
pub(crate) struct FileTreeProps {
    pub(crate) composition: Rc<Composition>,
    pub(crate) marks: Rc<SortedMap<String, Mark>>,
    /// The file that is shown.
    pub(crate) shown: String,
    /// Whether only what the marks name is shown.
    pub(crate) changed_only: bool,
    pub(crate) on_choose: Callback<String>,
}

#[component]
pub(crate) fn FileTree(props: &FileTreeProps) -> Html {
    // What changed is to be seen: there every folder is open at first.
    let (all, changed) = (use_state(closed_at_first), use_state(SortedSet::new));
    let closed = if props.changed_only { changed } else { all };
    let focused = use_state(|| None::<String>);
    let mut paths: SortedSet<&str> = SortedSet::new();
    paths.extend(props.marks.keys().map(String::as_str));
    if !props.changed_only {
        paths.extend(props.composition.tree.files().map(|(path, _)| path));
    }
    if paths.is_empty() {
        let is_empty = props.composition.is_empty();
        return html! {
            <p class="empty">{ if is_empty { "There are no files." } else { "No file differs." } }</p>
        };
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
            let Some(path) = elements::attribute(&event, "data-path") else {
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
                elements::focus_soon(id_of(&next.path));
            }
        })
    };
    html! {
        <ul role="tree" aria-label="Files of the composition" onclick={on_click} onkeydown={on_key}>
            { for items.iter().enumerate().map(|(index, item)| html! {
                <TreeLine key={item.path.clone()} item={item.clone()} is_focused={index == at}
                    is_shown={item.path == props.shown} is_open={!closed.contains(&item.path)}
                    mark={props.marks.get(&item.path).copied()} changed={changed_inside(item, &props.marks)} />
            }) }
        </ul>
    }
}

#[derive(Properties, PartialEq)]
struct TreeLineProps {
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
fn TreeLine(props: &TreeLineProps) -> Html {
    let &TreeLineProps {
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
            <span class="file-name">{ name }</span>
        </li>
    }
}

fn id_of(path: &str) -> String {
    format!("file-{path}")
}
