//! The diagram of a first look: a file, since what draws it is in the second part of the page.

use yew::{Html, html};

use crate::model::first_figures::is_first_look;
use crate::model::state::State;
use crate::view::loading::loading;

/// The size of `static/diagram.svg`, which a test writes, and the environment that it shows.
pub(super) const FIRST_SIZE: (i32, i32) = (542, 418);
pub(super) const FIRST_NAME: &str = "prod";

/// Stands where the diagram will be: a first look shows it as a file, since what draws it is in the second part.
pub(super) fn first_diagram(state: &State) -> Html {
    if !is_first_look(state) {
        return loading();
    }
    let (width, height) = FIRST_SIZE;
    html! {
        <section aria-labelledby="architecture">
            <div class="section-head">
                <h3 id="architecture">{ format!("Architecture of {FIRST_NAME}") }</h3>
            </div>
            // On a narrow screen it scrolls, which takes the focus by keyboard.
            <div class="drawing" tabindex="0" role="group" aria-labelledby="architecture">
                <img class="diagram" src="./diagram.svg" alt={format!("Diagram of {FIRST_NAME}")} loading="lazy"
                    width={width.to_string()} height={height.to_string()} />
            </div>
        </section>
    }
}
