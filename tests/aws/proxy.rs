//! A proxy between imgbuild and moto that answers as badly as a test wants, and counts what passes.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What is asked, by its name in IAM policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// `ebs:PutSnapshotBlock`.
    pub action: String,
    /// The block, for calls about one.
    pub block: Option<u32>,
    /// The body of calls that have text for one.
    pub body: String,
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy)]
pub enum Fate {
    /// It passes.
    Pass,
    /// It never reaches moto: this status, this code.
    Refuse(u16, &'static str),
    /// It reaches moto, and the answer gets lost.
    Lose,
    /// Nobody answers.
    Hang,
}

/// What the proxy remembers.
#[derive(Default)]
struct Memory {
    calls: Vec<Call>,
    /// Answers by client token: AWS starts one snapshot for each, moto ignores them.
    started: BTreeMap<String, Vec<u8>>,
    /// Snapshot by AMI: AWS takes the one that is named to it, moto makes another.
    registered: BTreeMap<String, String>,
}

impl Memory {
    /// `answer` to `call`, in which AMIs have the snapshots that they were registered with.
    fn corrected(&mut self, call: &Call, answer: Vec<u8>) -> Vec<u8> {
        if !["ec2:RegisterImage", "ec2:DescribeImages"].contains(&call.action.as_str()) {
            return answer;
        }
        let mut text = String::from_utf8(answer).unwrap();
        let amis = elements(&text, "imageId");
        if call.action == "ec2:RegisterImage" {
            let field = "BlockDeviceMapping.1.Ebs.SnapshotId=";
            let snapshot = call.body.split('&').find_map(|pair| pair.strip_prefix(field));
            self.registered.extend(amis.into_iter().zip(snapshot.map(str::to_owned)));
            return text.into_bytes();
        }
        // each image has one of both
        for (ami, made) in amis.iter().zip(elements(&text, "snapshotId")) {
            if let Some(snapshot) = self.registered.get(ami) {
                assert_eq!(made.len(), snapshot.len(), "the length has been announced");
                text = text.replace(&made, snapshot);
            }
        }
        text.into_bytes()
    }
}

/// The texts of all elements called `name`.
fn elements(xml: &str, name: &str) -> Vec<String> {
    let tag = format!("<{name}>");
    let texts = xml.split(&tag).skip(1).filter_map(|rest| rest.split('<').next());
    texts.map(str::to_owned).collect()
}

/// A running proxy.
pub struct Proxy {
    port: u16,
    memory: Arc<Mutex<Memory>>,
}

impl Proxy {
    /// In front of `upstream`; `judge` decides on each call by itself and how many of its action came before.
    pub fn start(upstream: &str, judge: impl Fn(&Call, usize) -> Fate + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (judge, upstream) = (Arc::new(judge), upstream.to_owned());
        let memory = Arc::new(Mutex::new(Memory::default()));
        let seen = memory.clone();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (seen, judge, upstream) = (seen.clone(), judge.clone(), upstream.clone());
                // a client that was killed leaves in the middle, which is no fault of the proxy
                std::thread::spawn(move || {
                    client.and_then(|client| serve(client, &upstream, &seen, &*judge))
                });
            }
        });
        Self { port, memory }
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What was asked so far.
    pub fn calls(&self) -> Vec<Call> {
        self.memory.lock().unwrap().calls.clone()
    }

    /// How often `action` was asked for.
    pub fn count(&self, action: &str) -> usize {
        self.memory.lock().unwrap().calls.iter().filter(|call| call.action == action).count()
    }
}

