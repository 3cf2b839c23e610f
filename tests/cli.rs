//! What the tool says: standard output, standard error, exit code.

use std::collections::BTreeMap;
use std::fs;

use composer_core::manifest::with_manifest;
use composer_core::{Tree, archive, check, compose, read};

use crate::harness::run;

const SPEC: &str =
    "version = 1\nproject = \"temporal\"\nregion = \"eu-west-1\"\n[environments.dev]\n";

#[test]
fn a_good_spec_validates_with_what_is_open() {
    run(&["validate", "--preset", "dev-lean"]).expect(
        0,
        "3 open values\n",
        "advice[open]: DSQL endpoint has no value yet, so Terraform will ask for it\n  \
         --> environments.dev.dsql.endpoint\nhint: for example `abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws`\n\n\
         advice[open]: DSQL cluster ARN has no value yet, so Terraform will ask for it\n  \
         --> environments.dev.dsql.arn\nhint: for example `arn:aws:dsql:eu-west-1:123456789012:cluster/abcdefghijklmnopqrstuvwxyz`\n\n\
         advice[open]: the state bucket has no name yet: pass it with `terraform init -backend-config=bucket=…`\n  \
         --> environments.dev.backend.bucket\nhint: `terraform/bootstrap` creates a bucket and outputs its name\n\n",
    );
}

#[test]
fn an_error_shows_its_line_with_a_caret() {
    run(&["validate"])
        .file("composition.toml", SPEC.replace("eu-west-1", "eu-wst-1"))
        .expect(
            3,
            "1 error\n",
            "error[not-allowed]: `eu-wst-1` is not a region that offers Aurora DSQL: allowed is ap-east-1, ap-northeast-1/2/3, ap-south-1, \
             ap-southeast-1/2/4, ca-central-1, ca-west-1, eu-central-1, eu-north-1, eu-south-2, eu-west-1/2/3, sa-east-1, us-east-1/2 or us-west-2\n  \
             --> composition.toml:3:10\n  |\n3 | region = \"eu-wst-1\"\n  |          ^^^^^^^^^^\nhint: did you mean `eu-west-1`?\n\
             fix: --set region=eu-west-1  (price unknown: dev has no price as it is now; can't change after the first apply)\n\n",
        );
}

#[test]
fn broken_toml_shows_where() {
    run(&["validate", "--spec", "a.toml"])
        .file("a.toml", "version = 1\nproject = \n")
        .expect(
            3,
            "1 error\n",
            "error[syntax]: not valid TOML: string values must be quoted, expected literal string\n  \
             --> a.toml:2:11\n  |\n2 | project = \n  |           ^\n\n",
        );
}

#[test]
fn an_error_from_set_names_the_argument() {
    run(&["validate", "--spec", "-", "--set", "environments.dev.histroy.cpu=1"])
        .stdin(SPEC)
        .expect(
            3,
            "1 error\n",
            "error[unknown-key]: there is no key `environments.dev.histroy.cpu`\n  --> --set environments.dev.histroy.cpu=1\n\
             hint: did you mean `environments.dev.history`?\n\n",
        );
}

#[test]
fn environments_too_many_are_one_error() {
    let all: Vec<String> = (0..40)
        .map(|count| format!("environments.e{count:02}.profile=dev"))
        .collect();
    let mut arguments = vec!["validate", "--spec", "-"];
    for one in &all {
        arguments.extend(["--set", one]);
    }
    run(&arguments).stdin("version = 1\nproject = \"a\"\n").expect(
        3,
        "1 error\n",
        "error[too-many-environments]: a spec has at most 32 environments, and `e32` is one more\n  \
         --> --set environments.e32.profile=dev\nhint: split them into several specs\n\n",
    );
}

