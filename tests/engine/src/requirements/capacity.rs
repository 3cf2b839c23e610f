//! 5: the instances.

use composer_core::catalog::instance_types;
use composer_core::parts::{benchmark, schedule};

use super::observation::{Environment, Observation, refers, text, texts};
use super::{Outcome, Row, each, ensure, row, same};

const TEMPLATE: &str = "module.ec2_capacity.aws_launch_template.this";
const GROUP: &str = "module.ec2_capacity.aws_autoscaling_group.this";
const PROVIDER: &str = "module.ec2_capacity.aws_ecs_capacity_provider.this";
/// Amazon's own parameter with the image for ECS on Graviton.
const IMAGE: &str = "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id";

pub(super) const ROWS: &[Row] = &[
    row(
        "5.1",
        &[each(
            "module ec2_capacity has launch template, Auto Scaling group and capacity provider, each on the one before; \
             beside it only the benchmark has some",
            encapsulates,
        )],
    ),
    row(
        "5.2",
        &[each(
            "module ec2_capacity takes instance_type, instance_count, vpc_id, subnet_ids and cluster_name, the last \
             three from vpc and ecs_cluster, and the group is of that type in those subnets",
            takes,
        )],
    ),
    row(
        "5.3",
        &[each(
            "module ec2_capacity outputs capacity_provider_name, asg_name and instance_security_group_id",
            puts_out,
        )],
    ),
    row(
        "5.4",
        &[each(
            "each launch template's image, the benchmark's too, is what AWS recommends for ECS on ARM64 (Amazon Linux 2023), and its type is a \
             Graviton one of the catalog",
            is_arm,
        )],
    ),
    row(
        "5.5",
        &[each(
            "the Auto Scaling group has desired_capacity and min_size = compute.instance_count, and room for them; with a schedule min_size is 0",
            has_the_count,
        )],
    ),
];

fn encapsulates(environment: &Environment, _: &Observation) -> Outcome {
    let kinds = [
        "aws_launch_template",
        "aws_autoscaling_group",
        "aws_ecs_capacity_provider",
    ];
    environment.has_alone("ec2_capacity", &kinds, &["benchmark"])?;
    same(
        "the group's launch template",
        text(&environment.at(GROUP)?["launch_template"][0]["id"]),
        environment.text_at(TEMPLATE, "id")?,
    )?;
    same(
        "the provider's group",
        text(
            &environment.at(PROVIDER)?["auto_scaling_group_provider"][0]["auto_scaling_group_arn"],
        ),
        environment.text_at(GROUP, "arn")?,
    )
}

fn takes(environment: &Environment, _: &Observation) -> Outcome {
    environment.takes(
        "ec2_capacity",
        &[
            "instance_type",
            "instance_count",
            "vpc_id",
            "subnet_ids",
            "cluster_name",
        ],
    )?;
    for (input, from) in [
        ("vpc_id", "module.vpc.vpc_id"),
        ("subnet_ids", "module.vpc.private_subnet_ids"),
        ("cluster_name", "module.ecs_cluster.cluster_name"),
    ] {
        environment.is_given("ec2_capacity", input, &[from])?;
    }
    same(
        "the instance type",
        environment.text_at(TEMPLATE, "instance_type")?,
        environment.wanted.compute.instance_type.as_str(),
    )?;
    same(
        "the group's subnets",
        texts(&environment.at(GROUP)?["vpc_zone_identifier"]),
        texts(environment.output("private_subnet_ids")?),
    )
}

fn puts_out(environment: &Environment, _: &Observation) -> Outcome {
    environment.puts_out(
        "ec2_capacity",
        &[
            (
                "capacity_provider_name",
                "aws_ecs_capacity_provider.this.name",
            ),
            ("asg_name", "aws_autoscaling_group.this.name"),
            ("instance_security_group_id", "aws_security_group.host.id"),
        ],
    )
}

fn is_arm(environment: &Environment, _: &Observation) -> Outcome {
    let mut modules = vec![("module.ec2_capacity", environment.call("ec2_capacity")?)];
    if benchmark::FEATURE.is_on(&environment.wanted) {
        let benchmark = &environment.call("benchmark")?["module"]["module_calls"]["ec2_capacity"];
        modules.push(("module.benchmark.module.ec2_capacity", benchmark));
    }
    for (address, call) in modules {
        let template = format!("{address}.aws_launch_template.this");
        let parameter = environment.at(&format!("{address}.data.aws_ssm_parameter.ami"))?;
        same("the image's parameter", text(&parameter["name"]), IMAGE)?;
        same(
            &format!("the image of {template}"),
            environment.text_at(&template, "image_id")?,
            text(&parameter["insecure_value"]),
        )?;
        let configured = super::observation::items(&call["module"]["resources"])
            .find(|resource| resource["address"] == "aws_launch_template.this")
            .ok_or_else(|| format!("no launch template is configured in {address}"))?;
        refers(
            &format!("the image of {template}"),
            &configured["expressions"]["image_id"],
            &["data.aws_ssm_parameter.ami.insecure_value"],
        )?;
        let kind = environment.text_at(&template, "instance_type")?;
        ensure(
            instance_types::ALL.iter().any(|known| known.name == kind),
            || format!("{kind} is no Graviton type of the catalog"),
        )?;
    }
    Ok(())
}

fn has_the_count(environment: &Environment, _: &Observation) -> Outcome {
    let group = environment.at(GROUP)?;
    let asked = environment.wanted.compute.instance_count;
    same("desired_capacity", &group["desired_capacity"], asked)?;
    let least = if schedule::FEATURE.is_on(&environment.wanted) {
        0
    } else {
        asked
    };
    same("min_size", &group["min_size"], least)?;
    let most = group["max_size"].as_i64().unwrap_or_default();
    ensure(most >= asked, || format!("max_size is {most}, of {asked}"))
}
