//! The environments side by side: a column each, a row for each setting.

use std::rc::Rc;

use composer_core::options::{self, OptionRow};
use composer_core::{FieldPath, Problem, ProblemCode, Severity, Value};
use yew::{
    Callback, Html, MouseEvent, Properties, UseStateHandle, classes, component, html, use_state,
};

use crate::browser::elements;
use crate::model::action::Action;
use crate::model::field_state::FieldState;
use crate::model::labels::title;
use crate::model::sections;
use crate::model::sections::{SECTIONS, Section, is_wide};
use crate::model::words::count;
use crate::view::form::add_environment::AddEnvironmentProps;
use crate::view::form::context::Form;
use crate::view::form::environment_actions::{EnvironmentActionsProps, RENAME_ID, actions_id};
use crate::view::form::explain::{ExplainedOption, explain, explains, explanation};
use crate::view::form::field::Field;
use crate::view::form::map_field::map_field;
use crate::view::form::mark::Mark;
use crate::view::form::messages::messages;

#[derive(Properties, PartialEq)]
pub(crate) struct EnvironmentsProps {
    pub(crate) form: Form,
    /// The environment whose column a narrow screen shows.
    pub(crate) shown: Option<String>,
    /// Whether the other columns are not drawn at all.
    pub(crate) has_one_column: bool,
}

/// How many values of a section are stated, wrong or open.
#[derive(Clone, Default, PartialEq)]
struct Marks {
    stated: Mark,
    errors: Mark,
    warnings: Mark,
    open: Mark,
}

/// The marks of each of [`SECTIONS`]. Few values are stated and few have problems, so these are gone through, and not
/// what could be.
fn marks(form: &Form) -> Vec<Marks> {
    let mut all: Vec<Marks> = SECTIONS.iter().map(|_| Marks::default()).collect();
    let place = |at: &FieldPath| {
        let name = at.environment().and_then(|_| sections::of(at))?;
        SECTIONS.iter().position(|section| section.name == name)
    };
    for (at, _) in form.spec.values() {
        if let Some(place) = place(at) {
            all[place].stated.add(at);
        }
    }
    // What is wrong with a setting counts once, however many environments have it.
    for group in form.problems.groups() {
        let problem = group[0];
        let Some(place) = place(&problem.at) else {
            continue;
        };
        let marks = &mut all[place];
        match problem.severity {
            Severity::Error => marks.errors.add(&problem.at),
            Severity::Warning => marks.warnings.add(&problem.at),
            Severity::Advice if problem.code == ProblemCode::Open => marks.open.add(&problem.at),
            Severity::Advice => {}
        }
    }
    all
}

/// What the parts of the table need.
#[derive(PartialEq)]
struct Table {
    form: Form,
    /// The environments.
    names: Vec<String>,
    /// Those of them whose columns are drawn.
    columns: Vec<String>,
    /// Those that are not in the download.
    off: Vec<String>,
    shown: Option<String>,
    /// The option that is explained.
    explained: ExplainedOption,
    /// The environment that is renamed, copied or taken out.
    acted_on: UseStateHandle<Option<String>>,
}

#[component]
pub(crate) fn Environments(props: &EnvironmentsProps) -> Html {
    let explained = use_state(|| None);
    let acted_on = use_state(|| None::<String>);
    let form = &props.form;
    let names: Vec<String> = form
        .spec
        .environments()
        .into_iter()
        .map(str::to_owned)
        .collect();
    let is_empty = names.is_empty();
    let is_drawn = |name: &&String| !props.has_one_column || props.shown.as_ref() == Some(*name);
    let is_off = |name: &&String| {
        let row = options::environment_option("enabled");
        form.spec.effective(row, name).value == Some(false.into())
    };
    let off = names.iter().filter(is_off).cloned().collect();
    let columns = names.iter().filter(is_drawn).cloned().collect();
    let at = FieldPath::of(&["environments"]);
    let problems: Vec<_> = form.problems.at(&at).cloned().collect();
    let table = Rc::new(Table {
        form: form.clone(),
        names,
        columns,
        off,
        shown: props.shown.clone(),
        explained,
        acted_on: acted_on.clone(),
    });
    let part = form.loader.part();
    let on_close = {
        let acted_on = acted_on.clone();
        Callback::from(move |()| acted_on.set(None))
    };
    // It may have gone by another way, such as Undo.
    let acted_on = (*acted_on).clone();
    let acted_on = acted_on.filter(|name| table.names.contains(name));
    html! {
        <section class="environments" aria-labelledby="environments">
            <h3 id="environments" tabindex="-1">{ "Environments" }</h3>
            { messages(form, &at, &problems, None) }
            if !is_empty {
                { table.picker() }
                <div class="table">
                    <table>
                        { table.head() }
                        { for SECTIONS.iter().zip(marks(form)).map(|(section, marks)| Table::section(&table, section, marks)) }
                    </table>
                </div>
            }
            if let (Some(part), true) = (part, is_empty) {
                { (part.no_environment)(&form.on_action) }
            }
            if let (Some(part), Some(name)) = (part, acted_on) {
                { (part.environment_actions)(EnvironmentActionsProps {
                    spec: Rc::clone(&form.spec),
                    name,
                    on_action: form.on_action.clone(),
                    on_close,
                }) }
            }
            if let Some(part) = part {
                { (part.add_environment)(AddEnvironmentProps {
                    spec: Rc::clone(&form.spec),
                    on_action: form.on_action.clone(),
                }) }
            } else {
                // Any interaction brings the form.
                <div class="inline-form"><button type="button">{ "Add an environment" }</button></div>
            }
        </section>
    }
}

