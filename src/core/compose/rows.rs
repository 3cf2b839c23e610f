//! Rows of the security page.

use crate::feature::Feature;

/// A way from one security group to another.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) ports: &'static str,
    pub(crate) why: &'static str,
    pub(crate) feature: Feature,
}

impl Way {
    /// A way from the group `from` to the group `to`, where there is `feature`.
    pub(crate) const fn new(
        from: &'static str,
        to: &'static str,
        ports: &'static str,
        why: &'static str,
        feature: Feature,
    ) -> Self {
        Self {
            from,
            to,
            ports,
            why,
            feature,
        }
    }
}

/// What a role may do.
#[derive(Debug)]
pub(crate) struct Right {
    pub(crate) role: &'static str,
    pub(crate) who: &'static str,
    pub(crate) actions: &'static [&'static str],
    pub(crate) on: &'static str,
    pub(crate) feature: Feature,
}

impl Right {
    /// The actions that `role`, which is that of `who`, may take `on` something, where there is `feature`.
    pub(crate) const fn new(
        role: &'static str,
        who: &'static str,
        actions: &'static [&'static str],
        on: &'static str,
        feature: Feature,
    ) -> Self {
        Self {
            role,
            who,
            actions,
            on,
            feature,
        }
    }
}

/// What ECS Exec needs in a task.
pub(crate) const EXEC: &[&str] = &[
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
    "logs:DescribeLogGroups",
    "logs:CreateLogStream",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
];

/// What a host needs: policies of AWS.
pub(crate) const HOST: &[&str] = &[
    "AmazonEC2ContainerServiceforEC2Role",
    "AmazonSSMManagedInstanceCore",
];

/// What a host's policies are for.
pub(crate) const HOST_PURPOSE: &str = "AWS's policies for hosts of ECS and for Session Manager";

/// What ECS Exec is for.
pub(crate) const EXEC_PURPOSE: &str = "sessions into its tasks, and their record";
