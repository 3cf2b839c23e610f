//! A container of a task definition, started on this machine as the ECS agent would start it: with the task's entry point
//! and environment, and of an image nothing but a shell and what a test puts on the `PATH`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use engine_tests::program;
use serde_json::Value as Json;
use tempfile::TempDir;

/// What a task definition says of a container.
#[derive(Clone, Debug)]
pub(crate) struct Container {
    /// The arguments behind `/bin/sh`; none where entry point and command are the image's.
    pub(crate) arguments: Vec<String>,
    /// Its environment variables.
    pub(crate) environment: BTreeMap<String, String>,
    /// The folders in memory that it has.
    pub(crate) memory_folders: Vec<String>,
    /// The command of its health check.
    pub(crate) health_check: Vec<String>,
    /// Seconds until ECS ends it once it has its signal to stop.
    pub(crate) stop_timeout: i64,
}

/// A shell that an image may have as `/bin/sh`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shell {
    /// Debian's.
    Dash,
    /// Alpine's.
    Busybox,
}

/// What an image has to ask a server for a document.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Client {
    /// Alpine's `wget`.
    BusyboxWget,
    /// `curl`.
    Curl,
    /// Nothing: the script takes the address from this file in place of `/etc/hosts`.
    None(&'static str),
}

/// The machine that the container has.
#[derive(Debug)]
pub(crate) struct Machine {
    folder: TempDir,
    shell: Shell,
    client: Client,
}

/// What became of a start.
#[derive(Debug)]
pub(crate) struct Start {
    /// The exit code.
    pub(crate) code: Option<i32>,
    /// What it wrote to the standard output.
    pub(crate) out: String,
    /// What it wrote to the standard error.
    pub(crate) err: String,
    /// What the server was given; `None` where it wasn't started.
    pub(crate) server: Option<Server>,
}

/// What the server was given.
#[derive(Debug)]
pub(crate) struct Server {
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// Its environment.
    pub(crate) environment: BTreeMap<String, String>,
    /// The files in the folder of configurations.
    pub(crate) files: BTreeMap<String, String>,
}

impl Container {
    /// The container `name` of a task definition's values.
    ///
    /// # Panics
    /// If there is none, or its entry point is another than the shell.
    #[must_use]
    #[track_caller]
    pub(crate) fn of(definition: &Json, name: &str) -> Self {
        let text = definition["container_definitions"].as_str().unwrap();
        let all: Vec<Json> = serde_json::from_str(text).unwrap();
        let container = all.iter().find(|it| it["name"] == name).unwrap();
        let texts = |value: &Json| -> Vec<String> {
            let all = value.as_array().into_iter().flatten();
            all.map(|text| text.as_str().unwrap().to_owned()).collect()
        };
        let mut arguments = texts(&container["entryPoint"]);
        if !arguments.is_empty() {
            assert_eq!(arguments.remove(0), "/bin/sh");
        }
        arguments.extend(texts(&container["command"]));
        let variables = container["environment"].as_array().unwrap().iter();
        let folders = container["linuxParameters"]["tmpfs"].as_array();
        Self {
            arguments,
            environment: variables
                .map(|it| ["name", "value"].map(|key| it[key].as_str().unwrap().to_owned()))
                .map(|[name, value]| (name, value))
                .collect(),
            memory_folders: folders
                .into_iter()
                .flatten()
                .map(|folder| folder["containerPath"].as_str().unwrap().to_owned())
                .collect(),
            health_check: texts(&container["healthCheck"]["command"]),
            stop_timeout: container["stopTimeout"].as_i64().unwrap(),
        }
    }

    /// It with arguments for `/bin/sh`, which the image has as its entry point.
    #[must_use]
    pub(crate) fn with_entry_point(&self, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|&text| text.to_owned()).collect();
        Self {
            arguments,
            ..self.clone()
        }
    }

    /// It without a variable.
    #[must_use]
    pub(crate) fn without(&self, name: &str) -> Self {
        let mut less = self.clone();
        less.environment.remove(name).expect("it was set");
        less
    }
}

impl Shell {
    /// The command that is `/bin/sh`.
    #[must_use]
    pub(crate) fn command(self) -> Command {
        match self {
            Self::Dash => Command::new(program("dash")),
            Self::Busybox => {
                let mut command = Command::new(program("busybox"));
                command.arg("sh");
                command
            }
        }
    }
}

