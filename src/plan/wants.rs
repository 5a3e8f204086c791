//! What must be in the store before a bake can start.

use crate::Result;
use crate::apt::mirror::{DEBIAN, Mirror, SECURITY};
use crate::context::Context;
use crate::definition::Definition;
use crate::lock::{Blob, Locked};
use crate::oci;
use crate::store::Want;
use std::collections::BTreeMap;

/// Everything that the lock names, with where it can be had.
pub fn wants(context: &Context, locked: &Locked) -> Result<Vec<Want>> {
    let mut sources = Sources { context, definition: locked.definition(), mirror: None };
    let lock = locked.lock();
    let mut wants = Vec::new();
    for deb in lock.debs.values() {
        wants.push(sources.archive_file(&deb.id(), &deb.archive, &deb.path, deb.size, deb.sha256)?);
    }
    for file in lock.sources.values().flat_map(BTreeMap::values).flatten() {
        wants.push(sources.archive_file(&file.name, &file.archive, &file.path, file.size, file.sha256)?);
    }
    for (url, download) in &lock.downloads {
        let name = url.rsplit('/').next().unwrap_or(url).to_owned();
        wants.push(Want {
            name,
            sha256: download.sha256,
            size: download.size,
            sources: vec![url.clone()],
            redirect: true,
            accept: None,
            hint: None,
        });
    }
    for (reference, image) in &lock.images {
        let blobs = image.layers.iter().chain([&image.config]);
        for blob in blobs {
            wants.push(blob_want(reference, blob, oci::blob_url(reference, &blob.sha256)?));
        }
        wants.push(blob_want(
            reference,
            &image.manifest,
            oci::manifest_url(reference, &image.manifest.sha256)?,
        ));
    }
    Ok(wants)
}

fn blob_want(reference: &str, blob: &Blob, url: String) -> Want {
    Want {
        name: reference.into(),
        sha256: blob.sha256,
        size: Some(blob.size),
        sources: vec![url],
        redirect: true,
        accept: Some(blob.media_type.clone()),
        hint: None,
    }
}

struct Sources<'a> {
    context: &'a Context,
    definition: &'a Definition,
    /// Found when first needed: a machine that has everything in its store needs none.
    mirror: Option<Mirror>,
}

impl Sources<'_> {
    fn archive_file(
        &mut self,
        name: &str,
        archive: &str,
        path: &str,
        size: u64,
        sha256: crate::digest::Sha256,
    ) -> Result<Want> {
        let hint = "the archive has a newer version by now: `imgbuild lock --update`, or give a `--mirror` that keeps old ones";
        let url = format!("{}/{path}", self.base(archive)?);
        Ok(Want {
            name: name.into(),
            sha256,
            size: Some(size),
            sources: vec![url],
            redirect: false,
            accept: None,
            hint: Some(hint.into()),
        })
    }

    fn base(&mut self, archive: &str) -> Result<String> {
        if let Some(repository) = self.definition.base.repositories.get(archive) {
            return Ok(repository.url.trim_end_matches('/').to_owned());
        }
        debug_assert!([DEBIAN, SECURITY].contains(&archive));
        if self.mirror.is_none() {
            self.mirror = Some(Mirror::find(self.context)?);
        }
        let mirror = self.mirror.as_ref().map(|mirror| mirror.base(archive).map(ToOwned::to_owned));
        mirror.unwrap_or_else(|| Ok(String::new()))
    }
}
