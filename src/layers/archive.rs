//! Members of downloaded archives, which are hostile until proven otherwise.
//!
//! What comes out is a plain tar that [`super::read`] can index: only folders, files, and links that stay
//! inside, each name once, owned by root. The whole archive is checked, also members that nobody selected.

mod guard;
mod limit;
mod selection;

pub use limit::Limits;
pub use selection::Selection;

use super::compression;
use super::entry::{Content, Entry, Node};
use super::members::{Kind, Member, Members, Stream, read_error};
use super::write::Emitter;
use crate::Result;
use crate::error::Fault;
use anyhow::Context as _;
use guard::Guard;
use limit::Limited;
use selection::Selector;
use std::io::{self, Read, Write};
use std::path::Path;

/// Writes the selected members of `archive` (a tar: plain, gzip, xz or zstd) as a plain tar to `out`.
///
/// # Errors
/// A name or link that leads out, a node that is no folder, file or link, a name that comes twice, more than
/// the `limits`, a truncated or damaged archive, a selected member that is not there.
pub fn normalise(
    archive: &Path,
    selection: Selection<'_>,
    limits: Limits,
    epoch: u64,
    out: impl Write,
) -> Result<()> {
    let extract = || {
        let decoder = compression::decoder(fs_err::File::open(archive)?)?;
        let members = Members::new(Stream(Limited::new(decoder, limits.bytes)));
        let extraction =
            Extraction { guard: Guard::new(limits.members), selector: Selector::new(selection), epoch };
        extraction.run(members, Emitter::new(out))
    };
    extract().with_context(|| format!("reading the archive `{}`", archive.display()))
}

struct Extraction<'a> {
    guard: Guard,
    selector: Selector<'a>,
    epoch: u64,
}

impl Extraction<'_> {
    fn run<R: Read>(mut self, mut members: Members<Stream<R>>, mut out: Emitter<impl Write>) -> Result<()> {
        while let Some(member) = members.next()? {
            self.guard.admit(&member)?;
            if let Some(path) = self.selector.take(&member) {
                let entry = self.entry(&member)?;
                out.append_from(&path, &entry, &mut members.content()).map_err(read_error)?;
            }
        }
        // Checksums of compressed streams are at their end.
        io::copy(&mut members.into_source(), &mut io::sink()).map_err(read_error)?;
        self.selector.finish()?;
        out.finish().map(drop)
    }

    fn entry(&self, member: &Member) -> Result<Entry> {
        // The writer only asks how long a streamed file is.
        let content = Content::Range { file: "".into(), offset: member.offset, length: member.size };
        let node = match &member.kind {
            Kind::Hardlink(target) => Node::Hardlink(self.link_target(&member.path, target)?),
            _ => member.clone().into_entry(content).1.node,
        };
        Ok(Entry {
            node,
            mode: member.mode,
            uid: 0,
            gid: 0,
            mtime: member.mtime.min(self.epoch),
            capability: None,
        })
    }

    fn link_target(&self, path: &str, target: &str) -> Result<String> {
        let taken = self.selector.name_of(target);
        taken.ok_or_else(|| {
            Fault::input(format!("`{path}` is a hard link to `{target}`, which is not selected"))
                .hint(format!("add `{target}` (after stripping) to the selected members"))
                .into()
        })
    }
}

#[cfg(test)]
mod tests;