impl Table {
    fn width(&self) -> String {
        width(self.columns.len())
    }

    /// The class of a cell in the column of `name`: a narrow screen shows one column.
    fn column(&self, name: &str) -> Option<&'static str> {
        (self.shown.as_deref() != Some(name)).then_some("other-environment")
    }

    fn is_off(&self, name: &str) -> bool {
        self.off.iter().any(|off| off == name)
    }

    /// Which column a narrow screen shows.
    fn picker(&self) -> Html {
        if self.names.len() < 2 {
            return Html::default();
        }
        html! {
            <div class="picker" role="group" aria-label="Environment shown">
                { for self.names.iter().map(|name| {
                    let chosen = name.clone();
                    let on_choose = self.form.on_action
                        .reform(move |_: MouseEvent| Action::Environment(chosen.clone()));
                    let is_shown = self.shown.as_ref() == Some(name);
                    html! {
                        <button type="button" key={name.clone()} onclick={on_choose}
                            aria-pressed={if is_shown { "true" } else { "false" }}>{ name }</button>
                    }
                }) }
            </div>
        }
    }

    fn head(&self) -> Html {
        html! {
            <thead>
                <tr>
                    <th scope="col"><span class="hidden">{ "Setting" }</span></th>
                    { for self.columns.iter().map(|name| self.column_head(name)) }
                </tr>
            </thead>
        }
    }

    fn column_head(&self, name: &str) -> Html {
        let form = &self.form;
        let is_off = self.is_off(name);
        let at = options::environment_option("enabled").path(name);
        let on_include = {
            let at = at.clone();
            form.on_change.reform(move |_: MouseEvent| {
                elements::focus_soon(actions_id(at.environment().unwrap_or_default()));
                (at.clone(), None)
            })
        };
        let on_actions = {
            let (acted_on, name) = (self.acted_on.clone(), name.to_owned());
            let is_open = self.acted_on.as_ref() == Some(&name);
            let loader = form.loader.clone();
            Callback::from(move |_: MouseEvent| {
                let (acted_on, name) = (acted_on.clone(), name.clone());
                loader.when_loaded(move |_| {
                    acted_on.set((!is_open).then_some(name));
                    if !is_open {
                        elements::focus_soon(RENAME_ID.to_owned());
                    }
                });
            })
        };
        html! {
            <th scope="col" key={name.to_owned()} class={self.column(name)}>
                <span class="environment-name">
                    <span id={column_id(name)}>{ name }</span>
                    <button type="button" class="reset" id={actions_id(name)} onclick={on_actions}
                        aria-expanded={if self.acted_on.as_ref().is_some_and(|on| on == name) { "true" } else { "false" }}
                        aria-label={format!("Rename, duplicate or remove {name}")}
                        title={format!("Rename, duplicate or remove {name}")}>{ "…" }</button>
                </span>
                if is_off {
                    <span class="chip">{ "not in the download" }</span>
                    <button type="button" class="link" id={at.to_string()} onclick={on_include}>
                        { format!("Include {name}") }
                    </button>
                }
            </th>
        }
    }

    fn section(table: &Rc<Self>, section: &'static Section, marks: Marks) -> Html {
        let form = &table.form;
        let lead = section.lead.map(options::environment_option);
        let cell = |name: &String| Cell {
            environment: name.clone(),
            column: table.column(name),
            is_off: table.is_off(name),
            holds: match lead {
                Some(lead) => {
                    CellContent::Lead(FieldState::of(&form.spec, &form.problems, lead, name))
                }
                None => CellContent::Summary(section.summarize(&form.spec, name)),
            },
        };
        html! {
            <SectionRows key={section.name} {section} {marks}
                cells={table.columns.iter().map(cell).collect::<Vec<_>>()}
                messages={lead.and_then(|lead| table.messages_of(lead))}
                open={form.open.contains(section.name).then(|| Rc::clone(table))}
                on_change={form.on_change.clone()} on_reveal={form.on_reveal.clone()}
                on_section={form.on_section.clone()} />
        }
    }

    /// What there is to say about the values of a row, each with its address.
    fn messages_of(&self, row: &OptionRow) -> Option<RowMessages> {
        let mut texts = Vec::new();
        for name in &self.names {
            let at = row.path(name);
            let problems = self.problems_at(&at);
            if !problems.is_empty() {
                texts.push((at, problems));
            }
        }
        (!texts.is_empty()).then(|| RowMessages {
            form: self.form.clone(),
            texts,
        })
    }

    /// A setting: its row, the messages about its values, its explanation.
    fn setting(&self, row: &'static OptionRow) -> Html {
        let label_id = format!("label-each-{}", row.key);
        let is_explained = explains(&self.explained, row);
        html! {
            <>
                <tr class="setting" key={row.key}>
                    <th scope="row">
                        <span class="label">
                            <span id={label_id.clone()}>{ row.label }</span>
                            { explain(row, &self.explained) }
                        </span>
                        <code>{ row.key.trim_end_matches(".*") }</code>
                        if row.immutable {
                            <span class="chip">{ "permanent" }</span>
                        }
                    </th>
                    if is_wide(row) {
                        <td colspan={self.columns.len().to_string()} class="wide">
                            { for self.columns.iter().map(|environment| self.wide(row, environment, &label_id)) }
                        </td>
                    } else {
                        { for self.columns.iter().map(|environment| html! {
                            <td key={environment.clone()}
                                class={classes!(self.column(environment), self.is_off(environment).then_some("off"))}>
                                { self.field(row, environment, &label_id) }
                            </td>
                        }) }
                    }
                </tr>
                if !is_wide(row) {
                    { self.messages_row(row) }
                }
                <tr class="explained" hidden={!is_explained}>
                    <td colspan={self.width()}>{ explanation(row, &self.form) }</td>
                </tr>
            </>
        }
    }

    /// A line for a value too long for a column.
    fn wide(&self, row: &'static OptionRow, environment: &str, label_id: &str) -> Html {
        let column = format!("{label_id}-{environment}");
        let at = row.path(environment);
        html! {
            <div key={environment.to_owned()} class={classes!("line", self.column(environment))}>
                <span class="line-name" id={column.clone()}>{ environment }</span>
                if row.is_map() {
                    { map_field(&self.form, at.parent().unwrap_or_default(), format!("{label_id} {column}")) }
                } else {
                    <div>
                        { self.field(row, environment, label_id) }
                        { messages(&self.form, &at, &self.problems_at(&at), None) }
                    </div>
                }
            </div>
        }
    }

    fn problems_at(&self, at: &FieldPath) -> Vec<Problem> {
        self.form.problems.at(at).cloned().collect()
    }

    /// The messages about the values of a row, below it.
    fn messages_row(&self, row: &OptionRow) -> Html {
        messages_row(self.messages_of(row).as_ref(), self.columns.len())
    }

    fn field(&self, row: &'static OptionRow, environment: &str, label_id: &str) -> Html {
        let form = &self.form;
        let section = format!("section-{}", row.section());
        let labelled_by = if row.section().is_empty() || section == label_id {
            format!("{label_id} {}", column_id(environment))
        } else {
            format!("{section} {label_id} {}", column_id(environment))
        };
        html! {
            <Field field_state={FieldState::of(&form.spec, &form.problems, row, environment)}
                labelled_by={labelled_by} name={format!("{} in {environment}", title(row))}
                on_change={form.on_change.clone()} on_typed={form.on_typed.clone()}
                on_dialog={form.on_dialog.clone()} on_reveal={form.on_reveal.clone()} />
        }
    }
}

