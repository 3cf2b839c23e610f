//! What a first look does without, so that it comes sooner: the files, prices, the panes but for the overview's cards, the
//! search, the dialogs, links and the zip. With the feature `cut`, `cargo xtask build` cuts the wasm in two: what is reached
//! through [`SecondPart`] alone is in the second part, which the page loads on the first interaction. Without it, the page
//! is one piece, which trunk alone can build.

use std::ptr;

use composer_core::options::OptionRow;
use composer_core::sorted::SortedMap;
use composer_core::{Spec, Tree};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::{Callback, Html};

use crate::browser::files::IncomingFiles;
use crate::browser::{boot, schedule};
use crate::loading::LoadError;
use crate::model::action::Action;
use crate::model::baseline::BaselineFiles;
use crate::model::capabilities::Capabilities;
use crate::model::composition::Composition;
use crate::model::download::{Archive, pack};
use crate::model::effect::{announcement, price_change};
use crate::model::marks::{Mark, marks};
use crate::model::opening::OpeningResult;
use crate::model::question::{Choice, Choices, Prices, choose, chosen, prices};
use crate::model::sizing::Sizing;
use crate::model::start::{self, PutAside};
use crate::model::state::State;
use crate::view::dialogs::{Dialog, DialogBoxProps, dialog_box};
use crate::view::file_reading::open_files;
use crate::view::files::{FilesProps, files_pane};
use crate::view::form::about::about;
use crate::view::form::add_environment::{AddEnvironmentProps, add_environment};
use crate::view::form::environment_actions::{
    EnvironmentActionsProps, environment_actions, no_environment,
};
use crate::view::form::fixes::{FixesProps, fixes};
use crate::view::form::map::{MapFieldProps, map_field};
use crate::view::kept_work::{keep, open_address, remember, switch_keeping};
use crate::view::last_change::last_change;
use crate::view::outlook::{OutlookProps, outlook};
use crate::view::persistence_switch::persistence_switch;
use crate::view::preview::banner::banner;
use crate::view::preview::cost::{CostProps, cost_pane};
use crate::view::preview::overview::{OverviewProps, overview_pane};
use crate::view::preview::problems::{ProblemListProps, problem_list};
use crate::view::preview::sizing::{SizingProps, sizing_pane};
use crate::view::work::{Persistence, Work};

/// The ways into the second part.
pub(crate) struct SecondPart {
    /// What the model can compute with it.
    pub(crate) capabilities: Capabilities,
    /// The state of a page that starts with what the address leads to, the storage has kept and the tab remembers.
    pub(crate) start: fn(Capabilities, &str, Option<&str>, PutAside, Option<&str>) -> State,
    /// Keeps the work in the address and in the storage.
    pub(crate) keep: fn(&Work),
    /// The switch for the storage.
    pub(crate) persistence_switch: fn(&Persistence, &Callback<bool>, &Callback<Dialog>) -> Html,
    /// Begins or ends to keep it in the storage.
    pub(crate) switch_keeping: fn(&Work, bool),
    /// Opens what somebody has put into the address by hand.
    pub(crate) open_address: fn(&Work, &str),
    /// Remembers what a tab needs when it is loaded again.
    pub(crate) remember: fn(&Work),
    /// Reads and opens a file that was chosen or dropped, and reports what was opened.
    pub(crate) open_files: fn(IncomingFiles, Callback<OpeningResult>),
    /// Makes the zip of a composition.
    pub(crate) pack: fn(&Composition) -> Result<Archive, String>,
    /// What opens above the page.
    pub(crate) dialog: fn(DialogBoxProps) -> Html,
    /// What an environment has of the question's choices, in a spec that began as another one.
    pub(crate) chosen: fn(&Spec, &str, &Spec) -> Choices,
    /// What they would cost.
    pub(crate) prices: fn(&Sizing, &Spec, &str) -> Prices,
    /// The spec once one of them was made, and what that step is called.
    pub(crate) choose: fn(&Spec, &str, Choice) -> Option<(Spec, String)>,
    /// What became of the files.
    pub(crate) marks: fn(&BaselineFiles, &Tree) -> SortedMap<String, Mark>,
    /// What the last change did, or how much there is.
    pub(crate) last_change: fn(&State, usize, &Callback<Action>) -> Html,
    /// What the last change costs.
    pub(crate) price_change: fn(&State) -> String,
    /// What it did, for those who don't see it.
    pub(crate) announcement: fn(&State, &SortedMap<String, Mark>) -> String,
    /// What a switch or a choice would do, while the pointer or the focus rests on it.
    pub(crate) outlook: fn(OutlookProps) -> Html,
    /// What an option is, in full.
    pub(crate) about: fn(&OptionRow, &Spec, &Callback<Action>) -> Html,
    /// The panes that show files.
    pub(crate) files: fn(FilesProps) -> Html,
    /// What the Overview pane shows below the cards.
    pub(crate) overview: fn(OverviewProps) -> Html,
    /// The Sizing pane.
    pub(crate) sizing: fn(SizingProps) -> Html,
    /// The Cost pane.
    pub(crate) cost: fn(CostProps) -> Html,
    /// The form for a further environment.
    pub(crate) add_environment: fn(AddEnvironmentProps) -> Html,
    /// What can be done with an environment as a whole.
    pub(crate) environment_actions: fn(EnvironmentActionsProps) -> Html,
    /// Shown when there is no environment.
    pub(crate) no_environment: fn(&Callback<Action>) -> Html,
    /// Values with keys of the user's own.
    pub(crate) map_field: fn(MapFieldProps) -> Html,
    /// What solves problems, as buttons.
    pub(crate) fixes: fn(FixesProps) -> Html,
    /// What is wrong, above the panes.
    pub(crate) banner: fn(&State, &Callback<Action>) -> Html,
    /// The Problems pane.
    pub(crate) problems: fn(ProblemListProps) -> Html,
}

