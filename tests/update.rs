//! `update`: composing again keeps every edit, and a run that ends early leaves the old folder or is completed by the next.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use composer_core::manifest::with_manifest;
use composer_core::merge::has_conflict;
use composer_core::update::{Attention, Keeper, Plan, Present, plan};
use composer_core::{Spec, Tree, check, compose};
use proptest::prelude::*;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::harness::{tree, walk};
use crate::properties::likely_spec;

/// A folder with an export of `dev-lean` in `out`.
struct Folder(TempDir);

impl Folder {
    fn exported(arguments: &[&str]) -> Self {
        let folder = Self(TempDir::new().unwrap());
        let export = [
            "export", "--preset", "dev-lean", "--set", LARGE, "--out", "out",
        ];
        let (code, said, _) = folder.run(&[&export[..], arguments].concat());
        assert_eq!(code, 0, "{said}");
        folder
    }

    /// The exit code, standard error and standard output of a run in the folder.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = command(self.0.path(), arguments).output().unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stderr).unwrap(),
            String::from_utf8(output.stdout).unwrap(),
        )
    }

    #[track_caller]
    fn update(&self, arguments: &[&str], code: i32, said: &str) {
        let arguments = [&["update", "out"][..], arguments].concat();
        let (found, stderr, _) = self.run(&arguments);
        assert_eq!((found, stderr.as_str()), (code, said));
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join("out").join(path)).unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join("out").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from}");
        self.write(path, &text.replacen(from, to, 1));
    }

    fn remove(&self, path: &str) {
        fs::remove_file(self.0.path().join("out").join(path)).unwrap();
    }

    fn content(&self) -> BTreeMap<String, (Vec<u8>, bool)> {
        content(&self.0.path().join("out"))
    }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_temporal-composer"));
    command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

/// Every file below a folder: its bytes, and whether it can be run.
fn content(folder: &Path) -> BTreeMap<String, (Vec<u8>, bool)> {
    let mut files = Vec::new();
    walk(folder, folder, &mut files);
    files
        .into_iter()
        .map(|name| {
            let path = folder.join(&name);
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            (name, (fs::read(path).unwrap(), mode & 0o100 != 0))
        })
        .collect()
}

fn expected(tree: &Tree) -> BTreeMap<String, (Vec<u8>, bool)> {
    tree.files()
        .map(|(path, file)| {
            let bytes = file.text.as_bytes().to_vec();
            (path.to_owned(), (bytes, file.executable))
        })
        .collect()
}

fn exported(assignments: &[&str]) -> BTreeMap<String, (Vec<u8>, bool)> {
    let assignments = [&[LARGE], assignments].concat();
    expected(&with_manifest(tree("dev-lean", &assignments)))
}

/// The names in which two folders differ: a message with all of their bytes would help nobody.
#[track_caller]
fn assert_same(
    found: &BTreeMap<String, (Vec<u8>, bool)>,
    expected: &BTreeMap<String, (Vec<u8>, bool)>,
) {
    let names = found.keys().chain(expected.keys());
    let other: Vec<&String> = names
        .filter(|name| found.get(*name) != expected.get(*name))
        .collect();
    assert!(other.is_empty(), "{other:?}");
}

/// Room for what the tests switch on.
const LARGE: &str = "environments.dev.compute.instance_count=6";
const LOKI: &str = "environments.dev.loki.enabled=true";
/// It has a module of its own.
const BACKUP: &str = "environments.dev.backup.enabled=true";
const ROOT: &str = "terraform/envs/dev";

#[test]
fn an_unedited_folder_becomes_a_fresh_export_and_back() {
    let folder = Folder::exported(&[]);
    let (code, said, _) = folder.run(&["update", "out", "--set", BACKUP]);
    assert_eq!(code, 0, "{said}");
    assert!(said.starts_with("changed "), "{said}");
    assert_same(&folder.content(), &exported(&[BACKUP]));
    folder.update(&[], 0, "nothing to change in out\n");
    assert_same(&folder.content(), &exported(&[BACKUP]));
    let (code, said, _) = folder.run(&["update", "out", "--preset", "dev-lean", "--set", LARGE]);
    assert_eq!(code, 0, "{said}");
    assert_same(&folder.content(), &exported(&[]));
    assert!(
        !folder
            .0
            .path()
            .join("out/terraform/modules/backup")
            .exists()
    );
}

