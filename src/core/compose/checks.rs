//! `checks.tf` of an environment: what a later edit of `terraform.tfvars` could get wrong without Terraform noticing.

use super::{connections, placement};
use crate::environment::Environment;
use crate::hcl::Body;

/// The `check` blocks, with the data source that one of them alone reads.
pub(super) fn compose(environment: &Environment) -> Body {
    let mut file = Body::new();
    file.from(&environment.address().join("network.availability_zones"))
        .comment("Before anything is made: do the zones offer the instance type?")
        .block("data", &["aws_ec2_instance_type_offerings", "zones"], |data| {
            data.text("location_type", "availability-zone")
                .blank()
                .block("filter", &[], |filter| {
                    filter
                        .text("name", "instance-type")
                        .code("values", "[var.compute.instance_type]");
                });
        })
        .blank()
        .block("check", &["zones_offer_the_instance_type"], |check| {
            check
                .block("assert", &[], |assert| {
                    assert
                        .code(
                            "condition",
                            "length(setsubtract(var.network.availability_zones, data.aws_ec2_instance_type_offerings.zones.locations)) == 0",
                        )
                        .code(
                            "error_message",
                            "\"${var.compute.instance_type} is not offered in ${join(\", \", setsubtract(var.network.availability_zones, data.aws_ec2_instance_type_offerings.zones.locations))}.\"",
                        );
                });
        });
    placement::checks(environment, &mut file);
    connections::checks(environment, &mut file);
    file
}
