//! Resolving: from a definition to a lock, keeping what an earlier lock already answers.

use super::archives;
use super::model::{Lock, LockedDownload, LockedImage, SCHEMA};
use super::roots::{BASE, Root, roots};
use super::sections::{FILE, downloads, sections};
use crate::Result;
use crate::apt::isolated::IsolatedApt;
use crate::apt::mirror::Mirror;
use crate::architecture::Architecture;
use crate::context::Context;
use crate::definition::{Definition, Image};
use crate::digest::Sha256;
use crate::error::Fault;
use crate::oci;
use crate::size::ByteSize;
use crate::store::Store;
use std::collections::{BTreeMap, BTreeSet};

/// What to do about what is locked already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// Keep every section that still answers the definition.
    Missing,
    /// Resolve everything anew.
    All,
}

/// Makes a lock for `definition`; sections of `old` are kept as `update` says.
pub fn create(
    context: &Context,
    store: &Store,
    definition: &Definition,
    old: Option<Lock>,
    update: Update,
) -> Result<Lock> {
    let sections = sections(definition)?;
    let old = old.filter(|_| update == Update::Missing).unwrap_or_else(empty);
    if context.offline && !answers_all_but_files(&old, &sections) {
        return Err(Fault::unavailable("a lock cannot be made with `--offline`")
            .hint("make it where the archives can be reached, and bring it here")
            .into());
    }
    let mut resolver =
        Resolver { context, store, definition, sections, old, apts: BTreeMap::new(), lock: empty() };
    resolver.debs()?;
    resolver.source_packages()?;
    resolver.downloads()?;
    resolver.pulls()?;
    resolver.manifests()?;
    resolver.named_images()?;
    warn_of_retired(context, definition);
    resolver.lock.sections = resolver.sections;
    Ok(resolver.lock)
}

/// Whether what `old` lacks can be found on this machine.
fn answers_all_but_files(old: &Lock, sections: &BTreeMap<String, Sha256>) -> bool {
    let mut others = sections.iter().filter(|(name, _)| !name.starts_with(FILE));
    others.all(|(name, sha256)| old.sections.get(name) == Some(sha256))
}

fn warn_of_retired(context: &Context, definition: &Definition) {
    for addon in definition.addons.values() {
        if let Some(why) = &addon.retired {
            context.report.warn(format!("addon `{}`: {why}", addon.name));
        }
    }
}

fn empty() -> Lock {
    Lock {
        schema: SCHEMA,
        sections: BTreeMap::new(),
        epoch: 0,
        debs: BTreeMap::new(),
        roots: BTreeMap::new(),
        sources: BTreeMap::new(),
        downloads: BTreeMap::new(),
        images: BTreeMap::new(),
        named: BTreeMap::new(),
        rendered: BTreeMap::new(),
    }
}

/// A lock in the making.
pub(super) struct Resolver<'a> {
    pub(super) context: &'a Context,
    pub(super) store: &'a Store,
    pub(super) definition: &'a Definition,
    sections: BTreeMap<String, Sha256>,
    pub(super) old: Lock,
    /// Opened when first needed, for each architecture of the definition's archives and of the tools'.
    apts: BTreeMap<(bool, Architecture), IsolatedApt>,
    pub(super) lock: Lock,
}

