//! `backup.sh`. Moto has no recovery points, so AWS's answers are given here.

use engine_tests::proxy::{Effect, Proxy};
use serde_json::{Value as Json, json};

use crate::harness::World;

const SCRIPT: &str = "backup.sh";
const CLUSTER: &str = "arn:aws:dsql:eu-west-1:123456789012:cluster/abcdefghijklmnopqrstuvwxyz";
const POINTS: &str = "GET /backup-vaults/temporal-live/recovery-points";

/// Answers as AWS Backup does, for every command of the documents.
pub(crate) fn ready(proxy: &Proxy) {
    for (operation, answer) in [
        ("GET /backup-vaults", json!({ "RecoveryPoints": [] })),
        ("PUT /backup-jobs", json!({ "BackupJobId": "job-1" })),
        (
            "GET /backup-jobs",
            json!({ "State": "COMPLETED", "RecoveryPointArn": arn("new") }),
        ),
    ] {
        proxy.on(operation, "", 99, Effect::Answer(answer.to_string()));
    }
}

fn arn(point: &str) -> String {
    format!("arn:aws:backup:eu-west-1:123456789012:recovery-point:{point}")
}

/// An account whose vault has these recovery points: name, seconds since 1970, status.
fn with_points(points: &[(&str, i64, &str)]) -> World<'static> {
    let world = World::of("live");
    let rows: Vec<Json> = points
        .iter()
        .map(|(name, made, status)| {
            json!({
                "RecoveryPointArn": arn(name),
                "CreationDate": made,
                "Status": status,
                "BackupSizeInBytes": 5 * 1_048_576,
                "CalculatedLifecycle": { "DeleteAt": made + 35 * 86_400 },
            })
        })
        .collect();
    let answer = json!({ "RecoveryPoints": rows }).to_string();
    world.proxy.on(POINTS, "", 9, Effect::Answer(answer));
    world
}

/// What was sent to start a backup.
fn started(world: &World) -> Vec<Json> {
    let calls = world.proxy.calls().into_iter();
    calls
        .filter(|call| call.operation.starts_with("PUT /backup-jobs"))
        .map(|call| call.body)
        .collect()
}

fn job(world: &World, states: &[&str]) {
    let answer = json!({ "BackupJobId": "job-1" }).to_string();
    world
        .proxy
        .on("PUT /backup-jobs", "", 1, Effect::Answer(answer));
    for state in states {
        let answer = json!({
            "State": state,
            "StatusMessage": "the role cannot be assumed",
            "RecoveryPointArn": arn("new"),
        });
        world.proxy.on(
            "GET /backup-jobs/job-1",
            "",
            1,
            Effect::Answer(answer.to_string()),
        );
    }
}

#[test]
fn list_shows_the_newest_first() {
    let world = with_points(&[
        ("old", 1_764_000_000, "COMPLETED"),
        ("new", 1_764_086_400, "CREATING"),
    ]);
    let head = format!("live: backups of {CLUSTER} in the vault temporal-live in eu-west-1\n");
    let row = |made: &str, status: &str, until: &str, name: &str| {
        format!(
            "  {made}  {status}  5 MiB  kept until {until}  {}\n",
            arn(name)
        )
    };
    let new = row(
        "2025-11-25T16:00:00Z",
        "CREATING",
        "2025-12-30T16:00:00Z",
        "new",
    );
    let old = row(
        "2025-11-24T16:00:00Z",
        "COMPLETED",
        "2025-12-29T16:00:00Z",
        "old",
    );
    world
        .run(SCRIPT, &["list"])
        .expect(0, &format!("{head}{new}{old}"), "");
    with_points(&[]).run(SCRIPT, &["list"]).expect(
        0,
        &format!("{head}  none yet: `backup.sh live now` makes one\n"),
        "",
    );
}

#[test]
fn now_waits_for_the_backup_and_keeps_it_as_long_as_a_daily_one() {
    let world = World::of("live");
    job(&world, &["CREATED", "RUNNING", "COMPLETED"]);
    let head = format!(
        "live: backup of {CLUSTER} to the vault temporal-live in eu-west-1, kept for 35 days\n"
    );
    world.run(SCRIPT, &["now", "--dry-run"]).expect(
        0,
        &format!("{head}dry run: nothing was changed\n"),
        "",
    );
    assert_eq!(started(&world), [json!(null); 0]);
    world.run(SCRIPT, &["now"]).expect(
        0,
        &format!("{head}  job job-1 started\n  complete: {}\n", arn("new")),
        "",
    );
    let [sent] = started(&world).try_into().unwrap();
    assert_eq!(sent["BackupVaultName"], "temporal-live");
    assert_eq!(sent["ResourceArn"], CLUSTER);
    assert_eq!(
        sent["IamRoleArn"],
        "arn:aws:iam::123456789012:role/temporal-live-backup"
    );
    assert_eq!(sent["Lifecycle"], json!({ "DeleteAfterDays": 35 }));
}

