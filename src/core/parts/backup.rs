//! Backups of the database: AWS Backup copies the DSQL cluster every day and every week.
//!
//! Sources: <https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-auroradsql.html> for what a restore makes,
//! <https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html> for the lock,
//! <https://docs.aws.amazon.com/aws-backup/latest/devguide/API_UpdateRegionSettings.html> for what the region's opt-in is about.

use super::dsql;
use super::part::{
    Call, DatabaseBackup, DiagramTexts, DocumentTexts, FixContext, Module, Part, PartTexts,
    Proposal, ProtectedResource, RootTexts, Values,
};
use super::subject::Subject;
use crate::alarm::{self, Alarm, Limit, Metric, MetricAlarm, Signal, WatchedMetrics};
use crate::compose::markdown::Markdown;
use crate::compose::output::{Output, output};
use crate::compose::references::NAME;
use crate::compose::rows::{Right, RoleKind};
use crate::diagram::{DiagramBox, OUTSIDE, kept};
use crate::environment::{Environment, PartValues};
use crate::feature::Feature;
use crate::hcl::Body;
use crate::option::{
    Kind, OptionRow, bool_per_profile, count, environment_row, same_bool, same_integer,
};
use crate::problem::{Problem, Problems};
use crate::problem_code::{Fixable, ProblemRow, Severity};
use crate::sizing::usage_line::{UsageLine, usage_line};

/// The backups, settled.
#[derive(Clone, Copy, Debug)]
pub struct Backup {
    /// Days to keep a daily one.
    pub retention_days: i64,
    /// Days to keep a weekly one.
    pub weekly_retention_days: i64,
    /// Whether the vault is locked.
    pub is_locked: bool,
}

const KEY: &str = "backup.enabled";
const RETENTION: &str = "backup.retention_days";
const WEEKLY: &str = "backup.weekly_retention_days";
const LOCK: &str = "backup.lock";

/// Whether there are backups.
pub const FEATURE: Feature = Feature::new(KEY, |it| it.part::<Backup>().is_some());

/// Whether their vault is locked.
const LOCKED: Feature = Feature::new(LOCK, |it| {
    it.part::<Backup>().is_some_and(|backup| backup.is_locked)
});

/// The backups in the form, the check and the counts.
pub static PART: Part = Part {
    options: OPTIONS,
    settle,
    warn_in_production,
    switch: Some(("lock_enabled", LOCKED)),
    modules: &[Module::new(
        "backup",
        "daily and weekly backups of the DSQL cluster",
        FEATURE,
    )],
    scripts: &["backup.sh"],
    values_of: |it, variable| alarm::values_of(it, variable, usize::from(FEATURE.is_on(it))),
    ..Part::new("backup", Subject::Database, FEATURE)
};

/// The backups in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        variables: &[("backup", "Backups of the database")],
        outputs,
        call: Some(Call::new("backup", "backup", arguments)),
        protected: &[ProtectedResource::store(
            "the vault with the backups",
            FEATURE,
            "backup_vault",
            "module.backup.vault_arn",
            "AWS Backup refuses to delete a vault that is not empty.",
        )],
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        restoring: Some(restoring),
        rights: RIGHTS,
        fact: Some(fact),
        operations,
        ..DocumentTexts::NONE
    },
    problems: &[WITHOUT_BACKUPS],
    fixes,
    used: USED,
    overview: &[("Backups", overview)],
    alarms: ALARMS,
    diagram: DiagramTexts {
        boxes,
        ..DiagramTexts::NONE
    },
    ..PartTexts::new(&PART)
};