#[test]
fn a_composition_that_is_edited_in_the_folder_is_composed_and_keeps_its_comments() {
    let folder = Folder::exported(&[]);
    folder.write(
        "composition.toml",
        "# Ours.\nversion = 1\nproject = \"temporal\" # as ever\nregion = \"eu-west-1\"\n[environments.dev]\n\
         log_retention_days = 3\ncompute.instance_type = \"m7g.large\"\ncompute.instance_count = 6\nopensearch.volume_size = 10\nloki.enabled = true\n",
    );
    let text = folder.read("composition.toml");
    let (code, said, _) = folder.run(&["update", "out"]);
    assert_eq!(code, 0, "{said}");
    let mut expected = exported(&[LOKI]);
    expected.get_mut("composition.toml").unwrap().0 = text.clone().into_bytes();
    assert_same(&folder.content(), &expected);
    let (code, said, _) =
        folder.run(&["update", "out", "--set", "environments.dev.history.count=3"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(
        folder.read("composition.toml"),
        format!("{text}\n[environments.dev.history]\ncount = 3\n")
    );
}

#[test]
fn edits_are_merged_and_conflicts_marked_and_listed() {
    let folder = Folder::exported(&[]);
    // Lines that no composition changes, at both ends.
    let readme = folder.read("README.md");
    folder.write("README.md", &format!("Ours.\n\n{readme}\nOur own notes.\n"));
    folder.edit(
        &format!("{ROOT}/terraform.tfvars"),
        "# dsql_endpoint",
        "dsql_endpoint",
    );
    let values = folder.read(&format!("{ROOT}/terraform.tfvars"));
    folder.write(&format!("{ROOT}/mine.tf"), "# mine\n");
    folder.remove("docs/security.md");
    fs::set_permissions(
        folder.0.path().join("out/composition.toml"),
        fs::Permissions::from_mode(0o640),
    )
    .unwrap();
    let arguments = ["update", "out", "--set", "environments.dev.history.count=3"];
    let before = folder.content();
    let (code, said, patch) = folder.run(&[&arguments[..], &["--dry-run"]].concat());
    assert_eq!(code, 0, "{said}");
    assert!(said.starts_with("would change "), "{said}");
    assert_same(&folder.content(), &before);
    let (code, said, out) = folder.run(&arguments);
    assert_eq!((code, out.as_str()), (0, ""), "{said}");
    assert!(
        said.ends_with("you removed these files, so they stay removed: docs/security.md\n"),
        "{said}"
    );
    let after = folder.read("README.md");
    assert!(after.starts_with("Ours.\n\n") && after.ends_with("\nOur own notes.\n"));
    let merged = folder.read(&format!("{ROOT}/terraform.tfvars"));
    assert_eq!(
        merged.replace("\nhistory = {\n  count = 3\n}\n", ""),
        values,
        "{merged}"
    );
    assert_eq!(folder.read(&format!("{ROOT}/mine.tf")), "# mine\n");
    assert!(!folder.0.path().join("out/docs/security.md").exists());
    let mode = fs::metadata(folder.0.path().join("out/composition.toml")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o640);
    apply_patch(&before, &patch, &folder.content());
}

/// Compares what the system's `patch` makes of `before` with `after`; the manifest is not in a patch.
fn apply_patch(
    before: &BTreeMap<String, (Vec<u8>, bool)>,
    patch: &str,
    after: &BTreeMap<String, (Vec<u8>, bool)>,
) {
    let folder = TempDir::new().unwrap();
    for (name, (bytes, executable)) in before {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        let mode = if *executable { 0o755 } else { 0o644 };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }
    fs::write(folder.path().join("p"), patch).unwrap();
    let applied = Command::new("git")
        .args(["apply", "p"])
        .env("GIT_CEILING_DIRECTORIES", folder.path().parent().unwrap())
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(applied.status.success(), "{applied:?}\n{patch}");
    fs::remove_file(folder.path().join("p")).unwrap();
    let without_manifest = |files: &BTreeMap<String, (Vec<u8>, bool)>| {
        let files = files.clone().into_iter();
        files
            .filter(|(name, _)| !name.starts_with(".composer/"))
            .collect()
    };
    assert_same(
        &without_manifest(&content(folder.path())),
        &without_manifest(after),
    );
}

#[test]
fn a_conflict_has_both_sides_until_it_is_resolved() {
    let folder = Folder::exported(&[]);
    let main = format!("{ROOT}/README.md");
    let text = folder.read(&main);
    let other = tree("dev-lean", &[LARGE, LOKI]);
    let composed = &other.file(&main).unwrap().text;
    let line = text
        .lines()
        .find(|line| line.len() > 20 && !composed.contains(*line))
        .unwrap();
    folder.edit(&main, line, "My own line.");
    let (code, said, _) = folder.run(&["update", "out", "--set", LOKI]);
    assert_eq!(code, 2, "{said}");
    assert!(
        said.contains(&format!(
            "\nlook at these files:\n  out/{main}: a conflict, marked with `<<<<<<<`\n"
        )),
        "{said}"
    );
    let marked = folder.read(&main);
    assert!(marked.contains("<<<<<<< yours\n") && marked.contains("My own line.\n"));
    let before = folder.content();
    folder.update(
        &[],
        2,
        &format!(
            "nothing to change in out\n\nlook at these files:\n  out/{main}: conflicts of an earlier update, marked with \
             `<<<<<<<`\n"
        ),
    );
    folder.update(
        &["--preset", "dev-lean", "--set", LARGE],
        2,
        &format!(
            "error: out/{main} has conflicts of an earlier update: nothing was changed\nhint: edit the file, remove the lines \
             with `<<<<<<<`, `|||||||`, `=======` and `>>>>>>>`, and run this command again\n"
        ),
    );
    assert_same(&folder.content(), &before);
}

#[test]
fn what_is_the_users_stays() {
    let folder = Folder::exported(&["--set", BACKUP]);
    folder.edit(
        &format!("{ROOT}/backend.tf"),
        "backend \"s3\"",
        "backend \"gcs\"",
    );
    folder.edit("terraform/modules/backup/main.tf", "\n", "\n# Ours.\n");
    let lock = format!("{ROOT}/.terraform.lock.hcl");
    folder.write(&lock, "# lock\n");
    folder.write("terraform/modules/alarms/main.tf", "# ours\n");
    let (code, said, _) = folder.run(&[
        "update",
        "out",
        "--preset",
        "dev-lean",
        "--set",
        LARGE,
        "--set",
        "environments.dev.backend.key_prefix=other",
        "--set",
        "environments.dev.alarms.enabled=true",
    ]);
    assert_eq!(code, 2, "{said}");
    for expected in [
        "  out/terraform/envs/dev/backend.tf: your values stay. Add what you need of the composition's changes:\n    @@ ",
        "  out/terraform/modules/alarms/main.tf: the composition has a file of this name now, but yours stays\n",
        "  out/terraform/modules/backup/main.tf: the composition no longer has this file, but you edited it, so it stays\n",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    assert!(
        folder
            .read(&format!("{ROOT}/backend.tf"))
            .contains("\"gcs\"")
    );
    assert_eq!(folder.read(&lock), "# lock\n");
    assert_eq!(folder.read("terraform/modules/alarms/main.tf"), "# ours\n");
    assert!(
        folder
            .read("terraform/modules/backup/main.tf")
            .contains("# Ours.\n")
    );
    assert!(
        !folder
            .0
            .path()
            .join("out/terraform/modules/backup/outputs.tf")
            .exists()
    );
}

#[test]
fn a_folder_that_can_not_be_updated_stays_and_says_why() {
    #[track_caller]
    fn refused(spoil: impl Fn(&Folder), code: i32, said: &str) {
        let folder = Folder::exported(&[]);
        spoil(&folder);
        let before = folder.content();
        folder.update(&["--set", BACKUP], code, said);
        assert_same(&folder.content(), &before);
    }
    let path = |folder: &Folder, name: &str| folder.0.path().join("out").join(name);
    refused(
        |folder| {
            fs::rename(path(folder, "terraform/modules"), path(folder, "modules")).unwrap();
            symlink("../modules", path(folder, "terraform/modules")).unwrap();
        },
        4,
        "error: out/terraform/modules is a symbolic link: nothing was changed\nhint: move it away, and run this command again\n",
    );
    refused(
        |folder| {
            let file = path(folder, "terraform/envs/dev/main.tf");
            fs::set_permissions(file, fs::Permissions::from_mode(0o444)).unwrap();
        },
        4,
        "error: out/terraform/envs/dev/main.tf is read-only: nothing was changed\nhint: allow writing with `chmod u+w`, and run this command again\n",
    );
    refused(
        |folder| folder.write("terraform/modules/backup", "mine"),
        4,
        "error: out/terraform/modules/backup is a file, but out/terraform/modules/backup/README.md belongs below it: nothing \
         was changed\nhint: move the file away, and run this command again\n",
    );
    refused(
        |folder| fs::remove_dir_all(path(folder, ".composer")).unwrap(),
        64,
        "error: out has no .composer/manifest.json, because an earlier version composed it\nhint: compose the same again \
         and copy the manifest; everything else that differs then counts as your edit:\n  temporal-composer export --spec \
         out/composition.toml --out composed-again && cp -R composed-again/.composer out\n",
    );
    refused(
        |folder| folder.write(".composer/base", "AAAA\n"),
        1,
        "error: out can't be compared: .composer/base is damaged (corrupt deflate stream)\nhint: restore the folder \
         `.composer` from your repository\n",
    );
    refused(
        |folder| folder.remove("composition.toml"),
        1,
        "error: can't read out/composition.toml: No such file or directory (os error 2)\n",
    );
}

#[test]
fn the_hint_for_a_folder_without_a_manifest_works() {
    let folder = Folder::exported(&[]);
    fs::remove_dir_all(folder.0.path().join("out/.composer")).unwrap();
    folder.edit("README.md", "\n", "\nOurs.\n");
    let (_, said, _) = folder.run(&["update", "out"]);
    let command = said.lines().last().unwrap().trim();
    let tool = Path::new(env!("CARGO_BIN_EXE_temporal-composer"));
    let done = Command::new("sh")
        .args(["-c", command])
        .env(
            "PATH",
            format!("{}:/usr/bin:/bin", tool.parent().unwrap().display()),
        )
        .current_dir(folder.0.path())
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
    folder.update(&[], 0, "nothing to change in out\n");
    assert!(folder.read("README.md").contains("\nOurs.\n"));
}

#[test]
fn a_disk_that_is_full_changes_nothing() {
    let folder = Folder::exported(&[]);
    let before = folder.content();
    let mut lines = Vec::new();
    // In blocks of 512 bytes: no room for a file of the folder, and for all but the largest one.
    for blocks in [1, 8, 200] {
        let script =
            format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" update out --set {LOKI}");
        let output = Command::new("sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_temporal-composer")])
            .current_dir(folder.0.path())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert_same(&folder.content(), &before);
        lines.push(said);
    }
    for said in lines {
        assert!(
            said.starts_with("error: can't write out/") && said.lines().count() == 1,
            "{said}"
        );
    }
    let (code, said, _) = folder.run(&["update", "out", "--set", LOKI]);
    assert_eq!(code, 0, "{said}");
    assert_same(&folder.content(), &exported(&[LOKI]));
}

