//! Stands between the AWS CLI and moto, which does everything at once and well: writes down what is asked, and lets
//! chosen answers be slow or failures.

use std::fmt;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use serde_json::{Value as Json, json};

/// A proxy in front of moto, with an account of its own there. It ends with the test's process.
#[derive(Debug)]
pub struct Proxy {
    url: String,
    moto: SocketAddr,
    account: String,
    state: Arc<Mutex<State>>,
}

/// A request that came by.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What was asked for, such as `UpdateService`; of an interface by paths the method and the path.
    pub operation: String,
    /// The region that the request was signed for.
    pub region: String,
    /// Its arguments.
    pub body: Json,
}

/// What is done to an answer.
pub enum Effect {
    /// The request does not reach moto: the answer is an error of this code.
    Fail(&'static str),
    /// Moto's answer is changed.
    Change(Box<dyn Fn(&mut Json) + Send>),
    /// The request does not reach moto, which lacks it: the answer is this text, JSON or XML.
    Answer(String),
    /// The same, with an answer made of the request's body: for what keeps a state of its own.
    Compute(Box<dyn Fn(&str) -> String + Send>),
}

impl fmt::Debug for Effect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Fail(code) => code,
            Self::Change(_) => "change",
            Self::Answer(text) => text,
            Self::Compute(_) => "compute",
        })
    }
}

#[derive(Debug)]
struct Rule {
    operation: &'static str,
    about: String,
    times: usize,
    effect: Effect,
}

#[derive(Debug, Default)]
struct State {
    rules: Vec<Rule>,
    calls: Vec<Call>,
}

impl Proxy {
    /// Starts one on a free port, for the moto at `url` and an account of 12 digits.
    ///
    /// # Panics
    /// If the loopback interface can't be used.
    #[must_use]
    pub fn start(url: &str, account: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let moto = url
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .parse()
            .expect("moto's address");
        let proxy = Self {
            url: format!("http://{address}"),
            moto,
            account: account.to_owned(),
            state: Arc::default(),
        };
        let (account, state) = (proxy.account.clone(), Arc::clone(&proxy.state));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (account, state) = (account.clone(), Arc::clone(&state));
                thread::spawn(move || serve(&stream, moto, &account, &state));
            }
        });
        proxy
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Has `effect` on the next `times` answers to `operation` whose request has `about` in its path or its body.
    pub fn on(&self, operation: &'static str, about: &str, times: usize, effect: Effect) {
        lock(&self.state).rules.push(Rule {
            operation,
            about: about.to_owned(),
            times,
            effect,
        });
    }

    /// What was asked for until now.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.state).calls.clone()
    }

    /// The account in moto itself.
    #[must_use]
    pub fn account(&self) -> Account {
        Account {
            moto: self.moto,
            name: self.account.clone(),
        }
    }

    /// Asks moto itself for an operation of ECS.
    ///
    /// # Panics
    /// If moto refuses.
    #[must_use]
    pub fn ecs(&self, region: &str, operation: &str, body: &Json) -> Json {
        self.account().ask(ECS, region, operation, body)
    }

    /// Asks moto itself for an operation of DynamoDB.
    ///
    /// # Panics
    /// If moto refuses.
    #[must_use]
    pub fn dynamodb(&self, region: &str, operation: &str, body: &Json) -> Json {
        self.account().ask(DYNAMODB, region, operation, body)
    }
}

/// A service of AWS: its name in a signature, and the version of its API in a request.
pub type Service = (&'static str, &'static str);

const DYNAMODB: Service = ("dynamodb", "DynamoDB_20120810");
const ECS: Service = ("ecs", "AmazonEC2ContainerServiceV20141113");

/// An account in moto.
#[derive(Clone, Debug)]
pub struct Account {
    moto: SocketAddr,
    name: String,
}

