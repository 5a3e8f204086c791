//! Baked images as verbs find them: by name in `dist/`, by their folder, or by a file in it.

use crate::Result;
use crate::bake::{MANIFEST, Manifest};
use crate::digest::Sha256;
use crate::error::Fault;
use crate::papers;
use std::path::{Path, PathBuf};

/// The folder of outputs that `image` means: its name in `dist`, that of its definition, the folder itself or a file
/// in it.
pub fn folder(dist: &Path, image: &Path) -> PathBuf {
    let named = dist.join(image);
    let defined = || dist.join(image.file_stem().unwrap_or_default());
    let is_baked = |folder: &&PathBuf| folder.join(MANIFEST).is_file();
    let beside = image.parent().filter(|_| image.is_file()).map(Path::to_owned);
    let candidates = [Some(named.clone()), Some(image.to_owned()), beside, Some(defined())];
    candidates.iter().flatten().find(is_baked).cloned().unwrap_or(named)
}

/// The name of the image in `folder`.
pub fn name(folder: &Path) -> String {
    match Manifest::read(folder) {
        Ok(manifest) => manifest.image,
        Err(_) => folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
    }
}

/// The bill of materials of `image`, which is the one that was baked.
///
/// # Errors
/// There is none, or it was changed.
pub fn sbom(dist: &Path, image: &Path) -> Result<PathBuf> {
    let folder = folder(dist, image);
    let manifest = Manifest::read(&folder)?;
    let name = papers::sbom_name(&manifest.image);
    let path = folder.join(&name);
    match manifest.papers.get(&name) {
        None => {
            let message = format!("`{}` was baked without a bill of materials", folder.display());
            Err(Fault::usage(message).hint("bake it with this imgbuild").into())
        }
        Some(paper) if Sha256::of_file(&path)? == paper.sha256 => Ok(path),
        Some(_) => Err(Fault::mismatch(format!("`{}` is not what was baked", path.display()))
            .hint("run `imgbuild bake` again")
            .into()),
    }
}
