//! How output files are listed.

use super::format::Format;
use crate::Result;
use crate::bake::Output;
use crate::size::human;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// The files `outputs` in `directory`: a line each as `sha256sum` writes it, with the size.
pub fn list(outputs: &BTreeMap<String, Output>, directory: &Path, format: Format) -> Result<String> {
    format.print(outputs, || {
        let mut text = String::new();
        for (name, output) in outputs {
            let path = directory.join(name);
            let _ = writeln!(text, "{}  {}  {}", output.sha256, path.display(), human(output.size));
        }
        text
    })
}
