//! Runs a plan from end to end: fetch, roots, stages, layers, disk, outputs.

mod agent;
mod apt_files;
mod assemble;
mod boxes;
mod current;
mod disk;
mod earlier;
mod image_record;
mod images;
mod materials;
mod outputs;
mod papers;
mod publish;
mod repack;
mod writeback;

pub use current::Current;
pub use image_record::{ImageRecord, KubernetesRecord, Origin};
pub use outputs::{MANIFEST, Manifest, Output, Paper};
pub use repack::{Request, repack};

use crate::Result;
use crate::architecture::Architecture;
use crate::bundle::{self, Added};
use crate::context::Context;
use crate::definition::Definition;
use crate::error::Fault;
use crate::lock::Locked;
use crate::plan::{self, Built, Explanation, History, Plan};
use crate::size::human;
use crate::stages::{emulation, sandbox};
use crate::store::{Fetched, Store, Want};
use crate::template::Templates;
use agent::Agent;
use materials::Materials;
use std::path::{Path, PathBuf};

/// Templates that every image gets, whatever its definition lists.
pub const TEMPLATES: [&str; 2] = [GRUB_CONFIG, FSTAB];
pub(crate) const GRUB_CONFIG: &str = "boot/grub.cfg";
pub(crate) const FSTAB: &str = "etc/fstab";

/// Fails, saying what to do, if this machine lacks what a bake of `definition` needs: before a lock is made for it.
pub fn require(context: &Context, definition: &Definition) -> Result<()> {
    require_architecture(definition.base.architecture)?;
    Agent::of(context, definition).map(drop)
}

/// The boot code for a BIOS is put together by the tools of amd64, and what packages bring along must run.
fn require_architecture(image: Architecture) -> Result<()> {
    let machine = Architecture::of_this_machine();
    if (machine, image) == (Architecture::Arm64, Architecture::Amd64) {
        let message = format!("images for `{image}` cannot be baked on `{machine}`");
        return Err(Fault::usage(message).hint(format!("bake it on a machine of `{image}`")).into());
    }
    emulation::require(image)
}

/// Everything a bake needs.
pub struct Bakery<'a> {
    context: &'a Context,
    store: &'a Store,
    locked: &'a Locked,
    templates: &'a Templates,
    built: Built,
    agent: Option<Agent>,
    plan: Plan,
}

impl<'a> Bakery<'a> {
    /// Plans `locked`; nothing runs yet.
    pub fn new(
        context: &'a Context,
        store: &'a Store,
        locked: &'a Locked,
        templates: &'a Templates,
    ) -> Result<Self> {
        let built = Built::open(context)?;
        let agent = Agent::of(context, locked.definition())?;
        let plan = Plan::of(locked, templates, agent.as_ref().map(|agent| agent.sha256))?;
        Ok(Self { context, store, locked, templates, built, agent, plan })
    }

    /// Downloads what the store lacks of all that the lock names.
    pub fn fetch(&self) -> Result<Fetched> {
        self.fetch_wants(&plan::wants(self.context, self.locked, |_| true)?)
    }

    /// Fetches everything and puts it into the folder `directory`, which then serves in places without a network.
    pub fn bundle(&self, directory: &Path) -> Result<Added> {
        let wants = plan::wants(self.context, self.locked, |_| true)?;
        self.fetch_wants(&wants)?;
        bundle::write(self.context, self.store, self.locked, &wants, directory)
    }

    /// What steps need from the store whose results are not there yet.
    fn pending_wants(&self) -> Result<Vec<Want>> {
        let needs = plan::needs(&self.plan, self.locked, &self.built)?;
        plan::wants(self.context, self.locked, |sha256| needs.contains(sha256))
    }

    fn fetch_wants(&self, wants: &[Want]) -> Result<Fetched> {
        let fetched = self.store.fetch(wants)?;
        if fetched.downloaded > 0 {
            let size = human(fetched.bytes);
            self.context.report.step(format!("fetched {} files, {size}", fetched.downloaded));
        }
        Ok(fetched)
    }

    /// What [`Bakery::bake`] would do.
    pub fn explain(&self, dist: &Path) -> Result<Explanation> {
        let current = Current::find(self.context, &self.directory(dist), &self.plan.disk)?.is_some();
        let wants = if current { Vec::new() } else { self.pending_wants()? };
        Ok(plan::explain(&self.plan, &wants, self.store, &self.built, &self.history(), current))
    }

    /// Makes the image's folder below `dist` hold what the lock says, doing only what is not done yet.
    pub fn bake(&self, dist: &Path) -> Result<Manifest> {
        let directory = self.directory(dist);
        let _alone = Current::lock(self.context, &directory)?;
        // a run that was killed at its very end left the old image beside the new one, which is found below
        publish::clear(&directory)?;
        if let Some(manifest) = Current::find(self.context, &directory, &self.plan.disk)? {
            self.context.report.step(format!("`{}` is up to date", directory.display()));
            return Ok(manifest);
        }
        let manifest = self.bake_anew(&directory)?;
        Current::remember(self.context, &directory, &manifest)?;
        self.history().record(self.plan.steps())?;
        Ok(manifest)
    }

    /// Makes all outputs in `directory`, whether or not they are there already; cached layers are used.
    pub fn bake_anew(&self, directory: &Path) -> Result<Manifest> {
        require_architecture(self.locked.definition().base.architecture)?;
        sandbox::require()?;
        self.fetch_wants(&self.pending_wants()?)?;
        let materials = Materials::make(self)?;
        let tree = assemble::tree(self, &materials)?;
        publish::publish(self, &materials, &tree, directory)
    }

    fn directory(&self, dist: &Path) -> PathBuf {
        dist.join(&self.locked.definition().name)
    }

    fn history(&self) -> History {
        History::open(self.context, &self.locked.definition().name)
    }
}
