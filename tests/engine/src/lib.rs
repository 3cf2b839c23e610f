//! Runs the real Terraform on composed trees, with the stand-in for the AWS provider.

pub mod array;
pub mod aws;
pub mod prove;
pub mod proxy;
pub mod reach;
pub mod requirements;
pub mod shrink;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs};

use composer_core::{Spec, assignment, check, compose, presets, read};
use serde_json::Value as Json;
use tempfile::TempDir;
use xtask::{project, provider};

/// A composed tree on disk.
#[derive(Debug)]
pub struct Tree {
    folder: Folder,
}

#[derive(Debug)]
enum Folder {
    Temporary(TempDir),
    Named(PathBuf),
}

/// A root in a folder, ready for Terraform.
#[derive(Debug)]
pub struct Root {
    folder: PathBuf,
    variables: Vec<String>,
    environment: Vec<(String, String)>,
    spec: String,
}

/// What one run of Terraform said.
#[derive(Debug)]
pub struct TerraformRun {
    /// Its exit code.
    pub code: i32,
    /// Standard output and standard error.
    pub text: String,
}

impl TerraformRun {
    /// Whether it ended well and without a warning.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.code == 0 && !self.text.contains("Warning:")
    }
}

/// Values for what a composition leaves open.
const OPEN: &[(&str, &str)] = &[
    ("account_id", "123456789012"),
    ("temporal_image", "registry.example.com/temporal:1.29.0"),
    (
        "admin_tools_image",
        "registry.example.com/admin-tools:1.29.0",
    ),
    ("benchmark_image", "registry.example.com/benchmark:1.0.0"),
    ("alarms_email", "oncall@example.com"),
    ("alarms_topic_arn", "arn:aws:sns:REGION:123456789012:oncall"),
    ("budget_email", "costs@example.com"),
    (
        "dsql_endpoint",
        "abcdefghijklmnopqrstuvwxyz.dsql.REGION.on.aws",
    ),
    (
        "dsql_cluster_arn",
        "arn:aws:dsql:REGION:123456789012:cluster/abcdefghijklmnopqrstuvwxyz",
    ),
];

/// A preset with values set over it.
///
/// # Panics
/// If there is no such preset or key.
#[must_use]
#[track_caller]
pub fn spec(preset: &str, assignments: &[&str]) -> Spec {
    let mut spec = presets::find(preset).expect("a preset's name").spec();
    for assignment in assignments {
        if let Err(problem) = assignment::set(&mut spec, assignment) {
            panic!("{problem:?}");
        }
    }
    spec
}

impl Tree {
    /// Composes `spec` into a folder.
    ///
    /// # Panics
    /// If the spec has errors.
    #[must_use]
    #[track_caller]
    pub fn of(spec: &Spec) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        write(spec, folder.path());
        Self {
            folder: Folder::Temporary(folder),
        }
    }

    /// Composes `spec` into `folder`, which is emptied first and stays: for a tree that lives as long as the program.
    ///
    /// # Panics
    /// If the spec has errors or the folder can't be written.
    #[must_use]
    #[track_caller]
    pub fn at(spec: &Spec, folder: &Path) -> Self {
        if folder.exists() {
            fs::remove_dir_all(folder).expect("the folder can be written");
        }
        write(spec, folder);
        Self {
            folder: Folder::Named(folder.to_owned()),
        }
    }

    /// A tree that was written into `folder` by something else.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            folder: Folder::Named(folder.to_owned()),
        }
    }

    /// Composes another spec in its place: what Terraform made in the folders, its state above all, stays.
    ///
    /// # Panics
    /// If the spec has errors.
    #[track_caller]
    pub fn recompose(&self, spec: &Spec) {
        let former = fs::read_to_string(self.path().join("composition.toml")).expect("the spec");
        let former = check(&read::read(&former).spec).blueprint;
        for (path, _) in compose(&former.expect("it was composed")).files() {
            // A test may have deleted it.
            _ = fs::remove_file(self.path().join(path));
        }
        write(spec, self.path());
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        match &self.folder {
            Folder::Temporary(folder) => folder.path(),
            Folder::Named(folder) => folder,
        }
    }

    /// The root of an environment, with values for what is open and its state in a file.
    ///
    /// # Panics
    /// If the folder can't be written.
    #[must_use]
    pub fn environment(&self, name: &str) -> Root {
        let root = self.composed_environment(name);
        fs::write(
            root.folder.join("backend_override.tf"),
            "terraform {\n  backend \"local\" {}\n}\n",
        )
        .expect("the folder can be written");
        root
    }

    /// The root of an environment, with values for what is open and its state where it was composed to be.
    ///
    /// # Panics
    /// If there is no such environment.
    #[must_use]
    pub fn composed_environment(&self, name: &str) -> Root {
        let folder = self.path().join("terraform/envs").join(name);
        let text = |file: &str| fs::read_to_string(folder.join(file)).expect("a composed file");
        let declared = text("variables.tf");
        let region = text("terraform.tfvars")
            .lines()
            .find_map(|line| {
                Some(
                    line.strip_prefix("region")?
                        .trim_matches([' ', '=', '"'])
                        .to_owned(),
                )
            })
            .expect("the region is stated");
        let given = text("terraform.tfvars");
        let variables = OPEN
            .iter()
            .filter(|(name, _)| declared.contains(&format!("variable \"{name}\" ")))
            .filter(|(name, _)| !given.lines().any(|line| line.starts_with(name)))
            .map(|(name, value)| format!("-var={name}={}", value.replace("REGION", &region)))
            .collect();
        Root {
            folder,
            variables,
            environment: Vec::new(),
            spec: fs::read_to_string(self.path().join("composition.toml"))
                .expect("a composed file"),
        }
    }

    /// A root that needs no values beyond `variables`, such as `terraform/bootstrap`.
    #[must_use]
    pub fn root(&self, path: &str, variables: &[&str]) -> Root {
        Root {
            folder: self.path().join(path),
            variables: variables.iter().map(|&text| text.to_owned()).collect(),
            environment: Vec::new(),
            spec: String::new(),
        }
    }
}

