//! `cluster.json` on its way, host by host: what is said of thousands of hosts must not fill the memory.

use super::summary::{HostSummary, Summary};
use crate::Result;
use anyhow::Context as _;
use std::fs::File;
use std::io::{BufWriter, IntoInnerError, Seek as _, Write as _};

/// How a summary without hosts ends.
const NO_HOSTS: &str = "[]\n}";
/// What ends the line before a host, and every line of it but the last.
const LINE: &str = "\n    ";

/// A summary in a temporary file, byte for byte as serde would have written it in one piece.
pub struct Stream {
    file: BufWriter<File>,
    hosts: usize,
}

impl Stream {
    /// Begins with all that `summary` says; it has no hosts.
    pub fn begin(summary: &Summary) -> Result<Self> {
        let text = serde_json::to_string_pretty(summary)?;
        let head = text.strip_suffix(NO_HOSTS).context("a summary that begins has hosts already")?;
        let mut file = BufWriter::new(tempfile::tempfile().context("creating a temporary file")?);
        write!(file, "{head}[")?;
        Ok(Self { file, hosts: 0 })
    }

    /// Adds a host.
    pub fn push(&mut self, host: &HostSummary) -> Result<()> {
        let comma = if self.hosts == 0 { "" } else { "," };
        // texts in JSON have no line feeds of their own
        let text = serde_json::to_string_pretty(host)?.replace('\n', LINE);
        write!(self.file, "{comma}{LINE}{text}")?;
        self.hosts += 1;
        Ok(())
    }

    /// Ends it; the file is at its beginning.
    pub fn end(mut self) -> Result<File> {
        let line = if self.hosts == 0 { "" } else { "\n  " };
        write!(self.file, "{line}]\n}}")?;
        let mut file = self.file.into_inner().map_err(IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Sha256;
    use crate::kubeadm::testing as fixture;
    use crate::render::summary::Document;
    use crate::render::{Kind, Size};
    use std::collections::BTreeMap;
    use std::io::Read as _;

    fn host(name: &str) -> HostSummary {
        let document = Document { sha256: Sha256::of(name), size: Size { raw: 2, gzip: 1 } };
        HostSummary {
            name: name.to_owned(),
            kind: Kind::Worker,
            folder: name.to_owned(),
            address: None,
            mac: None,
            instance_id: "with a\nline feed".to_owned(),
            documents: BTreeMap::from([("user-data".to_owned(), document)]),
            files: BTreeMap::new(),
        }
    }

    #[test]
    fn hosts_one_by_one_make_the_same_bytes_as_all_at_once() {
        let (cluster, image) = (fixture::cluster(), fixture::image(36, "registry.k8s.io"));
        let cases: [&[&str]; 3] = [&[], &["a"], &["a", "b", "c"]];
        for names in cases {
            let mut summary = Summary::of(&fixture::scope(&cluster, &image));
            let mut stream = Stream::begin(&summary).unwrap();
            for name in names {
                stream.push(&host(name)).unwrap();
            }
            let mut streamed = String::new();
            stream.end().unwrap().read_to_string(&mut streamed).unwrap();
            summary.hosts = names.iter().map(|name| host(name)).collect();
            assert_eq!(streamed, serde_json::to_string_pretty(&summary).unwrap());
            assert_eq!(Stream::begin(&summary).is_ok(), names.is_empty());
        }
    }
}