#[test]
fn a_folder_in_use_is_left_alone() {
    let folder = Folder::exported(&[]);
    let lock = fs::File::open(folder.0.path().join("out")).unwrap();
    lock.lock_shared().unwrap();
    let before = folder.content();
    folder.update(
        &["--set", LOKI],
        4,
        "error: another run is writing to out: nothing was changed\nhint: wait until it has ended, and run this command again\n",
    );
    assert_same(&folder.content(), &before);
}

/// Copies the files below `from`.
fn copy(from: &BTreeMap<String, (Vec<u8>, bool)>, to: &Path) {
    for (name, (bytes, executable)) in from {
        let path = to.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        let mode = if *executable { 0o755 } else { 0o644 };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }
}

/// Adds, changes and removes files.
const UPDATE: [&str; 6] = [
    "update",
    "out",
    "--set",
    LOKI,
    "--unset",
    "environments.dev.backup.enabled",
];

#[test]
fn a_killed_update_has_changed_nothing_or_is_completed_by_the_next() {
    let folder = Folder::exported(&["--set", BACKUP]);
    folder.write(
        "README.md",
        &format!("Ours.\n\n{}", folder.read("README.md")),
    );
    let old = folder.content();
    let start = Instant::now();
    assert_eq!(folder.run(&UPDATE).0, 0);
    let whole = start.elapsed();
    let new = folder.content();
    assert_ne!(old, new);
    let is_manifest = |name: &str| name.starts_with(".composer/update/");
    let (mut untouched, mut begun, mut done) = (0, 0, 0);
    for kill in 0..200_u32 {
        let folder = TempDir::new().unwrap();
        let out = folder.path().join("out");
        copy(&old, &out);
        let mut child = command(folder.path(), &UPDATE)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Half of the kills come while files are changed: that takes a small part of the time.
        if kill % 2 == 0 {
            let journal = out.join(".composer/update/journal.json");
            while child.try_wait().unwrap().is_none() && !journal.exists() {
                thread::sleep(Duration::from_micros(20));
            }
            thread::sleep(whole / 40 * (kill / 2 % 20) / 20);
        } else {
            thread::sleep(whole * kill / 200);
        }
        let _ = kill_process(Pid::from_child(&child), Signal::KILL);
        child.wait().unwrap();
        let left = content(&out);
        let has_journal = left.contains_key(".composer/update/journal.json");
        let files: BTreeMap<_, _> = left
            .clone()
            .into_iter()
            .filter(|(name, _)| !is_manifest(name))
            .collect();
        if has_journal {
            begun += 1;
        } else if files == old {
            untouched += 1;
        } else {
            done += 1;
            assert_same(&files, &new);
        }
        if !has_journal && kill % 10 != 0 {
            // Nothing is left to do but to remove a folder.
            continue;
        }
        let again = command(folder.path(), &["update", "out"]).output().unwrap();
        let said = String::from_utf8(again.stderr).unwrap();
        assert_eq!(again.status.code(), Some(0), "{said}");
        let found = content(&out);
        if files == old && !has_journal {
            assert_same(&found, &old);
        } else {
            assert_same(&found, &new);
        }
    }
    assert!(
        untouched >= 20 && begun >= 20,
        "{untouched} came before, {begun} while and {done} after files changed"
    );
}

