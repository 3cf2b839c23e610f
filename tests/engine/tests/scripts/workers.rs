//! The workers of "Connect a worker" with the real SDKs: they are type-checked, and connect to the address that they are given.
//! Those in Go and Java are read by people alone: no test has their SDKs.

use std::fs;
use std::io::Read as _;
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use engine_tests::{Tree, spec};
use tempfile::TempDir;
use xtask::project;

/// What `tsc` takes a worker with: as strict as a project can be.
const TSC: &[&str] = &[
    "--strict",
    "--module",
    "commonjs",
    "--target",
    "es2022",
    "--types",
    "node",
    "--skipLibCheck",
    "worker.ts",
    "workflows.ts",
];

/// A folder with the workers of an environment's README, and the SDK for TypeScript.
struct Workers(TempDir);

impl Workers {
    fn of(assignments: &[&str]) -> Self {
        let mut all = vec!["environments.dev.access.frontend=internal"];
        all.extend(assignments);
        let tree = Tree::of(&spec("dev-lean", &all));
        let readme = tree.path().join("terraform/envs/dev/README.md");
        let readme = fs::read_to_string(readme).unwrap();
        let folder = TempDir::new().unwrap();
        let mut rest = readme.as_str();
        for (language, file) in [
            ("ts", "workflows.ts"),
            ("ts", "worker.ts"),
            ("python", "worker.py"),
        ] {
            let (before, block) = rest.split_once(&format!("```{language}\n")).unwrap();
            if language == "ts" {
                let named = before.rsplit('\n').find(|line| !line.is_empty()).unwrap();
                assert!(named.contains(&format!("`{file}`")), "{named}");
            }
            let (code, after) = block.split_once("\n```").unwrap();
            fs::write(folder.path().join(file), format!("{code}\n")).unwrap();
            rest = after;
        }
        let modules = tool("tsc").ancestors().nth(2).unwrap().to_owned();
        symlink(modules, folder.path().join("node_modules")).unwrap();
        Self(folder)
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        Command::new(tool(program))
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .unwrap()
    }

    #[track_caller]
    fn check(&self, program: &str, arguments: &[&str]) {
        let output = self.run(program, arguments);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{program}: {said}");
    }

    fn spoil(&self, file: &str, from: &str, to: &str) {
        let path: PathBuf = self.0.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(path, text.replace(from, to)).unwrap();
    }

    /// The first bytes that a worker sends to the address that it is given.
    fn first_bytes(&self, program: &Path, argument: &str) -> [u8; 3] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut worker = Command::new(program)
            .arg(argument)
            .current_dir(self.0.path())
            .env("TEMPORAL_ADDRESS", format!("localhost:{port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (mut connection, _) = listener.accept().unwrap();
        let mut bytes = [0; 3];
        connection.read_exact(&mut bytes).unwrap();
        worker.kill().unwrap();
        worker.wait().unwrap();
        bytes
    }
}

/// A program that `cargo xtask test` has set up, where it is.
fn tool(name: &str) -> PathBuf {
    project::program(&[name]).unwrap_or_else(|| panic!("`cargo xtask test` sets up `{name}`"))
}

#[track_caller]
fn check_workers(assignments: &[&str], first_bytes: [u8; 3]) {
    let workers = Workers::of(assignments);
    workers.check("mypy", &["--strict", "worker.py"]);
    workers.check("tsc", TSC);
    let python = tool("mypy").with_file_name("python");
    for (program, argument) in [(python, "worker.py"), (tool("node"), "worker.js")] {
        let found = workers.first_bytes(&program, argument);
        assert_eq!(found, first_bytes, "{}", program.display());
    }
}

#[test]
fn a_worker_speaks_http_2_to_the_address() {
    check_workers(&[], *b"PRI");
}

#[test]
fn a_worker_speaks_tls_where_there_is_a_certificate() {
    let arn = "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";
    let certificate = format!("environments.dev.access.certificate_arn={arn}");
    // A handshake, by TLS 1.0 to 1.3, which all say 3.1 here.
    check_workers(&[&certificate], [22, 3, 1]);
}

#[test]
fn what_an_sdk_does_not_take_is_found() {
    let workers = Workers::of(&[]);
    workers.spoil("worker.ts", "taskQueue:", "queue:");
    assert!(!workers.run("tsc", TSC).status.success());
    workers.spoil("worker.py", "task_queue=", "queue=");
    assert!(
        !workers
            .run("mypy", &["--strict", "worker.py"])
            .status
            .success()
    );
}
