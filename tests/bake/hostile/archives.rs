//! Archives whose digest is right and whose content is not.

use super::Site;
use crate::support::archive::{file, header, member, tar};
use crate::support::server::{Answer, Server};
use imgbuild::digest::Sha256;
use tar::EntryType;

/// An archive and what `bake` says of it.
struct Case {
    name: &'static str,
    archive: fn() -> Vec<u8>,
    said: &'static str,
}

const CASES: [Case; 11] = [
    Case { name: "`..`", archive: || tar(&[file("a/../../etc/x", "")]), said: "`..`" },
    Case { name: "absolute path", archive: || tar(&[file("/etc/x", "")]), said: "is absolute" },
    Case {
        name: "link to a place outside",
        archive: || tar(&[member("a", EntryType::Symlink, "../../etc", b"")]),
        said: "leads out of the archive",
    },
    Case {
        name: "file below a link",
        archive: || tar(&[member("a", EntryType::Symlink, "b", b""), file("a/x", "")]),
        said: "leads through `a`, which is no folder",
    },
    Case {
        name: "hard link to a place outside",
        archive: || tar(&[member("a", EntryType::Link, "etc/shadow", b"")]),
        said: "leads to no file of the archive",
    },
    Case {
        name: "device node",
        archive: || tar(&[member("a", EntryType::Char, "", b"")]),
        said: "`a` is a device node",
    },
    Case {
        name: "named pipe",
        archive: || tar(&[member("a", EntryType::Fifo, "", b"")]),
        said: "`a` is a named pipe",
    },
    Case {
        name: "name that comes twice",
        archive: || tar(&[file("a", "1"), file("a", "2")]),
        said: "the member `a` comes twice",
    },
    Case { name: "decompression bomb", archive: bomb, said: "it unpacks to more than 4.00 GiB" },
    Case {
        name: "truncated archive",
        archive: || tar(&[file("a", [7; 4096])])[..2048].to_vec(),
        said: "truncated",
    },
    Case { name: "no archive at all", archive: || b"<html>Not Found</html>".repeat(99), said: "checksum" },
];

/// 5 GiB in 4 KiB or so, in a member that the definition does not even select.
fn bomb() -> Vec<u8> {
    const PIECE: u64 = 256 << 20;
    const PIECES: u64 = 20;
    let compress = |bytes: &[u8]| zstd::encode_all(bytes, 1).unwrap();
    let zeros = zstd::encode_all(std::io::Read::take(std::io::repeat(0), PIECE), 1).unwrap();
    let start = [file("tool", "#!"), header("zeros", EntryType::Regular, "", PIECE * PIECES)].concat();
    [compress(&start), zeros.repeat(usize::try_from(PIECES).unwrap()), compress(&[0; 1024])].concat()
}

#[test]
fn each_is_refused_and_leaves_nothing() {
    for case in &CASES {
        eprintln!("{}", case.name);
        let archive = (case.archive)();
        let sha256 = Sha256::of(&archive);
        let server = Server::start(move |_| Answer::Whole(archive.clone()));
        let members = if case.name == "decompression bomb" { ", members: [tool]" } else { "" };
        let url = "https://up.example.org/x.tar";
        let site = Site::new(
            &format!("artifacts:\n  x: {{archive: \"{url}\", sha256: {sha256}, to: /opt{members}}}\n"),
            &server,
        );
        let unpacking = format!("unpacking `{url}`");
        site.run("bake").failure(3, &[&unpacking, case.said, "hint: "]);
        site.is_clean();
    }
}