impl Machine {
    /// A machine whose image has this shell, this client and a server that writes down what it is given and ends.
    #[must_use]
    pub(crate) fn new(shell: Shell, client: Client) -> Self {
        let machine = Self {
            folder: tempfile::tempdir().unwrap(),
            shell,
            client,
        };
        for folder in ["bin", "config"] {
            fs::create_dir(machine.path(folder)).unwrap();
        }
        let server = machine.path("bin/temporal-server");
        let mut file = File::create(&server).unwrap();
        writeln!(
            file,
            "#!/bin/sh\nprintf '%s\\n' \"$@\" > '{0}/arguments'\n{1} -0 > '{0}/environment'",
            machine.folder.path().display(),
            program("env").display()
        )
        .unwrap();
        drop(file);
        fs::set_permissions(&server, fs::Permissions::from_mode(0o755)).unwrap();
        match client {
            Client::BusyboxWget => symlink(program("busybox"), machine.path("bin/wget")).unwrap(),
            Client::Curl => symlink(program("curl"), machine.path("bin/curl")).unwrap(),
            Client::None(hosts) => fs::write(machine.path("hosts"), hosts).unwrap(),
        }
        machine
    }

    fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    /// The image without its server.
    #[must_use]
    pub(crate) fn without_server(self) -> Self {
        fs::remove_file(self.path("bin/temporal-server")).unwrap();
        self
    }

    /// Starts the container with what the ECS agent adds to its environment, in place of its folder in memory with one of
    /// this machine, or with `folder`.
    #[must_use]
    pub(crate) fn start(
        &self,
        container: &Container,
        agent: &[(&str, &str)],
        folder: Option<&str>,
    ) -> Start {
        let config = self.path("config");
        let folder = folder.map_or(config.as_path(), Path::new);
        let mut command = self.shell.command();
        for argument in &container.arguments {
            let mut argument = argument.clone();
            if container.memory_folders.contains(&argument) {
                argument = folder.display().to_string();
            }
            if let Client::None(_) = self.client {
                argument =
                    argument.replace("/etc/hosts", &self.path("hosts").display().to_string());
            }
            command.arg(argument);
        }
        let output = command
            .env_clear()
            .envs(&container.environment)
            .envs(agent.iter().copied())
            .env("PATH", self.path("bin"))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Start {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
            server: self.server(),
        }
    }

    fn server(&self) -> Option<Server> {
        let arguments = fs::read_to_string(self.path("arguments")).ok()?;
        let environment = fs::read_to_string(self.path("environment")).unwrap();
        let variables = environment.split_terminator('\0');
        let files = fs::read_dir(self.path("config")).unwrap();
        Some(Server {
            arguments: arguments.lines().map(str::to_owned).collect(),
            environment: variables
                .map(|variable| variable.split_once('=').unwrap())
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            files: files
                .map(|entry| entry.unwrap())
                .map(|entry| {
                    let name = entry.file_name().into_string().unwrap();
                    (name, fs::read_to_string(entry.path()).unwrap())
                })
                .collect(),
        })
    }

    /// The folder that stands for the one in memory.
    #[must_use]
    pub(crate) fn config_folder(&self) -> PathBuf {
        self.path("config")
    }
}

/// A stand-in for the endpoint at which a task learns of itself: it answers a request for `/v4/1a2b/task`, and any other
/// with 404. The address of the container's part of it, as in `ECS_CONTAINER_METADATA_URI_V4`.
#[must_use]
pub(crate) fn metadata_endpoint(answer: &'static str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut request = String::new();
            reader.read_line(&mut request).unwrap();
            let mut line = String::new();
            while reader.read_line(&mut line).unwrap() > 2 {
                line.clear();
            }
            let (status, body) = if request.starts_with("GET /v4/1a2b/task HTTP/1.") {
                ("200 OK", answer)
            } else {
                ("404 Not Found", "")
            };
            let length = body.len();
            // Who asked may be gone.
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
        }
    });
    format!("http://{address}/v4/1a2b")
}

/// Listens on the loopback interface while `run` runs, which gets the port.
pub(crate) fn while_listening<T>(run: impl FnOnce(u16) -> T) -> T {
    let listener = TcpListener::bind(("0.0.0.0", 0)).unwrap();
    run(listener.local_addr().unwrap().port())
}

/// A port on which nobody listens.
#[must_use]
pub(crate) fn closed_port() -> u16 {
    while_listening(|port| port)
}
