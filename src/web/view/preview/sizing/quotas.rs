//! What the environments need of the quotas of their accounts.

use composer_core::Environment;
use composer_core::sizing::quotas::{AccountNeeds, QuotaNeed, account_needs};
use yew::{Html, html};

use crate::view::table::{row, table, text};

pub(crate) fn section(all: &[&Environment]) -> Html {
    html! {
        <section aria-labelledby="quotas">
            <h3 id="quotas">{ "Service quotas" }</h3>
            <p>
                { "What all environments need with as many instances and tasks as they may have, and what AWS allows an \
                   account by default. Your account may have other quotas: " }
                <code>{ "scripts/preflight.sh" }</code>
                { " compares them." }
            </p>
            { account_needs(all).iter().map(place).collect::<Html>() }
        </section>
    }
}

fn place(needs: &AccountNeeds<'_>) -> Html {
    html! {
        <>
            <h4>{ format!("{} in {}", needs.environments.join(", "), needs.place()) }</h4>
            { table("Quotas of an account and region", "numbers-table",
                &["Quota", "Code", "Needed", "Default", "Advice"],
                needs.quotas.iter().map(quota).collect()) }
        </>
    }
}

fn quota(needs: &QuotaNeed) -> Html {
    let class = match needs.exceeds_default() {
        Some(true) => "warning",
        Some(false) | None => "",
    };
    row(
        class,
        vec![
            text(needs.label()),
            html! { <code>{ needs.quota.code }</code> },
            text(needs.needed_text()),
            text(needs.default_text()),
            text(needs.advice()),
        ],
    )
}