#[test]
fn an_error_in_a_table_from_set_names_the_argument_that_stated_the_value() {
    run(&[
        "validate",
        "--spec",
        "-",
        "--set",
        "environments.dev.worker={cpu=1}",
        "--set",
        "a b",
        "--set",
        "c",
    ])
    .stdin(format!("{SPEC}history.cpu = 2\n"))
    .expect(
        3,
        "2 errors\n",
        "error[syntax]: `a b` is not KEY=VALUE\nhint: for example `--set environments.dev.loki.enabled=true`\n\n\
         error[syntax]: `c` is not KEY=VALUE\nhint: for example `--set environments.dev.loki.enabled=true`\n\n",
    );
    run(&[
        "validate",
        "--spec",
        "-",
        "--set",
        "environments.dev.history={count=1000}",
    ])
    .stdin(format!("{SPEC}history.cpu = 2\n"))
    .expect(
        3,
        "2 errors\n",
        "error[out-of-range]: `2` is out of range: allowed is a whole number from 256 to 196608 CPU units (1024 = one vCPU)\n  \
         --> standard input:5:15\n  |\n5 | history.cpu = 2\n  |               ^\nhint: the nearest is 256\n\
         fix: --set environments.dev.history.cpu=256  (price unknown: dev has other values that are not allowed)\n\
         or: --unset environments.dev.history.cpu  (price unknown: dev has other values that are not allowed)\n\n\
         error[out-of-range]: `1000` is out of range: allowed is a whole number from 0 to 200 tasks\n  \
         --> --set environments.dev.history={count=1000}\nhint: the nearest is 200\n\
         fix: --set environments.dev.history.count=200  (price unknown: dev has other values that are not allowed)\n\
         or: --unset environments.dev.history.count  (price unknown: dev has other values that are not allowed)\n\n",
    );
}

#[test]
fn an_unknown_key_is_underlined_itself() {
    run(&["validate"])
        .file("composition.toml", format!("{SPEC}\tregoin = \"eu-west-1\"\r\n"))
        .expect(
            3,
            "1 error\n",
            "error[unknown-key]: there is no key `environments.dev.regoin`\n  --> composition.toml:5:2\n  |\n\
             5 |  regoin = \"eu-west-1\"\n  |  ^^^^^^\nhint: did you mean `environments.dev.region`?\n\n",
        );
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let list = |count: usize| vec!["\"eu-west-1a\""; count].join(", ");
    run(&["validate", "--spec", "-"])
        .stdin(format!(
            "version = 1\nproject = \"t1\"\nregion = \"eu-west-1\"\nenvironments.dev.network = {{ availability_zones = [{}], natt = \"single\", vpc_cidr = \"{}\" }}\n",
            list(100),
            "x".repeat(1_000_000)
        ))
        .expect(
            3,
            "1 error\n",
            &format!(
                "error[unknown-key]: there is no key `environments.dev.network.natt`\n  --> standard input:4:1453\n  |\n\
                 4 | …{}], natt = \"single\", vpc_cidr = \"{}…\n  |  {}^^^^\n\
                 hint: did you mean `environments.dev.network.nat`?\n\n",
                &list(100)[list(100).len() - 47..],
                "x".repeat(21),
                " ".repeat(50),
            ),
        );
}

#[test]
fn what_would_move_the_cursor_or_turn_the_text_is_not_shown() {
    let said = run(&["validate", "--spec", "-"])
        .stdin("version = 1\nproject = \"a\u{202e}b\u{9b}c\" # \u{1b}\n")
        .say();
    assert_eq!(said.code, 3);
    assert!(
        said.stderr
            .contains("\n2 | project = \"a\u{fffd}b\u{fffd}c\" # \u{fffd}\n"),
        "{}",
        said.stderr
    );
}

#[test]
fn what_is_no_spec_at_all_is_refused_in_a_few_lines() {
    let keys: String = (0..5000).map(|index| format!("k{index} = 1\n")).collect();
    for (text, last) in [
        (
            "the quick brown fox\n".repeat(20_000),
            "error[syntax]: not valid TOML in ",
        ),
        (
            keys,
            "error[too-many]: reading ends after 99 problems: there may be more",
        ),
    ] {
        let said = run(&["validate", "--spec", "-"]).stdin(text).say();
        assert_eq!(said.code, 3);
        assert!(said.stderr.lines().count() < 800);
        let end = said.stderr.trim_end().rsplit("\n\n").next().unwrap();
        assert!(end.starts_with(last.trim_end()), "{end}");
    }
}

