//! A [moto](https://docs.getmoto.org) for all tests of a program, each with an account of its own there.

use std::io::{BufRead as _, BufReader, copy, sink};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;

/// The address of a server on the loopback interface that answers as AWS does. It is started once.
///
/// # Panics
/// If `moto_server` is not on the `PATH` or doesn't start.
#[must_use]
pub fn url() -> &'static str {
    static SERVER: OnceLock<(Child, String)> = OnceLock::new();
    &SERVER.get_or_init(start).1
}

fn start() -> (Child, String) {
    // It ends with this program, however that ends: then the pipe closes at which the shell waits.
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
            read > 0,
            "moto_server doesn't start: `cargo xtask test` sets it up\n{text}"
        );
        if let Some((_, url)) = text[start..].split_once("Running on ") {
            break url.trim().to_owned();
        }
        assert!(
            !text.contains("not found"),
            "moto_server is not on the PATH: `cargo xtask test` sets it up\n{text}"
        );
    };
    // It says a line for each request, and would wait for a reader.
    thread::spawn(move || copy(&mut said, &mut sink()));
    (server, url)
}