#[test]
fn now_says_why_a_backup_failed() {
    let world = World::of("live");
    job(&world, &["RUNNING", "FAILED"]);
    let said = world.run(SCRIPT, &["now"]);
    assert_eq!(said.code, 1);
    assert_eq!(
        said.err,
        "error: the backup job job-1 ended as FAILED: the role cannot be assumed\n"
    );
    let world = World::of("live");
    world.proxy.on(
        "PUT /backup-jobs",
        "",
        1,
        Effect::Fail("InvalidRequestException"),
    );
    let said = world.run(SCRIPT, &["now"]);
    assert_eq!(said.code, 1);
    assert!(
        said.err
            .ends_with("error: AWS Backup refuses to start the backup\n"),
        "{}",
        said.err
    );
}

#[test]
fn the_plan_restores_the_newest_complete_backup() {
    let points = [
        ("first", 1_763_913_600, "COMPLETED"),
        ("second", 1_764_000_000, "COMPLETED"),
        ("third", 1_764_086_400, "CREATING"),
    ];
    let plan = |arguments: &[&str]| {
        let world = with_points(&points);
        let said = world.run(SCRIPT, &[&["restore-plan"], arguments].concat());
        // It only prints.
        assert_eq!(world.proxy.calls().len(), 1, "{:?}", world.proxy.calls());
        said
    };
    let said = plan(&[]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(
        said.out
            .contains("the backup of 2025-11-24T16:00:00Z into a new cluster"),
        "{}",
        said.out
    );
    for line in [
        format!("--recovery-point-arn {} ", arn("second")),
        "--iam-role-arn arn:aws:iam::123456789012:role/temporal-live-restore ".to_owned(),
        "scripts/scale-services.sh live down".to_owned(),
        "scripts/scale-services.sh live up".to_owned(),
    ] {
        assert!(said.out.contains(&line), "{line}\n{}", said.out);
    }
    let first = plan(&["--point", &arn("first")]);
    assert!(
        first.out.contains(&arn("first")) && !first.out.contains(&arn("second")),
        "{}",
        first.out
    );
    let creating = plan(&["--point", &arn("third")]);
    assert_eq!((creating.code, creating.out.as_str()), (3, ""));
    let none = with_points(&[]).run(SCRIPT, &["restore-plan"]);
    none.expect(
        3,
        "",
        &format!(
            "error: the vault `temporal-live` in eu-west-1 has no complete backup of {CLUSTER}\nhint: run `backup.sh live \
             list`\n"
        ),
    );
}

/// The command of the plan sends what AWS Backup takes: a map of texts, of which one is JSON itself.
#[test]
fn the_plans_command_sends_the_settings_of_the_new_cluster() {
    let world = with_points(&[("old", 1_764_000_000, "COMPLETED")]);
    let plan = world.run(SCRIPT, &["restore-plan"]).out;
    let command = plan.split("job=$(").nth(1).unwrap();
    let command = command.split(")\naws backup describe").next().unwrap();
    let answer = json!({ "RestoreJobId": "job-2" }).to_string();
    world
        .proxy
        .on("PUT /restore-jobs", "", 1, Effect::Answer(answer));
    let mut bash = std::process::Command::new("bash");
    bash.args(["-c", command]);
    world.say(bash).expect(0, "job-2\n", "");
    let calls = world.proxy.calls();
    let sent = &calls.last().unwrap().body;
    assert_eq!(sent["RecoveryPointArn"], arn("old"));
    let settings = sent["Metadata"]["regionalConfig"].as_str().unwrap();
    let settings: Json = serde_json::from_str(settings).unwrap();
    assert_eq!(
        settings,
        json!([{ "region": "eu-west-1", "isDeletionProtectionEnabled": true }])
    );
}

#[test]
fn wrong_calls_are_answered() {
    let world = World::of("live");
    let help = "hint: run backup.sh --help for usage\n";
    for (arguments, message) in [
        (&[][..], "no command given: use list, now or restore-plan"),
        (&["status"][..], "unknown command `status`"),
        (
            &["list", "--point", "arn"][..],
            "`--point` works only with `restore-plan`",
        ),
        (&["now", "again"][..], "unexpected argument `again`"),
    ] {
        world
            .run(SCRIPT, arguments)
            .expect(2, "", &format!("error: {message}\n{help}"));
    }
    world.command(SCRIPT, &["dev", "list"]).expect(
        2,
        "",
        "error: there is no environment `dev` with a backup\nhint: the environments are live\n",
    );
}