/// There is but one.
impl PartialEq for SecondPart {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self, other)
    }
}

static SECOND_PART: SecondPart = SecondPart {
    capabilities: Capabilities::FULL,
    start: start::start,
    keep,
    persistence_switch,
    switch_keeping,
    open_address,
    remember,
    open_files,
    pack,
    dialog: dialog_box,
    chosen,
    prices,
    choose,
    marks,
    last_change,
    price_change,
    announcement,
    outlook,
    about,
    files: files_pane,
    overview: overview_pane,
    sizing: sizing_pane,
    cost: cost_pane,
    add_environment,
    environment_actions,
    no_environment,
    map_field,
    fixes,
    banner,
    problems: problem_list,
};

/// Loads the second part and its styles, once. What failed is tried again at the next call.
///
/// # Errors
/// Where one of them can't be loaded.
pub(crate) async fn load() -> Result<&'static SecondPart, LoadError> {
    // Both are requested at once.
    let styles = JsFuture::from(boot::load_second_styles());
    let part = load_part().await?;
    styles.await.map_err(|_| LoadError)?;
    Ok(part)
}

#[cfg(feature = "cut")]
#[wasm_split_helpers::wasm_split(second, fallible)]
fn load_part() -> Result<&'static SecondPart, LoadError> {
    Ok(&SECOND_PART)
}

/// The second part of a page that is not cut: nothing needs to be loaded.
#[cfg(not(feature = "cut"))]
#[expect(clippy::unused_async, reason = "where it is cut, it takes time")]
async fn load_part() -> Result<&'static SecondPart, LoadError> {
    Ok(&SECOND_PART)
}

/// The second part, as far as it is loaded, and the way to load it.
#[derive(Clone, PartialEq)]
pub(crate) struct Loader {
    part: Option<&'static SecondPart>,
    on_load: Callback<Result<&'static SecondPart, LoadError>>,
}

impl Loader {
    /// A loader that reports to `on_load`, where `part` is loaded already or not.
    pub(crate) fn new(
        part: Option<&'static SecondPart>,
        on_load: Callback<Result<&'static SecondPart, LoadError>>,
    ) -> Self {
        Self { part, on_load }
    }

    /// The second part, once it is loaded.
    pub(crate) fn part(&self) -> Option<&'static SecondPart> {
        self.part
    }

    /// Loads the second part, reports it, and tells `static/boot.js` then.
    pub(crate) fn load(&self) {
        let on_load = self.on_load.clone();
        spawn_local(async move {
            let loaded = load().await;
            // All files get their texts then: a task of its own.
            schedule::next_task().await;
            on_load.emit(loaded);
            boot::announce_interaction();
        });
    }

    /// Does `act` once the second part is loaded and reported.
    pub(crate) fn when_loaded(&self, act: impl FnOnce(&'static SecondPart) + 'static) {
        self.when_tried(Box::new(|part| {
            if let Some(part) = part {
                act(part);
            }
        }));
    }

    /// Does `act` once the second part is loaded or can't be, which is reported: what waits is compiled once.
    pub(crate) fn when_tried(&self, act: Box<dyn FnOnce(Option<&'static SecondPart>)>) {
        let on_load = self.on_load.clone();
        spawn_local(async move {
            let loaded = load().await;
            on_load.emit(loaded);
            act(loaded.ok());
        });
    }
}