#[test]
fn what_has_no_end_is_read_up_to_the_largest_spec() {
    let said = run(&["validate", "--spec", "/dev/zero"]).say();
    assert_eq!(
        (said.code, said.stderr.as_str()),
        (
            1,
            "error: /dev/zero has more than the limit of 1048576 bytes: is it the right file?\n"
        )
    );
    let long = "#".repeat(1024 * 1024 + 1);
    let said = run(&["validate", "--spec", "-"]).stdin(long).say();
    assert_eq!(
        said.stderr,
        "error: standard input has more than the limit of 1048576 bytes: is it the right file?\n"
    );
}

#[test]
fn colours_are_only_for_who_wants_them() {
    let plain = run(&["validate", "--spec", "-"])
        .stdin("version = 2\n")
        .say();
    assert!(!plain.stderr.contains('\u{1b}'));
    let forced = run(&["validate", "--spec", "-"])
        .stdin("version = 2\n")
        .variable("CLICOLOR_FORCE", "1");
    let coloured = forced.say();
    assert!(
        coloured
            .stderr
            .starts_with("\u{1b}[1m\u{1b}[31merror[version]"),
        "{:?}",
        coloured.stderr
    );
    let refused = run(&["validate", "--spec", "-"])
        .stdin("version = 2\n")
        .variable("CLICOLOR_FORCE", "1")
        .variable("NO_COLOR", "1")
        .say();
    assert_eq!(refused.stderr, plain.stderr);
}

#[test]
fn json_has_the_same_problems_with_their_places() {
    let said = run(&["validate", "--json", "--spec", "-"])
        .stdin("version = 1\nproject = \"temporal\"\nregion = \"eu-west-1\"\n[environments.dev.frontend]\ncpu = 1\n")
        .say();
    assert_eq!((said.code, said.stderr.as_str()), (3, ""));
    let fix = |value: serde_json::Value| {
        serde_json::json!({
            "settings": [{ "path": "environments.dev.frontend.cpu", "value": value }],
            "usd_a_month": null,
            "price_gap": "dev has no price as it is now",
            "is_permanent": false,
        })
    };
    let answer: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(
        answer,
        serde_json::json!({
            "version": 1,
            "command": "validate",
            "exit_code": 3,
            "error": null,
            "problems": [{
                "code": "out-of-range",
                "path": "environments.dev.frontend.cpu",
                "severity": "error",
                "message": "`1` is out of range: allowed is a whole number from 256 to 196608 CPU units (1024 = one vCPU)",
                "fix": "the nearest is 256",
                "line": 5,
                "column": 7,
                "fixes": [fix(serde_json::Value::Null), fix(256.into())],
            }],
            "result": { "ok": false },
        })
    );
}

#[test]
fn json_is_one_object_also_for_what_fails() {
    let answer = |arguments: &[&str], code: i32| {
        let said = run(arguments).say();
        assert_eq!(
            (said.code, said.stderr.as_str()),
            (code, ""),
            "{arguments:?}"
        );
        let json: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
        let keys: Vec<&str> = json
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let all = [
            "command",
            "error",
            "exit_code",
            "problems",
            "result",
            "version",
        ];
        assert_eq!(keys, all, "{arguments:?}");
        assert_eq!(json["exit_code"], code);
        (json, said.folder)
    };
    let (none, _) = answer(&["--json", "size", "--spec", "none.toml"], 1);
    assert_eq!(
        none["error"],
        "can't read none.toml: No such file or directory (os error 2)"
    );
    let (unknown, _) = answer(&["explain", "project.x", "--json"], 64);
    assert_eq!(unknown["result"], serde_json::Value::Null);
    let (wrong, _) = answer(
        &[
            "export",
            "--preset",
            "dev-lean",
            "--set",
            "project=orders-X",
            "--json",
        ],
        3,
    );
    assert_eq!(wrong["problems"][0]["code"], "not-allowed");
    assert_eq!(
        wrong["problems"][0]["fixes"][0]["settings"][0]["value"],
        "orders-x"
    );
    let (zip, folder) = answer(
        &["export", "--preset", "dev-lean", "--out", "a.zip", "--json"],
        0,
    );
    assert_eq!(zip["result"]["path"], "a.zip");
    let bytes = fs::read(folder.path().join("a.zip")).unwrap();
    assert_eq!(zip["result"]["bytes"], bytes.len());
    let (init, _) = answer(&["init", "--out", "-", "--json"], 0);
    let text = String::from_utf8(run(&["init", "--out", "-"]).say().stdout).unwrap();
    assert_eq!(init["result"]["text"], text);
    let (both, _) = answer(
        &["export", "--preset", "dev-lean", "--out", "-", "--json"],
        64,
    );
    assert_eq!(
        both["error"],
        "standard output can't hold both the zip of `--out -` and the object of `--json`\n\
         hint: write the zip to a file, as in `--out temporal.zip`"
    );
}