impl Account {
    /// Its 12 digits.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.name
    }

    /// Asks for an operation of a service.
    ///
    /// # Panics
    /// If moto refuses.
    pub fn ask(&self, service: Service, region: &str, operation: &str, body: &Json) -> Json {
        let (name, version) = service;
        let head = format!(
            "POST / HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-amz-json-1.1\r\n\
             X-Amz-Target: {version}.{operation}\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=testing/20260101/{region}/{name}/aws4_request, \
             SignedHeaders=host, Signature=0\r\n",
            self.moto
        );
        let (status, answer) = forward(self.moto, &self.name, &head, body.to_string().as_bytes())
            .expect("moto answers");
        let text = String::from_utf8_lossy(&answer);
        assert!(status.contains(" 200 "), "{operation}: {status}\n{text}");
        if text.is_empty() {
            return Json::Null;
        }
        serde_json::from_str(&text).expect("the service answers JSON")
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers the one request of a connection. What goes wrong shows at the other end.
fn serve(stream: &TcpStream, moto: SocketAddr, account: &str, state: &Mutex<State>) {
    let _ = answer(stream, moto, account, state);
}

fn answer(
    stream: &TcpStream,
    moto: SocketAddr,
    account: &str,
    state: &Mutex<State>,
) -> io::Result<()> {
    let (head, body) = read_message(&mut BufReader::new(stream))?;
    let region = header(&head, "authorization")
        .and_then(|text| text.split('/').nth(2))
        .unwrap_or_default();
    let text = String::from_utf8_lossy(&body);
    let operation = &operation(&head, &text);
    // The rules stay where they are, so the place of one is enough.
    let rule = {
        let mut state = lock(state);
        state.calls.push(Call {
            operation: operation.clone(),
            region: region.to_owned(),
            body: serde_json::from_str(&text).unwrap_or(Json::Null),
        });
        let found = state.rules.iter().position(|rule| {
            is_meant(rule.operation, operation)
                && rule.times > 0
                && (text.contains(&rule.about) || operation.contains(&rule.about))
        });
        if let Some(at) = found {
            state.rules[at].times -= 1;
        }
        found
    };
    let failure = rule.and_then(|at| match lock(state).rules[at].effect {
        Effect::Fail(code) => Some(code),
        Effect::Change(_) | Effect::Answer(_) | Effect::Compute(_) => None,
    });
    if let Some(at) = rule
        && let Effect::Answer(text) = &lock(state).rules[at].effect
    {
        return reply(stream, "HTTP/1.1 200 OK", text.as_bytes());
    }
    if let Some(at) = rule
        && let Effect::Compute(compute) = &lock(state).rules[at].effect
    {
        return reply(stream, "HTTP/1.1 200 OK", compute(&text).as_bytes());
    }
    if let Some(code) = failure {
        let body = refusal(code, &text);
        return reply(stream, "HTTP/1.1 400 Bad Request", body.as_bytes());
    }
    let (status, mut body) = forward(moto, account, &head, &body)?;
    if let Some(at) = rule
        && let Effect::Change(change) = &lock(state).rules[at].effect
    {
        let mut answer = serde_json::from_slice(&body).unwrap_or(Json::Null);
        change(&mut answer);
        body = answer.to_string().into_bytes();
    }
    reply(stream, &status, &body)
}

/// Whether a rule is about this operation. A path in a rule stands for all that begin with it.
fn is_meant(rule: &str, operation: &str) -> bool {
    rule == operation || (rule.contains('/') && operation.starts_with(rule))
}

/// An error in the protocol of the request with this body: JSON, or XML where the body is a form, of which EC2 has its own.
fn refusal(code: &str, request: &str) -> String {
    let message = "said by the test";
    if !request.starts_with("Action=") {
        return json!({ "__type": code, "message": message }).to_string();
    }
    let error = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
    if request.contains("Version=2016-11-15") {
        format!("<Response><Errors>{error}</Errors></Response>")
    } else {
        format!("<ErrorResponse>{error}</ErrorResponse>")
    }
}

/// What a request asks for: AWS's interfaces say it in a header, in a form, or by method and path.
fn operation(head: &str, body: &str) -> String {
    if let Some(target) = header(head, "x-amz-target") {
        return target.rsplit('.').next().unwrap_or_default().to_owned();
    }
    let mut fields = body.split('&');
    if let Some(action) = fields.find_map(|field| field.strip_prefix("Action=")) {
        return action.to_owned();
    }
    let line = head.lines().next().unwrap_or_default();
    line.trim_end_matches(" HTTP/1.1").to_owned()
}

fn reply(mut stream: impl io::Write, status: &str, body: &[u8]) -> io::Result<()> {
    write!(
        stream,
        "{status}\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(body)
}

/// Sends a request on to moto. The answer is its first line and its body.
fn forward(
    moto: SocketAddr,
    account: &str,
    head: &str,
    body: &[u8],
) -> io::Result<(String, Vec<u8>)> {
    let mut stream = TcpStream::connect(moto)?;
    let kept = head.lines().filter(|line| {
        let name = line.split(':').next().unwrap_or_default().to_lowercase();
        !line.is_empty() && !["connection", "content-length"].contains(&name.as_str())
    });
    for line in kept {
        write!(stream, "{line}\r\n")?;
    }
    write!(
        stream,
        "Connection: close\r\nContent-Length: {}\r\nx-moto-account-id: {account}\r\n\r\n",
        body.len()
    )?;
    stream.write_all(body)?;
    let (head, body) = read_message(&mut BufReader::new(stream))?;
    Ok((head.lines().next().unwrap_or_default().to_owned(), body))
}

/// Reads the head of a request or an answer, and its body.
fn read_message(from: &mut BufReader<impl io::Read>) -> io::Result<(String, Vec<u8>)> {
    let mut head = String::new();
    while from.read_line(&mut head)? > 2 {}
    let length = header(&head, "content-length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    Ok((head, body))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}
