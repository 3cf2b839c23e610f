//! The rate limiter: a table in which all tasks count the connections to DSQL that they start, since a cluster takes only
//! so many a second. What counts open connections has a table of its own in the same module.

use super::part::{
    Call, DiagramTexts, DocumentTexts, Module, Part, PartTexts, ProtectedResource, RootTexts, To,
};
use super::subject::Subject;
use crate::alarm::{
    self, Alarm, Limit, Metric, MetricAlarm, Rule, Severity, Signal, WatchedMetrics, status,
};
use crate::compose::output::{Output, output};
use crate::compose::panel::{AWS, Panel, Unit, cloudwatch};
use crate::compose::references::NAME;
use crate::compose::rows::Right;
use crate::diagram::{DiagramBox, Flow, OUTSIDE, SERVICES};
use crate::environment::{Environment, Limiter};
use crate::feature::Feature;
use crate::hcl::{Body, Expr};
use crate::ports;
use crate::sizing::connection_demand::{Cap, Pool};
use crate::sizing::usage_line::usage_line;

/// Every environment has it.
const FEATURE: Feature = Feature::always("");

const LIMITER: &str = "dsql.limiter";

/// A count of each second.
const COUNTER: Feature = Feature::new(LIMITER, |it| it.dsql.limiter == Limiter::Counter);

/// A token bucket.
const BUCKET: Feature = Feature::new(LIMITER, |it| it.dsql.limiter == Limiter::Slots);

/// The limiter in the counts.
pub static PART: Part = Part {
    modules: &[Module::new(
        "dynamodb",
        "tables through which tasks share DSQL's connection limits",
        FEATURE,
    )],
    values_of: |it, variable| {
        alarm::values_of(it, variable, const { alarm::of_cloudwatch(ALARMS) })
    },
    ..Part::new("limiter", Subject::ConnectionLimits, FEATURE)
};

/// The limiter in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        panels: PANELS,
        panel_values: |_| {
            vec![(
                "limiter_table",
                "module.dynamodb.rate_limiter_table_name".to_owned(),
            )]
        },
        outputs,
        arguments: &[(To::Iam, generation), (To::TemporalService, generation)],
        call: Some(Call {
            takes: &[To::DynamoDb],
            further_arguments: protection,
            ..Call::new("dynamodb", "dynamodb", |_, block| {
                block.blank().code("project_name", NAME);
            })
        }),
        renamed_outputs: RENAMED_OUTPUTS,
        protected: &[ProtectedResource::store(
            "the table of the rate limiter",
            FEATURE,
            "rate_limiter_table",
            "module.dynamodb.rate_limiter_table_arn",
            "DynamoDB refuses to delete the table.",
        )],
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        rights: &[
            Right::new(
                "temporal-task",
                "the four Temporal services",
                &["dynamodb:UpdateItem"],
                "the table of the rate limiter",
                COUNTER,
            ),
            Right::new(
                "temporal-task",
                "the four Temporal services",
                &["dynamodb:GetItem", "dynamodb:UpdateItem"],
                "the table of the rate limiter",
                BUCKET,
            ),
        ],
        restoring: Some(|_| {
            "- **DynamoDB** holds counters that live for seconds or minutes. A new table replaces a lost one."
                .to_owned()
        }),
        ..DocumentTexts::NONE
    },
    used: &[usage_line(
        "dynamodb-writes",
        "DynamoDB writes",
        "dynamodb-million-writes",
        "by new connections",
    )],
    diagram: DiagramTexts {
        boxes,
        flows_by_environment: flows,
        ..DiagramTexts::NONE
    },
    alarms: ALARMS,
    ..PartTexts::new(&PART)
};

#[rustfmt::skip] // one output a line
const RENAMED_OUTPUTS: &[(&str, &str)] = &[
    ("dsql_rate_limiter_table_name", "module.dynamodb.rate_limiter_table_name"),
    ("dsql_rate_limiter_table_arn", "module.dynamodb.rate_limiter_table_arn"),
];

fn protection(environment: &Environment, block: &mut Body) {
    block
        .origin(&environment.address().join("deletion_protection"))
        .code("deletion_protection", "var.deletion_protection");
}

