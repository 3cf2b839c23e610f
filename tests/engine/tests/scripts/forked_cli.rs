//! The AWS CLI for the scripts, as forks of one process that has loaded it: to load it takes longer than most calls.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use engine_tests::program;
use tempfile::TempDir;

/// Where the server's code is.
const SERVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scripts/forked_cli.py");

/// The server, and the folder with `aws`, which asks it.
struct ForkedCli {
    folder: PathBuf,
    /// It ends when its standard input does, which is when this program ends.
    _server: Child,
}

/// A `PATH` on which `aws` is the forked CLI, before all that is on this program's.
pub(crate) fn path() -> OsString {
    static CLI: OnceLock<ForkedCli> = OnceLock::new();
    let cli = CLI.get_or_init(ForkedCli::start);
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&inherited);
    std::env::join_paths([cli.folder.clone()].into_iter().chain(folders)).expect("a PATH")
}

impl ForkedCli {
    #[track_caller]
    fn start() -> Self {
        // The Python that it is installed for.
        let python = program("aws").with_file_name("python");
        let folder = TempDir::new().expect("a temporary folder").keep();
        let socket = folder.join("socket");
        let mut server = Command::new(&python)
            .arg(SERVER)
            .arg(&socket)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the AWS CLI's Python can be started");
        let mut said = String::new();
        BufReader::new(server.stdout.take().expect("stdout was asked for"))
            .read_line(&mut said)
            .expect("the server says text");
        assert_eq!(said, "ready\n", "{SERVER} did not start");
        let client = folder.join("aws");
        let text = include_str!("forked_cli_client.py")
            .replace("PYTHON", python.to_str().expect("a path in UTF-8"))
            .replace("SOCKET", socket.to_str().expect("a path in UTF-8"));
        fs::write(&client, text).expect("the folder can be written");
        fs::set_permissions(&client, fs::Permissions::from_mode(0o755)).expect("a mode");
        Self {
            folder,
            _server: server,
        }
    }
}