#[test]
fn no_color_takes_the_colours_away_from_wrong_arguments_too() {
    for arguments in [&["validate", "--preset", "x"][..], &["compose"]] {
        let coloured = run(arguments).variable("CLICOLOR_FORCE", "1").say();
        assert!(coloured.stderr.contains('\u{1b}'), "{}", coloured.stderr);
        let plain = run(&[arguments, &["--no-color"]].concat())
            .variable("CLICOLOR_FORCE", "1")
            .say();
        assert!(!plain.stderr.contains('\u{1b}'), "{}", plain.stderr);
    }
}

#[test]
fn the_readme_has_the_exit_codes_of_the_help() {
    let said = run(&["--help"]).say();
    let help = String::from_utf8(said.stdout).unwrap();
    let (_, table) = help.split_once("Exit codes:\n").unwrap();
    let readme = include_str!("../README.md");
    let mut rows = 0;
    for line in table.lines().take_while(|line| !line.is_empty()) {
        let (code, meaning) = line.trim().split_once("  ").unwrap();
        assert!(
            readme.contains(&format!("| {code} | {meaning} |")),
            "{line}"
        );
        rows += 1;
    }
    assert_eq!(rows, 8);
}

#[test]
fn what_can_not_be_read_is_a_failure() {
    run(&["validate", "--spec", "none.toml"]).expect(
        1,
        "",
        "error: can't read none.toml: No such file or directory (os error 2)\n",
    );
    run(&["validate", "--spec", "."]).expect(
        1,
        "",
        "error: can't read .: Is a directory (os error 21)\n",
    );
    run(&["validate", "--spec", "-"])
        .stdin(b"version\xff".to_vec())
        .expect(
            1,
            "",
            "error: standard input is not UTF-8: byte 7 begins no character\nhint: save it as UTF-8; in PowerShell \
             `… | Out-File -Encoding utf8 FILE` in place of `… > FILE`\n",
        );
    // What Windows PowerShell's `>` writes.
    let text = "version = 1\r\nproject = \"orders\"\r\nregion = \"eu-west-1\"\r\n[environments.dev]\r\nprofile = \"dve\"\r\n";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let read = run(&["validate", "--spec", "-"]).stdin(text).say();
    assert!(
        read.stderr.contains("standard input:5:11"),
        "{}",
        read.stderr
    );
    for mark in [&b"\xff\xfe"[..], b""] {
        let said = run(&["validate", "--spec", "-"])
            .stdin([mark, &utf16].concat())
            .say();
        assert_eq!((said.code, said.stderr), (read.code, read.stderr.clone()));
    }
}

#[test]
fn without_a_spec_it_says_how_to_name_one() {
    run(&["validate"]).expect(
        64,
        "",
        "error: no composition: there is no composition.toml in this folder\n\
         hint: name a file with --spec FILE, or start from a preset with --preset standard\n",
    );
    run(&["export", "--preset", "prod"]).expect(
        64,
        "",
        "error: there is no preset `prod`\nhint: the presets are standard, dev-lean, ha-prod\n",
    );
}

