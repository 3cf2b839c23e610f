//! Runs the command-line tool in an empty folder and compares all that it says.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use composer_core::switches::switch_all;
use composer_core::{Blueprint, Spec, Tree, assignment, check, compose, presets};
use tempfile::TempDir;

/// A run of `temporal-composer` and what is expected of it.
#[must_use]
pub(crate) struct Run {
    folder: TempDir,
    arguments: Vec<String>,
    stdin: Vec<u8>,
    variables: Vec<(String, String)>,
}

/// What a run said.
pub(crate) struct RunOutput {
    pub(crate) code: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
    pub(crate) folder: TempDir,
}

pub(crate) fn run(arguments: &[&str]) -> Run {
    Run {
        folder: TempDir::new().unwrap(),
        arguments: arguments.iter().map(|&text| text.to_owned()).collect(),
        stdin: Vec::new(),
        variables: Vec::new(),
    }
}

impl Run {
    /// Puts a file into the folder first.
    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn folder(self, name: &str) -> Self {
        fs::create_dir_all(self.folder.path().join(name)).unwrap();
        self
    }

    pub(crate) fn link(self, name: &str, to: &str) -> Self {
        std::os::unix::fs::symlink(to, self.folder.path().join(name)).unwrap();
        self
    }

    pub(crate) fn stdin(self, text: impl Into<Vec<u8>>) -> Self {
        Self {
            stdin: text.into(),
            ..self
        }
    }

    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn say(self) -> RunOutput {
        self.end(Stdio::piped())
    }

    /// Runs it with a standard output that nobody reads.
    pub(crate) fn closed(self) -> RunOutput {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        self.end(writer.into())
    }

    /// Runs it with a standard output that is full.
    pub(crate) fn full(self) -> RunOutput {
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        self.end(full.into())
    }

    fn end(self, stdout: Stdio) -> RunOutput {
        let mut child = Command::new(env!("CARGO_BIN_EXE_temporal-composer"))
            .args(&self.arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .envs(self.variables)
            .stdin(Stdio::piped())
            .stdout(stdout)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let text = self.stdin;
        // From a thread of its own: the tool may write before it has read all.
        let writer = std::thread::spawn(move || {
            // A tool that needs no input may be gone already.
            let _ = input.write_all(&text);
        });
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        RunOutput {
            code: output.status.code().expect("not ended by a signal"),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).unwrap(),
            folder: self.folder,
        }
    }

    /// Expects the exit code, standard output and standard error to be exactly these.
    #[track_caller]
    pub(crate) fn expect(self, code: i32, stdout: &str, stderr: &str) -> RunOutput {
        let said = self.say();
        let out = String::from_utf8_lossy(&said.stdout);
        assert_eq!(
            (said.code, out.as_ref(), said.stderr.as_str()),
            (code, stdout, stderr)
        );
        said
    }
}

impl RunOutput {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The files below the folder, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        walk(self.folder.path(), self.folder.path(), &mut files);
        files.sort();
        files
    }
}

pub(crate) fn walk(root: &Path, folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap();
            files.push(name.to_str().unwrap().to_owned());
        }
    }
}

/// A preset with values set over it.
#[track_caller]
pub(crate) fn spec(preset: &str, assignments: &[&str]) -> Spec {
    let mut spec = presets::find(preset).unwrap().spec();
    for assignment in assignments {
        assignment::set(&mut spec, assignment).unwrap();
    }
    spec
}

#[track_caller]
pub(crate) fn blueprint(spec: &Spec) -> Blueprint {
    let checked = check(spec);
    checked
        .blueprint
        .unwrap_or_else(|| panic!("{:#?}", checked.problems))
}

#[track_caller]
pub(crate) fn tree(preset: &str, assignments: &[&str]) -> Tree {
    compose(&blueprint(&spec(preset, assignments)))
}

/// Whether the file at `path` of a tree is a copy of a template.
pub(crate) fn is_copied(path: &str) -> bool {
    path.starts_with("terraform/modules/")
        || path.starts_with("terraform/bootstrap/") && !path.ends_with(".tfvars")
        || path.starts_with("images/")
        || path.starts_with("scripts/") && path.ends_with(".sh")
}

/// Trees with every feature on and off, for tests that read the composed text.
pub(crate) fn varied_trees() -> Vec<(String, Tree)> {
    let specs = varied_specs().into_iter();
    specs
        .map(|(name, spec)| (name, compose(&blueprint(&spec))))
        .collect()
}

/// The specs of [`varied_trees`].
pub(crate) fn varied_specs() -> Vec<(String, Spec)> {
    let mut all = Vec::new();
    for preset in ["standard", "dev-lean", "ha-prod"] {
        all.push((preset.to_owned(), spec(preset, &[])));
    }
    let everything = [
        "environments.dev.dsql.mode=create",
        "environments.dev.compute.instance_count=4",
        "environments.dev.account_id='012345678901'",
        "environments.dev.grafana.admin_secret=dev/grafana",
        "environments.dev.history.extra_environment.A=\"${x} %{y} \\\"z\\\" \\\\\"",
        "tags.\"cost center\"=a b",
        "backend.bucket=states",
    ];
    let mut everything = spec("dev-lean", &everything);
    switch_all(&mut everything, "dev", true);
    all.push(("everything".to_owned(), everything));
    let nothing = [
        "environments.bench.ui.enabled=false",
        "environments.bench.network.endpoints=false",
        "environments.bench.network.nat=per-az",
        "environments.bench.backend.kind=local",
        "environments.bench.region=us-west-2",
        "environments.bench.images.config=own",
        "environments.dev.enabled=false",
        "environments.staging.profile=dev",
    ];
    let mut nothing = spec("standard", &nothing);
    switch_all(&mut nothing, "bench", false);
    all.push(("nothing".to_owned(), nothing));
    let migrated = [
        "environments.dev.migration.keep_flat_names=true",
        "environments.dev.migration.name=temporal-old",
        "environments.dev.migration.keep_flat_outputs=true",
        "environments.dev.network.endpoints=true",
        "environments.dev.compute.instance_count=4",
        "environments.dev.opensearch.instance_count=3",
        "environments.dev.opensearch.zone_awareness=false",
        "environments.dev.opensearch.engine_version=OpenSearch_2.11",
    ];
    let mut migrated = spec("dev-lean", &migrated);
    switch_all(&mut migrated, "dev", true);
    all.push(("migrated".to_owned(), migrated));
    all
}
