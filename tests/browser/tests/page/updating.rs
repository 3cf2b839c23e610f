//! An earlier download, edited since, becomes what the page composes now.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use browser_tests::{Element, Page, cli};
use composer_core::archive;
use serde_json::json;

/// What is composed now, in a link and for the command.
const CHANGES: [&str; 3] = [
    "environments.dev.compute.instance_count=3",
    "environments.prod.network.vpc_cidr=10.99.0.0/16",
    "environments.bench.ui.enabled=false",
];

const MAIN: &str = "terraform/envs/dev/main.tf";
const TFVARS: &str = "terraform/envs/dev/terraform.tfvars";
const SECURITY: &str = "docs/security.md";

/// Exports `standard` into `folder`, as somebody has edited it since.
fn edited_download(folder: &Path) {
    let output = cli()
        .args(["export", "--preset", "standard", "--out"])
        .arg(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let edit = |path: &str, change: &dyn Fn(&str) -> String| {
        let file = folder.join(path);
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, change(&text)).unwrap();
    };
    edit(MAIN, &|text| format!("# Of the orders team.\n{text}"));
    edit(TFVARS, &|text| text.replace("# Written by", "# Kept by"));
    edit("composition.toml", &|text| {
        text.replace("version = 1\n", "version = 1 # ours\n")
    });
    edit("terraform/envs/bench/README.md", &|text| {
        text.replace("UI", "user interface")
    });
    fs::remove_file(folder.join(SECURITY)).unwrap();
    fs::write(folder.join("docs/picture.png"), [0x89, 0x50, 0xff]).unwrap();
    fs::write(folder.join("notes.txt"), "ours\r\n").unwrap();
}

/// The files below `folder`, each with whether it can be run.
fn files(folder: &Path) -> BTreeMap<String, (Vec<u8>, bool)> {
    let names = xtask::project::files_below(folder).unwrap();
    let files = names.into_iter().map(|name| {
        let file = folder.join(&name);
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        (name, (fs::read(file).unwrap(), mode & 0o100 != 0))
    });
    files.collect()
}

fn zip(folder: &Path) -> Vec<u8> {
    let files = files(folder);
    let files = files.iter();
    archive::pack(
        files.map(|(path, (content, executable))| (path.as_str(), &**content, *executable)),
        "orders",
    )
}

/// What the command makes of `folder`.
fn update(folder: &Path) {
    let mut command = cli();
    command.arg("update").arg(folder);
    command.args(["--preset", "standard"]);
    for change in CHANGES {
        command.args(["--set", change]);
    }
    let output = command.output().unwrap();
    // It lists files to look at.
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

fn open_dialog(page: &Page) -> Element<'_> {
    page.find("button", "Update…").click();
    page.find("dialog", "Update an earlier download")
}

/// Drops a file on the dialog.
fn drop_on_dialog(page: &Page, name: &str, bytes: &[u8]) {
    page.evaluate(
        "const [name, bytes] = arguments;
         const transfer = new DataTransfer();
         transfer.items.add(new File([new Uint8Array(bytes)], name));
         // On its way a file is above what is around the dialog, which is the dialog's own backdrop.
         for (const [kind, over] of [['dragover', 'dialog'], ['drop', 'dialog .update']]) {
             document.querySelector(over).dispatchEvent(
                 new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
         }",
        &[name.into(), bytes.into()],
    );
    let is_marked = "return document.body.classList.contains('dropping')";
    assert_eq!(page.evaluate(is_marked, &[]), false);
}

fn page_of_now() -> Page {
    Page::open_at(&format!("#v=1&preset=standard&{}", CHANGES.join("&")))
}

const LOSSES: &str = "What an apply would destroy or replace";

#[test]
fn an_edited_download_becomes_what_the_command_makes_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let [earlier, patched] = ["earlier", "patched"].map(|name| folder.path().join(name));
    for each in [&earlier, &patched] {
        edited_download(each);
    }
    let bytes = zip(&earlier);
    update(&earlier);

    let page = page_of_now();
    let dialog = open_dialog(&page);
    page.screenshot("update-empty");
    drop_on_dialog(&page, "last-month.zip", &bytes);
    page.wait_until("it is worked out", || dialog.has("group", LOSSES));
    // What holds data comes first, then what holds an address, and what loses nothing is counted.
    let table = dialog.find("group", LOSSES).text();
    let [logs, address, nothing] = [" logs", "outbound traffic of its zones", " nothing"]
        .map(|loses| table.find(loses).expect(&table));
    assert!(logs < address && address < nothing, "{table}");
    assert!(!table.contains("dev "), "{table}");
    // The dialog has taken it: the page's composition is still the one of now.
    assert!(page.current_url().contains(CHANGES[0]));
    let text = dialog.text();
    for said in [
        "Updating last-month.zip",
        "terraform/envs/bench/README.md:",
        "You removed these files, so they stay removed: docs/security.md.",
        "Options: 3 differ",
        "Cost: ",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    page.evaluate(
        "for (const details of document.querySelectorAll('dialog details')) details.open = true;",
        &[],
    );
    page.screenshot("update");

    let downloaded = page.download(|| dialog.find("button", "Download updated zip").click());
    assert_eq!(downloaded.name, "temporal-terraform.zip");
    let found = archive::files(&downloaded.bytes).unwrap();
    let found: BTreeMap<String, (Vec<u8>, bool)> = found
        .into_iter()
        .map(|(path, file)| (path, (file.content, file.executable)))
        .collect();
    let expected = files(&earlier);
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>()
    );
    for (path, file) in &expected {
        assert!(found[path] == *file, "{path} differs");
    }

    let patch = page.download(|| dialog.find("button", "Download patch").click());
    assert_eq!(patch.name, "update.patch");
    let file = folder.path().join("update.patch");
    fs::write(&file, patch.bytes).unwrap();
    let output = Command::new("git")
        .arg("apply")
        .arg(&file)
        .current_dir(&patched)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(
        files(&patched) == expected,
        "the patch makes something else"
    );
}

