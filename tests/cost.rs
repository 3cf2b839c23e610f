//! `cost`: what it says, line by line.

use crate::harness::run;

const SPEC: &str =
    "version = 1\nproject = \"temporal\"\nregion = \"us-east-1\"\n[environments.dev]\n";

#[test]
fn every_line_has_its_price_and_what_is_unknown_says_so() {
    run(&["cost", "--spec", "-"]).stdin(SPEC).expect(
        0,
        concat!(
            "dev in us-east-1\n",
            "PER MONTH               AMOUNT                           EACH  UNIT                PRICE IS       USD\n",
            "Instances               2 × m8g.large                 0.08976  hour                read        131.05\n",
            "Instances' volumes      2 × 50 GiB                       0.08  GB and month        read          8.00\n",
            "OpenSearch nodes        1 × t3.small.search             0.036  hour                read         26.28\n",
            "OpenSearch volumes      1 × 20 GiB                      0.122  GB and month        read          2.44\n",
            "NAT gateways            1                               0.045  hour                read         32.85\n",
            "Public IPv4 addresses   1                               0.005  hour                read          3.65\n",
            "Grafana's secret        1                                0.40  month               read          0.40\n",
            "Without load                                                                                   204.67\n",
            "DSQL requests           by use                           8.00  million DPU         read       unknown\n",
            "DSQL storage            by use                           0.33  GB and month        read       unknown\n",
            "DynamoDB writes         by new connections              0.625  million writes      read       unknown\n",
            "Prometheus samples      about 7124 series                0.90  10 million samples  read         56.17\n",
            "CloudWatch logs         by use                           0.50  GB                  read       unknown\n",
            "CloudWatch log storage  by use                           0.03  GB and month        read       unknown\n",
            "Container Insights      by tasks and instances        unknown                                 unknown\n",
            "Data processed by NAT   by use                          0.045  GB                  read       unknown\n",
            "Data between zones      by use                        unknown                                 unknown\n",
            "Image storage           by images and their versions     0.10  GB and month        read       unknown\n",
            "Image builds            by builds                     unknown                                 unknown\n",
            "Total                                                                                        ≥ 260.84\n",
            "PER EVENT\n",
            "A deployment, at most   1 × m8g.large for an hour     0.08976  hour                read          0.09\n",
            "Schema and index tasks  2 on Fargate for minutes      unknown                                 unknown\n",
            "\n",
            "US dollars before tax, on-demand prices, 730 hours a month. Prices: built-in table of 2026-11-27.\n",
            "A `read` price comes from a public copy of AWS's prices. An `estimate` is calculated from one. A `doubtful` \
             price has one weak source, or several that differ. A `remembered` price has no source. If a price or an \
             amount is unknown, the sum is a minimum (≥). Set your own prices and expected use with --prices.\n\
             A number of series is estimated for one namespace with one task queue. In Grafana, \
             `count by (service, instance) ({service!=\"\"})` shows that of each task: `prometheus-series` in --prices.\n",
        ),
        "",
    );
}

#[test]
fn what_no_copy_has_a_price_of_says_where_to_look() {
    let said = run(&["cost", "--preset", "dev-lean"]).say();
    let text = String::from_utf8(said.stdout).unwrap();
    let (_, after) = text.split_once("place to look:\n").unwrap();
    assert!(
        after.starts_with(
            "  OpenSearch nodes in eu-west-1    https://aws.amazon.com/opensearch-service/pricing/\n  \
             OpenSearch volumes in eu-west-1  https://aws.amazon.com/opensearch-service/pricing/\n\n"
        ),
        "{after}"
    );
}

#[test]
fn a_difference_names_the_lines_that_changed() {
    let said = run(&[
        "cost",
        "--against",
        "composition.toml",
        "--set",
        "environments.dev.network.endpoints=true",
    ])
    .file("composition.toml", SPEC)
    .say();
    let text = String::from_utf8(said.stdout).unwrap();
    let difference = text.split("\n\n").nth(1).unwrap();
    assert_eq!(
        difference,
        "DIFFERENCE              ENVIRONMENT  BEFORE  AFTER          USD A MONTH\n\
         Interface endpoints     dev          none    12 in 2 zones      +175.20\n\
         Data through endpoints  dev          none    by use             unknown\n\
         Known total                                                     +175.20"
    );
    let said = run(&["cost", "--against", "composition.toml"])
        .file("composition.toml", SPEC)
        .say();
    let text = String::from_utf8(said.stdout).unwrap();
    assert!(text.contains("\n\nNo difference in cost.\n\n"), "{text}");
}

