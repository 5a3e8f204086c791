//! Outputs of an earlier bake that a new one can take parts from.

use super::current::Current;
use super::outputs::Manifest;
use crate::context::Context;
use crate::definition::Format;
use crate::output::qcow2;
use crate::plan::{IMGBUILD, Step};
use std::path::{Path, PathBuf};

/// The disk that `directory` holds in both formats, if this very imgbuild wrote them and nobody has touched
/// them since: any doubt costs only time.
pub fn disk(context: &Context, directory: &Path, step: &Step) -> Option<qcow2::Earlier> {
    let manifest = Current::untouched(context, directory)?;
    let ours = step.inputs.get(IMGBUILD);
    if ours.is_none() || manifest.inputs.get(IMGBUILD) != ours {
        return None;
    }
    let open = |format| Some(fs_err::File::open(output(directory, &manifest, format)?).ok()?.into_parts().0);
    qcow2::Earlier::new(open(Format::Raw)?, open(Format::Qcow2)?).ok()
}

fn output(directory: &Path, manifest: &Manifest, format: Format) -> Option<PathBuf> {
    manifest.output(format).map(|(name, _)| directory.join(name))
}