#[test]
fn what_somebody_changed_before_a_killed_update_is_completed_is_kept() {
    let folder = Folder::exported(&["--set", BACKUP]);
    let (old, readme) = (folder.content(), folder.read("README.md"));
    assert_eq!(folder.run(&UPDATE).0, 0);
    let new = folder.content();
    // As a run leaves it that was ended once the journal was written.
    let folder = Folder(TempDir::new().unwrap());
    copy(&old, &folder.0.path().join("out"));
    let mut child = command(folder.0.path(), &UPDATE)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let journal = folder.0.path().join("out/.composer/update/journal.json");
    while !journal.exists() {
        assert!(child.try_wait().unwrap().is_none(), "it was too fast");
        thread::sleep(Duration::from_micros(20));
    }
    let _ = kill_process(Pid::from_child(&child), Signal::KILL);
    child.wait().unwrap();
    if !journal.exists() {
        return;
    }
    let is_new = folder.read("README.md") != readme;
    folder.write("README.md", "Changed since.\n");
    let (code, said, _) = folder.run(&["update", "out", "--dry-run"]);
    assert_eq!(
        (code, said.as_str()),
        (
            4,
            "error: an update of out was ended before it was complete\nhint: run `temporal-composer update` there: it completes it\n"
        )
    );
    let (code, said, _) = folder.run(&["update", "out"]);
    assert_eq!(code, 0, "{said}");
    let kept = if is_new {
        "README.md"
    } else {
        "README.md.orig"
    };
    assert_eq!(folder.read(kept), "Changed since.\n");
    let mut found = folder.content();
    found.remove(kept);
    let mut new = new;
    new.remove(kept);
    assert_same(&found, &new);
}

