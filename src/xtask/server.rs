//! Serves a folder of static files on the loopback interface.
//!
//! Enough of HTTP for a browser that loads the site: `GET` and `HEAD`, one
//! after the other on a connection, as hosts do. `application/wasm` matters: without it the browser
//! refuses to compile while it loads. Where a file has another beside it with `.gz`
//! behind its name, that is sent to whoever takes gzip.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const REQUEST_LIMIT: u64 = 64 * 1024;
/// What is sent at once where there are pauses.
pub const CHUNK: usize = 8 * 1024;
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server; it ends when this value goes.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    prefix: String,
    stopping: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves `folder` under `prefix`, which begins and ends with `/`.
    /// Port 0 takes any that is free.
    ///
    /// # Errors
    ///
    /// Where the port is taken.
    pub fn start(folder: &Path, port: u16, prefix: &str) -> io::Result<Self> {
        Self::serve(folder, port, prefix, None)
    }

    /// The same at the speed of a host that is some way off: [`CHUNK`] bytes at a time on each connection, with `pause`
    /// before each.
    ///
    /// # Errors
    ///
    /// Where the port is taken.
    pub fn start_afar(folder: &Path, port: u16, prefix: &str, pause: Duration) -> io::Result<Self> {
        Self::serve(folder, port, prefix, Some(pause))
    }

    fn serve(folder: &Path, port: u16, prefix: &str, pause: Option<Duration>) -> io::Result<Self> {
        assert!(
            prefix.starts_with('/') && prefix.ends_with('/'),
            "a prefix such as `/` or `/some/path/`"
        );
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let address = listener.local_addr()?;
        let stopping = Arc::new(AtomicBool::new(false));
        let site = Arc::new(Site {
            folder: folder.to_owned(),
            prefix: prefix.to_owned(),
            pause,
            stopping: Arc::clone(&stopping),
        });
        let listening = thread::spawn({
            let stopping = Arc::clone(&stopping);
            move || {
                for stream in listener.incoming() {
                    if stopping.load(Ordering::SeqCst) {
                        break;
                    }
                    let site = Arc::clone(&site);
                    // A browser that hangs up early is its own affair.
                    thread::spawn(move || stream.and_then(|stream| site.answer(stream)));
                }
            }
        });
        Ok(Self {
            address,
            prefix: prefix.to_owned(),
            stopping,
            listening: Some(listening),
        })
    }

    /// The address of the site, with the prefix.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.prefix)
    }

    /// Serves until the process ends.
    pub fn wait(mut self) {
        if let Some(listening) = self.listening.take() {
            // It ends by a panic only, which has been printed by then.
            let _ = listening.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        if let Some(listening) = self.listening.take() {
            // Wakes the thread out of its wait for the next connection.
            let _ = TcpStream::connect(self.address);
            let _ = listening.join();
        }
    }
}

struct Site {
    folder: PathBuf,
    prefix: String,
    /// Before each part of an answer.
    pause: Option<Duration>,
    /// Whether the server is to end: then an open connection is answered no more.
    stopping: Arc<AtomicBool>,
}

impl Site {
    /// Answers each request of a connection until it ends.
    fn answer(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        // The answer's head needs no waiting for its body.
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream.try_clone()?.take(REQUEST_LIMIT));
        loop {
            reader.get_mut().set_limit(REQUEST_LIMIT);
            let mut request = String::new();
            let length = reader.read_line(&mut request)?;
            if length == 0 || self.stopping.load(Ordering::SeqCst) {
                return Ok(());
            }
            // Closing with unread headers would reset the connection under the answer.
            let mut header = String::new();
            let mut takes_gzip = false;
            let mut is_last = request.trim_end().ends_with("HTTP/1.0");
            while reader.read_line(&mut header)? > 2 {
                let (name, value) = header.split_once(':').unwrap_or_default();
                takes_gzip |=
                    name.eq_ignore_ascii_case("accept-encoding") && value.contains("gzip");
                is_last |= name.eq_ignore_ascii_case("connection")
                    && value.trim().eq_ignore_ascii_case("close");
                header.clear();
            }
            let mut words = request.split_whitespace();
            let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            let response = self.respond(method, target, takes_gzip);
            response.write_head(&mut stream, is_last)?;
            if method != "HEAD" {
                self.write(&mut stream, &response.body)?;
            }
            stream.flush()?;
            if is_last {
                return Ok(());
            }
        }
    }

    fn write(&self, stream: &mut TcpStream, body: &[u8]) -> io::Result<()> {
        let Some(pause) = self.pause else {
            return stream.write_all(body);
        };
        for chunk in body.chunks(CHUNK) {
            thread::sleep(pause);
            stream.write_all(chunk)?;
        }
        Ok(())
    }

    fn respond(&self, method: &str, target: &str, takes_gzip: bool) -> Response {
        if !matches!(method, "GET" | "HEAD") {
            return Response::text("405 Method Not Allowed", "only GET and HEAD");
        }
        let path = target.split(['?', '#']).next().unwrap_or("");
        if format!("{path}/") == self.prefix {
            return Response {
                location: Some(self.prefix.clone()),
                ..Response::text("301 Moved Permanently", "the site is a folder")
            };
        }
        let not_found = || Response::text("404 Not Found", "not found");
        let Some(relative) = path.strip_prefix(self.prefix.as_str()).and_then(decode) else {
            return not_found();
        };
        // `..` and absolute paths have no business here.
        let inside = Path::new(&relative)
            .components()
            .all(|component| matches!(component, Component::Normal(_)));
        if !inside {
            return not_found();
        }
        let mut file = self.folder.join(&relative);
        if file.is_dir() {
            file = file.join("index.html");
        }
        let mut packed = file.clone().into_os_string();
        packed.push(".gz");
        let packed = takes_gzip.then(|| fs::read(packed).ok()).flatten();
        let is_packed = packed.is_some();
        match packed.map_or_else(|| fs::read(&file), Ok) {
            Ok(body) => Response {
                status: "200 OK",
                content_type: content_type(&file),
                location: None,
                is_packed,
                body,
            },
            Err(_) => not_found(),
        }
    }
}