/// Which generation of the plugin the image has, where it isn't the modules' default.
fn generation(environment: &Environment, block: &mut Body) {
    if BUCKET.is_on(environment) {
        block
            .origin(&environment.address().join(LIMITER))
            .blank()
            .attribute(
                "connection_limiter",
                Expr::text(environment.dsql.limiter.name()),
            );
    }
}

const TABLE: &[(&str, &str)] = &[("TableName", "${limiter_table}")];

const PANELS: &[Panel] = &[Panel::new(
    AWS,
    "DynamoDB: rate limiter table",
    "Writes to the table that limits new connections, one for each, and writes that DynamoDB rejected. Without it no \
     connection opens.",
    Unit::Count,
    &[
        cloudwatch(
            "writes",
            "",
            ("AWS/DynamoDB", "ConsumedWriteCapacityUnits", "Sum"),
            TABLE,
        ),
        cloudwatch(
            "rejected",
            "",
            ("AWS/DynamoDB", "WriteThrottleEvents", "Sum"),
            TABLE,
        ),
    ],
)];

fn outputs(environment: &Environment) -> Vec<Output> {
    vec![
        (
            "dsql_limiter".into(),
            "How the DSQL plugin limits the connections of all tasks: counter or slots.",
            LIMITER,
            Expr::text(environment.dsql.limiter.name()),
        ),
        output(
            "dynamodb_table_name",
            "The table of the distributed connection rate limiter.",
            "",
            "module.dynamodb.rate_limiter_table_name",
        ),
        output(
            "dynamodb_table_arn",
            "The ARN of the table of the rate limiter.",
            "",
            "module.dynamodb.rate_limiter_table_arn",
        ),
    ]
}

const BOX: &str = "DynamoDB";

fn boxes(environment: &Environment) -> Vec<DiagramBox> {
    let detail = match environment.part::<Cap>() {
        Some(cap) => format!("rate limit, {}s", cap.name),
        None => "rate limit".to_owned(),
    };
    vec![DiagramBox {
        is_store: true,
        ..DiagramBox::new(BOX, detail, (OUTSIDE, 1))
    }]
}

/// A part that counts connections states this way itself, in its own words.
fn flows(environment: &Environment) -> Vec<Flow> {
    if environment.part::<Cap>().is_some() {
        return Vec::new();
    }
    vec![Flow {
        from: SERVICES,
        to: BOX,
        port: ports::HTTPS,
        about: "the rate of new connections",
    }]
}

/// Only a reservoir has the metric.
const RESERVOIR: Feature = Feature::new("reservoir.enabled", |it| it.part::<Pool>().is_some());

const ALARMS: &[Alarm] = &[
    Alarm {
        name: "limiter-throttled",
        summary: "DynamoDB throttles the table of the rate limiter.",
        severity: Severity::Warning,
        feature: FEATURE,
        limit: |_| Limit::fixed("0", "a throttled write"),
        // Of DynamoDB's metrics, CloudWatch ignores missing data whatever an alarm says.
        signal: Signal::Aws(MetricAlarm {
            missing: "ignore",
            ..MetricAlarm::above(
                |_| WatchedMetrics::one(throttled("module.dynamodb.rate_limiter_table_name")),
                5,
            )
        }),
        users: "None while tasks have ready connections. New ones come late.",
        look: Some(status),
        first: "All tasks write one item, which takes about 1,000 writes per second. Find what opens so many connections: \
                tasks that restart, or that lose their connections again and again.",
        over: "No throttled writes. The alarm ends with the next write.",
    },
    Alarm {
        name: "connects-limited",
        summary: "Tasks wait for the rate limit of new DSQL connections.",
        severity: Severity::Warning,
        feature: RESERVOIR,
        limit: |_| Limit::fixed("0", "a connection that had to wait"),
        signal: Signal::Server(Rule {
            expression: "sum by (service) (rate(dsql_reservoir_refill_failures_total{reason='rate_limit'}[5m])) > LIMIT",
            minutes: 15,
        }),
        users: "None while ready connections last.",
        look: Some(status),
        first: "After a start or a deployment, wait. Otherwise find the tasks that reconnect: their logs say why they close \
                connections.",
        over: "No connection waits.",
    },
];

/// Throttled writes to a table.
pub(super) fn throttled(table: &str) -> Metric {
    let dimensions = [("TableName", table)];
    Metric::new("AWS/DynamoDB", "WriteThrottleEvents", "Sum", &dimensions)
}