/// An edit of a text: the lines that go, and those in their place.
#[derive(Clone, Debug)]
struct Edit {
    file: prop::sample::Index,
    line: prop::sample::Index,
    gone: usize,
    new: Vec<String>,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0..4usize,
        proptest::collection::vec("mine [a-z0-9]{8}", 0..3),
    );
    let edit = edit.prop_map(|(file, line, gone, new)| Edit {
        file,
        line,
        gone,
        new,
    });
    proptest::collection::vec(edit, 0..12)
}

/// The files of `tree`, as they are in a folder, after `edits`.
fn edited(tree: &Tree, edits: &[Edit]) -> BTreeMap<String, Present> {
    let mut present = unedited(tree);
    let paths: Vec<String> = present.keys().cloned().collect();
    for edit in edits {
        let path = edit.file.get(&paths);
        if path == "composition.toml" {
            continue;
        }
        let Some(Present::Text { text, .. }) = present.get_mut(path) else {
            continue;
        };
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let at = edit.line.index(lines.len() + 1);
        let end = (at + edit.gone).min(lines.len());
        lines.splice(at..end, edit.new.iter().cloned());
        *text = lines.iter().map(|line| format!("{line}\n")).collect();
    }
    present
}

fn unedited(tree: &Tree) -> BTreeMap<String, Present> {
    let files = tree.files();
    let files = files.map(|(path, file)| (path.to_owned(), Present::from(file)));
    files.collect()
}