struct Response {
    status: &'static str,
    content_type: &'static str,
    location: Option<String>,
    is_packed: bool,
    body: Vec<u8>,
}

impl Response {
    fn text(status: &'static str, text: &str) -> Self {
        Self {
            status,
            content_type: "text/plain; charset=utf-8",
            location: None,
            is_packed: false,
            body: format!("{text}\n").into_bytes(),
        }
    }

    fn write_head(&self, stream: &mut TcpStream, is_last: bool) -> io::Result<()> {
        let location = self
            .location
            .as_ref()
            .map_or(String::new(), |to| format!("Location: {to}\r\n"));
        let encoding = if self.is_packed {
            "Content-Encoding: gzip\r\n"
        } else {
            ""
        };
        let connection = if is_last { "close" } else { "keep-alive" };
        write!(
            stream,
            "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{encoding}{location}\
             Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\nConnection: {connection}\r\n\r\n",
            self.status,
            self.content_type,
            self.body.len(),
        )
    }
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Undoes percent-encoding; `None` where it isn't valid.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let (high, low) = (digit(rest.next())?, digit(rest.next())?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(prefix: &str, target: &str) -> (&'static str, &'static str) {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        fs::create_dir(&site).unwrap();
        fs::write(folder.path().join("secret"), "").unwrap();
        fs::write(site.join("index.html"), "").unwrap();
        fs::write(site.join("a b.wasm"), "").unwrap();
        let site = Site {
            folder: site,
            prefix: prefix.to_owned(),
            pause: None,
            stopping: Arc::default(),
        };
        let response = site.respond("GET", target, false);
        (response.status, response.content_type)
    }

    const HTML: (&str, &str) = ("200 OK", "text/html; charset=utf-8");
    const NOT_FOUND: (&str, &str) = ("404 Not Found", "text/plain; charset=utf-8");

    #[test]
    fn a_folder_is_its_index() {
        assert_eq!(get("/", "/"), HTML);
        assert_eq!(get("/a/b/", "/a/b/?x=1"), HTML);
    }

    #[test]
    fn the_prefix_without_its_slash_redirects() {
        assert_eq!(get("/a/", "/a").0, "301 Moved Permanently");
    }

    #[test]
    fn nothing_outside_the_prefix_or_the_folder_is_served() {
        for target in [
            "/index.html",
            "/a/../secret",
            "/a/%2e%2e/secret",
            "/a//etc/passwd",
            "/a/%zz",
            "",
        ] {
            assert_eq!(get("/a/", target), NOT_FOUND, "{target}");
        }
    }

    #[test]
    fn wasm_has_its_own_type() {
        assert_eq!(get("/", "/a%20b.wasm"), ("200 OK", "application/wasm"));
    }

    #[test]
    fn who_takes_gzip_gets_the_file_that_is_packed() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("a.js", "plain"), ("a.js.gz", "packed"), ("b.js", "b")] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let site = Site {
            folder: folder.path().to_owned(),
            prefix: "/".to_owned(),
            pause: None,
            stopping: Arc::default(),
        };
        let get = |target, takes_gzip| {
            let Response {
                content_type,
                is_packed,
                body,
                ..
            } = site.respond("GET", target, takes_gzip);
            assert_eq!(content_type, "text/javascript; charset=utf-8");
            (is_packed, String::from_utf8(body).unwrap())
        };
        assert_eq!(get("/a.js", true), (true, "packed".to_owned()));
        assert_eq!(get("/a.js", false), (false, "plain".to_owned()));
        assert_eq!(get("/b.js", true), (false, "b".to_owned()));
    }

    #[test]
    fn a_server_answers_and_ends() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.txt"), "text").unwrap();
        let server = Server::start(folder.path(), 0, "/x/").unwrap();
        let mut stream = TcpStream::connect(server.address).unwrap();
        let answer = |connection| {
            format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 4\r\n\
                 Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\nConnection: {connection}\r\n\r\ntext"
            )
        };
        // Two requests on one connection.
        write!(stream, "GET /x/a.txt HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let expected = answer("keep-alive");
        let mut found = vec![0; expected.len()];
        stream.read_exact(&mut found).unwrap();
        assert_eq!(String::from_utf8(found).unwrap(), expected);
        write!(
            stream,
            "GET /x/a.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut found = String::new();
        stream.read_to_string(&mut found).unwrap();
        assert_eq!(found, answer("close"));

        let mut open = TcpStream::connect(server.address).unwrap();
        let address = server.address;
        drop(server);
        assert!(TcpStream::connect(address).is_err());
        // One that was open is answered no more.
        let _ = write!(open, "GET /x/a.txt HTTP/1.1\r\nHost: x\r\n\r\n");
        let mut found = String::new();
        let _ = open.read_to_string(&mut found);
        assert_eq!(found, "");
    }
}
