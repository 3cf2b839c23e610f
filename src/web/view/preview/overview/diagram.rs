//! The drawing itself, as SVG.

use composer_core::diagram::DiagramBox;
use yew::{Html, classes, html};

use super::layout::{self, Frame, Line};

use crate::model::diagram::Model;

/// The most letters that stand beside each other in a box.
const MAX_LETTERS: usize = 20;

/// The drawing of `model`. What it shows also stands in words, beside it and in the table below it.
pub(crate) fn draw(model: &Model, environment: &str) -> Html {
    let (width, height) = (layout::TOTAL_WIDTH, layout::height(model));
    let services = layout::services();
    let network = layout::network();
    html! {
        <svg class="diagram" viewBox={format!("0 0 {width} {height}")} role="img"
            aria-labelledby="diagram-title" aria-describedby="diagram-description">
            <title id="diagram-title">{ format!("Diagram of {environment}") }</title>
            <desc id="diagram-description">{ description(model) }</desc>
            { frame("network", network) }
            { words(network.x + 10, network.y + 18, "title", &model.network) }
            { words(network.x + 10, network.y + 33, "detail", &model.ways_out) }
            { words(network.x + 10, network.y + 47, "detail", &model.instances) }
            { frame("ring", services) }
            { words(services.x + 10, services.y + 15, "detail", "Temporal, with Alloy") }
            { for layout::lines(model).iter().map(line) }
            { for model.parts.iter().map(part) }
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
        "{}, {}. {}. {}. Who talks to whom is in the table below.",
        model.network,
        model.ways_out,
        model.instances,
        parts.join("; ")
    )
}

fn part(part: &DiagramBox) -> Html {
    let at = layout::frame(part);
    let class = classes!(
        "part",
        part.is_store.then_some("store"),
        part.exists.then_some("exists"),
    );
    html! {
        <g key={part.name} class={class}>
            { frame("box", at) }
            { words(at.x + 8, at.y + 20, "part-name", part.name) }
            if let Some(port) = part.port {
                { words(at.x + at.width - 8, at.y + 20, "detail end", port) }
            }
            { words(at.x + 8, at.y + 37, "detail", &short(&part.detail)) }
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

fn frame(class: &'static str, at: Frame) -> Html {
    html! {
        <rect class={class} x={at.x.to_string()} y={at.y.to_string()} rx="6"
            width={at.width.to_string()} height={at.height.to_string()} />
    }
}

fn words(x: i32, y: i32, class: &'static str, text: &str) -> Html {
    html! { <text class={class} x={x.to_string()} y={y.to_string()}>{ text.to_owned() }</text> }
}