impl Resolver<'_> {
    pub(super) fn is_kept(&self, section: &str) -> bool {
        let kept = self.old.sections.get(section);
        kept.is_some() && kept == self.sections.get(section)
    }

    fn debs(&mut self) -> Result<()> {
        for (name, root) in roots(self.definition) {
            if self.is_kept(&name) {
                self.keep_root(&name);
            } else {
                self.resolve_root(&name, &root)?;
            }
        }
        Ok(())
    }

    fn keep_root(&mut self, name: &str) {
        let ids = self.old.roots.get(name).cloned().unwrap_or_default();
        let debs = ids.iter().filter_map(|id| Some((id.clone(), self.old.debs.get(id)?.clone())));
        self.lock.debs.extend(debs);
        self.lock.roots.insert(name.into(), ids);
        if name == BASE {
            self.lock.epoch = self.old.epoch;
        }
    }

    fn resolve_root(&mut self, name: &str, root: &Root) -> Result<()> {
        self.context.report.step(format!("resolving the packages of `{name}`"));
        let apt = self.apt(root)?;
        let debs = if root.alone {
            apt.alone(&root.packages)?
        } else {
            apt.resolve(&root.packages, root.essential)?
        };
        let epoch = apt.epoch()?;
        if name == BASE {
            self.lock.epoch = epoch;
        }
        self.lock.roots.insert(name.into(), debs.iter().map(crate::apt::resolve::Deb::id).collect());
        self.lock.debs.extend(debs.into_iter().map(|deb| (deb.id(), deb)));
        Ok(())
    }

    fn source_packages(&mut self) -> Result<()> {
        for (name, stage) in &self.definition.stages {
            let files = if self.is_kept(&format!("sources/{name}")) {
                self.old.sources.get(name).cloned().unwrap_or_default()
            } else {
                self.resolve_sources(&stage.sources)?
            };
            self.lock.sources.insert(name.clone(), files);
        }
        Ok(())
    }

    fn resolve_sources(
        &mut self,
        packages: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, Vec<crate::apt::source_package::SourceFile>>> {
        let root = Root {
            tools: false,
            architecture: self.definition.base.architecture,
            packages: BTreeSet::new(),
            essential: false,
            alone: false,
        };
        let mut files = BTreeMap::new();
        for package in packages {
            files.insert(package.clone(), self.apt(&root)?.source_package(package)?);
        }
        Ok(files)
    }

    fn downloads(&mut self) -> Result<()> {
        for download in downloads(self.definition) {
            let kept = self
                .old
                .downloads
                .get(&download.url)
                .filter(|_| self.is_kept(&format!("download/{}", download.url)));
            let locked = match (kept, download.sha256) {
                (Some(kept), _) => kept.clone(),
                (None, Some(sha256)) => LockedDownload { sha256, size: None },
                (None, None) => {
                    self.context.report.step(format!("recording the digest of `{}`", download.url));
                    let (sha256, size) = self.store.download_unpinned(&download.url, &[], UNPINNED_LIMIT)?;
                    LockedDownload { sha256, size: Some(size) }
                }
            };
            self.lock.downloads.insert(download.url.clone(), locked);
        }
        Ok(())
    }

    fn pulls(&mut self) -> Result<()> {
        for (reference, image) in &self.definition.images {
            let Image::Pull { digest } = image else { continue };
            let kept = self.old.images.get(reference).filter(|_| self.is_kept(&format!("pull/{reference}")));
            let locked = match kept {
                Some(kept) => kept.clone(),
                None => self.resolve_pull(reference, *digest)?,
            };
            self.lock.images.insert(reference.clone(), locked);
        }
        Ok(())
    }

    pub(super) fn resolve_pull(&self, reference: &str, pinned: Option<Sha256>) -> Result<LockedImage> {
        self.context.report.step(format!("resolving image `{reference}`"));
        let mut get = |url: &str, accepted: &[&str]| {
            let candidates = self.context.registries.candidates(url);
            let (sha256, _) = self.store.download_first(&candidates, accepted, oci::MANIFEST_LIMIT)?;
            Ok(fs_err::read(self.store.file(&sha256)?)?)
        };
        oci::resolve(reference, pinned, self.definition.base.architecture, &mut get)
    }

    fn apt(&mut self, root: &Root) -> Result<&IsolatedApt> {
        let key = (root.tools, root.architecture);
        if !self.apts.contains_key(&key) {
            let mirror = Mirror::find(self.context)?;
            let sources = if root.tools {
                archives::of_tools(&mirror)?
            } else {
                archives::of_definition(&mirror, self.definition)?
            };
            self.context.report.step("fetching package indices");
            let apt = IsolatedApt::open(sources, root.architecture, self.context.ca_file.as_deref())?;
            self.apts.insert(key, apt);
        }
        Ok(&self.apts[&key])
    }
}

/// What is downloaded to learn its digest is a manifest or a binary, not a disk.
const UNPINNED_LIMIT: ByteSize = ByteSize::mib(2048);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::addon::images::PullPolicy;
    use crate::context::for_tests;
    use crate::definition;
    use crate::lock::Blob;
    use std::path::Path;

    const IMAGE: &str = "registry.example.org/a:1";

    fn definition_for(architecture: &str) -> Definition {
        let text = format!(
            "schema: 1\nname: a\nbase: {{suites: [x1], kernel: k1, architecture: {architecture}}}\n\
             manifests: {{m.yaml: {{url: 'https://example.org/m.yaml'}}}}\n"
        );
        definition::parse(&text, Path::new("/images/a.yaml")).unwrap()
    }

    fn image() -> LockedImage {
        let blob = || Blob { sha256: Sha256::of("x"), size: 1, media_type: "x".into() };
        LockedImage { manifest: blob(), config: blob(), layers: vec![] }
    }

    /// A lock with nothing but a manifest that names one image.
    fn named() -> Lock {
        let images = BTreeMap::from([(IMAGE.to_owned(), PullPolicy::IfNotPresent)]);
        Lock { named: BTreeMap::from([("m.yaml".to_owned(), images)]), ..empty() }
    }

    /// Looks, without a network, for the image in a lock for amd64.
    fn images_for(architecture: &str) -> Result<BTreeMap<String, LockedImage>> {
        let directory = tempfile::tempdir()?;
        let context = Context { offline: true, ..for_tests(directory.path()) };
        let store = Store::open(&context)?;
        let old = Lock {
            sections: sections(&definition_for("amd64"))?,
            images: BTreeMap::from([(IMAGE.to_owned(), image())]),
            ..named()
        };
        let definition = definition_for(architecture);
        let mut resolver = Resolver {
            context: &context,
            store: &store,
            definition: &definition,
            sections: sections(&definition)?,
            old,
            apts: BTreeMap::new(),
            lock: named(),
        };
        resolver.named_images()?;
        Ok(resolver.lock.images)
    }

    #[test]
    fn images_that_manifests_name_are_kept_for_their_architecture_only() {
        assert_eq!(images_for("amd64").unwrap()[IMAGE], image());
        let error = images_for("arm64").unwrap_err();
        assert!(format!("{error:#}").contains("`--offline` forbids fetching"), "{error:#}");
    }
}
