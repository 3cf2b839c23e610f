//! Quotas of an account in a region that an environment uses up, and what they are unless AWS raised them.
//!
//! Sources, public copies read 2026-11: docs.aws.amazon.com/general/latest/gr/vpc-service.html for what belongs to the VPC and
//! the network interfaces, docs.aws.amazon.com/cli/latest/userguide/cli_service-quotas_code_examples.html for the vCPUs (the
//! answer of `get-aws-default-service-quota`), docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html for addresses.
//! New accounts may have less; what an account has, `aws service-quotas get-service-quota` says.

use serde::Serialize;

/// A quota that Service Quotas knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Quota {
    /// Its service in Service Quotas, such as `ec2`.
    pub service: &'static str,
    /// Its code there, such as `L-0263D0A3`.
    pub code: &'static str,
    /// What it counts.
    pub label: &'static str,
    /// How many there may be, unless AWS raised it.
    pub default: i64,
    /// What shares it.
    pub scope: Scope,
}

/// What shares a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Everything in the account's region.
    Region,
    /// One VPC, and so one environment.
    Vpc,
    /// Everything in a zone of the account's region.
    Zone,
}

/// Instances of the families A, C, D, H, I, M, R, T and Z, to which all types of the catalog belong.
pub const STANDARD_VCPUS: Quota = Quota {
    service: "ec2",
    code: "L-1216C47A",
    label: "vCPUs of standard On-Demand instances",
    default: 5,
    scope: Scope::Region,
};

/// Public addresses of NAT gateways.
pub const ELASTIC_IPS: Quota = Quota {
    service: "ec2",
    code: "L-0263D0A3",
    label: "Elastic IP addresses",
    default: 5,
    scope: Scope::Region,
};

/// NAT gateways, those that AWS still deletes among them.
pub const NAT_GATEWAYS: Quota = Quota {
    service: "vpc",
    code: "L-FE5A380F",
    label: "NAT gateways",
    default: 5,
    scope: Scope::Zone,
};

/// VPCs. The quota of internet gateways follows it.
pub const VPCS: Quota = Quota {
    service: "vpc",
    code: "L-F678F1CE",
    label: "VPCs",
    default: 5,
    scope: Scope::Region,
};

/// Network interfaces: those of instances, tasks, endpoints, gateways and OpenSearch's nodes.
pub const INTERFACES: Quota = Quota {
    service: "vpc",
    code: "L-DF5E4CA3",
    label: "Network interfaces",
    default: 5000,
    scope: Scope::Region,
};

/// Interface endpoints. One counts once, however many zones it is in.
pub const ENDPOINTS: Quota = Quota {
    service: "vpc",
    code: "L-29B6F2EB",
    label: "Interface endpoints",
    default: 50,
    scope: Scope::Vpc,
};

/// Every quota, in the order in which they are shown.
pub const ALL: &[Quota] = &[
    STANDARD_VCPUS,
    ELASTIC_IPS,
    NAT_GATEWAYS,
    VPCS,
    INTERFACES,
    ENDPOINTS,
];