#[track_caller]
fn write(spec: &Spec, folder: &Path) {
    let checked = check(spec);
    let Some(blueprint) = checked.blueprint else {
        panic!("{:#?}", checked.problems);
    };
    for (path, file) in compose(&blueprint).files() {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("inside the folder")).expect("a folder");
        fs::write(&path, file.text.as_bytes()).expect("a file");
        if file.executable {
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode");
        }
    }
}

impl Root {
    /// A root in `folder` that nobody composed.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            variables: Vec::new(),
            environment: Vec::new(),
            spec: String::new(),
        }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// The root with more variables in the environment of its commands.
    #[must_use]
    pub fn with_environment(mut self, variables: Vec<(String, String)>) -> Self {
        self.environment.extend(variables);
        self
    }

    /// The variables with which any Terraform takes the stand-in for the AWS provider, where the real one isn't asked
    /// for, and asks nothing.
    #[must_use]
    pub fn stand_in(&self) -> Vec<(&'static str, PathBuf)> {
        let mut variables = vec![
            ("TF_IN_AUTOMATION", "1".into()),
            ("TF_INPUT", "0".into()),
            ("AWS_EC2_METADATA_DISABLED", "true".into()),
            // Go collects garbage each time the heap has grown by this many percent. Runs of Terraform are short: with Go's
            // default of 100 a plan of prod takes 4.5 s of processor time and 155 MB, with this 2.8 s and 400 MB.
            ("GOGC", "1000".into()),
            ("STAND_IN_WORLD", self.folder.join("stand-in-world.json")),
        ];
        if !provider::is_real() {
            variables.push(("TF_CLI_CONFIG_FILE", mirror().to_owned()));
        }
        variables
    }

    /// The command that runs Terraform with `arguments`, for what needs more than what it says at its end.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("terraform");
        aws::forget_aws(&mut command);
        command
            .args(arguments)
            .current_dir(&self.folder)
            .envs(self.stand_in())
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// The arguments that give what is open a value.
    #[must_use]
    pub fn variables(&self) -> Vec<&str> {
        self.variables.iter().map(String::as_str).collect()
    }

    /// Runs Terraform with `arguments`.
    ///
    /// # Panics
    /// If Terraform can't be started.
    #[must_use]
    pub fn terraform(&self, arguments: &[&str]) -> TerraformRun {
        let output = self
            .command(arguments)
            .output()
            .expect("terraform is on the PATH: `cargo xtask test` sets it up");
        let text = [output.stdout, output.stderr]
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .concat();
        TerraformRun {
            code: output.status.code().unwrap_or(-1),
            text,
        }
    }

    /// Runs a command that takes variables.
    #[must_use]
    pub fn with_variables(&self, arguments: &[&str], more: &[&str]) -> TerraformRun {
        let mut all: Vec<&str> = arguments.to_vec();
        all.extend(self.variables.iter().map(String::as_str));
        all.extend(more);
        self.terraform(&all)
    }

    /// `init` with more arguments.
    #[must_use]
    pub fn init(&self, more: &[&str]) -> TerraformRun {
        let mut said = self.terraform(&[&["init", "-no-color"], more].concat());
        // Of a mirror's provider Terraform knows the checksum for this platform only: no fault of the composition.
        said.text = said.text.replace(
            "Warning: Incomplete lock file information for providers",
            "",
        );
        said
    }

    /// Expects a command to end well and without a warning.
    ///
    /// # Panics
    /// If it doesn't; with what was composed and what Terraform said.
    #[track_caller]
    pub fn succeed(&self, said: &TerraformRun, what: &str) {
        assert!(
            said.is_clean(),
            "{what} in {} ended with {}\n{}\ncomposition.toml:\n{}",
            self.folder.display(),
            said.code,
            said.text,
            self.spec
        );
    }

    /// `init` and `validate`.
    #[track_caller]
    pub fn initialise(&self) {
        self.initialise_with(&[]);
    }

    /// `init` with more arguments, and `validate`.
    #[track_caller]
    pub fn initialise_with(&self, more: &[&str]) {
        self.succeed(&self.init(more), "init");
        self.succeed(&self.terraform(&["validate", "-no-color"]), "validate");
    }

    /// Plans and applies.
    #[track_caller]
    pub fn apply(&self, more: &[&str]) {
        let said = self.with_variables(&["apply", "-no-color", "-auto-approve"], more);
        self.succeed(&said, "apply");
    }

    /// Expects that a second plan has nothing to do.
    #[track_caller]
    pub fn expect_no_changes(&self, more: &[&str]) {
        let said = self.with_variables(&["plan", "-no-color", "-detailed-exitcode"], more);
        self.succeed(&said, "the second plan");
    }

    /// Plans and returns what would change: address to actions.
    ///
    /// # Panics
    /// If the plan fails.
    #[track_caller]
    #[must_use]
    pub fn changes(&self, more: &[&str]) -> Vec<(String, Vec<String>)> {
        let said = self.with_variables(&["plan", "-no-color", "-out=tfplan"], more);
        self.succeed(&said, "plan");
        let shown = self.terraform(&["show", "-json", "tfplan"]);
        let plan: Json = serde_json::from_str(&shown.text).expect("a plan as JSON");
        plan["resource_changes"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|change| {
                let actions = change["change"]["actions"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|action| action.as_str().unwrap_or_default().to_owned())
                    .collect::<Vec<_>>();
                (
                    change["address"].as_str().unwrap_or_default().to_owned(),
                    actions,
                )
            })
            .filter(|(_, actions)| actions != &["no-op"] && actions != &["read"])
            .collect()
    }

    /// The value of an output.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn output(&self, name: &str) -> Json {
        let said = self.terraform(&["output", "-json", name]);
        serde_json::from_str(&said.text).unwrap_or_else(|_| panic!("{}", said.text))
    }
}

