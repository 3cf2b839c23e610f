//! Graviton instance types: processors, memory and network interfaces.
//!
//! vCPU, memory and interface counts: a dump of EC2's `DescribeInstanceTypes` in the Python package moto 5.2.5
//! (October 2026). Task slots with trunking: the table of Amazon's ECS guide for m6g, c6g and r6g (copy of 2023);
//! for newer families **inferred** from equal branch-interface counts in
//! `aws/amazon-vpc-resource-controller-k8s`, `pkg/aws/vpc/limits.go` (generated 2026-03-20).

use serde::Serialize;

/// What is known of an instance type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct InstanceType {
    /// Its name, such as `m8g.large`.
    pub name: &'static str,
    /// Virtual CPUs; one is 1,024 CPU units of ECS.
    pub vcpu: u32,
    /// Nominal memory in MiB. ECS registers less of it.
    pub memory_mib: u32,
    /// Network interfaces it can have. Without trunking the host takes one and each awsvpc task one.
    pub max_interfaces: u32,
    /// Tasks in awsvpc mode with trunking on; `None` where the type has no trunking (t4g).
    pub trunk_slots: Option<u32>,
}

impl InstanceType {
    /// CPU units of ECS: 1,024 for each vCPU.
    #[must_use]
    pub fn cpu_units(&self) -> u32 {
        self.vcpu * 1024
    }

    /// Tasks in awsvpc mode without trunking: every interface but the host's own.
    #[must_use]
    pub fn plain_slots(&self) -> u32 {
        self.max_interfaces - 1
    }
}

/// The row of the type named `name`.
#[must_use]
pub fn find(name: &str) -> Option<&'static InstanceType> {
    ALL.iter().find(|row| row.name == name)
}

/// Families that a region with DSQL does not offer. Source: the instance type offerings in the Python package moto
/// 5.2.5, dump of October 2026; every other family of this table was offered in every such region.
const NOT_OFFERED: &[(&str, &str)] = &[("m7g", "ca-west-1"), ("c7g", "ap-southeast-4")];

/// Whether the type named `name` was offered in `region` when this was put together.
#[must_use]
pub fn is_offered(name: &str, region: &str) -> bool {
    let family = name.split('.').next().unwrap_or(name);
    !NOT_OFFERED.contains(&(family, region))
}

/// A row: name, vCPU, memory in MiB, interfaces, slots with trunking.
const fn row(
    name: &'static str,
    vcpu: u32,
    memory_mib: u32,
    max_interfaces: u32,
    trunk_slots: Option<u32>,
) -> InstanceType {
    InstanceType {
        name,
        vcpu,
        memory_mib,
        max_interfaces,
        trunk_slots,
    }
}

