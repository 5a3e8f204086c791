//! What is known of an upload on its way, in the cache: a run that was killed costs the blocks of its last second.

use crate::digest::Sha256;
use crate::{Result, atomic, environment};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

const SCHEMA: u32 = 1;
/// How often it is written.
const EVERY: Duration = Duration::from_secs(1);

/// An upload on its way.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Upload {
    schema: u32,
    /// Chosen before the snapshot is started: asking AWS again with it gives the same snapshot.
    pub client_token: String,
    /// The snapshot, once AWS has named it.
    pub snapshot: Option<String>,
    /// The snapshot that it builds upon.
    pub parent: Option<String>,
    /// First and last index of each run of blocks that AWS has.
    done: Vec<(u32, u32)>,
}

/// An upload with its file.
pub struct State {
    path: PathBuf,
    /// What is known.
    pub upload: Upload,
    done: BTreeSet<u32>,
    since: environment::Stopwatch,
    written: Duration,
}

impl State {
    /// What is known of the upload of `image` that builds upon `parent`, to `place`: a region, an endpoint. What
    /// cannot be read counts as nothing.
    pub fn open(cache_dir: &Path, image: &Sha256, place: &str, parent: Option<&str>) -> Result<Self> {
        let key = Sha256::of(format!("{image}\0{place}")).to_string();
        let path = cache_dir.join("aws").join(format!("upload-{}.json", &key[..16]));
        let upload = fs_err::read(&path).ok().and_then(|bytes| serde_json::from_slice::<Upload>(&bytes).ok());
        let fits = |upload: &Upload| upload.schema == SCHEMA && upload.parent.as_deref() == parent;
        let upload = match upload.filter(fits) {
            Some(upload) => upload,
            None => Upload::new(parent)?,
        };
        let done = upload.done.iter().flat_map(|(first, last)| *first..=*last).collect();
        let since = environment::Stopwatch::new();
        Ok(Self { path, upload, done, since, written: Duration::ZERO })
    }

    /// Whether AWS has the block.
    pub fn has(&self, index: u32) -> bool {
        self.done.contains(&index)
    }

    /// AWS has the block.
    pub fn finish(&mut self, index: u32) -> Result<()> {
        self.done.insert(index);
        let now = self.since.elapsed();
        if now.saturating_sub(self.written) >= EVERY {
            self.written = now;
            self.save()?;
        }
        Ok(())
    }

    /// Writes the file.
    pub fn save(&mut self) -> Result<()> {
        self.upload.done = runs(&self.done);
        atomic::write(&self.path, serde_json::to_vec(&self.upload)?)
    }

    /// Begins from nothing.
    pub fn restart(&mut self) -> Result<()> {
        self.done.clear();
        self.upload = Upload::new(self.upload.parent.as_deref())?;
        self.save()
    }

    /// The blocks so far went into another snapshot than `snapshot`, or nobody knows.
    pub fn adopt(&mut self, snapshot: &str) -> Result<()> {
        if self.upload.snapshot.as_deref() != Some(snapshot) {
            self.done.clear();
            self.upload.snapshot = Some(snapshot.to_owned());
        }
        self.save()
    }

    /// The upload is complete.
    pub fn forget(self) -> Result<()> {
        if self.path.exists() {
            fs_err::remove_file(&self.path)?;
        }
        Ok(())
    }
}

impl Upload {
    fn new(parent: Option<&str>) -> Result<Self> {
        let mut token = [0; 16];
        environment::random_bytes(&mut token)?;
        let parent = parent.map(str::to_owned);
        Ok(Self {
            schema: SCHEMA,
            client_token: hex::encode(token),
            snapshot: None,
            parent,
            done: Vec::new(),
        })
    }
}

fn runs(indexes: &BTreeSet<u32>) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for index in indexes {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *index => *last = *index,
            _ => runs.push((*index, *index)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(folder: &Path, parent: Option<&str>) -> State {
        State::open(folder, &Sha256::of("image"), "eu-central-1", parent).unwrap()
    }

    #[test]
    fn what_was_done_is_known_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = open(folder.path(), None);
        state.adopt("snap-1").unwrap();
        for index in [0, 1, 2, 7] {
            state.finish(index).unwrap();
        }
        state.save().unwrap();
        let again = open(folder.path(), None);
        assert_eq!(again.upload, state.upload);
        assert_eq!(again.upload.done, [(0, 2), (7, 7)]);
        assert!(again.has(1) && !again.has(3));
        assert_eq!(
            open(folder.path(), Some("snap-0")).upload.snapshot,
            None,
            "upon another parent it is another"
        );
        state.forget().unwrap();
        assert_ne!(open(folder.path(), None).upload.client_token, again.upload.client_token);
    }

    #[test]
    fn blocks_of_another_snapshot_do_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = open(folder.path(), None);
        state.adopt("snap-1").unwrap();
        state.finish(0).unwrap();
        state.adopt("snap-1").unwrap();
        assert!(state.has(0));
        state.adopt("snap-2").unwrap();
        assert!(!state.has(0));
    }

    #[test]
    fn a_damaged_file_counts_as_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = open(folder.path(), None);
        state.adopt("snap-1").unwrap();
        fs_err::write(&state.path, "{").unwrap();
        assert_eq!(open(folder.path(), None).upload.snapshot, None);
    }
}
