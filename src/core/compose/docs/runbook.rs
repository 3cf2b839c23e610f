//! `docs/runbook.md`: what to do about each alarm that some environment has.

use crate::alarm::{Alarm, LIMIT, MetricAlarm, Severity, Signal};
use crate::alarms::of;
use crate::blueprint::{self, Blueprint};
use crate::compose::markdown::Markdown;
use crate::compose::readme::history_group;
use crate::environment::Environment;
use crate::parts::subject::Subject;
use crate::parts::texts_about;
use crate::path::FieldPath;
use crate::tree::File;

/// An environment that has alarms.
struct EnvironmentAlarms<'a> {
    environment: &'a Environment,
    alarms: Vec<&'static Alarm>,
}

/// The page.
pub(in crate::compose) fn page(blueprint: &Blueprint) -> File {
    let mut page = Markdown::new(&FieldPath::of(&["environments"]));
    let mut watched = Vec::new();
    for environment in blueprint::environments(&blueprint.environments) {
        let alarms = of(environment);
        if !alarms.is_empty() {
            watched.push(EnvironmentAlarms {
                environment,
                alarms,
            });
        }
    }
    let Some(EnvironmentAlarms {
        environment: first, ..
    }) = watched.first()
    else {
        return page.file();
    };
    let Environment { name, region, .. } = *first;
    page.text("# Runbook").paragraph(&format!(
        "A section for each alarm: its message ends with the section's name. Run the commands in the folder that contains \
         `docs/`. They name `{name}`: replace it with the name of your environment, and `{region}` with its region. Paste \
         the expressions into Explore in Grafana, which [the environment's README](../terraform/envs/{name}/README.md) shows \
         how to open.",
    ));
    page.paragraph("What is on now, in CloudWatch:")
        .shell(&format!(
            "aws cloudwatch describe-alarms --region {region} --state-value ALARM --alarm-name-prefix {}- \\\n  --query \
             'MetricAlarms[].[AlarmName, StateReason]' --output text",
            first.full_name(&blueprint.project)
        ))
        .paragraph("and in Prometheus:")
        .paragraph("```promql\nALERTS{alertstate=\"firing\"}\n```");
    logs(&watched, &blueprint.project, &mut page);
    let mut sections: Vec<&Alarm> = Vec::new();
    for EnvironmentAlarms { alarms, .. } in &watched {
        for alarm in alarms {
            if !sections.iter().any(|other| other.name == alarm.name) {
                sections.push(alarm);
            }
        }
    }
    for alarm in sections {
        section(alarm, &watched, &blueprint.project, &mut page);
    }
    page.file()
}

/// How to read a log, which many sections say to do.
fn logs(watched: &[EnvironmentAlarms<'_>], project: &str, page: &mut Markdown) {
    let environments = watched.iter().map(|watched| watched.environment);
    let store = |environment: &Environment| {
        let mut stores = texts_about(Subject::Logs);
        stores.find(|texts| texts.part.feature.is_on(environment))
    };
    let first = environments.clone().find(|it| store(it).is_none());
    if let Some(environment) = first {
        page.paragraph(&format!(
            "The log of a service in `{}`. The last part of the log group is the service's name:",
            environment.name
        ))
        .shell(&format!(
            "aws logs tail {} --region {} --since 15m",
            history_group(environment, &environment.full_name(project)),
            environment.region
        ));
    }
    for environment in environments {
        let Some(texts) = store(environment) else {
            continue;
        };
        if let Some((query, source)) = texts.documents.log_query {
            let name = &environment.name;
            page.origin(&environment.address().join(texts.part.feature.key))
                .paragraph(&format!(
                    "The log of a service in `{name}`, in Explore with the data source {source}. [Its \
                     README](../terraform/envs/{name}/README.md) says where other logs are.",
                ))
                .paragraph(&format!("```logql\n{query}\n```"));
        }
    }
}

fn section(alarm: &Alarm, watched: &[EnvironmentAlarms<'_>], project: &str, page: &mut Markdown) {
    let has_it =
        |watched: &&EnvironmentAlarms<'_>| watched.alarms.iter().any(|it| it.name == alarm.name);
    let having = watched.iter().filter(has_it);
    let having: Vec<_> = having.map(|watched| watched.environment).collect();
    let Some(first) = having.first() else {
        return;
    };
    let key = match (alarm.limit)(first).key {
        "" => "alarms",
        key => key,
    };
    page.origin(&first.address().join(key))
        .heading(alarm.name)
        .paragraph(&format!("{} {}", alarm.summary, urgency(alarm.severity)))
        .blank();
    for environment in &having {
        page.text(&format!(
            "- `{}`: {} ({})",
            environment.name,
            alarm.condition(environment),
            alarm.source()
        ));
    }
    page.paragraph(&format!("**What users notice:** {}", alarm.users));
    if let Signal::Aws(MetricAlarm {
        rolls_back: true, ..
    }) = alarm.signal
    {
        page.paragraph(
            "A deployment of a Temporal service is rolled back if this alarm goes on meanwhile.",
        );
    }
    page.paragraph("**How to see it:**");
    match &alarm.signal {
        Signal::Aws(_) => {
            page.shell(&format!(
                "aws cloudwatch describe-alarms --region {} --alarm-name-prefix {}-{} \\\n  --query \
                 'MetricAlarms[].[AlarmName, StateValue, StateReason]' --output text",
                first.region,
                first.full_name(project),
                alarm.name
            ));
        }
        Signal::Server(rule) => {
            let end = rule
                .expression
                .rfind(&format!(" {LIMIT}"))
                .map(|end| end - " >".len());
            let expression = &rule.expression[..end.unwrap_or(rule.expression.len())];
            page.paragraph(&format!("```promql\n{expression}\n```"));
        }
        Signal::Event(_) => {}
    }
    if let Some(look) = alarm.look {
        page.shell(&look(&first.name));
    }
    page.paragraph(&format!("**What to do first:** {}", alarm.first))
        .paragraph(&format!("**It is over when:** {}", alarm.over));
}

fn urgency(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "**Critical**: act now.",
        Severity::Warning => "**Warning**: act in the next working hours.",
    }
}
