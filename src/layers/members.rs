//! The members of a tar stream, one after the other, with bounds on everything that an archive may claim.
//!
//! The `tar` crate's own iterator reads extension headers of any size into memory, splits PAX records at
//! newlines (which the binary `security.capability` may hold) and takes the end of the file for the end of the
//! archive. Here extension headers are limited, PAX records are read by their length, and an archive without
//! its end marker is truncated. Formats: POSIX.1-2001 pax interchange format; GNU tar manual, "Basic Tar Format".

mod extensions;
mod source;

pub use source::{Seekable, Skip, Stream};

use super::entry::{Content, Entry, Node};
use super::path;
use crate::Result;
use crate::error::Fault;
pub use extensions::CAPABILITY;
use extensions::Extensions;
use std::io::{self, Read};
use tar::{EntryType, Header};

/// Tar's block size in bytes; headers take one, contents are padded to it.
pub const BLOCK: u64 = 512;

/// What a member is, before anybody decided where its bytes go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A folder.
    Directory,
    /// A regular file; its bytes follow.
    File,
    /// A symbolic link with its target as written.
    Symlink(String),
    /// A hard link with the target's normalised path.
    Hardlink(String),
    /// A character device: major, minor.
    Character(u32, u32),
    /// A block device: major, minor.
    Block(u32, u32),
    /// A named pipe.
    Fifo,
}

/// The header of one member, with extensions applied.
#[derive(Debug, Clone)]
pub struct Member {
    /// Normalised; empty for the root itself.
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// Permission bits.
    pub mode: u32,
    /// Numeric owner.
    pub uid: u32,
    /// Numeric group.
    pub gid: u32,
    /// Seconds since the epoch.
    pub mtime: u64,
    /// Value of `security.capability`.
    pub capability: Option<Vec<u8>>,
    /// Number of content bytes; zero for all but files.
    pub size: u64,
    /// Where the content begins in the stream, in bytes.
    pub offset: u64,
}

impl Member {
    /// As an entry of a tree; `content` is used if it is a file.
    pub fn into_entry(self, content: Content) -> (String, Entry) {
        let node = match self.kind {
            Kind::Directory => Node::Directory,
            Kind::File => Node::File(content),
            Kind::Symlink(target) => Node::Symlink(target),
            Kind::Hardlink(target) => Node::Hardlink(target),
            Kind::Character(major, minor) => Node::Character(major, minor),
            Kind::Block(major, minor) => Node::Block(major, minor),
            Kind::Fifo => Node::Fifo,
        };
        let Self { mode, uid, gid, mtime, capability, .. } = self;
        (self.path, Entry { node, mode, uid, gid, mtime, capability })
    }
}

/// Reads members from `source`.
pub struct Members<S> {
    source: S,
    position: u64,
    next_header: u64,
    content_end: u64,
}

impl<S: Skip> Members<S> {
    /// `source` stands at the first header.
    pub fn new(source: S) -> Self {
        Self { source, position: 0, next_header: 0, content_end: 0 }
    }

    /// The next member, or `None` at the end marker; skips what was not read of the member before.
    pub fn next(&mut self) -> Result<Option<Member>> {
        let mut extensions = Extensions::default();
        while let Some(header) = self.header()? {
            let size = header.entry_size().map_err(|error| malformed(&error))?;
            if Extensions::is_extension(header.entry_type()) {
                let bytes = self.extension(size)?;
                extensions.apply(header.entry_type(), bytes)?;
                continue;
            }
            let size = extensions.size.unwrap_or(size);
            return self.member(&header, size, extensions).map(Some);
        }
        if extensions.is_pending() {
            return Err(malformed("an extension header is not followed by a member"));
        }
        Ok(None)
    }

    /// The content of the member that [`Members::next`] gave last.
    pub fn content(&mut self) -> impl Read + '_ {
        ContentReader(self)
    }

    /// The source, standing behind the end marker's first block.
    pub fn into_source(self) -> S {
        self.source
    }

    fn member(&mut self, header: &Header, size: u64, extensions: Extensions) -> Result<Member> {
        let offset = self.position;
        let size = if has_content(header, &extensions) { size } else { 0 };
        self.begin_content(size)?;
        describe(header, size, offset, extensions)
    }

    fn header(&mut self) -> Result<Option<Header>> {
        self.source.skip(self.next_header - self.position).map_err(truncated)?;
        self.position = self.next_header;
        let mut header = Header::new_old();
        self.source.read_exact(header.as_mut_bytes()).map_err(truncated)?;
        self.position += BLOCK;
        self.next_header = self.position;
        if header.as_bytes().iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        let sum = header.as_bytes().iter().map(|byte| u32::from(*byte)).sum::<u32>();
        let stored = header.as_bytes()[148..156].iter().map(|byte| u32::from(*byte)).sum::<u32>();
        match header.cksum() {
            Ok(checksum) if checksum == sum - stored + 8 * 32 => Ok(Some(header)),
            _ => Err(malformed("the checksum of a header is wrong")),
        }
    }

    fn begin_content(&mut self, size: u64) -> Result<()> {
        self.content_end = self.position.checked_add(size).ok_or_else(|| malformed("a size overflows"))?;
        self.next_header =
            self.content_end.checked_next_multiple_of(BLOCK).ok_or_else(|| malformed("a size overflows"))?;
        Ok(())
    }

    fn extension(&mut self, size: u64) -> Result<Vec<u8>> {
        if size > extensions::LIMIT {
            return Err(malformed(format!("an extension header claims {size} bytes")));
        }
        self.begin_content(size)?;
        let mut bytes = Vec::new();
        self.content().read_to_end(&mut bytes).map_err(truncated)?;
        Ok(bytes)
    }
}

