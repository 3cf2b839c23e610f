//! 9: the visibility store.

use super::seen::{Environment, Seen, items, text, texts};
use super::{Outcome, Row, each, ensure, row, same};

const DOMAIN: &str = "module.opensearch.aws_opensearch_domain.this";
const GROUP: &str = "module.opensearch.aws_security_group.domain";
const SETUP: &str = "module.opensearch.aws_ecs_task_definition.setup";

pub(super) const ROWS: &[Row] = &[
    row(
        "9.1",
        &[each(
            "module opensearch alone has the domain, and has its security group and the task definition that makes the \
             index, which asks that domain",
            encapsulates,
        )],
    ),
    row(
        "9.2",
        &[each(
            "module opensearch takes instance_type, instance_count and visibility_index_name: the domain has such nodes, \
             and setup task and services use that index",
            takes,
        )],
    ),
    row(
        "9.3",
        &[each(
            "module opensearch puts out domain_endpoint, domain_arn and security_group_id",
            puts_out,
        )],
    ),
    row(
        "9.4",
        &[each(
            "the domain is in private subnets of the VPC, one for each zone it spreads over, and has the module's \
             security group alone",
            is_in_the_vpc,
        )],
    ),
];

fn encapsulates(environment: &Environment, _: &Seen) -> Outcome {
    environment.has_alone("opensearch", &["aws_opensearch_domain"], &[])?;
    let groups = environment.in_module("opensearch", "aws_security_group");
    ensure(!groups.is_empty(), || {
        "module opensearch has no security group".to_owned()
    })?;
    let endpoint = environment.text_at(DOMAIN, "endpoint")?;
    environment.has_variables(
        SETUP,
        "opensearch-setup",
        &[("ES_SERVER", &format!("https://{endpoint}:443"))],
    )
}

fn takes(environment: &Environment, _: &Seen) -> Outcome {
    environment.takes(
        "opensearch",
        &["instance_type", "instance_count", "visibility_index_name"],
    )?;
    let wanted = &environment.wanted.opensearch;
    let nodes = &environment.at(DOMAIN)?["cluster_config"][0];
    same(
        "the nodes' type",
        text(&nodes["instance_type"]),
        wanted.instance_type.as_str(),
    )?;
    same("nodes", &nodes["instance_count"], wanted.instance_count)?;
    environment.has_variables(
        SETUP,
        "opensearch-setup",
        &[("ES_VISIBILITY_INDEX", &wanted.index)],
    )?;
    for service in &environment.wanted.services {
        environment.has_variables(
            &super::service::task(service.name),
            &format!("temporal-{}", service.name),
            &[("TEMPORAL_ELASTICSEARCH_INDEX", &wanted.index)],
        )?;
    }
    Ok(())
}

fn puts_out(environment: &Environment, _: &Seen) -> Outcome {
    environment.puts_out(
        "opensearch",
        &[
            ("domain_endpoint", "aws_opensearch_domain.this.endpoint"),
            ("domain_arn", "aws_opensearch_domain.this.arn"),
            ("security_group_id", "aws_security_group.domain.id"),
        ],
    )?;
    environment.is_read("opensearch", "domain_endpoint")?;
    environment.is_read("opensearch", "domain_arn")
}

fn is_in_the_vpc(environment: &Environment, _: &Seen) -> Outcome {
    let domain = environment.at(DOMAIN)?;
    let zones = domain["cluster_config"][0]["zone_awareness_config"][0]["availability_zone_count"]
        .as_u64()
        .unwrap_or(1);
    let place = &domain["vpc_options"][0];
    let subnets = texts(&place["subnet_ids"]);
    same("subnets", subnets.len() as u64, zones)?;
    let private = texts(environment.output("private_subnet_ids")?);
    ensure(subnets.iter().all(|id| private.contains(id)), || {
        format!("of {subnets:?} not all are private: {private:?}")
    })?;
    same(
        "the domain's security groups",
        items(&place["security_group_ids"])
            .map(text)
            .collect::<Vec<_>>(),
        vec![environment.text_at(GROUP, "id")?],
    )
}