#[test]
fn a_download_that_the_page_has_opened_is_offered() {
    let folder = tempfile::tempdir().unwrap();
    let earlier = folder.path().join("earlier");
    edited_download(&earlier);
    let page = Page::open();
    page.drop_file("last-month.zip", &zip(&earlier));
    page.wait_until("it is opened", || {
        page.text().contains("last-month.zip was opened")
    });
    let dialog = open_dialog(&page);
    page.wait_until("it is up to date", || {
        dialog
            .text()
            .contains("It is up to date: there is nothing to download.")
    });
    assert!(dialog.text().contains("Nothing."));
}

#[test]
fn a_folder_is_read_without_what_git_and_terraform_keep_there() {
    let folder = tempfile::tempdir().unwrap();
    let repository = folder.path().join("repository");
    let earlier = repository.join("infrastructure");
    edited_download(&earlier);
    for kept in [
        "infrastructure/terraform/envs/dev/.terraform/p",
        ".git/config",
    ] {
        let file = repository.join(kept);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "x").unwrap();
    }
    let page = page_of_now();
    let dialog = open_dialog(&page);
    let field = page.cdp(
        "Runtime.evaluate",
        &json!({ "expression": "document.querySelector('dialog [webkitdirectory]')" }),
    );
    page.cdp(
        "DOM.setFileInputFiles",
        &json!({ "files": [&repository], "objectId": field["result"]["objectId"] }),
    );
    page.wait_until("it is worked out", || dialog.has("group", LOSSES));
    assert!(dialog.text().contains("Updating repository"));
    let downloaded = page.download_bytes(|| dialog.find("button", "Download updated zip").click());
    fs::remove_dir_all(earlier.join("terraform/envs/dev/.terraform")).unwrap();
    update(&earlier);
    let found = archive::files(&downloaded).unwrap();
    for (path, (content, executable)) in files(&earlier) {
        let file = &found[&path];
        assert!(file.content == content, "{path} differs");
        assert_eq!(file.executable, executable, "{path}");
    }
    assert_eq!(found.len(), files(&earlier).len());
}

/// What a browser gives of a folder that is dropped: names and files, some at a time.
const DROP_FOLDER: &str = "
    const [name, texts] = arguments;
    const file = (name, text) => ({
        name, isDirectory: false, isFile: true,
        file: (done) => done(new File([text], name)),
    });
    const folder = (name, entries) => ({
        name, isDirectory: true, isFile: false,
        createReader: () => {
            const rest = [...entries];
            return { readEntries: (done) => setTimeout(() => done(rest.splice(0, 2))) };
        },
    });
    const tree = {};
    for (const [path, text] of Object.entries(texts)) {
        const parts = path.split('/');
        const last = parts.pop();
        let at = tree;
        for (const part of parts) at = at[part] ??= {};
        at[last] = text;
    }
    const entries = (tree) => Object.entries(tree).map(([name, inside]) =>
        typeof inside === 'string' ? file(name, inside) : folder(name, entries(inside)));
    const dropped = folder(name, entries(tree));
    DataTransferItem.prototype.webkitGetAsEntry = () => dropped;
    const transfer = new DataTransfer();
    transfer.items.add(new File([''], name));
    document.querySelector('main').dispatchEvent(
        new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
";

#[test]
fn a_folder_is_opened_when_it_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let output = cli()
        .args(["export", "--preset", "dev-lean", "--set", "project=orders"])
        .arg("--out")
        .arg(folder.path().join("a"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let texts: BTreeMap<String, String> = files(&folder.path().join("a"))
        .into_iter()
        .map(|(path, (content, _))| (path, String::from_utf8(content).unwrap()))
        .collect();
    let page = Page::open();
    page.evaluate(DROP_FOLDER, &["orders".into(), json!(texts)]);
    page.wait_until("it is opened", || page.id("project").value() == "orders");
    assert!(!page.has("region", "prod"));
    page.evaluate(DROP_FOLDER, &["empty".into(), json!({ "a.txt": "a" })]);
    page.wait_until("another says why it is none", || {
        page.text()
            .contains("empty was not opened: it does not contain composition.toml")
    });
}

#[test]
fn what_can_not_be_updated_says_why_and_the_page_stays_as_it_is() {
    let page = Page::open();
    let dialog = open_dialog(&page);
    drop_on_dialog(&page, "a.zip", b"PK half");
    page.wait_until("it says why", || {
        dialog
            .text()
            .contains("a.zip was not read: it is not a zip, or it is incomplete")
    });
    let folder = tempfile::tempdir().unwrap();
    let earlier = folder.path().join("earlier");
    edited_download(&earlier);
    fs::remove_dir_all(earlier.join(".composer")).unwrap();
    drop_on_dialog(&page, "a.zip", &zip(&earlier));
    page.wait_until("it says why", || {
        dialog
            .text()
            .contains("a.zip has no .composer/manifest.json")
    });
    page.screenshot("update-error");
    page.resize(320, 640);
    page.screenshot("update-error-narrow");
}
