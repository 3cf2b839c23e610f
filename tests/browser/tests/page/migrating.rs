//! A flat root's state is pasted, and its migration taken away.

use std::fs;

use browser_tests::{Element, Page, cli};
use composer_core::archive;

const STATE: &str = "aws_vpc.main
aws_subnet.private[0]
aws_subnet.private[1]
aws_ecs_cluster.main
aws_ecs_task_definition.grafana
aws_sqs_queue.orders
";

fn open(page: &Page) -> Element<'_> {
    page.find("button", "Migrating from a flat root?").click();
    page.find("dialog", "Migrate a flat root")
}

#[test]
fn a_pasted_state_makes_the_files_of_the_command_line_tool() {
    let page = Page::open();
    let dialog = open(&page);
    page.screenshot("migrate-empty");
    page.field("State of the flat root").fill(STATE);
    page.wait_until("it is worked out", || {
        dialog.text().contains("4 addresses move to dev")
    });
    let text = dialog.text();
    assert!(
        text.contains("One unknown address stays in the flat root's state: aws_sqs_queue.orders"),
        "{text}"
    );
    for said in [
        "The state lacks resources that every flat root has. The composed root creates them",
        "aws_cloudwatch_log_group.temporal_history: creates",
        "more, in MIGRATION.md",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    page.field("Migrate to").select("bench");
    page.wait_until("another environment takes it", || {
        dialog.text().contains("4 addresses move to bench")
    });
    page.evaluate(
        "for (const details of document.querySelectorAll('dialog details')) details.open = true;",
        &[],
    );
    page.screenshot("migrate");
    let moves = dialog.find("group", "What moves").text();
    assert!(
        moves.contains("aws_vpc.main module.vpc.aws_vpc.this"),
        "{moves}"
    );

    let zip = page.download(|| dialog.find("button", "Download the migration").click());
    assert_eq!(zip.name, "temporal-bench-migration.zip");
    let folder = tempfile::tempdir().unwrap();
    let (list, out) = (folder.path().join("flat.list"), folder.path().join("out"));
    fs::write(&list, STATE).unwrap();
    let output = cli()
        .args(["migrate", "--preset", "standard", "--env", "bench"])
        .arg("--state-list")
        .arg(&list)
        .arg("--out")
        .arg(&out)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let opened = archive::open(&zip.bytes).unwrap();
    assert_eq!(opened.left_out, Vec::<String>::new());
    let mut files = 0;
    for (path, file) in opened.tree.files() {
        assert!(
            fs::read(out.join(path)).unwrap() == file.text.as_bytes(),
            "{path} differs"
        );
        files += 1;
    }
    assert!(files > 8, "{files} files");

    dialog.find("button", "Use the flat root's values").click();
    page.wait_until("the composition has the values", || {
        dialog
            .text()
            .contains("The composition has the flat root's values.")
    });
    dialog.find("button", "Close").click();
    page.wait_until("the dialog is closed", || page.all("dialog").is_empty());
    let kept =
        "return document.getElementById('environments.bench.migration.keep_flat_names').checked";
    assert_eq!(page.evaluate(kept, &[]), true);
    page.find("button", "Undo").click();
    page.wait_until("it is undone", || page.evaluate(kept, &[]) == false);
}

#[test]
fn what_is_no_state_of_a_flat_root_says_why() {
    let page = Page::open();
    let dialog = open(&page);
    for (pasted, said) in [
        (
            "aws_vpc.main\nNo state file was found!\n",
            "Line 2 is not the address of a resource: `No state file was found!`.",
        ),
        (
            "aws_sqs_queue.orders\n",
            "This is no state of the flat root: none of its 1 addresses is known.",
        ),
        (
            "{\"format_version\": \"1.0\", \"planned_values\": {}}",
            "what `terraform show -json` prints of a state",
        ),
        (
            "[]",
            "This is an empty list in JSON, not what `terraform show -json` prints of a state.",
        ),
    ] {
        page.field("State of the flat root").fill(pasted);
        page.wait_until("the page says why", || dialog.text().contains(said));
        assert!(!dialog.has("button", "Download the migration"), "{pasted}");
    }
    page.screenshot("migrate-error");
    page.resize(390, 844);
    page.screenshot("migrate-narrow");
}