/// Every type known here, by family and size.
#[rustfmt::skip] // one row a line
pub const ALL: &[InstanceType] = &[
    row("c6g.medium", 1, 2048, 2, Some(4)),
    row("c6g.large", 2, 4096, 3, Some(10)),
    row("c6g.xlarge", 4, 8192, 4, Some(20)),
    row("c6g.2xlarge", 8, 16384, 4, Some(40)),
    row("c6g.4xlarge", 16, 32768, 8, Some(60)),
    row("c6g.8xlarge", 32, 65536, 8, Some(60)),
    row("c6g.12xlarge", 48, 98304, 8, Some(60)),
    row("c6g.16xlarge", 64, 131072, 15, Some(120)),
    row("c7g.medium", 1, 2048, 2, Some(4)),
    row("c7g.large", 2, 4096, 3, Some(10)),
    row("c7g.xlarge", 4, 8192, 4, Some(20)),
    row("c7g.2xlarge", 8, 16384, 4, Some(40)),
    row("c7g.4xlarge", 16, 32768, 8, Some(60)),
    row("c7g.8xlarge", 32, 65536, 8, Some(60)),
    row("c7g.12xlarge", 48, 98304, 8, Some(60)),
    row("c7g.16xlarge", 64, 131072, 15, Some(120)),
    row("c8g.medium", 1, 2048, 2, Some(4)),
    row("c8g.large", 2, 4096, 3, Some(10)),
    row("c8g.xlarge", 4, 8192, 4, Some(20)),
    row("c8g.2xlarge", 8, 16384, 4, Some(40)),
    row("c8g.4xlarge", 16, 32768, 8, Some(60)),
    row("c8g.8xlarge", 32, 65536, 8, Some(60)),
    row("c8g.12xlarge", 48, 98304, 8, Some(60)),
    row("c8g.16xlarge", 64, 131072, 15, Some(120)),
    row("m6g.medium", 1, 4096, 2, Some(4)),
    row("m6g.large", 2, 8192, 3, Some(10)),
    row("m6g.xlarge", 4, 16384, 4, Some(20)),
    row("m6g.2xlarge", 8, 32768, 4, Some(40)),
    row("m6g.4xlarge", 16, 65536, 8, Some(60)),
    row("m6g.8xlarge", 32, 131072, 8, Some(60)),
    row("m6g.12xlarge", 48, 196608, 8, Some(60)),
    row("m6g.16xlarge", 64, 262144, 15, Some(120)),
    row("m6gd.medium", 1, 4096, 2, Some(4)),
    row("m6gd.large", 2, 8192, 3, Some(10)),
    row("m6gd.xlarge", 4, 16384, 4, Some(20)),
    row("m6gd.2xlarge", 8, 32768, 4, Some(40)),
    row("m6gd.4xlarge", 16, 65536, 8, Some(60)),
    row("m6gd.8xlarge", 32, 131072, 8, Some(60)),
    row("m6gd.12xlarge", 48, 196608, 8, Some(60)),
    row("m6gd.16xlarge", 64, 262144, 15, Some(120)),
    row("m7g.medium", 1, 4096, 2, Some(4)),
    row("m7g.large", 2, 8192, 3, Some(10)),
    row("m7g.xlarge", 4, 16384, 4, Some(20)),
    row("m7g.2xlarge", 8, 32768, 4, Some(40)),
    row("m7g.4xlarge", 16, 65536, 8, Some(60)),
    row("m7g.8xlarge", 32, 131072, 8, Some(60)),
    row("m7g.12xlarge", 48, 196608, 8, Some(60)),
    row("m7g.16xlarge", 64, 262144, 15, Some(120)),
    row("m7gd.medium", 1, 4096, 2, Some(4)),
    row("m7gd.large", 2, 8192, 3, Some(10)),
    row("m7gd.xlarge", 4, 16384, 4, Some(20)),
    row("m7gd.2xlarge", 8, 32768, 4, Some(40)),
    row("m7gd.4xlarge", 16, 65536, 8, Some(60)),
    row("m7gd.8xlarge", 32, 131072, 8, Some(60)),
    row("m7gd.12xlarge", 48, 196608, 8, Some(60)),
    row("m7gd.16xlarge", 64, 262144, 15, Some(120)),
    row("m8g.medium", 1, 4096, 2, Some(4)),
    row("m8g.large", 2, 8192, 3, Some(10)),
    row("m8g.xlarge", 4, 16384, 4, Some(20)),
    row("m8g.2xlarge", 8, 32768, 4, Some(40)),
    row("m8g.4xlarge", 16, 65536, 8, Some(60)),
    row("m8g.8xlarge", 32, 131072, 8, Some(60)),
    row("m8g.12xlarge", 48, 196608, 8, Some(60)),
    row("m8g.16xlarge", 64, 262144, 15, Some(120)),
    row("m8gd.medium", 1, 4096, 2, Some(4)),
    row("m8gd.large", 2, 8192, 3, Some(10)),
    row("m8gd.xlarge", 4, 16384, 4, Some(20)),
    row("m8gd.2xlarge", 8, 32768, 4, Some(40)),
    row("m8gd.4xlarge", 16, 65536, 8, Some(60)),
    row("m8gd.8xlarge", 32, 131072, 8, Some(60)),
    row("m8gd.12xlarge", 48, 196608, 8, Some(60)),
    row("m8gd.16xlarge", 64, 262144, 15, Some(120)),
    row("r6g.medium", 1, 8192, 2, Some(4)),
    row("r6g.large", 2, 16384, 3, Some(10)),
    row("r6g.xlarge", 4, 32768, 4, Some(20)),
    row("r6g.2xlarge", 8, 65536, 4, Some(40)),
    row("r6g.4xlarge", 16, 131072, 8, Some(60)),
    row("r6g.8xlarge", 32, 262144, 8, Some(60)),
    row("r6g.12xlarge", 48, 393216, 8, Some(60)),
    row("r6g.16xlarge", 64, 524288, 15, Some(120)),
    row("r7g.medium", 1, 8192, 2, Some(4)),
    row("r7g.large", 2, 16384, 3, Some(10)),
    row("r7g.xlarge", 4, 32768, 4, Some(20)),
    row("r7g.2xlarge", 8, 65536, 4, Some(40)),
    row("r7g.4xlarge", 16, 131072, 8, Some(60)),
    row("r7g.8xlarge", 32, 262144, 8, Some(60)),
    row("r7g.12xlarge", 48, 393216, 8, Some(60)),
    row("r7g.16xlarge", 64, 524288, 15, Some(120)),
    row("r8g.medium", 1, 8192, 2, Some(4)),
    row("r8g.large", 2, 16384, 3, Some(10)),
    row("r8g.xlarge", 4, 32768, 4, Some(20)),
    row("r8g.2xlarge", 8, 65536, 4, Some(40)),
    row("r8g.4xlarge", 16, 131072, 8, Some(60)),
    row("r8g.8xlarge", 32, 262144, 8, Some(60)),
    row("r8g.12xlarge", 48, 393216, 8, Some(60)),
    row("r8g.16xlarge", 64, 524288, 15, Some(120)),
    row("t4g.micro", 2, 1024, 2, None),
    row("t4g.small", 2, 2048, 3, None),
    row("t4g.medium", 2, 4096, 3, None),
    row("t4g.large", 2, 8192, 3, None),
    row("t4g.xlarge", 4, 16384, 4, None),
    row("t4g.2xlarge", 8, 32768, 4, None),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_memory_is_whole_gibibytes() {
        for (index, row) in ALL.iter().enumerate() {
            assert!(ALL[..index].iter().all(|earlier| earlier.name != row.name));
            assert_eq!(row.memory_mib % 1024, 0, "{}", row.name);
        }
    }

    #[test]
    fn slots_follow_from_interfaces() {
        let large = find("m8g.large").unwrap();
        assert_eq!((large.plain_slots(), large.trunk_slots), (2, Some(10)));
        assert_eq!(find("t4g.large").unwrap().trunk_slots, None);
        assert_eq!(find("m8g.4xlarge").unwrap().cpu_units(), 16_384);
    }
}
