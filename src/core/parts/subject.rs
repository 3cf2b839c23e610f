//! What parts are about, and in which order each kind of file has it. A new subject is one row in [`subjects!`]: it then
//! stands behind all others everywhere, unless an order names it.

/// Declares the subjects once: as variants, and as the list of all.
macro_rules! subjects {
    ($($(#[doc = $doc:literal])+ $subject:ident,)+) => {
        /// A chapter in which parts stand. Two parts may share one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Subject {
            $($(#[doc = $doc])+ $subject,)+
        }

        /// Every subject, in the order of the table of options.
        const ALL: &[Subject] = &[$(Subject::$subject,)+];
    };
}

subjects! {
    /// The network.
    Network,
    /// How AWS is reached from inside the network.
    Endpoints,
    /// The instances that run the services.
    Compute,
    /// What tasks run in.
    Cluster,
    /// The roles of tasks and hosts.
    Roles,
    /// The four Temporal services.
    Services,
    /// Workers and clients that connect from elsewhere.
    Clients,
    /// Temporal's web interface.
    WebInterface,
    /// What holds the workflows.
    Database,
    /// What finds and lists workflows.
    Visibility,
    /// What keeps the services' logs.
    Logs,
    /// What shows metrics and logs.
    Dashboards,
    /// What collects metrics and logs.
    Telemetry,
    /// How a task keeps connections to the database.
    ConnectionPool,
    /// What holds the connections of all tasks under a limit.
    ConnectionLimits,
    /// What puts load on the services.
    Load,
    /// What wakes somebody.
    Alarms,
    /// What watches the costs.
    Spending,
    /// What stays of the flat root.
    Migration,
}

use Subject::{
    Clients, Cluster, Compute, ConnectionLimits, ConnectionPool, Dashboards, Database, Endpoints,
    Load, Logs, Migration, Network, Roles, Services, Spending, Telemetry, Visibility, WebInterface,
};

/// Every subject once, in some order.
pub type Order = [Subject; ALL.len()];

/// The subjects that `first` names, then all others in the order of the table of options.
///
/// # Panics
/// If `first` names one twice: while the constant is worked out, so that it doesn't compile.
const fn order(first: &[Subject]) -> Order {
    let mut order = [ALL[0]; ALL.len()];
    let mut length = 0;
    while length < first.len() {
        assert!(!has(first, length, first[length]), "a subject stands twice");
        order[length] = first[length];
        length += 1;
    }
    let mut next = 0;
    while next < ALL.len() {
        if !has(first, first.len(), ALL[next]) {
            order[length] = ALL[next];
            length += 1;
        }
        next += 1;
    }
    order
}

/// Whether `subject` is among the first `count` of `subjects`.
const fn has(subjects: &[Subject], count: usize, subject: Subject) -> bool {
    let mut index = 0;
    while index < count {
        if subjects[index] as u8 == subject as u8 {
            return true;
        }
        index += 1;
    }
    false
}

/// In which order a kind of file has the subjects.
impl Subject {
    /// The table of options, and with it `variables.tf` and `terraform.tfvars`.
    pub(crate) const OPTIONS: Order = order(&[]);
    /// The images among the options.
    pub(crate) const IMAGES: Order = order(&[Load, WebInterface, Dashboards, Logs]);
    /// The sections of the form: first what is most often decided.
    pub const FORM: Order = order(&[
        Logs,
        Load,
        ConnectionPool,
        ConnectionLimits,
        Spending,
        WebInterface,
        Compute,
        Network,
        Clients,
        Database,
        Visibility,
        Services,
        Dashboards,
    ]);
    /// What the values of an environment are checked for.
    pub(crate) const CHECKS: Order = order(&[
        Network,
        Compute,
        Database,
        ConnectionPool,
        Visibility,
        Dashboards,
    ]);
    /// What is allowed and fits, but will likely hurt.
    pub(crate) const WARNINGS: Order = order(&[Services, Database, Visibility]);
    /// What production should not be without.
    pub(crate) const PRODUCTION: Order = order(&[Visibility, Services, Network, Endpoints]);
    /// How services start, and so every list of them.
    pub(crate) const START: Order = order(&[Logs, Dashboards, Services, WebInterface]);
    /// The calls in `main.tf`.
    pub(crate) const CALLS: Order = order(&[
        Network,
        Cluster,
        Compute,
        ConnectionLimits,
        Database,
        Visibility,
        Dashboards,
        Roles,
        Telemetry,
        Services,
    ]);
    /// The tasks in the sums of `locals.tf`.
    pub(crate) const ROOM: Order = order(&[Services, Dashboards, Logs]);
    /// The `check` blocks about connections.
    pub(crate) const CONNECTION_CHECKS: [Self; 2] = [ConnectionLimits, ConnectionPool];
    /// The outputs.
    pub(crate) const OUTPUTS: Order = order(&[
        Network,
        Cluster,
        Compute,
        Services,
        Clients,
        Database,
        ConnectionLimits,
        Visibility,
        Telemetry,
        Dashboards,
        Logs,
        Load,
    ]);
    /// The facts in an environment's README.
    pub(crate) const FACTS: Order = order(&[
        Database,
        Visibility,
        Services,
        Endpoints,
        ConnectionPool,
        ConnectionLimits,
    ]);
    /// The flat root's outputs that have another name here.
    pub(crate) const RENAMED_OUTPUTS: Order = order(&[
        Network,
        Roles,
        Cluster,
        Compute,
        Services,
        ConnectionLimits,
        Visibility,
        Telemetry,
        Dashboards,
    ]);
    /// The outputs that the flat root had.
    pub(crate) const FLAT_OUTPUTS: Order = order(&[WebInterface, Dashboards]);
    /// The chapters of an environment's README and of the page about operations.
    pub(crate) const CHAPTERS: Order = order(&[Clients, Load, Spending]);
    /// Traffic between security groups, on the page about security.
    pub(crate) const WAYS: Order = order(&[Services, Clients, Migration, WebInterface, Load]);
    /// Traffic to what is outside, on the page about security.
    pub(crate) const WAYS_OUT: Order = order(&[Services, Database, Endpoints, Network]);
    /// What the roles of tasks may do, on the page about security.
    pub(crate) const RIGHTS: Order = order(&[
        Roles,
        Compute,
        Database,
        Visibility,
        ConnectionLimits,
        Telemetry,
        Services,
        WebInterface,
        Load,
        Dashboards,
    ]);
    /// What is billed by the hour or the month, also in the page about operations.
    pub(crate) const COUNTED: Order =
        order(&[Compute, Visibility, Network, Endpoints, Clients, Dashboards]);
    /// What is billed by use.
    pub(crate) const USED: Order = order(&[
        Database,
        ConnectionLimits,
        Telemetry,
        Cluster,
        Network,
        Endpoints,
        Clients,
    ]);
    /// How what is lost is restored.
    pub(crate) const RESTORING: Order =
        order(&[Database, Visibility, ConnectionLimits, Dashboards]);
    /// The values that a migration reads off the flat root, so that each can be adopted once it is read.
    pub(crate) const FLAT_VALUES: Order = order(&[Network, Compute, Services, Database]);
    /// The values that a person must look up in the flat root.
    pub(crate) const FLAT_BLANKS: Order =
        order(&[Network, Compute, Services, Database, Logs, Load, Visibility]);
    /// The page's overview.
    pub const OVERVIEW: Order = order(&[
        Network,
        Compute,
        Services,
        WebInterface,
        Database,
        ConnectionPool,
        ConnectionLimits,
        Visibility,
    ]);
    /// The page's diagram.
    pub const DIAGRAM: Order = order(&[
        Services,
        Database,
        ConnectionPool,
        ConnectionLimits,
        Visibility,
        WebInterface,
        Clients,
        Load,
        Dashboards,
        Telemetry,
    ]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_every_subject_once() {
        let all = order(&[Spending, Visibility]);
        assert_eq!(all[..3], [Spending, Visibility, ALL[0]]);
        for subject in ALL {
            assert_eq!(all.iter().filter(|other| *other == subject).count(), 1);
        }
    }
}