fn serve(
    mut client: TcpStream,
    upstream: &str,
    memory: &Mutex<Memory>,
    judge: &(dyn Fn(&Call, usize) -> Fate + Send + Sync),
) -> std::io::Result<()> {
    let Some((head, body)) = message(&mut client)? else { return Ok(()) };
    let call = call(&head, &body);
    let earlier = {
        let mut memory = memory.lock().unwrap();
        memory.calls.push(call.clone());
        memory.calls.iter().filter(|other| other.action == call.action).count() - 1
    };
    let forward = || match client_token(&call) {
        Some(token) => {
            let mut memory = memory.lock().unwrap();
            if !memory.started.contains_key(&token) {
                memory.started.insert(token.clone(), forward(upstream, &head, &body)?);
            }
            Ok(memory.started[&token].clone())
        }
        None => forward(upstream, &head, &body).map(|answer| memory.lock().unwrap().corrected(&call, answer)),
    };
    match judge(&call, earlier) {
        Fate::Pass => client.write_all(&forward()?),
        Fate::Refuse(status, code) => client.write_all(&refusal(&call, status, code)),
        Fate::Lose => forward().map(drop),
        Fate::Hang => {
            std::thread::sleep(Duration::from_secs(120));
            Ok(())
        }
    }
}

fn client_token(call: &Call) -> Option<String> {
    let body: serde_json::Value = serde_json::from_str(&call.body).ok()?;
    body["ClientToken"].as_str().filter(|_| call.action == "ebs:StartSnapshot").map(str::to_owned)
}

/// Head and body of an HTTP message, the body by its announced length or to the end.
fn message(stream: &mut TcpStream) -> std::io::Result<Option<(String, Vec<u8>)>> {
    let (mut bytes, mut buffer) = (Vec::new(), vec![0; 1 << 16]);
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        match stream.read(&mut buffer)? {
            0 => return Ok(None),
            count => bytes.extend_from_slice(&buffer[..count]),
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut body = bytes.split_off(end);
    let length: Option<usize> = header(&head, "content-length").and_then(|length| length.parse().ok());
    while length.is_some_and(|length| body.len() < length) {
        match stream.read(&mut buffer)? {
            0 => break,
            count => body.extend_from_slice(&buffer[..count]),
        }
    }
    Ok(Some((head, body)))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let pairs = head.lines().filter_map(|line| line.split_once(": "));
    pairs.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn call(head: &str, body: &[u8]) -> Call {
    let mut words = head.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path: Vec<&str> = target.split('?').next().unwrap_or_default().split('/').skip(1).collect();
    let text = || String::from_utf8_lossy(body).into_owned();
    let plain = |action: &str| Call { action: action.into(), block: None, body: text() };
    match (method, path.as_slice()) {
        ("POST", ["snapshots"]) => plain("ebs:StartSnapshot"),
        ("POST", ["snapshots", "completion", _]) => plain("ebs:CompleteSnapshot"),
        ("GET", ["snapshots", _, "blocks"]) => plain("ebs:ListSnapshotBlocks"),
        ("GET", ["snapshots", _, "blocks", _]) => plain("ebs:GetSnapshotBlock"),
        ("PUT", ["snapshots", _, "blocks", block]) => {
            Call { action: "ebs:PutSnapshotBlock".into(), block: block.parse().ok(), body: String::new() }
        }
        _ => {
            let text = text();
            let action =
                text.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap_or("?").to_owned();
            Call { action: format!("ec2:{action}"), block: None, body: text }
        }
    }
}

/// The answer of `upstream`, one for each connection.
fn forward(upstream: &str, head: &str, body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut server = TcpStream::connect(upstream)?;
    let head = head.trim_end().lines().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let head: String = head.flat_map(|line| [line, "\r\n"]).collect();
    server.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes())?;
    server.write_all(body)?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer)?;
    Ok(answer)
}

/// As the two services spell it.
fn refusal(call: &Call, status: u16, code: &str) -> Vec<u8> {
    let (kind, body) = if call.action.starts_with("ebs:") {
        ("application/json", format!("{{\"message\": \"a test says so\", \"code\": \"{code}\"}}"))
    } else {
        let error = format!("<Error><Code>{code}</Code><Message>a test says so</Message></Error>");
        ("text/xml", format!("<Response><Errors>{error}</Errors><RequestID>1</RequestID></Response>"))
    };
    let length = body.len();
    format!(
        "HTTP/1.1 {status} Refused\r\nConnection: close\r\nContent-Type: {kind}\r\nx-amzn-ErrorType: {code}\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}
