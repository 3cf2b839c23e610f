//! What an instance has for tasks.

use crate::catalog::instance_types::InstanceType;

/// The least memory in MiB that ECS registers of an instance. AWS publishes no figure for Graviton; 95.4 % was
/// measured on an m6i.large of 8 GiB (issue 597 of aws/amazon-ecs-ami) and 96.8 % on 32 GiB. Taken are 94 % up to
/// 8 GiB and 96 % above, less 64 MiB for what the next machine image may need.
#[must_use]
pub fn registered_memory(instance: &InstanceType) -> i64 {
    let nominal = i64::from(instance.memory_mib);
    let percent = if nominal <= 8192 { 94 } else { 96 };
    nominal * percent / 100 - 64
}

/// How many tasks an instance can give a network interface.
#[must_use]
pub fn interface_slots(instance: &InstanceType, trunking: bool) -> i64 {
    let slots = match instance.trunk_slots {
        Some(slots) if trunking => slots,
        _ => instance.plain_slots(),
    };
    i64::from(slots)
}