#[test]
fn prices_of_ones_own_count_and_are_named() {
    let said = run(&["cost", "--spec", "-", "--prices", "prices.toml", "--json"])
        .stdin(SPEC)
        .file(
            "prices.toml",
            "source = \"our agreement\"\n[us-east-1]\n\"m8g.large\" = 0.08\n",
        )
        .say();
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let report: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    let report = &report["result"];
    assert_eq!(
        report["prices"],
        "our agreement, over the built-in table of 2026-11-27"
    );
    let dev = &report["environments"][0];
    assert_eq!(
        dev["lines"][0],
        serde_json::json!({
            "key": "instances",
            "kind": "instances",
            "label": "Instances",
            "amount": "2 × m8g.large",
            "price": {
                "usd": "0.08",
                "unit": "hour",
                "basis": "own",
                "source": "our agreement",
                "date": "undated",
            },
            "price_page": "https://aws.amazon.com/ec2/pricing/on-demand/",
            "by_use": false,
            "usd": "116.80",
        })
    );
    assert_eq!(
        dev["idle"],
        serde_json::json!({ "usd": "190.42", "is_least": false })
    );
    assert_eq!(
        report["month"],
        serde_json::json!({ "usd": "246.585616", "is_least": true })
    );
    assert_eq!(dev["lines"][7]["usd"], serde_json::Value::Null);
    assert_eq!(report.get("differences"), None);
}

#[test]
fn a_wrong_price_is_shown_at_its_place() {
    let said = run(&["cost", "--spec", "-", "--prices", "prices.toml"])
        .stdin(SPEC)
        .file("prices.toml", "[us-east-1]\nnat-hour = -0.1\n")
        .say();
    assert_eq!((said.code, said.stdout.len()), (3, 0));
    assert!(
        said.stderr
            .contains("  --> prices.toml:2:12\n  |\n2 | nat-hour = -0.1\n  |            ^^^^\n"),
        "{}",
        said.stderr
    );
}

#[test]
fn use_of_an_environment_that_is_not_there_is_refused() {
    let said = run(&["cost", "--spec", "-", "--prices", "prices.toml"])
        .stdin(SPEC)
        .file("prices.toml", "[use.prod]\nlogs = 25\n")
        .say();
    assert_eq!((said.code, said.stdout.len()), (3, 0));
    assert_eq!(
        said.stderr,
        "error[unknown-key]: there is no environment `prod`\n  --> prices.toml:1:6\n  |\n1 | [use.prod]\n  |      ^^^^\n\
         hint: the spec has dev\n\n"
    );
    let said = run(&["cost", "--spec", "-", "--prices", "prices.toml"])
        .stdin(SPEC)
        .file("prices.toml", "[use.dev]\nlogs = 25\n")
        .say();
    let text = String::from_utf8(said.stdout).unwrap();
    let line = text
        .lines()
        .find(|line| line.starts_with("CloudWatch logs"))
        .unwrap();
    let cells: Vec<&str> = line.split("  ").filter(|cell| !cell.is_empty()).collect();
    assert_eq!(
        cells.iter().map(|cell| cell.trim()).collect::<Vec<_>>(),
        ["CloudWatch logs", "25 × GB", "0.50", "GB", "read", "12.50"]
    );
}

#[test]
fn a_spec_with_errors_costs_nothing_that_could_be_said() {
    for arguments in [
        &["cost", "--spec", "bad.toml"][..],
        &["cost", "--spec", "good.toml", "--against", "bad.toml"],
    ] {
        let said = run(arguments)
            .file("good.toml", SPEC)
            .file("bad.toml", format!("{SPEC}history.cpu = 1\n"))
            .say();
        assert_eq!((said.code, said.stdout.len()), (3, 0));
        assert!(said.stderr.contains("--> bad.toml:5:"), "{}", said.stderr);
    }
}
