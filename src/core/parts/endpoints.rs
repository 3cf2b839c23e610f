//! Interface endpoints: whether AWS's services are reached inside the network or through NAT.

use super::part::{
    DocumentTexts, FlatTexts, HourlyColumn, Part, PartTexts, Proposal, RootTexts, To, Values,
};
use super::subject::Subject;
use crate::catalog::{prices, quotas};
use crate::compose::rows::Way;
use crate::environment::Environment;
use crate::feature::Feature;
use crate::option::{Kind, OptionRow, bool_per_profile, environment_row};
use crate::ports;
use crate::problem::{Problem, Problems};
use crate::problem_code::{Fixable, ProblemRow, Severity};
use crate::sizing::bill_line::{BillLine, HOURS};
use crate::sizing::money::Money;
use crate::sizing::quota_need::Need;
use crate::sizing::usage_line::{UsageLine, usage_line};

const KEY: &str = "network.endpoints";

/// Every environment decides about them.
const FEATURE: Feature = Feature::always(KEY);

/// Whether there are interface endpoints. A value of Terraform, so that an edit of `terraform.tfvars` changes it too.
pub const INTERFACE_ENDPOINTS: Feature = Feature::new(KEY, |it| it.endpoints);

/// How many the module `vpc` makes. Each is billed in every zone, and takes an address in every private subnet.
const COUNT: i64 = 12;

/// Interface endpoints in the form, the check and the counts.
pub(super) static PART: Part = Part {
    options: OPTIONS,
    switch: Some(("endpoints", INTERFACE_ENDPOINTS)),
    addresses: |environment| match environment.endpoints {
        true => COUNT,
        false => 0,
    },
    warn_in_production,
    ..Part::new("endpoints", Subject::Endpoints, FEATURE)
};

/// Interface endpoints in the files.
pub(super) static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        kept_names: &[(
            To::Network,
            INTERFACE_ENDPOINTS,
            &[
                (
                    "vpc_endpoints_security_group",
                    "\"${local.name}-vpc-endpoints\"",
                ),
                (
                    "vpc_endpoints_security_group_description",
                    "\"Security group for VPC endpoints\"",
                ),
            ],
        )],
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        ways_out: &[Way::new(
            "egress",
            "vpc-endpoints",
            ports::HTTPS,
            "AWS services without the internet",
            INTERFACE_ENDPOINTS,
        )],
        fact: Some(fact),
        hourly: Some(HourlyColumn {
            head: "Interface endpoints",
            cell: |it| if it.endpoints { "yes" } else { "no" }.to_owned(),
        }),
        ..DocumentTexts::NONE
    },
    counted,
    quotas: |environment| {
        if !environment.endpoints {
            return Vec::new();
        }
        vec![Need {
            quota: quotas::ENDPOINTS,
            amount: Some(COUNT),
        }]
    },
    used: USED,
    flat: FlatTexts {
        switched_on_by: Some("aws_vpc_endpoint.ecr_api"),
        ..FlatTexts::NONE
    },
    problems: &[NO_ENDPOINTS],
    fixes: |_| vec![Proposal::Here(true.into())],
    ..PartTexts::new(&PART)
};

const NO_ENDPOINTS: ProblemRow = ProblemRow::of_part(
    "no-endpoints",
    Severity::Advice,
    "Production has no interface endpoints, so no task starts while NAT is unavailable.",
    "Set `network.endpoints` to `true`, or accept the risk: endpoints are billed by the hour.",
    Fixable::Yes,
);

const OPTIONS: &[OptionRow] = &[environment_row(
    KEY,
    "Interface endpoints",
    "Reach AWS services (ECR, ECS, SSM, CloudWatch, Secrets Manager, Prometheus, …) without NAT. S3 and DynamoDB always \
     have gateway endpoints, which are free.",
    Kind::Boolean,
    bool_per_profile([false, true, true]),
)
.because("each endpoint is billed by the hour in each zone; dev uses NAT instead")
.attribute("network", "endpoints")];

/// Whether an environment with these values has interface endpoints.
pub(crate) fn settle(values: &dyn Values) -> Option<bool> {
    values.boolean(KEY)
}

/// Tasks that need NAT to start.
fn warn_in_production(environment: &Environment, problems: &mut Problems) {
    if !environment.endpoints {
        problems.push(Problem::new(
            const { NO_ENDPOINTS.code },
            environment.address().join(KEY),
            "without interface endpoints, tasks reach image registries, secrets and ECS through NAT, so no task can start \
             while NAT is unavailable"
                .to_owned(),
        )
        .hint("set it to true, or accept the risk: endpoints are billed by the hour"));
    }
}

/// How tasks reach the services of AWS: a decision between two prices.
fn fact(environment: &Environment) -> Option<String> {
    let zones = environment.network.zones.len() as i64;
    let count = COUNT * zones;
    let gateways = "S3 and DynamoDB always have gateway endpoints, which are free.";
    if environment.endpoints {
        return Some(format!(
            "- **Interface endpoints**: {COUNT}, so that tasks reach ECR, SSM, CloudWatch and other AWS services without NAT. \
             Each is in {zones} zones, so AWS bills {count}, and the quota of the VPC counts {COUNT}. {gateways}"
        ));
    }
    let price = match prices::find(&environment.region, "endpoint-hour") {
        Some(price) => format!(
            "about {} USD a month",
            Money::micros(price.micros) * (count * HOURS)
        ),
        None => "their hourly price".to_owned(),
    };
    Some(format!(
        "- **No interface endpoints**: tasks reach ECR, SSM, CloudWatch and other AWS services through NAT. {gateways} \
         This \
         is a decision about money: {COUNT} interface endpoints in {zones} zones would cost {price}, billed by the hour and zone with \
         or without traffic, and NAT is cheaper for little traffic. The drawback: no task can start while NAT is unavailable. To add them, set \
         `network = {{ endpoints = true }}` in `terraform.tfvars`."
    ))
}

fn counted(environment: &Environment) -> Vec<BillLine> {
    if !environment.endpoints {
        return Vec::new();
    }
    let zones = environment.network.zones.len() as i64;
    vec![BillLine {
        key: "endpoints",
        label: "Interface endpoints",
        item: "endpoint-hour".to_owned(),
        units: COUNT * zones * HOURS,
        amount: format!("{COUNT} in {zones} zones"),
    }]
}

const USED: &[UsageLine] = &[usage_line(
    "endpoint-data",
    "Data through endpoints",
    "endpoint-gb",
    "by use",
)
.with(INTERFACE_ENDPOINTS)];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::templates;

    #[test]
    fn there_are_as_many_as_the_module_lists() {
        let (_, text) = templates::ALL
            .iter()
            .find(|(path, _)| *path == "modules/vpc/endpoints.tf")
            .unwrap();
        let (_, list) = text.split_once("interface_endpoints = toset([\n").unwrap();
        let (list, _) = list.split_once("])").unwrap();
        let is_entry = |line: &&str| line.trim_start().starts_with('"');
        assert_eq!(list.lines().filter(is_entry).count() as i64, COUNT);
    }
}