const OPTIONS: &[OptionRow] = &[
    environment_row(
        KEY,
        "Backups",
        "Copy the DSQL cluster with AWS Backup every day and every week.",
        Kind::Boolean,
        bool_per_profile([false, false, true]),
    )
    .because("a lost cluster can't be restored without; dev and bench have nothing to lose"),
    environment_row(
        RETENTION,
        "Daily backups",
        "How long a daily backup is kept.",
        count(7, 3650, "days"),
        same_integer(35),
    )
    .because("a fault that is found within a month can be undone; storage is billed by the month")
    .attribute("backup", "retention_days")
    .needs_on(KEY),
    environment_row(
        WEEKLY,
        "Weekly backups",
        "How long a weekly backup is kept.",
        count(7, 3650, "days"),
        same_integer(90),
    )
    .because("for what is found late; raise it if a regulation demands more")
    .attribute("backup", "weekly_retention_days")
    .needs_on(KEY),
    environment_row(
        LOCK,
        "Vault lock",
        "Lock the vault in governance mode: without the right to remove the lock, nobody deletes a backup in its first 7 days.",
        Kind::Boolean,
        same_bool(true),
    )
    .because("it costs nothing, and stolen credentials of an operator can't delete the newest backups")
    .needs_on(KEY),
];

const WITHOUT_BACKUPS: ProblemRow = ProblemRow::of_part(
    "no-backups",
    Severity::Warning,
    "Production has no backups of its database, so lost workflows can't be restored.",
    "Leave `backup.enabled` on, or back up the cluster elsewhere.",
    Fixable::Yes,
);

fn settle(values: &dyn Values, parts: &mut PartValues) -> Option<()> {
    if values.boolean(KEY)? {
        parts.put(Backup {
            retention_days: values.integer(RETENTION)?,
            weekly_retention_days: values.integer(WEEKLY)?,
            is_locked: values.boolean(LOCK)?,
        });
        parts.put(DatabaseBackup);
    }
    Some(())
}

/// Whether the composition copies what holds every workflow.
fn warn_in_production(environment: &Environment, problems: &mut Problems) {
    if !FEATURE.is_on(environment) {
        problems.push(
            Problem::new(
                WITHOUT_BACKUPS.code,
                environment.address().join(KEY),
                "nothing backs up the database of this production environment".to_owned(),
            )
            .hint("switch it on, or back up the cluster elsewhere"),
        );
    }
}

/// Switches the backups on; nothing else can be found without asking somebody.
fn fixes(found: &FixContext<'_>) -> Vec<Proposal> {
    if found.problem.code == WITHOUT_BACKUPS.code {
        return vec![Proposal::Here(true.into())];
    }
    Vec::new()
}

fn arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    block
        .blank()
        .code("project_name", NAME)
        .origin(&at.join("dsql.arn"))
        .code("dsql_cluster_arn", dsql::arn(environment));
    for (key, code) in [
        (RETENTION, "var.backup.retention_days"),
        (WEEKLY, "var.backup.weekly_retention_days"),
    ] {
        block
            .origin(&at.join(key))
            .code(key.trim_start_matches("backup."), code);
    }
    block
        .origin(&at.join(LOCK))
        .code("lock_enabled", LOCKED.is_on(environment).to_string())
        .origin(&at.join("deletion_protection"))
        .code("deletion_protection", "var.deletion_protection");
}

fn outputs(_: &Environment) -> Vec<Output> {
    vec![
        output(
            "backup_vault_name",
            "The vault with the backups of the database.",
            KEY,
            "module.backup.vault_name",
        ),
        output(
            "backup_role_arn",
            "The role with which AWS Backup makes backups.",
            KEY,
            "module.backup.backup_role_arn",
        ),
        output(
            "restore_role_arn",
            "The role with which AWS Backup restores a backup.",
            KEY,
            "module.backup.restore_role_arn",
        ),
        output(
            "backup_retention_days",
            "How many days a daily backup is kept.",
            RETENTION,
            "var.backup.retention_days",
        ),
    ]
}

