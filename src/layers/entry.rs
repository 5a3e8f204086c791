//! One path of an image: what a tar member says, normalised.

use std::path::PathBuf;

/// What is at a path. Paths are relative, `/`-separated, without `.` or `..` components: `etc/hosts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What kind of node, and what it holds.
    pub node: Node,
    /// Permission bits including setuid, setgid and sticky: `0o4755`.
    pub mode: u32,
    /// Numeric owner.
    pub uid: u32,
    /// Numeric group.
    pub gid: u32,
    /// Seconds since the epoch.
    pub mtime: u64,
    /// Raw value of the `security.capability` attribute, the only one that mke2fs keeps.
    pub capability: Option<Vec<u8>>,
}

/// A node of a file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A folder.
    Directory,
    /// A regular file.
    File(Content),
    /// A symbolic link and its target.
    Symlink(String),
    /// A hard link to an earlier path of the same tree.
    Hardlink(String),
    /// A character device.
    Character(u32, u32),
    /// A block device.
    Block(u32, u32),
    /// A named pipe.
    Fifo,
}

/// The bytes of a regular file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// In memory; for small things that imgbuild makes.
    Bytes(Vec<u8>),
    /// A range of a file on disk, such as a member of a layer.
    Range {
        /// The file.
        file: PathBuf,
        /// Where in it the bytes begin.
        offset: u64,
        /// How many they are.
        length: u64,
    },
}

impl Content {
    /// Number of bytes.
    pub fn length(&self) -> u64 {
        match self {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::Range { length, .. } => *length,
        }
    }
}

impl Entry {
    /// A folder owned by root.
    pub fn directory(mode: u32) -> Self {
        Self::of(Node::Directory, mode)
    }

    /// A regular file owned by root.
    pub fn file(content: Content, mode: u32) -> Self {
        Self::of(Node::File(content), mode)
    }

    /// A symbolic link owned by root.
    pub fn symlink(target: impl Into<String>) -> Self {
        Self::of(Node::Symlink(target.into()), 0o777)
    }

    fn of(node: Node, mode: u32) -> Self {
        // Trees lower every time to their epoch, so the highest one stands for it.
        Self { node, mode, uid: 0, gid: 0, mtime: u64::MAX, capability: None }
    }
}
