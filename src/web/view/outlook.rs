//! What a switch or a choice would do, shown beside it while the pointer or the focus rests on it. Found in idle time, and
//! then ahead for the switches beside it; while the button is down, at once and for the step alone. Only the second part of
//! the page may reach this.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use composer_core::{FieldPath, Spec};
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlInputElement, KeyboardEvent};
use yew::{
    Html, Properties, UseStateSetter, component, html, use_effect_with, use_mut_ref, use_state,
};

use crate::browser::elements::{self, Edges};
use crate::browser::{interaction, schedule};
use crate::model::outlook::{Offer, Outlook, Trial};
use crate::model::question::{AVAILABILITIES, Choice, RATES};
use crate::model::state::State;

#[derive(Properties, PartialEq)]
pub(crate) struct OutlookProps {
    pub(crate) state: Rc<State>,
}

/// [`OutlookBox`] for [`crate::second_part::SecondPart`].
pub(crate) fn outlook(props: OutlookProps) -> Html {
    html! { <OutlookBox ..props /> }
}

/// Milliseconds that the pointer or the focus rests before anything is worked out.
const REST: u32 = 200;

/// Milliseconds that it stays once the pointer has left, so that the pointer can reach it.
const LEAVE: u32 = 200;

const BOX: &str = "outlook";

/// What is shown, of what, and whether for the focus.
#[derive(Clone, PartialEq)]
struct OpenBox {
    outlook: Outlook,
    beside: Element,
    is_focused: bool,
}

/// What was found for a spec.
#[derive(Default)]
struct KnownOutlooks {
    spec: Option<Rc<Spec>>,
    outlooks: Vec<(Offer, Option<Outlook>)>,
}

impl KnownOutlooks {
    fn find(&self, spec: &Rc<Spec>, offer: &Offer) -> Option<&Option<Outlook>> {
        let is_of_it = self
            .spec
            .as_ref()
            .is_some_and(|known| Rc::ptr_eq(known, spec));
        let mut outlooks = self.outlooks.iter().filter(|_| is_of_it);
        Some(&outlooks.find(|(known, _)| known == offer)?.1)
    }

    fn keep(&mut self, spec: &Rc<Spec>, offer: &Offer, outlook: Option<Outlook>) {
        if self
            .spec
            .as_ref()
            .is_none_or(|known| !Rc::ptr_eq(known, spec))
        {
            *self = Self {
                spec: Some(Rc::clone(spec)),
                outlooks: Vec::new(),
            };
        }
        self.outlooks.push((offer.clone(), outlook));
    }
}

/// What an outlook is found for.
enum Search {
    /// To be shown, until there is a request with another number.
    ToShow(u32),
    /// For the step that comes next, until the spec is another one.
    ForStep(Rc<Spec>),
}

/// What the listeners share.
struct Watch {
    state: RefCell<Rc<State>>,
    known: RefCell<KnownOutlooks>,
    /// The number of the last request: an earlier one shows nothing when it ends.
    request: Cell<u32>,
    waiting: Cell<Option<Timeout>>,
    show: UseStateSetter<Option<OpenBox>>,
}

impl Watch {
    /// Calls off what is under way.
    fn next_request(&self) -> u32 {
        self.waiting.set(None);
        self.request.set(self.request.get().wrapping_add(1));
        self.request.get()
    }

    fn hide(&self) {
        self.next_request();
        self.show.set(None);
    }

    /// Hides it in a moment.
    fn leave(self: &Rc<Self>) {
        self.next_request();
        let watch = Rc::clone(self);
        self.waiting
            .set(Some(Timeout::new(LEAVE, move || watch.show.set(None))));
    }

    /// Shows in a moment what `offer` would do.
    fn rest_on(self: &Rc<Self>, offer: Offer, beside: Element, is_focused: bool) {
        let request = self.next_request();
        let watch = Rc::clone(self);
        let wait = Timeout::new(REST, move || {
            spawn_local(async move {
                let search = Search::ToShow(request);
                let outlook = watch.find(&offer, &search).await;
                if watch.request.get() != request {
                    return;
                }
                watch.show.set(outlook.map(|outlook| OpenBox {
                    outlook,
                    beside,
                    is_focused,
                }));
                let spec = watch.spec();
                for next in offer.beside(&spec) {
                    watch.find(&next, &search).await;
                }
            });
        });
        self.waiting.set(Some(wait));
    }

    /// Tries at once what `offer` would do: the button is down over it, and the step need not wait for that once it is let go.
    fn press(self: &Rc<Self>, offer: Offer) {
        let (watch, spec) = (Rc::clone(self), self.spec());
        spawn_local(async move {
            watch.find(&offer, &Search::ForStep(spec)).await;
        });
    }

    fn spec(&self) -> Rc<Spec> {
        Rc::clone(&self.state.borrow().spec)
    }

    /// Waits until the browser has time for the next part of `search`, and says whether that is still wanted.
    async fn goes_on(&self, search: &Search) -> bool {
        match search {
            Search::ToShow(request) => {
                schedule::idle().await;
                self.request.get() == *request
            }
            Search::ForStep(spec) => {
                schedule::next_task().await;
                Rc::ptr_eq(&self.spec(), spec)
            }
        }
    }