/// The width of the whole table in columns.
fn width(columns: usize) -> String {
    (columns + 1).to_string()
}

/// What there is to say about the values of a row, each with its address. The form is what fixes are made in; a row
/// without messages has none, so that it is not drawn at each step.
#[derive(Clone, PartialEq)]
struct RowMessages {
    form: Form,
    texts: Vec<(FieldPath, Vec<Problem>)>,
}

/// The messages about values of one row.
fn messages_row(messages: Option<&RowMessages>, columns: usize) -> Html {
    let Some(RowMessages { form, texts }) = messages else {
        return Html::default();
    };
    html! {
        <tr class="messages-row">
            <td colspan={width(columns)}>
                { for texts.iter().map(|(at, problems)| self::messages(form, at, problems, at.environment())) }
            </td>
        </tr>
    }
}

/// What the row of a section shows of an environment.
#[derive(Clone, PartialEq)]
struct Cell {
    environment: String,
    /// The class of its column.
    column: Option<&'static str>,
    is_off: bool,
    holds: CellContent,
}

#[derive(Clone, PartialEq)]
enum CellContent {
    /// The section's leading switch.
    Lead(FieldState),
    /// What the section holds, in a few words.
    Summary(String),
}

#[derive(Properties, PartialEq)]
struct SectionRowsProps {
    section: &'static Section,
    marks: Marks,
    cells: Vec<Cell>,
    /// The messages about the leading switches.
    messages: Option<RowMessages>,
    /// What the settings need, where the section is open.
    open: Option<Rc<Table>>,
    on_change: Callback<(FieldPath, Option<Value>)>,
    on_reveal: Callback<FieldPath>,
    on_section: Callback<&'static str>,
}

