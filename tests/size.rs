//! `size`: whether tasks find room, as the tool says it.

use crate::harness::run;

#[test]
fn what_fits_is_said_in_tables() {
    run(&["size", "--preset", "dev-lean"]).expect(
        0,
        "\
dev in eu-west-1, profile dev

main instances: 2 × m7g.large, at most 3, each with 2048 CPU units, at least 7636 MiB, 10 task interfaces with trunking

SITUATION             TASKS  INSTANCES     CPU UNITS            MIB  INTERFACES  RESULT
steady                    6          2  3584 of 4096  6656 of 15272     6 of 20  always fits
the same, scaled out      6          3  3584 of 6144  6656 of 22908     6 of 30  always fits
a zone is lost            6          1  3584 of 2048   6656 of 7636     6 of 10  (does not fit)
In brackets: situations that the profile dev does not have to survive

CPU is the limit. Free in the steady state: 512 CPU units, 8616 MiB, 14 interfaces
a zone is lost: the tasks request 3584 CPU units, but 1 × `m7g.large` have 2048

INSTANCE         CPU UNITS   MIB  INTERFACES  POSSIBLE TASKS
1 in eu-west-1a       2048  3584           3  grafana, history, ui
2 in eu-west-1b       1536  3072           3  frontend, matching, worker

DSQL CONNECTIONS  TASKS  EACH  MAY HOLD  STEADY  ALL DEPLOYED
frontend              1    10        10      10            10
history               1    50        50      50            50
matching              1    20        20      20            20
worker                1    10        10      10            10
all                                          90            90
cluster limit                             10000         10000
A cold start opens 360 connections in 3.6 s

Service quotas in eu-west-1 for dev, each at its largest

QUOTA                                  CODE        NEEDED  DEFAULT
vCPUs of standard On-Demand instances  L-1216C47A       6        5  request an increase before the first apply
Elastic IP addresses                   L-0263D0A3       1        5  within the default
NAT gateways, in one zone              L-FE5A380F       1        5  within the default
VPCs                                   L-F678F1CE       1        5  within the default
Network interfaces                     L-DF5E4CA3      19    5,000  within the default
Interface endpoints, in each VPC       L-29B6F2EB       0       50  within the default
",
        "",
    );
}

#[test]
fn what_does_not_fit_is_an_error_with_what_would() {
    let said = run(&[
        "size",
        "--preset",
        "dev-lean",
        "--set",
        "environments.dev.loki.enabled=true",
    ])
    .say();
    assert_eq!(said.code, 3);
    let text = String::from_utf8(said.stdout).unwrap();
    let tail = text.split_once("CPU is the limit. ").unwrap().1;
    assert_eq!(
        tail,
        "\
Free in the steady state: -256 CPU units, 7592 MiB, 13 interfaces
steady: the tasks request 4352 CPU units, but 2 × `m7g.large` have 4096
a zone is lost: the tasks request 4352 CPU units, but 1 × `m7g.large` have 2048

INSTANCE         CPU UNITS   MIB  INTERFACES  POSSIBLE TASKS
1 in eu-west-1a       1792  3072           2  loki, history
2 in eu-west-1b       2048  3840           4  grafana, frontend, matching, worker
not placed: ui

Changes with which the tasks fit, cheapest first:
  --set environments.dev.compute.instance_count=3          +71 USD a month
  --set environments.dev.compute.instance_type=c7g.xlarge  +94 USD a month

DSQL CONNECTIONS  TASKS  EACH  MAY HOLD  STEADY  ALL DEPLOYED
frontend              1    10        10      10            10
history               1    50        50      50            50
matching              1    20        20      20            20
worker                1    10        10      10            10
all                                          90            90
cluster limit                             10000         10000
A cold start opens 360 connections in 3.6 s

Service quotas in eu-west-1 for dev, each at its largest

QUOTA                                  CODE        NEEDED  DEFAULT
vCPUs of standard On-Demand instances  L-1216C47A       6        5  request an increase before the first apply
Elastic IP addresses                   L-0263D0A3       1        5  within the default
NAT gateways, in one zone              L-FE5A380F       1        5  within the default
VPCs                                   L-F678F1CE       1        5  within the default
Network interfaces                     L-DF5E4CA3      20    5,000  within the default
Interface endpoints, in each VPC       L-29B6F2EB       0       50  within the default
"
    );
    assert!(
        said.stderr.starts_with(
            "error[does-not-fit]: the tasks request 4352 CPU units, but 2 × `m7g.large` have 4096\n"
        ),
        "{}",
        said.stderr
    );
}

