//! What must be in the store before a bake can start.

use crate::Result;
use crate::apt::mirror::{DEBIAN, Mirror, SECURITY};
use crate::bundle::{self, Bundle};
use crate::context::Context;
use crate::definition::Definition;
use crate::digest::Sha256;
use crate::lock::{Blob, Locked, LockedDownload, LockedImage};
use crate::oci;
use crate::store::Want;
use std::collections::BTreeMap;

/// Everything that the lock names and `is_wanted`, with where it can be had.
pub fn wants(context: &Context, locked: &Locked, is_wanted: impl Fn(&Sha256) -> bool) -> Result<Vec<Want>> {
    let bundle = Bundle::find(context);
    let mut sources = Sources { context, definition: locked.definition(), bundle, mirror: None };
    let lock = locked.lock();
    let mut wants = Vec::new();
    for deb in lock.debs.values().filter(|deb| is_wanted(&deb.sha256)) {
        wants.push(sources.archive_file(&deb.id(), &deb.archive, &deb.path, deb.size, deb.sha256)?);
    }
    let files = lock.sources.values().flat_map(BTreeMap::values).flatten();
    for file in files.filter(|file| is_wanted(&file.sha256)) {
        wants.push(sources.archive_file(&file.name, &file.archive, &file.path, file.size, file.sha256)?);
    }
    let downloads = lock.downloads.iter().filter(|(_, download)| is_wanted(&download.sha256));
    wants.extend(downloads.map(|(url, download)| download_want(url, download)));
    for (reference, image) in &lock.images {
        let blobs = blobs(reference, image)?.into_iter().filter(|(blob, _)| is_wanted(&blob.sha256));
        wants.extend(blobs.map(|(blob, url)| blob_want(context, reference, blob, &url)));
    }
    Ok(wants)
}

fn download_want(url: &str, download: &LockedDownload) -> Want {
    Want {
        name: url.rsplit('/').next().unwrap_or(url).to_owned(),
        sha256: download.sha256,
        size: download.size,
        sources: vec![url.to_owned()],
        redirect: true,
        accept: None,
        hint: None,
    }
}

/// What `image` consists of, each with its URL at the registry of `reference`.
fn blobs<'a>(reference: &str, image: &'a LockedImage) -> Result<Vec<(&'a Blob, String)>> {
    let mut blobs = Vec::new();
    for blob in image.layers.iter().chain([&image.config]) {
        blobs.push((blob, oci::blob_url(reference, &blob.sha256)?));
    }
    blobs.push((&image.manifest, oci::manifest_url(reference, &image.manifest.sha256)?));
    Ok(blobs)
}

fn blob_want(context: &Context, reference: &str, blob: &Blob, url: &str) -> Want {
    Want {
        name: reference.into(),
        sha256: blob.sha256,
        size: Some(blob.size),
        sources: context.registries.candidates(url),
        redirect: true,
        accept: Some(blob.media_type.clone()),
        hint: None,
    }
}

struct Sources<'a> {
    context: &'a Context,
    definition: &'a Definition,
    /// If the artifact mirror is one.
    bundle: Option<Bundle>,
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
        sha256: Sha256,
    ) -> Result<Want> {
        let hint = "the archive has a newer version by now: `imgbuild lock --update`, or give a `--mirror` that keeps old ones";
        let source = match self.bundled(archive, path)? {
            Some(file) => file,
            None => format!("{}/{path}", self.base(archive)?),
        };
        Ok(Want {
            name: name.into(),
            sha256,
            size: Some(size),
            sources: vec![source],
            redirect: false,
            accept: None,
            hint: Some(hint.into()),
        })
    }

    fn bundled(&self, archive: &str, path: &str) -> Result<Option<String>> {
        let Some(bundle) = &self.bundle else { return Ok(None) };
        bundle.file(&bundle::archive_path(self.definition, archive, path)?)
    }

    fn base(&mut self, archive: &str) -> Result<String> {
        if let Some(repository) = self.definition.base.repositories.get(archive) {
            return Ok(repository.url.trim_end_matches('/').to_owned());
        }
        debug_assert!([DEBIAN, SECURITY].contains(&archive));
        let mirror = match &mut self.mirror {
            Some(mirror) => mirror,
            none => none.insert(Mirror::find(self.context)?),
        };
        Ok(mirror.base(archive)?.to_owned())
    }
}
