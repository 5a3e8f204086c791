//! An HTTP server on 127.0.0.1 that answers as well or as badly as a test wants; it ends with the process.

use std::io::{BufRead, BufReader, Result, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

/// What a client asked for.
pub struct Request {
    /// `GET`, `PUT`, …
    pub method: String,
    /// Path and query.
    pub target: String,
    headers: Vec<(String, String)>,
}

impl Request {
    /// The value of the header `name` (lower-case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What a client gets.
pub enum Answer {
    /// 200 and all of it.
    Whole(Vec<u8>),
    /// 200, announcing all of it, of which so many bytes come.
    Truncated(Vec<u8>, usize),
    /// 200 and zeros until the client has enough.
    Endless,
    /// 200, announcing so many bytes, of which none comes.
    Announced(u64),
    /// This status line's code and words, further header lines, and no body.
    Empty(&'static str, Vec<String>),
}

impl Answer {
    /// Nothing is there.
    pub fn not_found() -> Self {
        Self::Empty("404 Not Found", Vec::new())
    }
}

/// A running server.
pub struct Server {
    address: SocketAddr,
}

impl Server {
    /// Answers each request with what `answer` makes of it.
    pub fn start(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_at("127.0.0.1:0", answer)
    }

    /// The same at `address` of this machine.
    pub fn start_at(address: &str, answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let answer = answer.clone();
                // a client that has heard enough goes away, which is no fault of the server
                std::thread::spawn(move || stream.and_then(|stream| serve(&stream, &*answer)));
            }
        });
        Self { address }
    }

    /// Its base URL, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

fn serve(stream: &TcpStream, answer: &dyn Fn(&Request) -> Answer) -> Result<()> {
    let request = read(stream)?;
    let mut stream = stream;
    match answer(&request) {
        Answer::Whole(body) => {
            head(stream, "200 OK", &[length(body.len() as u64)])?;
            stream.write_all(&body)
        }
        Answer::Truncated(body, sent) => {
            head(stream, "200 OK", &[length(body.len() as u64)])?;
            stream.write_all(&body[..sent])
        }
        Answer::Endless => {
            head(stream, "200 OK", &[])?;
            let zeros = vec![0; 1 << 16];
            loop {
                stream.write_all(&zeros)?;
            }
        }
        Answer::Announced(announced) => head(stream, "200 OK", &[length(announced)]),
        Answer::Empty(status, mut headers) => {
            headers.push(length(0));
            head(stream, status, &headers)
        }
    }
}

fn read(stream: &TcpStream) -> Result<Request> {
    let mut lines = BufReader::new(stream).lines();
    let line = lines.next().transpose()?.unwrap_or_default();
    let mut words = line.split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_else(|| "/".into()));
    let mut headers = Vec::new();
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(": ") else { break };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    Ok(Request { method, target, headers })
}

fn length(bytes: u64) -> String {
    format!("Content-Length: {bytes}")
}

fn head(mut stream: &TcpStream, status: &str, headers: &[String]) -> Result<()> {
    let headers: String = headers.iter().flat_map(|header| [header, "\r\n"]).collect();
    stream.write_all(format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n").as_bytes())
}
