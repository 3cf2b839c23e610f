//! What an environment needs of a service quota, as its parts state it.

use crate::catalog::instance_types;
use crate::catalog::quotas::{Quota, STANDARD_VCPUS};

/// What an environment needs of a quota.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Need {
    /// The quota.
    pub(crate) quota: Quota,
    /// How much of it at the most; `None` where that is unknown.
    pub(crate) amount: Option<i64>,
}

/// The vCPUs of `count` instances of a type.
pub(crate) fn vcpus(instance_type: &str, count: i64) -> Need {
    let found = instance_types::find(instance_type);
    Need {
        quota: STANDARD_VCPUS,
        amount: found.map(|row| i64::from(row.vcpu) * count),
    }
}
