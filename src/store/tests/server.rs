//! An HTTP/1.1 server whose every byte the test decides.

use std::fmt::Write as _;
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The client's end, plain or TLS.
pub trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

#[derive(Debug, Clone)]
pub struct Request {
    /// As in the request line: a path, or a whole URL if this is a proxy.
    pub target: String,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    /// How many requests came before this one.
    pub index: usize,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The first byte asked for.
    pub fn range(&self) -> Option<usize> {
        self.header("range")?.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()
    }
}

/// Ends when dropped; a handler that is still busy then is left behind.
pub struct Server {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Calls `handler` once per connection, with the request read.
    pub fn start(
        handler: impl Fn(&Request, &mut dyn Stream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self::start_wrapped(|tcp| Ok(Box::new(tcp)), handler)
    }

    /// Like [`Server::start`], over what `wrap` makes of a connection.
    pub fn start_wrapped(
        wrap: impl Fn(TcpStream) -> io::Result<Box<dyn Stream>> + Send + Sync + 'static,
        handler: impl Fn(&Request, &mut dyn Stream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, requests) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let shared = Arc::new((wrap, handler, stop.clone(), requests.clone()));
        std::thread::spawn(move || {
            for tcp in listener.incoming() {
                if shared.2.load(Ordering::SeqCst) {
                    break;
                }
                let shared = shared.clone();
                std::thread::spawn(move || {
                    let tcp = tcp?;
                    tcp.set_read_timeout(Some(Duration::from_secs(20)))?;
                    let mut stream = shared.0(tcp)?;
                    let request = read_request(&mut stream, &shared.3)?;
                    shared.1(&request, &mut stream)?;
                    stream.flush()
                });
            }
        });
        Self { address, stop, requests }
    }

    /// Answers every GET with `body`, the ranges that are asked for included.
    pub fn of(body: &[u8]) -> Self {
        let body = body.to_vec();
        Self::start(move |request, stream| ranged(request, stream, &body))
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

fn read_request(stream: &mut dyn Stream, log: &Mutex<Vec<Request>>) -> io::Result<Request> {
    let mut lines = BufReader::new(stream).lines();
    let line = lines.next().ok_or(io::ErrorKind::UnexpectedEof)??;
    let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = Vec::new();
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(": ") else { break };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let mut log = log.lock().unwrap();
    let request = Request { target, headers, index: log.len() };
    log.push(request.clone());
    Ok(request)
}

/// Status line and headers; the connection closes after the body.
pub fn head(stream: &mut dyn Stream, status: &str, headers: &[(&str, String)]) -> io::Result<()> {
    let mut text = format!("HTTP/1.1 {status}\r\nConnection: close\r\n");
    for (name, value) in headers {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    text.push_str("\r\n");
    stream.write_all(text.as_bytes())?;
    stream.flush()
}

/// An answer without a body.
pub fn empty(stream: &mut dyn Stream, status: &str, headers: &[(&str, String)]) -> io::Result<()> {
    let length = ("Content-Length", "0".to_owned());
    head(stream, status, &[headers, &[length]].concat())
}

/// `200 OK` with all of `body`.
pub fn ok(stream: &mut dyn Stream, body: &[u8]) -> io::Result<()> {
    head(stream, "200 OK", &[("Content-Length", body.len().to_string())])?;
    stream.write_all(body)
}

/// Announces all of `body` and closes after `sent` bytes.
pub fn truncated(stream: &mut dyn Stream, body: &[u8], sent: usize) -> io::Result<()> {
    head(stream, "200 OK", &[("Content-Length", body.len().to_string())])?;
    stream.write_all(&body[..sent])
}

/// `206` from the byte that is asked for, or `200`.
pub fn ranged(request: &Request, stream: &mut dyn Stream, body: &[u8]) -> io::Result<()> {
    let Some(first) = request.range() else { return ok(stream, body) };
    if first >= body.len() {
        let range = ("Content-Range", format!("bytes */{}", body.len()));
        return empty(stream, "416 Range Not Satisfiable", &[range]);
    }
    let range = format!("bytes {first}-{}/{}", body.len() - 1, body.len());
    let length = (body.len() - first).to_string();
    head(stream, "206 Partial Content", &[("Content-Range", range), ("Content-Length", length)])?;
    stream.write_all(&body[first..])
}