/// The file for `TF_CLI_CONFIG_FILE` that makes Terraform take the stand-in for the AWS provider. It is built once.
///
/// # Panics
/// If it doesn't build.
#[must_use]
pub fn mirror() -> &'static Path {
    static MIRROR: OnceLock<PathBuf> = OnceLock::new();
    MIRROR.get_or_init(|| {
        let binary = built("terraform-provider-aws");
        stand_in_provider::mirror::lay_out(&binary, &binary.with_file_name("terraform-mirror"))
            .expect("the mirror can be written")
    })
}

/// The command-line tool. It is built once.
///
/// # Panics
/// If it doesn't build.
#[must_use]
pub fn tool() -> &'static Path {
    static TOOL: OnceLock<PathBuf> = OnceLock::new();
    TOOL.get_or_init(|| built("temporal-composer"))
}

/// The file of a program on the `PATH`.
///
/// # Panics
/// If there is none.
#[must_use]
#[track_caller]
pub fn program(name: &str) -> PathBuf {
    project::program(&[name])
        .unwrap_or_else(|| panic!("{name} is not on the PATH: `cargo xtask test` sets it up"))
}

/// A program of the workspace, built as its tests are.
fn built(name: &str) -> PathBuf {
    // target/debug/deps/engine-… is this program.
    let program = env::current_exe().expect("this program has a path");
    let debug = program
        .ancestors()
        .nth(2)
        .expect("cargo puts tests two folders below");
    let status = Command::new(env!("CARGO"))
        // Of the whole workspace, as its tests are built: else cargo compiles what both need once more.
        .args(["build", "--quiet", "--workspace", "--bin", name])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .status()
        .expect("cargo can be started");
    assert!(status.success(), "{name} doesn't build");
    debug.join(name)
}
