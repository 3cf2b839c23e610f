//! What the page knows: the spec with its history, and what is looked at. Everything else follows from it.

use std::collections::BTreeSet;
use std::rc::Rc;

use composer_core::compose::Texts;
use composer_core::options::{self, Scope};
use composer_core::presets::{self, PresetSpec};
use composer_core::{Checked, FieldPath, Problems, Spec, Value, check, check_from, compose};
use yew::Reducible;

use crate::baseline::{Baseline, Loaded};
use crate::browser;
use crate::derive::{Composition, name_of};
use crate::later::{self, Later};
use crate::notice::Notice;
use crate::opening::Opening;
use crate::sections::{self, plain};
use crate::sizing::Sizing;

/// The most steps that can be undone.
const LONGEST_HISTORY: usize = 200;

/// The page's state.
#[derive(Clone, PartialEq)]
pub(crate) struct State {
    /// What is asked for now.
    pub(crate) spec: Rc<Spec>,
    /// What is wrong with it or worth knowing.
    pub(crate) problems: Rc<Problems>,
    /// What its environments take and cost, also where they don't fit.
    pub(crate) sizing: Rc<Sizing>,
    /// What the last spec without errors composes to: what the preview shows. It can't follow from the spec of now,
    /// so it stands here, and each spec is checked and composed once.
    pub(crate) composition: Rc<Composition>,
    /// The preset that the spec began as.
    pub(crate) preset: &'static str,
    /// What the last step did.
    pub(crate) last: Option<Step>,
    /// What was opened last, for comparison.
    pub(crate) loaded: Option<Rc<Loaded>>,
    /// The second part of the page, once it is loaded.
    pub(crate) later: Option<&'static Later>,
    /// What there is to say beside it all.
    pub(crate) notice: Option<Rc<Notice>>,
    past: Vec<Rc<Moment>>,
    future: Vec<Rc<Moment>>,
    /// What is looked at.
    pub(crate) view: View,
}

/// A step from one spec to the next.
#[derive(Clone, PartialEq)]
pub(crate) struct Step {
    /// What it did, in a few words.
    pub(crate) what: String,
    /// What was composed before it.
    pub(crate) before: Rc<Composition>,
    /// How many values of the user's a preset replaced.
    pub(crate) replaced: usize,
}

/// A spec as it was, and what led away from it.
#[derive(PartialEq)]
struct Moment {
    spec: Rc<Spec>,
    preset: &'static str,
    what: String,
}

/// What is looked at.
#[derive(Clone, PartialEq)]
pub(crate) struct View {
    /// The pane that a narrow screen shows.
    pub(crate) screen: Screen,
    /// What the preview shows.
    pub(crate) pane: Pane,
    /// The file in the Code pane.
    pub(crate) file: String,
    /// The line of it that is asked about, from zero.
    pub(crate) line: Option<usize>,
    /// The sections of the form that are open, by name.
    pub(crate) open: BTreeSet<&'static str>,
    /// The environment whose column a narrow screen shows.
    pub(crate) environment: Option<String>,
    /// What the files are compared with.
    pub(crate) baseline: Baseline,
    /// Whether the tree shows only files that differ from the baseline.
    pub(crate) changed_only: bool,
    /// The value whose lines are listed; the number tells one wish from the next.
    pub(crate) made: Option<(u32, FieldPath)>,
    /// The value whose field is to get the focus; the number tells one wish from the next.
    pub(crate) reveal: Option<(u32, FieldPath)>,
}

/// The panes of a narrow screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Screen {
    /// The form.
    Options,
    /// The file tree.
    Files,
    /// The preview.
    Review,
}

/// What the preview can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pane {
    /// The text of a file.
    Code,
    /// What differs in a file from the baseline.
    Diff,
    /// What the composition is, at a glance.
    Overview,
    /// Whether an environment fits, and what it costs.
    Sizing,
    /// What is wrong or worth knowing.
    Problems,
}

