//! A document of the download as it reads: its Markdown drawn, with links that lead to the other files.

use yew::{AttrValue, Callback, Html, MouseEvent, Properties, classes, component, html, use_memo};

use crate::browser::elements;
use crate::model::action::Action;
use crate::model::markdown::{Block, Inline, blocks, target};

#[derive(Properties, PartialEq)]
pub(crate) struct DocumentProps {
    pub(crate) path: AttrValue,
    pub(crate) text: AttrValue,
    /// Whether a long line of code goes on below itself.
    pub(crate) wraps: bool,
    pub(crate) on_action: Callback<Action>,
}

#[component]
pub(crate) fn Document(props: &DocumentProps) -> Html {
    let document = use_memo(props.text.clone(), |text| blocks(text));
    let on_click = {
        let (path, on_action) = (props.path.clone(), props.on_action.clone());
        Callback::from(move |event: MouseEvent| {
            let Some(to) = elements::attribute(&event, "data-to") else {
                return;
            };
            event.prevent_default();
            if let Some(path) = target(&path, &to) {
                on_action.emit(Action::File(path, None));
            }
        })
    };
    html! {
        <article class={classes!("document", props.wraps.then_some("wraps"))} onclick={on_click} aria-label={props.path.clone()}>
            { for document.iter().map(block) }
        </article>
    }
}

fn block(block: &Block) -> Html {
    match block {
        // The page has headings of its own above these.
        Block::Heading(1, parts) => html! { <h3>{ for parts.iter().map(inline) }</h3> },
        Block::Heading(2, parts) => html! { <h4>{ for parts.iter().map(inline) }</h4> },
        Block::Heading(_, parts) => html! { <h5>{ for parts.iter().map(inline) }</h5> },
        Block::Paragraph(parts) => html! { <p>{ for parts.iter().map(inline) }</p> },
        Block::List(items) => html! {
            <ul>{ for items.iter().map(|item| html! { <li>{ for item.iter().map(inline) }</li> }) }</ul>
        },
        Block::Table(heads, rows) => html! {
            <div class="scroll" tabindex="0" role="group" aria-label="Table">
                <table class="facts">
                    <thead>
                        <tr>{ for heads.iter().map(|cell| html! { <th scope="col">{ for cell.iter().map(inline) }</th> }) }</tr>
                    </thead>
                    <tbody>
                        { for rows.iter().map(|row| html! {
                            <tr>{ for row.iter().map(|cell| html! { <td>{ for cell.iter().map(inline) }</td> }) }</tr>
                        }) }
                    </tbody>
                </table>
            </div>
        },
        Block::Code(code) => html! { <pre tabindex="0"><code>{ code }</code></pre> },
    }
}

fn inline(part: &Inline) -> Html {
    match part {
        Inline::Text(text) => html! { { text } },
        Inline::Code(code) => html! { <code>{ code }</code> },
        Inline::Strong(parts) => html! { <strong>{ for parts.iter().map(inline) }</strong> },
        Inline::Link(parts, to) if to.starts_with("https://") => html! {
            <a href={to.clone()} target="_blank" rel="noreferrer">{ for parts.iter().map(inline) }</a>
        },
        // The address keeps its fragment, which is the link to the composition.
        Inline::Link(parts, to) => html! {
            <a href={to.clone()} data-to={to.clone()}>{ for parts.iter().map(inline) }</a>
        },
    }
}