const RIGHTS: &[Right] = &[
    Right::new(
        "backup",
        "AWS Backup, to make backups",
        &["AWSBackupServiceRolePolicyForBackup"],
        "AWS's policy for backups",
        FEATURE,
    )
    .of(RoleKind::Network),
    Right::new(
        "restore",
        "AWS Backup, to restore one",
        &["AWSBackupServiceRolePolicyForRestores"],
        "AWS's policy for restores",
        FEATURE,
    )
    .of(RoleKind::Network),
];

const USED: &[UsageLine] = &[usage_line(
    "backup-storage",
    "Backup storage",
    "backup-gb-month",
    "by the size of the database and the days that backups are kept",
)
.with(FEATURE)];

fn fact(environment: &Environment) -> Option<String> {
    let backup = environment.part::<Backup>()?;
    Some(format!(
        "- **Backups of the database**: daily, kept {} days; weekly, kept {} days{}",
        backup.retention_days,
        backup.weekly_retention_days,
        if backup.is_locked {
            "; the vault is locked, so that none can be deleted earlier"
        } else {
            ""
        }
    ))
}

fn restoring(environments: &[&Environment]) -> String {
    let commands: Vec<String> = environments
        .iter()
        .map(|it| format!("`scripts/backup.sh {} restore-plan`", it.name))
        .collect();
    format!(
        "- **Backups of the database**: {} prints the commands for the newest complete backup, in order.",
        commands.join(" or ")
    )
}

fn operations(name: &str, page: &mut Markdown) {
    page.heading("Backups")
        .paragraph(
            "AWS Backup copies the DSQL cluster every day at 03:00 UTC, and every Sunday at 05:00 UTC. Each backup is a whole \
             copy. To list the backups, and to make one before a risky change:",
        )
        .shell(&format!(
            "scripts/backup.sh {name} list\nscripts/backup.sh {name} now"
        ))
        .paragraph(&format!(
            "Restore a backup once before you need it. `scripts/backup.sh {name} restore-plan` prints the commands for the \
             newest backup, and changes nothing. A restore creates a new cluster beside the old one, so you can look at it \
             while the environment runs. Delete it afterwards: it is protected against deletion until you change that.",
        ));
}

fn overview(environment: &Environment) -> Option<String> {
    let backup = environment.part::<Backup>()?;
    Some(format!("daily, {}", kept(backup.retention_days)))
}

fn boxes(environment: &Environment) -> Vec<DiagramBox> {
    let Some(backup) = environment.part::<Backup>() else {
        return Vec::new();
    };
    let detail = format!("copies {}", kept(backup.retention_days));
    vec![DiagramBox {
        is_store: true,
        ..DiagramBox::new("AWS Backup", detail, (OUTSIDE, 3))
    }]
}

const ALARMS: &[Alarm] = &[Alarm {
    name: "backup-failed",
    summary: "A backup of the database failed.",
    severity: alarm::Severity::Warning,
    feature: FEATURE,
    limit: |_| Limit::fixed("0", "a failed backup"),
    // Its name: developer guide of AWS Backup, "AWS Backup metrics with Amazon CloudWatch", which gives the vault's name and
    // the resource type as examples of dimensions. The combinations that AWS publishes, each a metric of its own: user
    // guide of CloudWatch, "Supported metrics for resource tags for telemetry", AWS/Backup: the vault's name alone, and the
    // vault's name with the resource type. AWS reports only values that are not zero.
    signal: Signal::Aws(MetricAlarm {
        period: 3600,
        ..MetricAlarm::above(
            |_| {
                WatchedMetrics::one(Metric::new(
                    "AWS/Backup",
                    "NumberOfBackupJobsFailed",
                    "Sum",
                    &[("BackupVaultName", "module.backup.vault_name")],
                ))
            },
            1,
        )
    }),
    users: "None. A restore would lose what was written since the backup before.",
    look: Some(|name| format!("scripts/backup.sh {name} list")),
    first: "Run the script with `now`: it makes a backup, and says why if that fails.",
    over: "`list` shows a newer backup with status COMPLETED. The alarm ends after an hour in any case.",
}];
