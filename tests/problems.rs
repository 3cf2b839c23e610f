//! Every kind of problem is found in some spec, has a correct meaning and fix, and is listed in `docs/problems.md`.

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

use composer_core::options::OPTIONS;
use composer_core::parts;
use composer_core::problem_code::{Fixable, ProblemRow};
use composer_core::sizing::price_list;
use composer_core::{Problems, Severity, assignment, check, read};

use crate::bad_specs;
use crate::harness::run;

/// What shows a problem that no spec of [`bad_specs`] has: its code, and assignments to the preset.
pub(crate) const MADE: &[(&str, &str, &[&str])] = &[
    (
        "bucket-in-two-regions",
        "standard",
        &[
            "backend.bucket=states",
            "environments.dev.backend.region=us-east-1",
        ],
    ),
    (
        "cluster-of-another-account",
        "dev-lean",
        &[
            "environments.dev.account_id='111111111111'",
            "environments.dev.dsql.arn=arn:aws:dsql:eu-west-1:222222222222:cluster/abcdefghijklmnopqrstuvwxyz",
        ],
    ),
    (
        "two-clusters",
        "dev-lean",
        &[
            "environments.dev.dsql.endpoint=abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws",
            "environments.dev.dsql.arn=arn:aws:dsql:eu-west-1:222222222222:cluster/zyxwvutsrqponmlkjihgfedcba",
        ],
    ),
    (
        "trunking-differs",
        "standard",
        &["environments.dev.compute.eni_trunking=false"],
    ),
    (
        "same-name",
        "standard",
        &[
            "environments.bench.migration.keep_flat_names=true",
            "environments.bench.migration.name=temporal-dev",
        ],
    ),
    (
        "task-too-large",
        "standard",
        &["environments.dev.history.memory=8200"],
    ),
    (
        "may-not-fit",
        "standard",
        &[
            "environments.dev.history.cpu=1536",
            "environments.dev.ui.enabled=false",
        ],
    ),
    (
        "memory-unknown",
        "standard",
        &[
            "environments.dev.history.memory=7800",
            "environments.dev.compute.instance_count=6",
        ],
    ),
    (
        "deployment-waits",
        "standard",
        &[
            "environments.bench.history.count=14",
            "environments.bench.matching.count=2",
        ],
    ),
    (
        "deployment-slows",
        "standard",
        &[
            "environments.bench.history.count=14",
            "environments.bench.matching.count=2",
        ],
    ),
    (
        "no-room-to-deploy",
        "standard",
        &[
            "environments.bench.frontend.cpu=8192",
            "environments.bench.history.count=4",
            "environments.bench.matching.count=2",
            "environments.bench.compute.max_count=6",
        ],
    ),
    (
        "no-room-to-scale",
        "standard",
        &[
            "environments.prod.autoscaling.enabled=true",
            "environments.prod.autoscaling.worker_max=40",
        ],
    ),
    (
        "zone-loss",
        "standard",
        &[
            "environments.prod.history.count=11",
            "environments.prod.matching.count=1",
        ],
    ),
    ("shared-cluster", "standard", SHARED),
    ("quota-differs", "standard", SHARED),
    ("shared-lease", "standard", SHARED),
];

/// Two environments with one cluster, different quotas and a lease each. A share of the quota is enough for either.
const SHARED: &[&str] = &[
    "environments.bench.history.max_conns=50",
    "environments.bench.matching.max_conns=20",
    "environments.bench.reservoir.target_ready=5",
    "environments.bench.dsql.endpoint=abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws",
    "environments.prod.dsql.endpoint=abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws",
    "environments.bench.lease.enabled=true",
    "environments.bench.lease.limit=9000",
    "environments.bench.dsql.max_connections=9500",
    "environments.prod.lease.enabled=true",
    "environments.prod.lease.limit=9000",
];

/// Codes that nothing here can make, with the reason.
const UNMADE: &[(&str, &str)] = &[
    (
        "not-settled",
        "a fault of the program: the check has taken values that settling does not take",
    ),
    (
        "renamed",
        "no option has had another name yet; a unit test in src/core/link.rs renames two",
    ),
];

pub(crate) fn of_spec(text: &str) -> Problems {
    let found = read::read(text);
    let mut problems = found.problems;
    if !problems.has_errors() {
        problems.extend(check(&found.spec).problems);
    }
    problems
}

/// What can't come from a text of a spec.
fn of_other_texts() -> Problems {
    let mut problems = Problems::default();
    let mut spec = composer_core::presets::find("dev-lean").unwrap().spec();
    problems.push(assignment::unset(&mut spec, "environments.prod").unwrap_err());
    problems.extend(price_list::read("date = 1\n").1);
    let large = "x".repeat(2 << 20);
    problems.extend(read::read(&large).problems);
    let environments: String = (0..200)
        .map(|at| format!("[environments.e{at}]\n"))
        .collect();
    problems.extend(read::read(&environments).problems);
    let tags: String = (0..200).map(|at| format!("k{at} = \"x\"\n")).collect();
    problems.extend(read::read("version = 1\nenvironments.prod.worker.rate_limit = 2\n").problems);
    let text = format!("version = 1\nproject = \"temporal\"\n[tags]\n{tags}");
    problems.extend(of_spec(&text));
    problems
}