    /// What `offer` would do; `None` where that can't be told, or is no longer wanted.
    async fn find(&self, offer: &Offer, search: &Search) -> Option<Outlook> {
        let state = Rc::clone(&self.state.borrow());
        if let Some(known) = self.known.borrow().find(&state.spec, offer) {
            return known.clone();
        }
        if !self.goes_on(search).await {
            return None;
        }
        let mut trial = Trial::of(&state, offer);
        if trial.is_some() {
            if !self.goes_on(search).await {
                return None;
            }
            trial = trial.map(Trial::fixed);
            if !self.goes_on(search).await {
                return None;
            }
        }
        let outlook = trial.map(|trial| trial.outlook(&state));
        let mut known = self.known.borrow_mut();
        known.keep(&state.spec, offer, outlook.clone());
        outlook
    }
}

#[component]
fn OutlookBox(props: &OutlookProps) -> Html {
    let shown = use_state(|| None::<OpenBox>);
    let watch = use_mut_ref({
        let (state, show) = (Rc::clone(&props.state), shown.setter());
        || {
            Rc::new(Watch {
                state: RefCell::new(state),
                known: RefCell::default(),
                request: Cell::new(0),
                waiting: Cell::new(None),
                show,
            })
        }
    });
    let watch = Rc::clone(&watch.borrow());
    watch.state.replace(Rc::clone(&props.state));
    use_effect_with(Rc::clone(&props.state.spec), {
        let watch = Rc::clone(&watch);
        // What was told is done, or holds no more.
        move |_| watch.hide()
    });
    use_effect_with((), move |()| {
        let listeners = listen(&watch);
        move || drop(listeners)
    });
    use_effect_with((*shown).clone(), |shown| {
        if let Some(shown) = shown {
            place(&shown.beside);
        }
    });
    let live = match &*shown {
        Some(shown) if shown.is_focused => "polite",
        _ => "off",
    };
    html! {
        <div id={BOX} class="outlook" role="status" aria-live={live} hidden={shown.is_none()}>
            if let Some(OpenBox { outlook, .. }) = &*shown {
                <b>{ &outlook.what }</b>
                if let Some(effect) = &outlook.effect {
                    <p>{ effect }</p>
                }
                if let Some(trouble) = &outlook.trouble {
                    <p class={if outlook.effect.is_some() { "warning" } else { "error" }}>{ trouble }</p>
                }
            }
        </div>
    }
}

fn listen(watch: &Rc<Watch>) -> [EventListener; 4] {
    let document = gloo::utils::document();
    let on = |name: &'static str, act: fn(&Rc<Watch>, &Event)| {
        let watch = Rc::clone(watch);
        EventListener::new(&document, name, move |event| act(&watch, event))
    };
    [
        on("mouseover", |watch, event| {
            if let Some((offer, beside)) = offered(&watch.state.borrow(), event) {
                watch.rest_on(offer, beside, false);
            } else if elements::is_on(event, ".outlook") {
                // Who reads it may do so.
                watch.next_request();
            } else {
                watch.leave();
            }
        }),
        on("pointerdown", |watch, event| {
            if let Some((offer, _)) = offered(&watch.state.borrow(), event) {
                watch.press(offer);
            }
        }),
        on("focusin", |watch, event| {
            let is_seen = elements::is_on(event, ":focus-visible");
            match offered(&watch.state.borrow(), event).filter(|_| is_seen) {
                Some((offer, beside)) => watch.rest_on(offer, beside, true),
                None => watch.leave(),
            }
        }),
        on("keydown", |watch, event| {
            let key = event.dyn_ref::<KeyboardEvent>();
            if key.is_some_and(|key| key.key() == "Escape") {
                watch.hide();
            }
        }),
    ]
}

/// What a click where the event is would do, and what it is shown beside.
fn offered(state: &State, event: &Event) -> Option<(Offer, Element)> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let around = target.closest(".check, .radios label").ok()??;
    let input = around.query_selector("input").ok()??;
    let input: HtmlInputElement = input.dyn_into().ok()?;
    if input.disabled() {
        return None;
    }
    if input.type_() == "checkbox" {
        let at = FieldPath::root().join(&input.id());
        composer_core::options::find(&at)?;
        return Some((Offer::Switch(at), around));
    }
    let place = elements::position(event, ".radios label")?.checked_sub(1)?;
    let choice = match input.name().as_str() {
        "rate" => Choice::Rate(*RATES.get(place)?),
        "availability" => Choice::Availability(AVAILABILITIES.get(place)?.0),
        _ => return None,
    };
    let environment = state.question_environment()?.to_owned();
    (!input.checked()).then_some((Offer::Choice(environment, choice), around))
}

/// Puts the box where it covers nothing that could be clicked next: a switch's beside the form, a choice's below it.
fn place(beside: &Element) {
    let Some(shown) = elements::by_id(BOX) else {
        return;
    };
    if interaction::is_narrow() {
        // The styles have a place for it.
        elements::set_style(&shown, "left", "");
        elements::set_style(&shown, "top", "");
        return;
    }
    let (Some(at), Some(size)) = (elements::edges(beside), elements::edges(&shown)) else {
        return;
    };
    let form = elements::by_id("options").and_then(|form| elements::edges(&form));
    let is_in_form = elements::is_within(beside, "#options");
    let (left, top) = match form.filter(|_| is_in_form) {
        Some(Edges { right, .. }) => (right + 8.0, at.top),
        None => (at.left, at.bottom + 4.0),
    };
    let (width, height) = elements::window_size();
    let left = left.min(width - (size.right - size.left) - 8.0).max(8.0);
    let top = top.min(height - (size.bottom - size.top) - 8.0).max(8.0);
    elements::set_style(&shown, "left", &format!("{left}px"));
    elements::set_style(&shown, "top", &format!("{top}px"));
}