#[test]
fn a_wrong_command_line_is_usage() {
    for arguments in [
        &["compose"][..],
        &["export", "--preset", "standard", "--spec", "x"],
        &["list", "everything"],
        &["explain"],
        &["validate", "--set"],
    ] {
        let said = run(arguments).say();
        assert_eq!(said.code, 64, "{arguments:?}");
        assert!(said.stdout.is_empty(), "{arguments:?}");
        assert!(said.stderr.starts_with("error: "), "{}", said.stderr);
    }
    assert_eq!(run(&[]).say().code, 64);
    assert_eq!(run(&["--help"]).say().code, 0);
    assert_eq!(run(&["--version"]).say().code, 0);
}

#[test]
fn help_begins_with_examples_that_work() {
    for command in ["export", "validate", "init", "list", "explain"] {
        let said = run(&[command, "--help"]).say();
        assert_eq!(said.code, 0);
        let help = String::from_utf8(said.stdout).unwrap();
        let examples = help
            .strip_prefix("Examples:\n")
            .and_then(|rest| rest.split_once("\n\n"))
            .unwrap_or_else(|| panic!("{help}"))
            .0;
        for example in examples.lines() {
            if example.contains('|') || example.contains('>') {
                continue;
            }
            let words: Vec<&str> = example.split_whitespace().collect();
            assert_eq!(words[..2], ["temporal-composer", command]);
            let mut example = run(&words[1..]);
            if command == "validate" && !words.contains(&"--preset") {
                example = example.file("composition.toml", SPEC);
            }
            let said = example.say();
            // The example of an error shows one.
            let expected = if words.contains(&"environments.dev.loki.enabled=true") {
                3
            } else {
                0
            };
            assert_eq!(said.code, expected, "{words:?}\n{}", said.stderr);
        }
    }
}

#[test]
fn who_stops_reading_gets_no_complaint_and_no_success() {
    for arguments in PRINTING {
        let said = run(arguments).closed();
        assert_eq!(
            (said.code, said.stderr.as_str()),
            (141, ""),
            "{arguments:?}"
        );
    }
}

#[test]
fn what_can_not_be_printed_is_an_error() {
    for arguments in PRINTING {
        let said = run(arguments).full();
        assert_eq!(
            (said.code, said.stderr.as_str()),
            (
                1,
                "error: can't write to standard output: No space left on device (os error 28)\n"
            ),
            "{arguments:?}"
        );
    }
}

/// Every command that prints, in each of its forms.
const PRINTING: &[&[&str]] = &[
    &["--help"],
    &["export", "--help"],
    &["--version"],
    &["list", "presets"],
    &["list", "options", "--json"],
    &["explain", "network.nat"],
    &["explain", "network.nat", "--json"],
    &["validate", "--preset", "standard", "--json"],
    &["size", "--preset", "dev-lean"],
    &["size", "--preset", "dev-lean", "--json"],
    &["cost", "--preset", "dev-lean"],
    &["cost", "--preset", "dev-lean", "--json"],
    &["target", "50", "--preset", "ha-prod"],
    &["target", "50", "--preset", "ha-prod", "--json"],
    &["target", "50", "--preset", "ha-prod", "--out", "-"],
    &["init", "--out", "-"],
    &["export", "--preset", "standard", "--out", "-"],
    &[
        "migrate",
        "--state-list",
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/migrate/flat.list"),
        "--preset",
        "dev-lean",
        "--env",
        "dev",
        "--json",
    ],
];

#[test]
fn explain_says_all_about_an_option() {
    let expected = "environments.<name>.network.nat\n\
        NAT: How private subnets reach the internet.\n\n\
        allowed   `single` or `per-az`\n          \
        single: one gateway for all zones: cheaper, but lost with its zone\n          \
        per-az: a gateway in each zone: losing a zone affects no other\n\
        default   dev   \"single\"\n          bench \"single\"\n          prod  \"per-az\"\n\
        why       tasks reach DSQL's public endpoint through NAT, and prod must survive the loss of a zone\n\
        Terraform var.network.nat\n";
    for key in [
        "network.nat",
        "environments.prod.network.nat",
        "environments.<name>.network.nat",
    ] {
        run(&["explain", key]).expect(0, expected, "");
    }
    run(&["explain", "nat"]).expect(
        64,
        "",
        "error: there is no key `nat`\nhint: did you mean `network.nat`?\n",
    );
    let said = run(&["explain", "tags.*", "--json"]).say();
    let json: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(json["result"]["option"]["key"], "tags.<key>");
}