#[test]
fn every_problem_can_be_made_and_has_a_row() {
    let mut made: Vec<_> = of_other_texts().0;
    for text in bad_specs::texts() {
        made.extend(of_spec(&text).0);
    }
    for (code, preset, assignments) in MADE {
        let problems = check(&crate::harness::spec(preset, assignments)).problems.0;
        assert!(
            problems.iter().any(|problem| problem.code.name() == *code),
            "{code}: {problems:#?}"
        );
        made.extend(problems);
    }
    let rows: Vec<&ProblemRow> = parts::problems().collect();
    for problem in &made {
        assert!(
            rows.iter().any(|row| row.code == problem.code),
            "{} has no row",
            problem.code
        );
    }
    let unmade: Vec<&str> = rows
        .iter()
        .filter(|row| made.iter().all(|problem| problem.code != row.code))
        .map(|row| row.code.name())
        .collect();
    let known: Vec<&str> = UNMADE.iter().map(|(code, _)| *code).collect();
    assert_eq!(
        BTreeSet::from_iter(unmade),
        BTreeSet::from_iter(known),
        "no spec here has these problems"
    );
}

#[test]
fn what_is_said_of_a_problem_is_two_sentences_about_options_that_exist() {
    let mut seen = BTreeSet::new();
    for row in parts::problems() {
        let (name, severity) = (row.code.name(), row.code.severity());
        assert!(
            seen.insert((name, severity)),
            "{name} stands twice as {severity}"
        );
        let fixable = match row.fixable {
            Fixable::Yes => "Yes.",
            Fixable::Mostly(text) | Fixable::No(text) => text,
        };
        for text in [row.meaning, row.fix, fixable] {
            assert!(
                text.ends_with('.') && !text.contains(". "),
                "{name}: {text}"
            );
            assert!(
                text.starts_with(|c: char| c.is_ascii_uppercase() || c == '`'),
                "{name}: {text}"
            );
            for code in text.split('`').skip(1).step_by(2) {
                let key = code.split(" = ").next().unwrap_or_default();
                let is_key = key.contains('.') && !key.ends_with(".search");
                let exists = OPTIONS.iter().any(|option| option.key == key);
                assert!(!is_key || exists, "{name}: there is no option `{key}`");
            }
        }
    }
}

/// `docs/problems.md` as it should be.
fn document() -> String {
    let mut page = "# Problems\n\n\
        What `temporal-composer validate` and the page may say of a spec, by code. `temporal-composer list problems` \
        prints the same, with `--json` for programs. A message on the spot names the values and often a closer fix.\n"
        .to_owned();
    for (severity, heading, about) in [
        (
            Severity::Error,
            "Errors",
            "Nothing is composed until these are fixed.",
        ),
        (
            Severity::Warning,
            "Warnings",
            "Composed as asked, but likely to hurt.",
        ),
        (Severity::Advice, "Advice", "Good to know."),
    ] {
        page.push_str(&format!(
            "\n## {heading}\n\n{about}\n\n| Code | Meaning | Fix | By `validate --fix` |\n| --- | --- | --- | --- |\n"
        ));
        for row in parts::problems().filter(|row| row.code.severity() == severity) {
            let fixable = match row.fixable {
                Fixable::Yes => "Yes.".to_owned(),
                Fixable::Mostly(except) => format!("Yes. {except}"),
                Fixable::No(why) => format!("No. {why}"),
            };
            page.push_str(&format!(
                "| `{}` | {} | {} | {fixable} |\n",
                row.code, row.meaning, row.fix
            ));
        }
    }
    page
}

#[test]
fn the_document_has_every_problem() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/problems.md");
    if env::var_os("BLESS").is_some() {
        fs::write(&path, document()).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap() == document(),
        "docs/problems.md is not as the table: BLESS=1 cargo test --workspace --test integration -- problems"
    );
}

#[test]
fn the_tool_lists_every_problem() {
    let said = run(&["list", "problems"]).say();
    let text = String::from_utf8(said.stdout).unwrap();
    assert_eq!(
        text.lines().take(2).collect::<Vec<_>>(),
        [
            "syntax                      error    The text is not valid TOML or JSON, or an assignment is not `KEY=VALUE`.",
            "                                     Fix: Correct the text at the line and column that the message names.",
        ]
    );
    let said = run(&["list", "problems", "--json"]).say();
    let json: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    let items = json["result"]["items"].as_array().unwrap();
    assert_eq!(items.len(), parts::problems().count());
    assert_eq!(
        items[0],
        serde_json::json!({
            "code": "syntax",
            "severity": "error",
            "meaning": "The text is not valid TOML or JSON, or an assignment is not `KEY=VALUE`.",
            "fix": "Correct the text at the line and column that the message names.",
            "has_fix": false,
            "without_fix": "Only you can correct the text.",
        })
    );
}