/// What can happen.
pub(crate) enum Action {
    /// The second part of the page is there.
    Later(&'static Later),
    /// A value is now this one, or the default.
    Value(FieldPath, Option<Value>),
    /// The spec is now this one.
    Spec {
        /// The whole spec.
        spec: Spec,
        /// What was done, in a few words.
        what: String,
    },
    /// The spec is now that of something that was opened.
    Open(Box<Opening>),
    /// There is this to say, or nothing more.
    Notice(Option<Notice>),
    /// The spec is now a preset's.
    Preset(&'static PresetSpec),
    /// Back to the spec before the last step.
    Undo,
    /// Forward again.
    Redo,
    /// A narrow screen shows this pane.
    Screen(Screen),
    /// The preview shows this.
    Pane(Pane),
    /// The Code pane shows a file, and perhaps a line of it; the Diff pane keeps the place where it is open.
    File(String, Option<usize>),
    /// The Diff pane shows a file.
    Diff(String),
    /// The files are compared with this from now on.
    Baseline(Baseline),
    /// The tree shows only what changed, or everything.
    ChangedOnly(bool),
    /// The lines that a value makes are listed, or no longer.
    Made(Option<FieldPath>),
    /// A line of the file is asked about.
    Line(usize),
    /// A section of the form opens or closes.
    Section(&'static str),
    /// A narrow screen shows the column of this environment.
    Environment(String),
    /// The field of a value gets the focus.
    Reveal(FieldPath),
}

impl Default for State {
    fn default() -> Self {
        Self::first(None)
    }
}

impl State {
    /// The state of a page that begins with the first preset, made in tasks of their own: between them the browser can
    /// do what waits.
    pub(crate) async fn begun() -> Self {
        let spec = Rc::new(presets::PRESETS[0].spec());
        browser::next_task().await;
        let checked = check(&spec);
        browser::next_task().await;
        let settled = settle(&spec, checked, None, None);
        Self::with_first(spec, settled, None)
    }

    /// The same in one go.
    #[must_use]
    fn first(later: Option<&'static Later>) -> Self {
        let spec = Rc::new(presets::PRESETS[0].spec());
        let settled = settle(&spec, check(&spec), later, None);
        Self::with_first(spec, settled, later)
    }

    /// The state of a page that begins with `spec`, which is that of the first preset.
    fn with_first(spec: Rc<Spec>, settled: Settled, later: Option<&'static Later>) -> Self {
        let Settled {
            problems,
            sizing,
            composition,
        } = settled;
        Self {
            spec,
            problems,
            sizing,
            composition: composition.expect("a preset has no errors: a test goes through them"),
            preset: presets::PRESETS[0].name,
            last: None,
            loaded: None,
            later,
            notice: None,
            past: Vec::new(),
            future: Vec::new(),
            view: View {
                screen: Screen::Options,
                pane: Pane::Code,
                file: "README.md".to_owned(),
                line: None,
                open: BTreeSet::new(),
                environment: None,
                baseline: Baseline::LastChange,
                changed_only: false,
                made: None,
                reveal: None,
            },
        }
    }

    /// The state of a page that begins with what was opened. Where that has errors, the preset's files are shown.
    #[must_use]
    pub(crate) fn starting(opening: Opening, later: &'static Later) -> Self {
        let begun = Self {
            preset: opening.preset,
            ..Self::first(Some(later))
        };
        let base = Rc::new(begun.base());
        let notice = opening.notice.clone().map(Rc::new);
        let state = begun
            .with_spec(base, String::new(), opening.preset)
            .opened(opening);
        Self {
            last: None,
            past: Vec::new(),
            notice,
            ..state
        }
    }

    /// The state once something was opened.
    #[must_use]
    pub(crate) fn opened(self, opening: Opening) -> Self {
        let Opening {
            spec,
            preset,
            what,
            loaded,
            is_archive,
            notice,
        } = opening;
        let loaded = loaded.or_else(|| self.loaded.clone());
        let is_another = *self.spec != spec;
        let next = self.step(spec, what.clone(), preset);
        let said = || {
            Notice::plain(if is_another {
                format!("{what}. What you had before comes back with Undo.")
            } else {
                format!("{what}. It holds what you have here already.")
            })
        };
        let baseline = if is_archive {
            Baseline::Loaded
        } else {
            next.view.baseline
        };
        Self {
            loaded,
            notice: Some(Rc::new(notice.unwrap_or_else(said))),
            view: View {
                baseline,
                ..next.view
            },
            ..next
        }
    }

    /// The state once the second part of the page is there.
    #[must_use]
    fn with_later(self, later: &'static Later) -> Self {
        if self.later.is_some() {
            return self;
        }
        let whole = |part: &Composition| Rc::new(part.again(later.texts));
        Self {
            later: Some(later),
            notice: self.notice.filter(|said| **said != later::not_loaded()),
            sizing: Rc::new(self.sizing.with_costs(later)),
            composition: whole(&self.composition),
            last: self.last.map(|last| Step {
                before: whole(&last.before),
                ..last
            }),
            ..self
        }
    }

    /// The texts of its files, as far as they are there.
    #[must_use]
    pub(crate) fn texts(&self) -> &'static Texts {
        texts_of(self.later)
    }

    /// The same with something to say.
    #[must_use]
    pub(crate) fn noted(self, notice: Notice) -> Self {
        Self {
            notice: Some(Rc::new(notice)),
            ..self
        }
    }

    /// What undoing would take back.
    #[must_use]
    pub(crate) fn undo(&self) -> Option<&str> {
        self.past.last().map(|moment| moment.what.as_str())
    }

    /// What redoing would do again.
    #[must_use]
    pub(crate) fn redo(&self) -> Option<&str> {
        self.future.last().map(|moment| moment.what.as_str())
    }

    /// The preset that the spec began as.
    #[must_use]
    pub(crate) fn base(&self) -> Spec {
        presets::find(self.preset).map_or_else(Spec::default, PresetSpec::spec)
    }

    /// The environment whose column a narrow screen shows.
    #[must_use]
    pub(crate) fn shown_environment(&self) -> Option<String> {
        let names = self.spec.environments();
        self.view
            .environment
            .as_deref()
            .filter(|name| names.contains(name))
            .or(names.first().copied())
            .map(str::to_owned)
    }

    /// The state once the spec is `spec`.
    fn with_spec(self, spec: Rc<Spec>, what: String, preset: &'static str) -> Self {
        let Settled {
            problems,
            sizing,
            composition,
        } = settle(
            &spec,
            check_from(&spec, Some(self.sizing.known())),
            self.later,
            Some(&self.composition),
        );
        Self {
            last: Some(Step {
                what,
                before: Rc::clone(&self.composition),
                replaced: 0,
            }),
            problems,
            sizing,
            composition: composition.unwrap_or(self.composition),
            spec,
            preset,
            ..self
        }
    }

    /// The spec as it is, and what leads away from it.
    fn moment(&self, what: String) -> Rc<Moment> {
        Rc::new(Moment {
            spec: Rc::clone(&self.spec),
            preset: self.preset,
            what,
        })
    }

    /// The same after a step that can be undone.
    fn step(mut self, spec: Spec, what: String, preset: &'static str) -> Self {
        if *self.spec == spec && self.preset == preset {
            return self;
        }
        let before = self.moment(what.clone());
        self.past.push(before);
        if self.past.len() > LONGEST_HISTORY {
            self.past.remove(0);
        }
        self.future.clear();
        self.with_spec(Rc::new(spec), what, preset)
    }

    /// The state once the value at `at` is this one, or the default.
    fn put(self, at: &FieldPath, value: Option<Value>) -> Self {
        let what = match &value {
            Some(value) => format!("{}: {}", name_of(at), plain(value)),
            None => format!("{}: default", name_of(at)),
        };
        let (spec, preset) = (with(&self.spec, at, value), self.preset);
        self.step(spec, what, preset)
    }

    fn undone(mut self) -> Self {
        let Some(moment) = self.past.pop() else {
            return self;
        };
        let after = self.moment(moment.what.clone());
        self.future.push(after);
        let what = format!("Undone: {}", moment.what);
        self.with_spec(Rc::clone(&moment.spec), what, moment.preset)
    }

    fn redone(mut self) -> Self {
        let Some(moment) = self.future.pop() else {
            return self;
        };
        let before = self.moment(moment.what.clone());
        self.past.push(before);
        self.with_spec(Rc::clone(&moment.spec), moment.what.clone(), moment.preset)
    }

    fn apply(self, preset: &'static PresetSpec) -> Self {
        let spec = preset.spec();
        let replaced = differing(&self.base(), &self.spec);
        let what = format!("Preset {}", preset.name);
        let next = self.step(spec, what, preset.name);
        match &next.last {
            Some(last) if replaced > 0 => Self {
                last: Some(Step {
                    replaced,
                    ..last.clone()
                }),
                ..next
            },
            _ => next,
        }
    }

    fn reveal(self, at: &FieldPath) -> Self {
        let mut view = View {
            screen: Screen::Options,
            environment: at
                .environment()
                .map(str::to_owned)
                .or(self.view.environment),
            reveal: Some((wishes(self.view.reveal.as_ref()), at.clone())),
            ..self.view
        };
        view.open.extend(sections::of(at));
        Self { view, ..self }
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let state = Rc::unwrap_or_clone(self);
        let view = state.view.clone();
        let look = |view| State {
            view,
            ..state.clone()
        };
        Rc::new(match action {
            Action::Later(later) => state.with_later(later),
            Action::Value(at, value) => state.put(&at, value),
            Action::Spec { spec, what } => {
                let preset = state.preset;
                state.step(spec, what, preset)
            }
            Action::Open(opening) => state.opened(*opening),
            Action::Notice(notice) => State {
                notice: notice.map(Rc::new),
                ..state
            },
            Action::Preset(preset) => state.apply(preset),
            Action::Undo => state.undone(),
            Action::Redo => state.redone(),
            Action::Screen(screen) => look(View { screen, ..view }),
            Action::Pane(pane) => look(View {
                pane,
                screen: Screen::Review,
                ..view
            }),
            Action::File(file, line) => look(View {
                file,
                // Somebody who goes through the changes stays with them; a line is a line of the text.
                pane: match (view.pane, line) {
                    (Pane::Diff, None) => Pane::Diff,
                    _ => Pane::Code,
                },
                line,
                screen: Screen::Review,
                ..view
            }),
            Action::Diff(file) => look(View {
                file,
                line: None,
                pane: Pane::Diff,
                screen: Screen::Review,
                ..view
            }),
            Action::Baseline(baseline) => look(View { baseline, ..view }),
            Action::ChangedOnly(changed_only) => look(View {
                changed_only,
                ..view
            }),
            Action::Made(None) => look(View { made: None, ..view }),
            Action::Made(Some(at)) => look(View {
                made: Some((wishes(view.made.as_ref()), at)),
                screen: Screen::Files,
                ..view
            }),
            Action::Line(line) => look(View {
                line: Some(line),
                ..view
            }),
            Action::Section(name) => {
                let mut open = view.open.clone();
                if !open.remove(name) {
                    open.insert(name);
                }
                look(View { open, ..view })
            }
            Action::Environment(name) => look(View {
                environment: Some(name),
                ..view
            }),
            Action::Reveal(at) => state.reveal(&at),
        })
    }
}

/// The number of the wish after this one.
fn wishes(last: Option<&(u32, FieldPath)>) -> u32 {
    last.map_or(1, |(count, _)| count.wrapping_add(1))
}

fn texts_of(later: Option<&'static Later>) -> &'static Texts {
    later.map_or(&compose::OUTLINE, |later| later.texts)
}

/// What follows from a spec.
struct Settled {
    problems: Rc<Problems>,
    sizing: Rc<Sizing>,
    /// `None` where the spec has errors.
    composition: Option<Rc<Composition>>,
}

/// What is wrong with `spec`, of which `checked` was found out, what its environments take, and without errors what it
/// composes to after `before`.
fn settle(
    spec: &Rc<Spec>,
    checked: Checked,
    later: Option<&'static Later>,
    before: Option<&Composition>,
) -> Settled {
    let sizing = Sizing::of(spec, &checked, later);
    let composition = checked
        .blueprint
        .map(|blueprint| Composition::after(before, blueprint, texts_of(later)));
    Settled {
        problems: Rc::new(checked.problems),
        sizing: Rc::new(sizing),
        composition: composition.map(Rc::new),
    }
}

/// `spec` with `value` at `at`. Where that is what holds without a word, the spec says nothing.
///
/// An address that no option has leaves the spec as it is: fields get their addresses from the table of options.
#[must_use]
pub(crate) fn with(spec: &Spec, at: &FieldPath, value: Option<Value>) -> Spec {
    let mut spec = spec.clone();
    let Some(row) = options::find(at) else {
        return spec;
    };
    spec.unset(at);
    let Some(value) = value else {
        return spec;
    };
    let default = match row.scope {
        Scope::Environment => spec.default_of(row, at.environment().unwrap_or_default()),
        Scope::Spec => spec.default_of(row, ""),
    };
    if default.value.as_ref() != Some(&value) {
        spec.put(at.clone(), value);
    }
    spec
}

/// `spec` with a further environment, of `profile` if its name is no profile's.
#[must_use]
pub(crate) fn with_environment(spec: &Spec, name: &str, profile: Option<&str>) -> Spec {
    let mut spec = spec.clone();
    spec.add_environment(name);
    match profile {
        Some(profile) => with(
            &spec,
            &FieldPath::of(&["environments", name, "profile"]),
            Some(Value::from(profile)),
        ),
        None => spec,
    }
}

/// `spec` without an environment.
#[must_use]
pub(crate) fn without_environment(spec: &Spec, name: &str) -> Spec {
    let mut spec = spec.clone();
    spec.remove_environment(name);
    spec
}

/// How many values and environments of `spec` are not as in `base`.
#[must_use]
pub(crate) fn differing(base: &Spec, spec: &Spec) -> usize {
    let values = spec
        .values()
        .filter(|(at, value)| base.get(at) != Some(value))
        .count();
    let gone = base
        .values()
        .filter(|(at, _)| spec.get(at).is_none())
        .count();
    let (ours, theirs) = (spec.environments(), base.environments());
    let environments = ours.iter().filter(|name| !theirs.contains(name)).count()
        + theirs.iter().filter(|name| !ours.contains(name)).count();
    values + gone + environments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(actions: Vec<Action>) -> State {
        let state = actions
            .into_iter()
            .fold(Rc::new(State::default()), |state, action| {
                state.reduce(action)
            });
        Rc::unwrap_or_clone(state)
    }

    fn stated(key: &str, value: impl Into<Value>) -> Action {
        Action::Spec {
            spec: with(
                &State::default().spec,
                &FieldPath::root().join(key),
                Some(value.into()),
            ),
            what: key.to_owned(),
        }
    }

    #[track_caller]
    fn check_spec(state: &State, expected: &str) {
        let text = state.spec.to_toml();
        let (_, values) = text.split_once("version = 1\n").unwrap();
        assert_eq!(values, expected);
    }

    const STANDARD: &str = "project = \"temporal\"\nregion = \"eu-west-1\"\n\n[environments.dev]\n\n\
                            [environments.bench]\n\n[environments.prod]\n";

    #[test]
    fn the_second_part_brings_the_texts_and_changes_nothing_else() {
        let before = after(vec![
            stated("project", "acme"),
            Action::Notice(Some(later::not_loaded())),
        ]);
        let text = |composition: &Composition| {
            let file = composition.tree.file("terraform/modules/vpc/main.tf");
            file.unwrap().text.to_string()
        };
        assert_eq!(text(&before.composition), "");
        let whole = before.clone().with_later(later::here());
        let there = composer_core::templates::ALL
            .iter()
            .find(|(path, _)| *path == "modules/vpc/main.tf");
        assert_eq!(text(&whole.composition), there.unwrap().1);
        assert_eq!(
            text(&whole.last.as_ref().unwrap().before),
            text(&whole.composition)
        );
        assert_eq!(whole.notice, None);
        let same = |state: &State| (state.spec.clone(), state.undo().map(str::to_owned));
        assert_eq!(same(&whole), same(&before));
    }

    #[test]
    fn a_step_is_undone_and_redone() {
        let changed = "project = \"acme\"\nregion = \"eu-west-1\"\n\n[environments.dev]\n\n\
                       [environments.bench]\n\n[environments.prod]\n";
        check_spec(&after(vec![stated("project", "acme")]), changed);
        let undone = after(vec![stated("project", "acme"), Action::Undo, Action::Undo]);
        check_spec(&undone, STANDARD);
        assert_eq!((undone.undo(), undone.redo()), (None, Some("project")));
        check_spec(
            &after(vec![stated("project", "acme"), Action::Undo, Action::Redo]),
            changed,
        );
    }

    #[test]
    fn a_new_step_forgets_what_was_undone() {
        let state = after(vec![
            stated("project", "acme"),
            Action::Undo,
            stated("project", "other"),
        ]);
        assert_eq!((state.undo(), state.redo()), (Some("project"), None));
    }

    #[test]
    fn a_value_that_is_the_default_is_not_stated() {
        let state = after(vec![stated("environments.prod.loki.enabled", true)]);
        check_spec(&state, STANDARD);
        assert_eq!(state.undo(), None);
    }

    #[test]
    fn the_preview_keeps_the_last_spec_without_errors() {
        let state = after(vec![stated("project", "No!")]);
        assert_eq!(
            state.spec.get(&FieldPath::of(&["project"])),
            Some(&"No!".into())
        );
        assert!(state.problems.has_errors());
        assert_eq!(*state.composition.blueprint.spec(), *State::default().spec);
        let mended = after(vec![stated("project", "No!"), stated("project", "acme")]);
        assert_eq!(*mended.composition.blueprint.spec(), *mended.spec);
    }

    #[test]
    fn a_preset_says_how_much_it_replaces_and_can_be_undone() {
        let lean = presets::find("dev-lean").unwrap();
        let untouched = after(vec![Action::Preset(lean)]);
        assert_eq!(untouched.last.unwrap().replaced, 0);
        let edited = after(vec![stated("project", "acme"), Action::Preset(lean)]);
        assert_eq!(edited.last.as_ref().unwrap().replaced, 1);
        let undone = after(vec![
            stated("project", "acme"),
            Action::Preset(lean),
            Action::Undo,
        ]);
        assert_eq!(undone.preset, "standard");
        assert_eq!(
            undone.spec.get(&FieldPath::of(&["project"])),
            Some(&"acme".into())
        );
    }

    #[test]
    fn revealing_a_field_opens_its_section_and_shows_its_environment() {
        let at = FieldPath::root().join("environments.prod.history.cpu");
        let state = after(vec![
            Action::Screen(Screen::Review),
            Action::Reveal(at.clone()),
        ]);
        assert_eq!(state.view.screen, Screen::Options);
        assert!(state.view.open.contains("history"));
        assert_eq!(state.shown_environment().as_deref(), Some("prod"));
        assert_eq!(state.view.reveal, Some((1, at)));
    }

    #[test]
    fn the_files_are_compared_with_an_archive_that_is_opened() {
        let opening = |is_archive| {
            let spec = (*State::default().spec).clone();
            Opening {
                preset: "standard",
                what: "Opened old.zip".to_owned(),
                loaded: Loaded::of_spec("old.zip", &spec).map(Rc::new),
                is_archive,
                notice: None,
                spec,
            }
        };
        let open = |is_archive| after(vec![Action::Open(Box::new(opening(is_archive)))]);
        assert_eq!(open(true).view.baseline, Baseline::Loaded);
        assert_eq!(open(true).loaded, opening(true).loaded);
        assert_eq!(open(false).view.baseline, Baseline::LastChange);
        assert_eq!(open(false).loaded, opening(false).loaded);
    }

    #[test]
    fn what_was_before_comes_back_when_opening_is_undone() {
        let opening = crate::opening::from_file(
            "orders.toml",
            b"version = 1\nproject = \"orders\"\nregion = \"eu-west-1\"\n[environments.dev]\n",
        );
        let state = after(vec![
            stated("project", "mine"),
            Action::Open(Box::new(opening.unwrap())),
            Action::Undo,
        ]);
        let project = FieldPath::of(&["project"]);
        assert_eq!(state.spec.get(&project), Some(&"mine".into()));
        assert_eq!(state.redo(), Some("Opened orders.toml"));
    }

    #[test]
    fn who_goes_through_changes_stays_with_them_but_a_line_is_one_of_the_text() {
        let file = |line| Action::File("README.md".to_owned(), line);
        let diff = || Action::Pane(Pane::Diff);
        assert_eq!(after(vec![diff(), file(None)]).view.pane, Pane::Diff);
        assert_eq!(after(vec![diff(), file(Some(3))]).view.pane, Pane::Code);
        let problems = Action::Pane(Pane::Problems);
        assert_eq!(after(vec![problems, file(None)]).view.pane, Pane::Code);
    }
}