#[test]
fn what_is_no_option_names_the_nearest() {
    for (key, stderr) in [
        (
            "projekt",
            "error: there is no key `projekt`\nhint: did you mean `project`?\n",
        ),
        (
            "histroy.cpu",
            "error: there is no key `histroy.cpu`\nhint: did you mean `history`?\n",
        ),
        (
            "environments.prod.histroy.cpu",
            "error: there is no key `environments.prod.histroy.cpu`\nhint: did you mean `environments.prod.history`?\n",
        ),
        (
            "loki",
            "error: `loki` is a table, not a value\nhint: its keys are `enabled`, `retention_days`, `cpu`, `memory`\n",
        ),
        (
            "environments",
            "error: `environments` is a table, not a value\nhint: its keys are the environments' names, such as `environments.dev`\n",
        ),
        (
            "history.extra_environment",
            "error: `history.extra_environment` is a table, not a value\n\
             hint: its keys are yours to choose, such as `history.extra_environment.LOG_LEVEL`\n",
        ),
        (
            "version",
            "error: `version` is the version of the file format and always 1\n",
        ),
        (
            "project.x",
            "error: there is no key `project.x`\nhint: list the keys with `temporal-composer list options`\n",
        ),
        (
            "a b",
            "error: `a b` is not a valid key\nhint: list the keys with `temporal-composer list options`\n",
        ),
    ] {
        run(&["explain", key]).expect(64, "", stderr);
    }
}

#[test]
fn every_option_that_is_listed_can_be_explained() {
    let said = run(&["list", "options", "--json"]).say();
    assert_eq!(said.code, 0);
    let json: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    let items = json["result"]["items"].as_array().unwrap();
    assert_eq!(items.len(), composer_core::options::OPTIONS.len());
    for item in items.iter().step_by(7) {
        let key = item["key"].as_str().unwrap();
        assert_eq!(run(&["explain", key]).say().code, 0, "{key}");
    }
}

#[test]
fn lists_are_tables_or_json() {
    run(&["list", "presets"]).expect(
        0,
        "standard  dev, bench and prod, each with its profile's defaults  three VPCs; bench with load generator, prod over three zones\n\
         dev-lean  one small environment: the cheapest that fits          two m7g.large, one small OpenSearch node, logs for three days, a brief interruption on each deployment\n\
         ha-prod   prod alone, over three zones                           keeps running when a zone is lost; a NAT gateway and interface endpoints in each zone\n",
        "",
    );
    let said = run(&["list", "instance-types"]).say();
    let text = String::from_utf8(said.stdout).unwrap();
    assert_eq!(
        text.lines().next().unwrap(),
        "TYPE           VCPU  MIB     TASKS  WITH TRUNKING"
    );
    assert!(
        text.contains("\nm8g.large      2     8192    2      10\n"),
        "{text}"
    );
    for what in ["presets", "options", "modules", "instance-types"] {
        let said = run(&["list", what, "--json"]).say();
        let json: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
        assert_eq!(json["version"], 1);
        assert_eq!(json["exit_code"], 0);
        assert!(!json["result"]["items"].as_array().unwrap().is_empty());
    }
}

#[test]
fn a_link_of_the_page_is_a_spec_and_what_it_lost_is_told() {
    run(&[
        "validate",
        "--link",
        "https://example.org/composer/#v=1&preset=dev-lean&environments.dev.histroy.cpu=512&project=Orders",
    ])
    .expect(
        3,
        "1 error, 1 warning\n",
        "warning[unknown-key]: there is no key `environments.dev.histroy.cpu`, so it was left out\n  \
         --> environments.dev.histroy.cpu\nhint: did you mean `environments.dev.history`?\n\n\
         error[not-allowed]: `Orders` is not a project name: allowed is 2 to 15 lower-case letters, digits and single hyphens, a letter \
         first, no hyphen last, not beginning with `aws`, `ecs` or `fargate`\n  --> project\nhint: choose another value: it has no default\n\
         fix: --set project=orders  (costs the same; can't change after the first apply)\n\n",
    );
}

