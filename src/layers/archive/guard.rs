//! Which members an archive may have.

use crate::Result;
use crate::error::Fault;
use crate::layers::members::{Kind, Member};
use crate::layers::path;
use std::collections::BTreeMap;

/// Remembers every name, to refuse those that come twice or lead through something that is no folder.
pub struct Guard {
    seen: BTreeMap<String, Seen>,
    members: usize,
    limit: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Directory,
    File,
    Link,
}

impl Guard {
    /// Admits up to `limit` members.
    pub fn new(limit: usize) -> Self {
        Self { seen: BTreeMap::new(), members: 0, limit }
    }

    /// Fails if `member` must not be in an archive, alone or after those before it.
    pub fn admit(&mut self, member: &Member) -> Result<()> {
        self.members += 1;
        if self.members > self.limit {
            return Err(refuse(format!("it has more than {} members", self.limit)));
        }
        let kind = self.kind(member)?;
        self.admit_parents(&member.path)?;
        match self.seen.insert(member.path.clone(), kind) {
            None => Ok(()),
            Some(Seen::Directory) if kind == Seen::Directory => Ok(()),
            Some(_) => Err(refuse(format!("the member `{}` comes twice", member.path))),
        }
    }

    fn kind(&self, member: &Member) -> Result<Seen> {
        let path = &member.path;
        match &member.kind {
            Kind::Directory => Ok(Seen::Directory),
            Kind::Symlink(target) if leads_out(path, target) => {
                Err(refuse(format!("the symbolic link `{path}` to `{target}` leads out of the archive")))
            }
            Kind::Symlink(_) => Ok(Seen::Link),
            Kind::Hardlink(target) if self.seen.get(target) != Some(&Seen::File) => Err(refuse(format!(
                "the hard link `{path}` to `{target}` leads to no file of the archive before it"
            ))),
            Kind::File | Kind::Hardlink(_) => Ok(Seen::File),
            Kind::Character(..) | Kind::Block(..) => Err(refuse(format!("`{path}` is a device node"))),
            Kind::Fifo => Err(refuse(format!("`{path}` is a named pipe"))),
        }
    }

    fn admit_parents(&mut self, path: &str) -> Result<()> {
        let (mut parent, _) = path::split(path);
        while !parent.is_empty() {
            match self.seen.insert(parent.to_owned(), Seen::Directory) {
                None => {}
                // A folder's own parents have been seen with it.
                Some(Seen::Directory) => return Ok(()),
                Some(_) => {
                    return Err(refuse(format!("`{path}` leads through `{parent}`, which is no folder")));
                }
            }
            (parent, _) = path::split(parent);
        }
        Ok(())
    }
}

/// Whether the link at `path` would be resolved to a place outside of the archive at any step.
fn leads_out(path: &str, target: &str) -> bool {
    let mut depth = path.matches('/').count();
    target.starts_with('/')
        || target.split('/').any(|component| match component {
            "" | "." => false,
            ".." if depth == 0 => true,
            ".." => {
                depth -= 1;
                false
            }
            _ => {
                depth += 1;
                false
            }
        })
}

fn refuse(why: String) -> anyhow::Error {
    Fault::input(why).hint("this archive is not safe to unpack; check where it comes from").into()
}
