//! Whether the tasks find room on the instances, what is left, and what would be enough.

use std::rc::Rc;

use composer_core::service_name::ServiceName;
use composer_core::sizing::placement::{
    Amounts, Change, Finding, Pool, Purpose, Resource, Verdict,
};
use composer_core::sizing::price_list::PriceList;
use composer_core::{Environment, PlacedEnvironment, Spec};
use yew::{Callback, Html, MouseEvent, classes, html};

use crate::browser::elements;
use crate::model::action::Action;
use crate::model::edit::with;
use crate::model::labels::name_of;
use crate::model::words::{count, plain, sentence_case};
use crate::view::inline::inline;
use crate::view::table::{bar, row, table, text};

pub(crate) fn section(
    spec: &Rc<Spec>,
    environment: &PlacedEnvironment,
    all: &[&Environment],
    on_action: &Callback<Action>,
) -> Html {
    let placement = &environment.placement;
    html! {
        <>
            { for placement.pools.iter().map(|pool| pool_section(spec, environment, all, pool, on_action)) }
            if placement.pool(Purpose::Main).is_none() {
                <p>{ format!("The instance type {} is unknown here, and so is its capacity.", environment.compute.instance_type) }</p>
            }
        </>
    }
}

fn pool_section(
    spec: &Rc<Spec>,
    environment: &Environment,
    all: &[&Environment],
    pool: &Pool,
    on_action: &Callback<Action>,
) -> Html {
    let id = format!("room-{}", pool.purpose.name());
    let profile = environment.profile.name();
    let capacity = pool.capacity;
    let trunking = match (pool.trunking, pool.instance.trunk_slots) {
        (true, Some(_)) => "with trunking",
        (false, Some(_)) => "without trunking",
        (_, None) => "as this type has no trunking",
    };
    let is_in_trouble =
        |finding: &&Finding| finding.is_needed && finding.verdict != Verdict::AlwaysFits;
    // What doesn't even fit when steady needs no word on the rest.
    let troubles: Vec<&Finding> = match pool.steady() {
        steady if is_in_trouble(&steady) => vec![steady],
        _ => pool.findings.iter().filter(is_in_trouble).collect(),
    };
    let is_spared = pool.findings.iter().any(is_spared);
    html! {
        <section aria-labelledby={id.clone()}>
            <h3 id={id.clone()} tabindex="-1">
                { format!("Capacity of the {} instances in {}", pool.purpose.name(), environment.name) }
            </h3>
            <p>
                { format!("{} × {}, {} at most. Each has {} CPU units, at least {} MiB, and {} network interfaces for \
                 tasks, {trunking}.",
                    pool.count, pool.instance.name, pool.max_count, capacity.cpu, capacity.memory, capacity.interfaces) }
            </p>
            <ul class="verdicts">
                { for troubles.iter().map(|finding| html! {
                    <li class={class_of(finding)}>
                        <b>{ sentence_case(&finding.verdict.to_string()) }</b>
                        { format!(", {}: ", finding.situation) }
                        { inline(&pool.explain(finding).unwrap_or_default()) }
                    </li>
                }) }
                if troubles.is_empty() {
                    <li class="good">
                        <b>{ "Always fits" }</b>
                        { format!(": every situation that profile {profile} covers") }
                    </li>
                }
                <li>{ left(pool.steady()) }</li>
            </ul>
            if !troubles.is_empty() {
                { changes(spec, &environment.region, &pool.changes(environment, all, &PriceList::default()), &id, on_action) }
            }
            { table("Situations", "gauges", &["Situation", "CPU units", "MiB", "Interfaces"],
                pool.findings.iter().map(situation).collect()) }
            if is_spared {
                <p class="help">{ format!("Profile {profile} does not cover the situations in brackets.") }</p>
            }
            { table("Instances", "gauges", &["Instance", "CPU units", "MiB", "Interfaces", "Tasks"], hosts(pool)) }
            <p class="help">
                { "One of the placements that ECS may choose. AWS doesn't publish how much memory of a Graviton \
                 instance ECS registers, so a margin is subtracted. The number of interfaces with trunking is inferred \
                 for the newest families." }
            </p>
        </section>
    }
}

/// Whether tasks may find no room in a situation that the profile doesn't cover.
fn is_spared(finding: &Finding) -> bool {
    !finding.is_needed && finding.verdict != Verdict::AlwaysFits
}

fn class_of(finding: &Finding) -> &'static str {
    match finding.verdict {
        Verdict::AlwaysFits => "good",
        _ if !finding.is_needed => "spared",
        Verdict::DoesNotFit => "error",
        Verdict::MayNotFit | Verdict::Unknown => "warning",
    }
}

