//! The drawing itself, as SVG.

use composer_core::diagram::DiagramBox;
use yew::{Callback, Html, KeyboardEvent, MouseEvent, classes, html};

use super::layout::{self, Frame, Line};

use crate::browser::elements;
use crate::model::diagram::{Emphasis, Model, ModelChange};

/// The most letters that stand beside each other in a box.
const MAX_LETTERS: usize = 20;

/// What is to be seen beside the model itself.
pub(crate) struct Drawing<'a> {
    /// The environment.
    pub(crate) environment: &'a str,
    /// The box that somebody has chosen.
    pub(crate) picked: Option<&'a str>,
    /// What an option is about that somebody rests on.
    pub(crate) lit: &'a Emphasis,
    /// What came and went, where that is to be seen.
    pub(crate) change: Option<&'a ModelChange>,
    /// A box is chosen.
    pub(crate) on_pick: Callback<String>,
}

/// The drawing of `model`. What it shows also stands in words, beside it and in the table below it.
pub(crate) fn draw(model: &Model, drawing: &Drawing<'_>) -> Html {
    let environment = drawing.environment;
    let (width, height) = (layout::TOTAL_WIDTH, layout::height(model));
    let services = layout::services();
    let network = layout::network();
    let on_click = {
        let on_pick = drawing.on_pick.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(name) = elements::attribute(&event, "data-box") {
                on_pick.emit(name);
            }
        })
    };
    let on_key = {
        let on_pick = drawing.on_pick.clone();
        Callback::from(move |event: KeyboardEvent| {
            let is_press = matches!(event.key().as_str(), "Enter" | " ");
            if let Some(name) = elements::attribute(&event, "data-box").filter(|_| is_press) {
                event.prevent_default();
                on_pick.emit(name);
            }
        })
    };
    let lit_when = |is_lit: bool, class: &'static str| {
        if is_lit {
            format!("{class} lit")
        } else {
            class.to_owned()
        }
    };
    // What went and left its place to another stands in words alone.
    let is_free = |gone: &&DiagramBox| model.parts.iter().all(|part| part.slot != gone.slot);
    let went: Vec<&DiagramBox> = drawing
        .change
        .iter()
        .flat_map(|change| &change.went)
        .filter(is_free)
        .collect();
    html! {
        <svg class="diagram" viewBox={format!("0 0 {width} {height}")} role="group"
            aria-labelledby="diagram-title" aria-describedby="diagram-description" onclick={on_click} onkeydown={on_key}>
            <title id="diagram-title">{ format!("Diagram of {environment}") }</title>
            <desc id="diagram-description">{ description(model) }</desc>
            { frame(&lit_when(drawing.lit.network, "network"), network) }
            { words(network.x + 10, network.y + 18, "title", &model.network) }
            { words(network.x + 10, network.y + 33, "detail", &model.ways_out) }
            { words(network.x + 10, network.y + 47, &lit_when(drawing.lit.instances, "detail"), &model.instances) }
            { frame("ring", services) }
            { words(services.x + 10, services.y + 15, "detail", "Temporal, with Alloy") }
            { for layout::lines(model).iter().map(line) }
            { for model.parts.iter().map(|each| part(model, each, drawing)) }
            { for went.into_iter().map(gone) }
        </svg>
    }
}

/// What the drawing shows, in sentences.
fn description(model: &Model) -> String {
    let parts: Vec<String> = model
        .parts
        .iter()
        .map(|part| match part.port {
            Some(port) => format!("{}: {}, port {port}", part.name, part.detail),
            None => format!("{}: {}", part.name, part.detail),
        })
        .collect();
    format!(
        "{}, {}. {}. {}. The table below lists the traffic.",
        model.network,
        model.ways_out,
        model.instances,
        parts.join("; ")
    )
}

/// A box. One with options is a button that leads to them, and has what it shows for its name.
fn part(model: &Model, part: &DiagramBox, drawing: &Drawing<'_>) -> Html {
    let at = layout::frame(part);
    let mark = drawing.change.and_then(|change| {
        if change.came.contains(&part.name) {
            Some(("came", "+"))
        } else if change.changed.contains(&part.name) {
            Some(("is-other", "~"))
        } else {
            None
        }
    });
    let class = classes!(
        "part",
        part.is_store.then_some("store"),
        part.exists.then_some("exists"),
        drawing.lit.boxes.contains(&part.name).then_some("lit"),
        mark.map(|(class, _)| class),
    );
    let has_options = !model.options_of(part.name).is_empty();
    let is_picked = drawing.picked == Some(part.name);
    html! {
        <g key={part.name} class={class} data-box={has_options.then_some(part.name)}
            role={has_options.then_some("button")} tabindex={has_options.then_some("0")}
            aria-expanded={has_options.then_some(if is_picked { "true" } else { "false" })}>
            { frame("box", at) }
            { words(at.x + 8, at.y + 20, "part-name", part.name) }
            if let Some(port) = part.port {
                { words(at.x + at.width - 8, at.y + 20, "detail end", port) }
            }
            { words(at.x + 8, at.y + 37, "detail", &short(&part.detail)) }
            if let Some((_, sign)) = mark {
                { words(at.x + at.width - 8, at.y + 37, "sign end", sign) }
            }
        </g>
    }
}

