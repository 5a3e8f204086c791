//! Which downloads the steps that must still run need: what is cached already needs none.

use super::built::Built;
use super::plan_of::Plan;
use super::step::Step;
use crate::Result;
use crate::definition::{Download, Image, Source};
use crate::digest::Sha256;
use crate::lock::{self, Locked};
use std::collections::{BTreeMap, BTreeSet};

/// Digests of all that a bake of `plan` takes from the store; the disk itself is made in any case.
pub fn needs(plan: &Plan, locked: &Locked, built: &Built) -> Result<BTreeSet<Sha256>> {
    let mut needs = Needs { locked, built, digests: BTreeSet::new() };
    needs.add_roots(plan)?;
    needs.add_sources(plan);
    needs.add_archives(plan)?;
    needs.add_composed_images(plan)?;
    needs.add_facts(plan)?;
    needs.add_disk()?;
    Ok(needs.digests)
}

struct Needs<'a> {
    locked: &'a Locked,
    built: &'a Built,
    digests: BTreeSet<Sha256>,
}

impl Needs<'_> {
    fn is_pending(&self, step: &Step) -> bool {
        self.built.get(step).is_none()
    }

    fn add_roots(&mut self, plan: &Plan) -> Result<()> {
        let roots = plan.roots.iter().map(|(name, step)| (name.as_str(), step));
        let loaders = plan.loaders.iter().map(|step| (lock::LOADERS, step));
        for (name, step) in roots.chain([(lock::TOOLS, &plan.tools)]).chain(loaders) {
            if self.is_pending(step) {
                self.add_debs(name)?;
            }
        }
        Ok(())
    }

    fn add_debs(&mut self, root: &str) -> Result<()> {
        let debs = self.locked.debs(root)?;
        self.digests.extend(debs.into_iter().map(|deb| deb.sha256));
        Ok(())
    }

    fn add_sources(&mut self, plan: &Plan) {
        for (name, step) in &plan.stages {
            if self.is_pending(step) {
                let packages = self.locked.lock().sources.get(name);
                let files = packages.into_iter().flat_map(BTreeMap::values).flatten();
                self.digests.extend(files.map(|file| file.sha256));
            }
        }
    }

    fn add_archives(&mut self, plan: &Plan) -> Result<()> {
        for (name, artifact) in self.locked.definition().all_artifacts() {
            let pending = plan.archives.get(&name).is_some_and(|step| self.is_pending(step));
            match &artifact.source {
                Source::Archive { download, .. } if pending => self.add(download)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn add_composed_images(&mut self, plan: &Plan) -> Result<()> {
        let locked = self.locked;
        for (reference, step) in &plan.images {
            let Some(Image::Compose(compose)) = locked.definition().images.get(reference) else { continue };
            if !self.is_pending(step) {
                continue;
            }
            if !compose.packages.is_empty() {
                self.add_debs(&lock::image_root(reference))?;
            }
            for file in compose.files.values() {
                if let Source::File(download) = &file.source {
                    self.add(download)?;
                }
            }
        }
        Ok(())
    }

    fn add_facts(&mut self, plan: &Plan) -> Result<()> {
        if self.is_pending(&plan.facts) {
            let roots = lock::installed_roots(self.locked.definition());
            roots.iter().try_for_each(|root| self.add_debs(root))?;
        }
        Ok(())
    }

    /// Files that go into the root file system as they are, addon manifests, pulled images.
    fn add_disk(&mut self) -> Result<()> {
        let locked = self.locked;
        for artifact in locked.definition().all_artifacts().into_values() {
            if let Source::File(download) = &artifact.source {
                self.add(download)?;
            }
        }
        for download in locked.definition().manifests.values() {
            self.add(download)?;
        }
        for image in locked.lock().images.values() {
            let blobs = image.layers.iter().chain([&image.config, &image.manifest]);
            self.digests.extend(blobs.map(|blob| blob.sha256));
        }
        Ok(())
    }

    fn add(&mut self, download: &Download) -> Result<()> {
        self.digests.insert(self.locked.download(download)?.sha256);
        Ok(())
    }
}
