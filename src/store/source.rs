//! Opens a source at an offset, whatever the source makes of that.

use super::failure::Trouble;
use super::http::{HttpClient, Response};
use super::locator::Locator;
use crate::error::Fault;
use reqwest::StatusCode;
use reqwest::header::ACCEPT;
use std::io::{ErrorKind, Read, Seek as _, SeekFrom};
use std::path::Path;

/// A source that gives bytes.
pub(super) struct Opened {
    pub reader: Box<dyn Read>,
    /// Where the reader starts: what was asked for, or 0.
    pub offset: u64,
    /// Length of the whole, if the source says.
    pub total: Option<u64>,
}

/// Opens `source` to read from `offset` on; `accept` is what a server is told to be fit for.
pub(super) fn open(
    source: &Locator,
    client: &HttpClient,
    accept: &str,
    offset: u64,
) -> Result<Opened, Trouble> {
    match source {
        Locator::Http(url) => open_http(url, client, accept, offset),
        Locator::File(path) => open_file(path, offset),
    }
}

fn open_http(url: &str, client: &HttpClient, accept: &str, offset: u64) -> Result<Opened, Trouble> {
    let response = client.get(url, &[(ACCEPT.as_str(), accept)], offset).map_err(Trouble::source)?;
    match response.status {
        StatusCode::OK => {
            let total = response.length();
            Ok(Opened { reader: Box::new(response), offset: 0, total })
        }
        StatusCode::NOT_FOUND | StatusCode::GONE => Err(Trouble::missing(response.refusal())),
        StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE if offset > 0 => {
            resumed(response, offset).map_or_else(|| open_http(url, client, accept, 0), Ok)
        }
        _ => Err(Trouble::source(response.refusal())),
    }
}

/// The rest of the file, if it is exactly that.
fn resumed(response: Response, offset: u64) -> Option<Opened> {
    let (first, total) = response.content_range()?;
    let fits = response.status == StatusCode::PARTIAL_CONTENT && first == offset;
    fits.then(|| Opened { reader: Box::new(response), offset, total })
}

fn open_file(path: &Path, offset: u64) -> Result<Opened, Trouble> {
    let unreadable = |error: std::io::Error| {
        let fault = Fault::unavailable(error.to_string()).hint("check the path and the artifact mirror");
        if error.kind() == ErrorKind::NotFound { Trouble::missing(fault) } else { Trouble::source(fault) }
    };
    let mut file = fs_err::File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        let fault = Fault::unavailable(format!("`{}` is no regular file", path.display()));
        return Err(Trouble::source(fault.hint("check the path and the artifact mirror")));
    }
    let offset = if offset < metadata.len() { offset } else { 0 };
    file.seek(SeekFrom::Start(offset)).map_err(unreadable)?;
    Ok(Opened { reader: Box::new(file), offset, total: Some(metadata.len()) })
}
