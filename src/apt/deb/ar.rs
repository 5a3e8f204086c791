//! The `ar` container as deb(5) restricts it: short names, no symbol table.

use super::malformed;
use crate::Result;
use std::io::{Read, Seek, SeekFrom};

const MAGIC: &[u8] = b"!<arch>\n";
/// Name 16, time 12, owner 6, group 6, mode 8, size 10, end mark 2.
const HEADER: usize = 60;
/// A package has three members; dpkg tolerates a few more whose names begin with `_`.
const MAX_MEMBERS: usize = 16;

/// Where a member is.
#[derive(Debug)]
pub struct Member {
    pub name: String,
    pub offset: u64,
    pub length: u64,
}

/// All members of the archive in `file`, whose contents are checked to be inside of it.
pub fn members(file: &mut (impl Read + Seek)) -> Result<Vec<Member>> {
    let end = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    let mut magic = [0; MAGIC.len()];
    if file.read_exact(&mut magic).is_err() || magic != MAGIC {
        return Err(malformed("it does not begin with `!<arch>`"));
    }
    let mut members = Vec::new();
    let mut at = MAGIC.len() as u64;
    while at < end && members.len() < MAX_MEMBERS {
        let member = member(file, at)?;
        let content_end = member.offset.saturating_add(member.length);
        if content_end > end {
            return Err(malformed(format!("it is truncated in `{}`", member.name)));
        }
        // Members begin at even offsets.
        at = content_end.next_multiple_of(2);
        members.push(member);
    }
    Ok(members)
}

fn member(file: &mut (impl Read + Seek), at: u64) -> Result<Member> {
    file.seek(SeekFrom::Start(at))?;
    let mut header = [0; HEADER];
    file.read_exact(&mut header).map_err(|_| malformed("it is truncated between two members"))?;
    let field = |from: usize, to: usize| std::str::from_utf8(&header[from..to]).map(str::trim_end).ok();
    let length = field(48, 58).filter(|_| header.ends_with(b"`\n")).and_then(|size| size.parse().ok());
    match (field(0, 16), length) {
        (Some(name), Some(length)) => {
            // GNU ar ends names with a slash, dpkg-deb does not.
            let name = name.strip_suffix('/').unwrap_or(name).to_owned();
            Ok(Member { name, offset: at + HEADER as u64, length })
        }
        _ => Err(malformed(format!("the member header at offset {at} is damaged"))),
    }
}