struct ContentReader<'a, S>(&'a mut Members<S>);

impl<S: Skip> Read for ContentReader<'_, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.0.content_end - self.0.position;
        let wanted = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        if wanted == 0 {
            // zstd's decoder takes reading nothing again and again for a standstill.
            return Ok(0);
        }
        let n = self.0.source.read(&mut buffer[..wanted])?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.0.position += n as u64;
        Ok(n)
    }
}

/// Regular files have content; so do hard links in some pax archives, but only by claiming a size, which is
/// refused as it lets two readers see two different archives.
fn has_content(header: &Header, extensions: &Extensions) -> bool {
    let kind = header.entry_type();
    (kind.is_file() || kind.is_contiguous()) && !extensions.path_of(header).ends_with(b"/")
}

fn describe(header: &Header, size: u64, offset: u64, extensions: Extensions) -> Result<Member> {
    let path = path::from_bytes(&extensions.path_of(header))?;
    let number = |value: io::Result<u64>| value.map_err(|error| malformed(format!("{error} in `{path}`")));
    let id = |value: io::Result<u64>, what: &str| {
        u32::try_from(number(value)?)
            .map_err(|_| malformed(format!("the {what} of `{path}` is out of range")))
    };
    Ok(Member {
        kind: kind(header, &path, &extensions)?,
        mode: header.mode().map_err(|error| malformed(format!("{error} in `{path}`")))? & 0o7777,
        uid: id(extensions.uid.map_or_else(|| header.uid(), Ok), "owner")?,
        gid: id(extensions.gid.map_or_else(|| header.gid(), Ok), "group")?,
        mtime: number(header.mtime())?,
        capability: extensions.capability,
        size,
        offset,
        path,
    })
}

fn kind(header: &Header, path: &str, extensions: &Extensions) -> Result<Kind> {
    let link =
        || extensions.link_of(header).ok_or_else(|| malformed(format!("the link `{path}` has no target")));
    let device = |number: io::Result<Option<u32>>| {
        number.ok().flatten().ok_or_else(|| malformed(format!("the device `{path}` has no number")))
    };
    Ok(match header.entry_type() {
        EntryType::Directory => Kind::Directory,
        EntryType::Regular | EntryType::Continuous if !has_content(header, extensions) => Kind::Directory,
        EntryType::Regular | EntryType::Continuous => Kind::File,
        EntryType::Symlink => Kind::Symlink(symlink_target(&link()?, path)?),
        EntryType::Link => Kind::Hardlink(path::from_bytes(&link()?)?),
        EntryType::Char => Kind::Character(device(header.device_major())?, device(header.device_minor())?),
        EntryType::Block => Kind::Block(device(header.device_major())?, device(header.device_minor())?),
        EntryType::Fifo => Kind::Fifo,
        EntryType::GNUSparse => return Err(sparse(path)),
        other => {
            return Err(malformed(format!("`{path}` is of the unknown type {:?}", other.as_byte() as char)));
        }
    })
}

fn symlink_target(raw: &[u8], path: &str) -> Result<String> {
    match std::str::from_utf8(raw) {
        Ok(target) if !target.is_empty() && !target.contains('\0') => Ok(target.to_owned()),
        _ => Err(malformed(format!("the target of the link `{path}` is no valid name"))),
    }
}

fn sparse(path: &str) -> anyhow::Error {
    Fault::input(format!("`{path}` is stored as a sparse file"))
        .hint("make the archive again without `--sparse`; imgbuild does not read sparse members")
        .into()
}

fn malformed(why: impl std::fmt::Display) -> anyhow::Error {
    Fault::input(format!("not a well-formed tar archive: {why}"))
        .hint("make or download the archive again; `tar tvf` shows how far it can be read")
        .into()
}

/// What reading from a source failed with, as a [`Fault`] if it is the archive's own.
pub fn read_error(error: impl Into<anyhow::Error>) -> anyhow::Error {
    match error.into().downcast::<io::Error>() {
        Ok(error) => truncated(error),
        Err(other) => other,
    }
}

fn truncated(error: io::Error) -> anyhow::Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => malformed("it ends before its end marker, so it is truncated"),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            malformed(format!("it is damaged: {error}"))
        }
        _ => match error.downcast::<Fault>() {
            Ok(fault) => fault.into(),
            Err(error) => error.into(),
        },
    }
}