/// What runs out first, and what is left or missing of each.
fn left(steady: &Finding) -> String {
    let left = steady.left();
    let amounts = |sign: i64| {
        let texts: Vec<String> = Resource::ALL
            .into_iter()
            .filter(|resource| (left.of(*resource) < 0) == (sign < 0))
            .map(|resource| format!("{} {}", left.of(resource) * sign, resource.unit()))
            .collect();
        texts.join(", ")
    };
    let mut words = format!(
        "{}. Free when steady: {}.",
        steady.scarcest().is_the_limit(),
        amounts(1)
    );
    let missing = amounts(-1);
    if !missing.is_empty() {
        words.push_str(&format!(" Missing: {missing}."));
    }
    words
}

fn changes(
    spec: &Rc<Spec>,
    region: &str,
    changes: &[Change],
    heading: &str,
    on_action: &Callback<Action>,
) -> Html {
    if changes.is_empty() {
        return html! {
            <p>{ "No single change is enough: use smaller or fewer tasks, or larger instances." }</p>
        };
    }
    html! {
        <>
            <p>{ "Smallest fix first:" }</p>
            <ul class="fixes">
                { for changes.iter().map(|change| {
                    let what = in_words(change, region);
                    let (spec, change, heading) = (Rc::clone(spec), change.clone(), heading.to_owned());
                    let label = what.clone();
                    let on_apply = on_action.reform(move |_: MouseEvent| {
                        // The button goes once its change is made.
                        elements::focus_soon(heading.clone());
                        Action::Spec { spec: applied(&spec, &change), what: label.clone() }
                    });
                    html! { <li><button type="button" onclick={on_apply}>{ what }</button></li> }
                }) }
            </ul>
        </>
    }
}

/// The values of a change and its price: "Instances in dev: 3, +77 USD a month".
fn in_words(change: &Change, region: &str) -> String {
    let texts: Vec<String> = change
        .set
        .iter()
        .map(|set| format!("{}: {}", name_of(&set.at), plain(&set.value)))
        .collect();
    format!("{}, {}", texts.join(", "), change.price(region))
}

fn applied(spec: &Spec, change: &Change) -> Spec {
    change.set.iter().fold(spec.clone(), |spec, set| {
        with(&spec, &set.at, Some(set.value.clone()))
    })
}

fn situation(finding: &Finding) -> Html {
    let of = |resource| {
        let (asked, had) = (finding.asked.of(resource), finding.had.of(resource));
        let part = if asked > had { "over" } else { "used" };
        bar(
            format!("{asked} of {had}"),
            &[(part.to_owned(), asked)],
            had,
        )
    };
    let says = match is_spared(finding) {
        true => format!("({})", finding.verdict),
        false => finding.verdict.to_string(),
    };
    let head = html! {
        <div class="situation">
            { finding.situation.to_string() }
            <span class={class_of(finding)}>{ says }</span>
            <small>{ format!("{} on {}", count_of(finding.tasks, "task"), count_of(finding.instances, "instance")) }</small>
        </div>
    };
    row(
        "",
        vec![
            head,
            of(Resource::Cpu),
            of(Resource::Memory),
            of(Resource::Interfaces),
        ],
    )
}

fn count_of(number: i64, noun: &str) -> String {
    count(usize::try_from(number).unwrap_or_default(), noun)
}

/// A row for each instance: how the tasks sit on it.
fn hosts(pool: &Pool) -> Vec<Html> {
    let each = |service: ServiceName| {
        let found = pool.tasks.iter().find(|row| row.service == service);
        found.map_or_else(Amounts::default, |row| row.each())
    };
    let mut rows: Vec<Html> = pool
        .hosts
        .iter()
        .enumerate()
        .map(|(index, host)| {
            let of = |resource| {
                let parts: Vec<(String, i64)> = host
                    .tasks
                    .iter()
                    .map(|service| (format!("of-{service}"), each(*service).of(resource)))
                    .collect();
                let (used, had) = (host.used.of(resource), pool.capacity.of(resource));
                bar(format!("{used} of {had}"), &parts, had)
            };
            row(
                "",
                vec![
                    text(format!("{} in {}", index + 1, host.zone)),
                    of(Resource::Cpu),
                    of(Resource::Memory),
                    of(Resource::Interfaces),
                    counted(&host.tasks),
                ],
            )
        })
        .collect();
    if !pool.unplaced.is_empty() {
        let cells = vec![
            text("Not placed"),
            Html::default(),
            Html::default(),
            Html::default(),
            counted(&pool.unplaced),
        ];
        rows.push(row("error", cells));
    }
    rows
}

/// `2 history, worker`, each with the colour of its part of the bars.
fn counted(services: &[ServiceName]) -> Html {
    let alike = services.chunk_by(|a, b| a == b);
    html! {
            { for alike.map(|alike| {
                let many = match alike.len() {
                    1 => String::new(),
                    many => format!("{many} "),
                };
    let class = classes!("task", format!("of-{}", alike[0]));
                html! { <><span class={class}>{ many }{ alike[0].as_str() }</span>{ " " }</> }
            }) }
        }
}
