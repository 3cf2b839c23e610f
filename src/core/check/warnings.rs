//! What is allowed and fits, but is likely to hurt in operation.

use crate::catalog::instance_types::is_offered;
use crate::environment::Environment;
use crate::options::Profile;
use crate::parts;
use crate::parts::subject::Subject;
use crate::path::FieldPath;
use crate::problem::{Problem, Problems};
use crate::problem_code::ProblemCode;
use crate::sizing::addresses::max_addresses_of_a_subnet;

/// Warns of what `environment` may suffer from in operation.
pub(super) fn check(environment: &Environment, problems: &mut Problems) {
    instance_types(environment, problems);
    addresses(environment, problems);
    for subject in Subject::WARNINGS {
        if subject == Subject::Visibility && environment.profile == Profile::Prod {
            production(environment, problems);
        }
        for part in parts::about(subject) {
            (part.warn)(environment, problems);
        }
    }
}

/// Instance types that the region may not offer.
fn instance_types(environment: &Environment, problems: &mut Problems) {
    let compute = &environment.compute;
    let mut types = vec![("compute.instance_type", compute.instance_type.as_str())];
    for hosts in parts::hosts(environment) {
        types.push((hosts.group.instance_type, hosts.instance_type));
    }
    for (key, name) in types {
        if !is_offered(name, &environment.region) {
            problems.push(
                Problem::new(
                    ProblemCode::TypeNotOffered,
                    FieldPath::in_environment(&environment.name, key),
                    format!(
                        "the catalog doesn't list `{name}` in {}",
                        environment.region
                    ),
                )
                .hint("choose m8g, or check with `aws ec2 describe-instance-type-offerings`"),
            );
        }
    }
}

/// Addresses of each subnet that AWS reserves. Source: Amazon VPC user guide, "Subnet CIDR blocks".
const RESERVED_ADDRESSES: i64 = 5;

/// Whether the private subnets have enough addresses.
fn addresses(environment: &Environment, problems: &mut Problems) {
    // A private subnet is a sixteenth of the network.
    let has =
        (1_i64 << (32 - 4 - i64::from(environment.network.vpc_cidr.prefix))) - RESERVED_ADDRESSES;
    let needs = max_addresses_of_a_subnet(environment);
    if needs > has {
        problems.push(Problem::new(
            ProblemCode::SubnetTooSmall,
            FieldPath::in_environment(&environment.name, "network.vpc_cidr"),
            format!(
                "a private subnet has {has} addresses, but tasks, instances, endpoints and OpenSearch may need {needs} \
                 during a deployment"
            ),
        )
        .hint("choose a larger network, such as a /16: it can't change after the first apply"));
    }
}

/// What production should not be without.
fn production(environment: &Environment, problems: &mut Problems) {
    if !environment.deletion_protection {
        problems.push(
            Problem::new(
                ProblemCode::Unprotected,
                environment.address().key("deletion_protection"),
                "`terraform destroy` would delete production data".to_owned(),
            )
            .hint("leave it on: deleting production then takes two deliberate steps"),
        );
    }
    for subject in Subject::PRODUCTION {
        for part in parts::about(subject) {
            (part.warn_in_production)(environment, problems);
        }
    }
}