/// The files after `plan`.
fn after(mut present: BTreeMap<String, Present>, plan: &Plan) -> BTreeMap<String, Present> {
    for change in &plan.changes {
        match &change.after {
            Some(state) => {
                let new = Present::Text {
                    text: state.text.clone(),
                    executable: state.executable,
                };
                present.insert(change.path.clone(), new);
            }
            None => {
                present.remove(&change.path);
            }
        }
    }
    present
}

fn text(present: &Present) -> &str {
    match present {
        Present::Text { text, .. } => text,
        Present::NotText => "",
    }
}

fn composed(spec: &Spec) -> Option<Tree> {
    check(spec).blueprint.map(|blueprint| compose(&blueprint))
}

fn spec_of(tree: &Tree) -> Option<&str> {
    tree.file("composition.toml").map(|file| &*file.text)
}

proptest! {
    // Each composes two trees.
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_update_loses_no_edit(one in likely_spec(), other in likely_spec(), edits in edits()) {
        let (Some(a), Some(b)) = (composed(&one), composed(&other)) else { return Ok(()) };
        // Nobody has edited it: as a fresh export, and back.
        let fresh = plan(&a, &b, &unedited(&a), spec_of(&b));
        prop_assert_eq!(&fresh.attention, &[]);
        prop_assert!(after(unedited(&a), &fresh) == unedited(&b));
        let back = plan(&b, &a, &unedited(&b), spec_of(&a));
        prop_assert!(after(unedited(&b), &back) == unedited(&a));

        let before = edited(&a, &edits);
        let there = plan(&a, &b, &before, spec_of(&b));
        let updated = after(before.clone(), &there);
        // Each line that somebody wrote is still there, as often.
        for (path, present) in &before {
            for line in text(present).lines().filter(|line| line.starts_with("mine ")) {
                let count = |present: Option<&Present>| {
                    present.map_or(0, |present| text(present).lines().filter(|other| *other == line).count())
                };
                prop_assert!(count(updated.get(path)) >= count(Some(present)), "{path}: {line}");
            }
        }
        // What needs no attention is as composed, but for edits; what is the user's has no marks.
        for (path, present) in &updated {
            let is_marked = there.attention.iter().any(|(other, why)| {
                other == path && matches!(why, Attention::Conflicts(_))
            });
            prop_assert_eq!(is_marked, has_conflict(text(present)), "{}", path);
            prop_assert!(!is_marked || Keeper::of(path) == Keeper::Composer, "{path}");
        }
        // A second time there is nothing to do.
        let again = plan(&b, &b, &updated, spec_of(&b));
        prop_assert_eq!(again.changes, vec![]);
        // And back again it is as it was, unless something was to be looked at.
        if there.attention.is_empty() {
            let back = plan(&b, &a, &updated, spec_of(&a));
            if back.attention.is_empty() {
                let back = after(updated.clone(), &back);
                for (path, present) in &before {
                    // By chance an edit may give the values that B has: then it is no edit any more.
                    if path.ends_with(".tfvars") && updated.get(path) == unedited(&b).get(path) {
                        continue;
                    }
                    prop_assert_eq!(back.get(path), Some(present), "{}", path);
                }
            }
        }
    }
}
