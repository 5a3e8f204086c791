//! Disks that writers of compressed formats are tried with.

use super::pipeline::CLUSTER;
use std::os::unix::fs::FileExt as _;

/// Bytes that do not compress, the same for the same seed.
pub fn noise(length: usize, seed: u64) -> Vec<u8> {
    let step = |state: &mut u64| {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Some((*state >> 56) as u8)
    };
    std::iter::repeat_with({
        let mut state = seed;
        move || step(&mut state)
    })
    .map_while(|byte| byte)
    .take(length)
    .collect()
}

/// A file of `size` bytes with `pieces` at their offsets and holes between them.
pub fn sparse(size: u64, pieces: &[(u64, Vec<u8>)]) -> tempfile::NamedTempFile {
    let disk = tempfile::NamedTempFile::new().unwrap();
    for (offset, bytes) in pieces {
        disk.as_file().write_all_at(bytes, *offset).unwrap();
    }
    disk.as_file().set_len(size).unwrap();
    disk
}

/// Text, noise, and both across the ends of clusters, chunks and tables, on a disk of no whole cluster.
pub fn realistic() -> tempfile::NamedTempFile {
    let text: Vec<u8> = (0..200_000u32).flat_map(|n| format!("line {n}\n").into_bytes()).collect();
    let pieces = [
        (0, b"boot".to_vec()),
        (CLUSTER - 7, noise(200_000, 1)),
        (3 << 20, text.clone()),
        ((512 << 20) - 100_000, text),
        ((1 << 30) - 70_000, noise(70_000, 2)),
        (1 << 30, vec![7]),
    ];
    sparse((1 << 30) + 1536, &pieces)
}
