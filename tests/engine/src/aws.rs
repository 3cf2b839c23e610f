//! A server on the loopback interface that answers as AWS does, for programs that are not the provider: Terraform's
//! S3 backend and the AWS CLI.

use std::env;
use std::io::{BufRead, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::thread;

use serde_json::Value as Json;

/// A running [moto](https://docs.getmoto.org) with an empty account, `123456789012` as the stand-in provider's. It
/// ends with this value.
#[derive(Debug)]
pub struct Aws {
    server: Child,
    url: String,
}

impl Aws {
    /// Starts it on a free port.
    ///
    /// # Panics
    /// If `moto_server` is not on the `PATH` or doesn't start.
    #[must_use]
    pub fn start() -> Self {
        // It ends with this program however that ends, also as a `static`, which is never dropped: then the pipe closes at
        // which the shell waits.
        let mut server = Command::new("sh")
            .args([
                "-c",
                "moto_server -H 127.0.0.1 -p 0 </dev/null & cat >/dev/null; kill $!",
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("there is a shell");
        let mut said = BufReader::new(server.stderr.take().expect("stderr was asked for"));
        let mut text = String::new();
        let url = loop {
            let start = text.len();
            let read = said.read_line(&mut text).expect("moto_server says text");
            assert!(
                read > 0 && !text.contains("not found"),
                "moto_server is not there, where `cargo xtask test` puts it, or ended:\n{text}"
            );
            if let Some((_, url)) = text[start..].split_once("Running on ") {
                break url.trim().to_owned();
            }
        };
        // It says a line for each request, and would wait for a reader.
        thread::spawn(move || {
            let _ = std::io::copy(&mut said.by_ref(), &mut std::io::sink());
        });
        Self { server, url }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The variables with which the AWS SDKs, Terraform and the AWS CLI talk to it and to nothing else.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        [
            ("AWS_ENDPOINT_URL", self.url.as_str()),
            ("AWS_ACCESS_KEY_ID", "testing"),
            ("AWS_SECRET_ACCESS_KEY", "testing"),
            ("AWS_CONFIG_FILE", "/dev/null"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_PAGER", ""),
            ("NO_PROXY", "127.0.0.1"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    /// What the AWS CLI answers; `null` where it answers nothing.
    ///
    /// # Panics
    /// If it fails.
    #[track_caller]
    pub fn cli(&self, region: &str, arguments: &[&str]) -> Json {
        let mut command = Command::new("aws");
        forget_aws(&mut command);
        let output = command
            .args(["--output", "json", "--region", region])
            .args(arguments)
            .envs(self.environment())
            .output()
            .expect("aws is on the PATH: `cargo xtask test` sets it up");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "aws {arguments:?}\n{said}");
        if output.stdout.is_empty() {
            return Json::Null;
        }
        serde_json::from_slice(&output.stdout).expect("the AWS CLI answers JSON")
    }
}

/// Takes from a command what is configured of AWS for whoever runs the tests.
pub(crate) fn forget_aws(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(name);
        }
    }
}

impl Drop for Aws {
    fn drop(&mut self) {
        drop(self.server.stdin.take());
        let _ = self.server.wait();
    }
}