#[test]
fn a_link_that_leads_nowhere_says_why() {
    run(&["validate", "--link", "https://example.org/composer/#v=1"]).expect(
        64,
        "",
        "error: the link can't be read: it does not begin with `#v=1&preset=`: it is not a link to a composition, or incomplete\nhint: put the link in quotes, because `&` has a meaning in the shell\n",
    );
}

#[test]
fn what_is_not_stated_cannot_be_taken_back() {
    run(&["validate", "--preset", "dev-lean", "--unset", "environments.prod"]).expect(
        3,
        "1 error\n",
        "error[not-stated]: the composition does not set `environments.prod`\n  --> environments.prod\nhint: `--unset` removes only what the composition sets\n\n",
    );
}

const TO_FIX: &str = "# Orders.\nversion = 1\nproject = \"orders\" # as ever\nregion = \"eu-west-1\"\n\n\
     [environments.dev]\nloki.enabled = true # for a trial\n\n[environments.prod.network]\n# One is cheap.\nnat = \"single\"\n";

#[test]
fn a_problem_comes_with_its_fixes_and_their_price() {
    run(&["validate"])
        .file(
            "composition.toml",
            TO_FIX.replace(
                "[environments.prod.network]\n# One is cheap.\nnat = \"single\"\n",
                "",
            ),
        )
        .expect(
            3,
            "1 error\n",
            "error[does-not-fit]: the tasks request 4352 CPU units, but 2 × `m8g.large` have 4096\n  \
             --> composition.toml:6:15\n  |\n6 | [environments.dev]\n  |               ^^^\n\
             hint: use more or larger instances, or fewer or smaller tasks\n\
             fix: --set environments.dev.compute.instance_count=3  (+77 USD a month)\n\
             or: --set environments.dev.compute.instance_type=c7g.xlarge  (+80 USD a month)\n\n",
        );
}

#[test]
fn fixes_are_made_in_the_file_and_its_comments_stay() {
    let changes = "  environments.dev.compute.instance_count: 2 -> 3\n    for does-not-fit, +77 USD a month\n  \
                   environments.prod.network.nat: \"single\" -> the default\n    for single-nat, +78 USD a month\n";
    let said = run(&["validate", "--fix", "--dry-run"])
        .file("composition.toml", TO_FIX)
        .say();
    let out = String::from_utf8(said.stdout.clone()).unwrap();
    assert_eq!(
        out,
        format!("would change composition.toml:\n{changes}1 error, 1 warning\n")
    );
    assert_eq!(said.code, 3);
    let text = |said: &crate::harness::RunOutput| {
        fs::read_to_string(said.path("composition.toml")).unwrap()
    };
    assert_eq!(text(&said), TO_FIX);

    let said = run(&["validate", "--fix"])
        .file("composition.toml", TO_FIX)
        .say();
    let out = String::from_utf8(said.stdout.clone()).unwrap();
    assert_eq!(
        out,
        format!("changed composition.toml:\n{changes}5 open values\n")
    );
    assert_eq!(said.code, 0);
    assert_eq!(
        text(&said),
        TO_FIX.replace("nat = \"single\"\n", "").replace(
            "[environments.prod",
            "[environments.dev.compute]\ninstance_count = 3\n\n[environments.prod"
        )
    );
    assert_eq!(said.files(), ["composition.toml"]);
}

#[test]
fn json_has_the_fixes() {
    let said = run(&["validate", "--json"])
        .file("composition.toml", TO_FIX)
        .say();
    let report: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    let problems = report["problems"].as_array().unwrap();
    let fixes: Vec<_> = problems.iter().map(|one| &one["fixes"][0]).collect();
    assert_eq!(
        fixes,
        [
            &serde_json::json!({
                "settings": [{ "path": "environments.dev.compute.instance_count", "value": 3 }],
                "usd_a_month": "77.4292",
                "is_permanent": false,
            }),
            &serde_json::json!({
                "settings": [{ "path": "environments.prod.network.nat", "value": null }],
                "usd_a_month": "77.58",
                "is_permanent": false,
            }),
        ]
    );
}

