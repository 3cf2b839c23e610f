//! What the flat root called things whose name or description can't change without replacing them, by the module that
//! has them now: the attributes of its `kept_names`, where the flat root and the module differ.

/// An attribute and its value in HCL.
type Name = (&'static str, &'static str);

pub(super) const VPC: &[Name] = &[
    (
        "vpc_endpoints_security_group",
        "\"${local.name}-vpc-endpoints\"",
    ),
    (
        "vpc_endpoints_security_group_description",
        "\"Security group for VPC endpoints\"",
    ),
];
