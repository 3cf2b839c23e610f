//! Rows of the security page.

use crate::feature::Feature;

/// What a way leads to that has no group.
pub(crate) const ANYWHERE: &str = "anywhere";

/// A way from one security group to another. The page's diagram draws it as an arrow, where both groups have a box there.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) ports: &'static str,
    pub(crate) why: &'static str,
    /// What the arrow is about, where the diagram says more than the reason.
    pub(crate) arrow: Option<&'static str>,
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
            arrow: None,
            feature,
        }
    }

    /// The same, whose arrow in the diagram is about this.
    pub(crate) const fn arrow(self, about: &'static str) -> Self {
        Self {
            arrow: Some(about),
            ..self
        }
    }
}

/// Whose role it is. The security page has them in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RoleKind {
    /// That of the tasks of a service.
    Service,
    /// That of a task that ends.
    SetupTask,
    /// That with which ECS starts tasks.
    Execution,
    /// That of instances.
    Host,
    /// That of the network.
    Network,
}

impl RoleKind {
    /// All of them.
    pub(crate) const ALL: [Self; 5] = [
        Self::Service,
        Self::SetupTask,
        Self::Execution,
        Self::Host,
        Self::Network,
    ];
}

/// What a role may do.
#[derive(Debug)]
pub(crate) struct Right {
    pub(crate) kind: RoleKind,
    pub(crate) role: &'static str,
    pub(crate) who: &'static str,
    pub(crate) actions: &'static [&'static str],
    pub(crate) on: &'static str,
    pub(crate) feature: Feature,
}

impl Right {
    /// The actions that `role`, which is that of `who`, a service, may take `on` something, where there is `feature`.
    pub(crate) const fn new(
        role: &'static str,
        who: &'static str,
        actions: &'static [&'static str],
        on: &'static str,
        feature: Feature,
    ) -> Self {
        Self {
            kind: RoleKind::Service,
            role,
            who,
            actions,
            on,
            feature,
        }
    }
}

impl Right {
    /// The same of a role of this kind.
    pub(crate) const fn of(self, kind: RoleKind) -> Self {
        Self { kind, ..self }
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

/// What ECS needs to start a task.
pub(crate) const START: &[&str] = &[
    "ecr:GetAuthorizationToken",
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "ssm:GetParameters",
];

/// What a host needs: policies of AWS.
pub(crate) const HOST: &[&str] = &[
    "AmazonEC2ContainerServiceforEC2Role",
    "AmazonSSMManagedInstanceCore",
];

/// What a host's policies are for.
pub(crate) const HOST_PURPOSE: &str = "AWS's policies for hosts of ECS and for Session Manager";

/// What ECS Exec is for.
pub(crate) const EXEC_PURPOSE: &str = "ECS Exec sessions in its tasks, and their log";