#[test]
fn json_has_the_same() {
    let arguments = [
        "size",
        "--preset",
        "standard",
        "--set",
        "environments.dev.loki.enabled=true",
        "--json",
    ];
    let said = run(&arguments).say();
    assert_eq!(said.code, 3);
    let report: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(report["version"], 1);
    assert_eq!(report["exit_code"], 3);
    assert_eq!(report["problems"][0]["code"], "does-not-fit");
    let report = &report["result"];
    let dev = &report["environments"][0];
    assert_eq!(dev["environment"], "dev");
    let pool = &dev["pools"][0];
    assert_eq!(pool["findings"][0]["situation"]["kind"], "steady");
    assert_eq!(pool["findings"][0]["verdict"], "does-not-fit");
    assert_eq!(
        pool["findings"][0]["reason"],
        serde_json::json!({ "kind": "sum", "resource": "cpu", "asked": 4352, "had": 4096 })
    );
    assert_eq!(pool["left"]["cpu"], -256);
    assert_eq!(pool["limiting_resource"], "cpu");
    assert_eq!(
        pool["changes"][0]["set"][0],
        "environments.dev.compute.instance_count=3"
    );
    assert_eq!(pool["unplaced"], serde_json::json!(["ui"]));
    let connections = &report["environments"][2]["connections"];
    assert_eq!(
        (
            &connections["steady"],
            &connections["deploying"],
            &connections["limit"]
        ),
        (&2250.into(), &3570.into(), &10_000.into())
    );
    assert_eq!(connections["services"][1]["service"], "history");
    assert_eq!(connections["services"][1]["target_ready"], 20);
    assert_eq!(connections["services"][1]["formula"], "4 × 20 + 100");
    let purposes: Vec<&str> = report["environments"][1]["pools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pool| pool["purpose"].as_str().unwrap())
        .collect();
    assert_eq!(purposes, ["main", "benchmark"]);
}

#[test]
fn a_spec_that_cannot_be_read_is_not_sized() {
    let said = run(&[
        "size",
        "--preset",
        "dev-lean",
        "--set",
        "environments.dev.history.cpus=1",
    ])
    .say();
    assert_eq!((said.code, said.stdout.as_slice()), (3, &b""[..]));
}

#[test]
fn a_type_without_facts_is_said_to_have_none() {
    let said = run(&[
        "size",
        "--preset",
        "dev-lean",
        "--set",
        "environments.dev.compute.instance_type=m99g.large",
    ])
    .say();
    let text = String::from_utf8(said.stdout).unwrap();
    let (room, _) = text.split_once("\nDSQL CONNECTIONS").unwrap();
    assert_eq!(
        (said.code, room),
        (
            0,
            "dev in eu-west-1, profile dev\n\n`m99g.large` is not in the catalog, so its capacity is unknown\n"
        )
    );
}

#[test]
fn a_change_without_a_price_says_why() {
    let said = run(&[
        "size",
        "--preset",
        "standard",
        "--set",
        "region=ca-west-1",
        "--set",
        "environments.dev.loki.enabled=true",
    ])
    .say();
    let text = String::from_utf8(said.stdout).unwrap();
    assert!(
        text.contains("price unknown: no price of its instances or volumes in ca-west-1"),
        "{text}"
    );
}