/// A box that went with the last change.
fn gone(part: &DiagramBox) -> Html {
    let at = layout::frame(part);
    html! {
        <g key={part.name} class="part went" aria-hidden="true">
            { frame("box", at) }
            { words(at.x + 8, at.y + 20, "part-name", part.name) }
            { words(at.x + at.width - 8, at.y + 37, "sign end", "\u{2212}") }
        </g>
    }
}

/// What fits into a box; the whole stands in words.
fn short(text: &str) -> String {
    match text.char_indices().nth(MAX_LETTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn line(line: &Line) -> Html {
    let points: Vec<String> = line
        .points
        .iter()
        .map(|(x, y)| format!("{x},{y}"))
        .collect();
    let (x, y) = line.at;
    html! {
        <g class="talk">
            <polyline points={points.join(" ")} />
            <polygon points={layout::head(line)} />
            <text x={x.to_string()} y={y.to_string()} class="port">{ line.label }</text>
        </g>
    }
}

fn frame(class: &str, at: Frame) -> Html {
    html! {
        <rect class={class.to_owned()} x={at.x.to_string()} y={at.y.to_string()} rx="6"
            width={at.width.to_string()} height={at.height.to_string()} />
    }
}

fn words(x: i32, y: i32, class: &str, text: &str) -> Html {
    html! { <text class={class.to_owned()} x={x.to_string()} y={y.to_string()}>{ text.to_owned() }</text> }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use composer_core::check;
    use composer_core::presets::PRESETS;
    use yew::virtual_dom::VNode;

    use super::*;
    use crate::view::preview::first_diagram::{FIRST_NAME, FIRST_SIZE};

    fn file(path: &str) -> String {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        fs::read_to_string(root.join(path)).unwrap_or_default()
    }

    /// The drawing as a file. What is said in words stands in the page beside it.
    fn written(node: &VNode, text: &mut String) {
        match node {
            VNode::VTag(tag) if ["title", "desc"].contains(&tag.tag()) => {}
            VNode::VTag(tag) => {
                *text += &format!("<{}", tag.tag());
                let mut attributes: Vec<_> = tag.attributes.iter().collect();
                let is_drawn = |name: &str| {
                    let of_use = ["role", "tabindex"].contains(&name);
                    !of_use && !name.starts_with("aria-") && !name.starts_with("data-")
                };
                attributes.retain(|(name, _)| is_drawn(name));
                attributes.sort_unstable();
                for (name, value) in attributes {
                    *text += &format!(" {name}=\"{value}\"");
                }
                *text += ">";
                if let Some(children) = tag.children() {
                    written(children, text);
                }
                *text += &format!("</{}>", tag.tag());
            }
            VNode::VText(part) => {
                *text += &part.text.replace('&', "&amp;").replace('<', "&lt;");
            }
            VNode::VList(list) => list.iter().for_each(|each| written(each, text)),
            _ => panic!("a drawing is of tags and texts"),
        }
    }

    /// The style of the drawing: its rule of the page's styles, with the tokens that it names.
    fn style() -> String {
        let (tokens, overview) = (
            file("static/css/tokens.css"),
            file("static/css/overview.css"),
        );
        let begin = overview
            .find("\n.diagram {")
            .expect("the diagram has a rule")
            + 1;
        let end = begin + overview[begin..].find("\n}\n").expect("the rule ends") + 2;
        let rule = &overview[begin..end];
        let is_named = |line: &&str| {
            let name = line.trim().split(':').next().unwrap_or_default();
            name.starts_with("--") && rule.contains(&format!("var({name})"))
        };
        let tokens: String = tokens.lines().filter(is_named).map(str::trim).collect();
        let rule: Vec<&str> = rule.split_whitespace().collect();
        format!(
            ":root{{color-scheme:light dark;{tokens}}}{}",
            rule.join(" ")
        )
    }

    /// A first look has no second part that draws it, so it shows this file.
    #[test]
    fn the_drawing_of_a_first_look_is_that_of_the_first_preset() {
        let blueprint = check(&PRESETS[0].spec()).blueprint.unwrap();
        let shown = blueprint.environments.last().unwrap();
        let mut drawing = String::new();
        let at_first = Drawing {
            environment: &shown.name,
            picked: None,
            lit: &Emphasis::default(),
            change: None,
            on_pick: Callback::noop(),
        };
        written(&draw(&Model::of(shown), &at_first), &mut drawing);
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\"{}\n",
            drawing.strip_prefix("<svg").unwrap().replacen(
                '>',
                &format!("><style>{}</style>", style()),
                1
            )
        );
        if std::env::var_os("BLESS").is_some() {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
            fs::write(root.join("static/diagram.svg"), &svg).unwrap();
        }
        assert!(
            file("static/diagram.svg") == svg,
            "static/diagram.svg is not the drawing: BLESS=1 cargo test --workspace --lib first_look"
        );
        let (width, height) = FIRST_SIZE;
        assert_eq!(
            (width, height),
            (layout::TOTAL_WIDTH, layout::height(&Model::of(shown)))
        );
        assert!(shown.name == FIRST_NAME);
    }
}
