//! The budget: AWS Budgets sends a mail when a month's costs near their limit.

use super::part::{Call, DocumentTexts, Module, Part, PartTexts, RootTexts, Values};
use super::subject::Subject;
use crate::compose::markdown::Markdown;
use crate::compose::output::{Output, output};
use crate::environment::{Environment, PartValues};
use crate::feature::Feature;
use crate::hcl::Body;
use crate::option::{
    DefaultValue, Kind, OptionRow, count, environment_row, integer_per_profile, same_bool,
};
use crate::rules::Rule;

/// The budget, settled. The address stays among the environment's settings: it may be open.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// What the environment may cost a month, in USD.
    pub monthly_limit_usd: i64,
}

const KEY: &str = "budget.enabled";

/// Whether there is the budget.
pub const FEATURE: Feature = Feature::new(KEY, |it| it.part::<Budget>().is_some());

/// The budget in the form, the check and the counts.
pub static PART: Part = Part {
    options: OPTIONS,
    settle,
    modules: &[Module::new(
        "budget",
        "a monthly cost limit, with a mail when costs near it",
        FEATURE,
    )],
    ..Part::new("budget", Subject::Spending, FEATURE)
};

/// The budget in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        outputs,
        call: Some(Call::new("budget", "budget", arguments)),
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        readme,
        ..DocumentTexts::NONE
    },
    overview: &[("Budget", overview)],
    ..PartTexts::new(&PART)
};

const OPTIONS: &[OptionRow] = &[
    environment_row(
        KEY,
        "Budget",
        "An AWS budget for the costs with the environment's tag. Activate `Environment` as a cost allocation tag once \
         for the account, else it counts nothing.",
        Kind::Boolean,
        same_bool(false),
    )
    .because("it needs an address, and a tag that only the account's owner can activate"),
    environment_row(
        "budget.monthly_limit_usd",
        "Monthly limit",
        "The amount that the environment may cost per month.",
        count(1, 1_000_000, "USD"),
        integer_per_profile([500, 10_000, 5000]),
    )
    .because("about twice what the profile costs without load, as `temporal-composer cost` counts it")
    .variable("budget_monthly_limit_usd")
    .needs_on(KEY),
    environment_row(
        "budget.email",
        "E-mail address",
        "The address that gets an e-mail when costs exceed 80 % and 100 % of the limit, or the forecast exceeds it.",
        Kind::Text(Rule::EmailAddress),
        DefaultValue::Open("costs@example.com"),
    )
    .variable("budget_email")
    .needs_on(KEY),
];

fn settle(values: &dyn Values, parts: &mut PartValues) -> Option<()> {
    if values.boolean(KEY)? {
        parts.put(Budget {
            monthly_limit_usd: values.integer("budget.monthly_limit_usd")?,
        });
    }
    Some(())
}

fn arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    block
        .blank()
        .code("project_name", "local.name")
        .text("environment", &environment.name)
        .origin(&at.join("budget.monthly_limit_usd"))
        .code("monthly_limit_usd", "var.budget_monthly_limit_usd")
        .origin(&at.join("budget.email"))
        .code("email", "var.budget_email");
}

fn outputs(_: &Environment) -> Vec<Output> {
    vec![output(
        "budget_name",
        "The budget of this environment's costs.",
        KEY,
        "module.budget.name",
    )]
}

fn readme(environment: &Environment, page: &mut Markdown) {
    let Some(budget) = environment.part::<Budget>() else {
        return;
    };
    page.heading("Budget")
        .paragraph(&format!(
            "AWS Budgets counts what carries the tag `Environment` with the value `{}` and sends a mail when a month's \
             costs \
             are over 80 % or 100 % of {} USD, or are forecast to be over it. It stops nothing. Environments of other projects \
             in the account count too if they have the same name, since this filter knows one tag.",
            environment.name, budget.monthly_limit_usd
        ))
        .paragraph(
            "AWS tells costs apart by a tag only once its key is a cost allocation tag: until then the budget counts \
             nothing. \
             Activate it once for the account, in an organization in its management account. AWS may take a day to know \
             the \
             key after the first apply:",
        )
        .shell(
            "aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey=Environment,Status=Active",
        );
}

fn overview(environment: &Environment) -> Option<String> {
    let budget = environment.part::<Budget>()?;
    Some(format!("{} USD a month", budget.monthly_limit_usd))
}