/// A section: its name, and its leading switch or what it holds; and where it is open its settings. A component, so that
/// a step draws the closed ones that it changes.
#[component]
fn SectionRows(props: &SectionRowsProps) -> Html {
    let section = props.section;
    let name = section.name;
    let on_toggle = props.on_section.reform(move |_: MouseEvent| name);
    let label_id = format!("section-{name}");
    let lead =
        (section.lead).map_or_else(String::new, |lead| title(options::environment_option(lead)));
    html! {
        <tbody class={props.open.is_some().then_some("open")}>
            <tr class="section">
                <th scope="rowgroup">
                    <button type="button" class="toggle" onclick={on_toggle}
                        aria-expanded={if props.open.is_some() { "true" } else { "false" }}
                        id={label_id.clone()}>{ section.label }</button>
                    { marks_of(section, &props.marks, &props.on_reveal) }
                </th>
                { for props.cells.iter().map(|cell| html! {
                    <td key={cell.environment.clone()}
                        class={classes!(cell.column, cell.is_off.then_some("off"))}>
                        { match &cell.holds {
                            CellContent::Lead(field_state) => html! {
                                <Field field_state={field_state.clone()}
                                    labelled_by={format!("{label_id} {}", column_id(&cell.environment))}
                                    name={format!("{lead} in {}", cell.environment)}
                                    on_change={props.on_change.clone()} on_reveal={props.on_reveal.clone()} />
                            },
                            CellContent::Summary(summary) => html! { <span class="summary">{ summary }</span> },
                        } }
                    </td>
                }) }
            </tr>
            { messages_row(props.messages.as_ref(), props.cells.len()) }
            if let Some(table) = &props.open {
                if let Some(lead) = section.lead {
                    <tr class="explained">
                        <td colspan={table.width()}>{ explanation(options::environment_option(lead), &table.form) }</td>
                    </tr>
                }
                { for section.rows().map(|row| table.setting(row)) }
            }
        </tbody>
    }
}

/// How many values of a section are stated, wrong or open: each leads to the first.
fn marks_of(section: &Section, marks: &Marks, on_reveal: &Callback<FieldPath>) -> Html {
    let Marks {
        stated,
        errors,
        warnings,
        open,
    } = marks;
    let label = section.label;
    html! {
        <>
            { errors.chip("chip error", count(errors.count, "error"), label, on_reveal) }
            { warnings.chip("chip warning", count(warnings.count, "warning"), label, on_reveal) }
            { open.chip("chip", format!("{} open", open.count), label, on_reveal) }
            { stated.chip("chip changed", format!("{} changed", stated.count), label, on_reveal) }
        </>
    }
}

/// The `id` of the name at the head of a column.
fn column_id(environment: &str) -> String {
    format!("column-{environment}")
}
