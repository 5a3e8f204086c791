//! The apt archives that a lock is resolved from, each with the keys that must have signed it.

use crate::Result;
use crate::apt::mirror::{self, Mirror};
use crate::apt::sources::Source;
use crate::definition::{Base, Definition};
use crate::error::{Fault, Kind};
use crate::stages::tools;
use std::path::PathBuf;

/// The keys of Debian's archives, as the package `debian-archive-keyring` installs them.
const DEBIAN_KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Where the tools root comes from.
pub fn of_tools(mirror: &Mirror) -> Result<Vec<Source>> {
    Ok(vec![debian(mirror, mirror::DEBIAN, vec![tools::SUITE.into()], vec!["main".into()], false)?])
}

/// Where everything that `definition` names comes from.
pub fn of_definition(mirror: &Mirror, definition: &Definition) -> Result<Vec<Source>> {
    let base = &definition.base;
    let with_sources = definition.stages.values().any(|stage| !stage.sources.is_empty());
    let mut sources = Vec::new();
    for archive in [mirror::DEBIAN, mirror::SECURITY] {
        let suites: Vec<String> =
            base.suites.iter().filter(|suite| mirror::archive_of(suite) == archive).cloned().collect();
        if !suites.is_empty() {
            sources.push(debian(mirror, archive, suites, base.components.clone(), with_sources)?);
        }
    }
    sources.extend(repositories(base));
    Ok(sources)
}

fn debian(
    mirror: &Mirror,
    archive: &str,
    suites: Vec<String>,
    components: Vec<String>,
    with_sources: bool,
) -> Result<Source> {
    let key = PathBuf::from(DEBIAN_KEYS);
    if !key.exists() {
        return Err(Fault::new(Kind::MissingTool, format!("`{DEBIAN_KEYS}` is not on this machine"))
            .hint("apt-get install debian-archive-keyring")
            .into());
    }
    Ok(Source {
        archive: archive.into(),
        url: mirror.base(archive)?.into(),
        suites,
        components,
        key,
        with_sources,
    })
}

fn repositories(base: &Base) -> impl Iterator<Item = Source> {
    base.repositories.iter().map(|(name, repository)| Source {
        archive: name.clone(),
        url: repository.url.trim_end_matches('/').to_owned(),
        suites: vec![repository.suite.clone()],
        components: repository.components.clone(),
        key: repository.key.clone(),
        with_sources: false,
    })
}
