//! Container images and their layers.

use super::draft::{Draft, id};
use super::model::Package;
use super::{IMAGE, debs, files};
use crate::Result;
use crate::definition::{Compose, Image};
use crate::digest::Sha256;
use crate::lock::image_root;
use crate::papers::Subject;
use crate::papers::purl::Purl;

/// Adds all container images that are baked in.
pub fn add(draft: &mut Draft, subject: &Subject) -> Result<()> {
    for (reference, image) in &subject.locked.lock().images {
        let whole = container(draft, reference, image.manifest.sha256);
        for blob in &image.layers {
            draft.add_to(&whole, layer(blob.sha256, blob.size));
        }
    }
    for (reference, composed) in subject.composed {
        let whole = container(draft, reference, composed.digest);
        for blob in &composed.manifest.layers {
            draft.add_to(&whole, layer(blob.digest.0, blob.size));
        }
        if let Some(Image::Compose(compose)) = subject.locked.definition().images.get(reference) {
            add_contents(draft, subject, reference, compose, &whole)?;
        }
    }
    Ok(())
}

fn container(draft: &mut Draft, reference: &str, manifest: Sha256) -> String {
    let package = Package::new(id("container", reference), reference).sha256(manifest).purpose("CONTAINER");
    let tag = reference.rsplit_once(':').map(|(_, tag)| tag).filter(|tag| !tag.contains('/'));
    let package = Package { version_info: tag.map(ToOwned::to_owned), ..package };
    let whole = package.id.clone();
    draft.add_to(
        IMAGE,
        match Purl::of_image(reference, &manifest) {
            Some(purl) => package.purl(purl),
            None => package,
        },
    );
    whole
}

fn layer(sha256: Sha256, size: u64) -> Package {
    let package = Package::new(id("layer", &sha256.to_string()), sha256.prefixed());
    Package { comment: Some(format!("{size} bytes")), ..package }.sha256(sha256).purpose("ARCHIVE")
}

/// What a composed image was composed of.
fn add_contents(
    draft: &mut Draft,
    subject: &Subject,
    reference: &str,
    compose: &Compose,
    whole: &str,
) -> Result<()> {
    if !compose.packages.is_empty() {
        debs::add(draft, subject, &image_root(reference), whole)?;
    }
    for (path, file) in &compose.files {
        let part = files::source(draft, subject, path, &file.source)?;
        draft.add_to(whole, part);
    }
    Ok(())
}
