//! The settings of an open section of the table of environments. A first look has none open: only the second part of the
//! page reaches this.

use composer_core::options::OptionRow;
use yew::{Html, classes, html};

use crate::model::field_state::FieldState;
use crate::model::labels::title;
use crate::model::sections::{Section, is_wide};
use crate::view::form::environments::{Table, column_id, messages_row};
use crate::view::form::explain::{explain, explains, explanation};
use crate::view::form::field::Field;
use crate::view::form::map::{MapFieldProps, map_field};
use crate::view::form::messages::messages;

/// The settings of `section`, a row each.
pub(crate) fn settings(table: &Table, section: &'static Section) -> Html {
    section.rows().map(|row| table.setting(row)).collect()
}

impl Table {
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
                    { map_field(MapFieldProps {
                        form: self.form.clone(),
                        map: at.parent().unwrap_or_default(),
                        labelled_by: format!("{label_id} {column}").into(),
                    }) }
                } else {
                    <div>
                        { self.field(row, environment, label_id) }
                        { messages(&self.form, &at, &self.problems_at(&at), None) }
                    </div>
                }
            </div>
        }
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