#[test]
fn what_can_not_be_changed_is_not_fixed() {
    for (arguments, file) in [
        (&["validate", "--fix", "--preset", "standard"][..], ""),
        (&["validate", "--fix", "--set", "project=a"], TO_FIX),
        (&["validate", "--fix", "--spec", "-"], ""),
        (&["validate", "--dry-run"], TO_FIX),
        (
            &["validate", "--fix"],
            "{\"version\": 1, \"project\": \"a\", \"region\": \"eu-west-1\", \"environments\": {\"dev\": {}}}",
        ),
    ] {
        let said = run(arguments)
            .file("composition.toml", file)
            .stdin(TO_FIX)
            .say();
        assert_eq!(said.code, 64, "{arguments:?}: {}", said.stderr);
        assert_eq!(
            fs::read_to_string(said.path("composition.toml")).unwrap(),
            file
        );
    }
}

/// As many environments as a spec may have, all alike.
fn many() -> String {
    let environments: String = (0..32)
        .map(|at| {
            format!(
                "[environments.e{at}]\nprofile = \"dev\"\nnetwork.vpc_cidr = \"10.{at}.0.0/16\"\n"
            )
        })
        .collect();
    SPEC.replace("[environments.dev]\n", &environments)
        + "[images]\nsource = \"own\"\nui = \"example.com/ui:1\"\ngrafana = \"example.com/grafana:1\"\nalloy = \"example.com/alloy:1\"\n"
}

#[test]
fn what_many_environments_have_is_said_once() {
    let said = run(&["validate"]).file("composition.toml", many()).say();
    assert_eq!(String::from_utf8(said.stdout).unwrap(), "5 open values\n");
    let blocks: Vec<&str> = said.stderr.trim().split("\n\n").collect();
    assert_eq!(blocks.len(), 5);
    assert_eq!(
        blocks[0],
        "advice[open]: Temporal server image has no value yet, so Terraform will ask for it\n  \
         --> composition.toml:4:15\n  |\n4 | [environments.e0]\n  |               ^^\n\
         also in: e1, e10, e11, e12, e13 and 26 more\n\
         hint: for example `123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal/server:1.29.0`; \
         set `images.temporal` once for all environments"
    );
    let said = run(&["export", "--out", "out"])
        .file("composition.toml", many())
        .say();
    let next = said.stderr.split_once("next:\n").unwrap().1;
    assert!(next.lines().count() < 17, "{next}");
    assert!(
        next.contains("\nEnvironment e0, then the same for e1, e10, "),
        "{next}"
    );
}

/// The zip of as many environments as there may be is within the limits of what reads one, and has what the folder has.
#[test]
fn the_zip_of_32_environments_is_read_back() {
    let said = run(&["export", "--out", "a.zip"])
        .file("composition.toml", many())
        .say();
    assert_eq!(said.code, 0, "{}", said.stderr);
    let opened = archive::open(&fs::read(said.path("a.zip")).unwrap()).unwrap();
    let spec = read::read(&many()).spec;
    let tree = with_manifest(compose(&check(&spec).blueprint.unwrap()));
    let texts = |tree: &Tree| -> BTreeMap<String, String> {
        let files = tree.files();
        files
            .map(|(path, file)| (path.to_owned(), file.text.to_string()))
            .collect()
    };
    // In parts, since a message with all texts would help nobody.
    let (found, expected) = (texts(&opened.tree), texts(&tree));
    assert!(found.keys().eq(expected.keys()), "other files");
    for (path, text) in &expected {
        assert!(found[path] == *text, "{path}");
    }
    for at in 0..32 {
        let root = format!("terraform/envs/e{at}/main.tf");
        assert!(found.contains_key(&root), "{root}");
    }
}
