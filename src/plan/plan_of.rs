//! From a locked definition to its steps.

use super::step::{IMGBUILD, Inputs, Step};
use crate::Result;
use crate::definition::{Compose, Definition, Image, OverlayContent, Source};
use crate::digest::Sha256;
use crate::lock::{self, Locked};
use crate::papers::facts;
use crate::stages::{self, BUILD_EPOCH};
use crate::template::Templates;
use crate::{disk, layers, oci};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

/// The steps of one image. A map's key is the name in the definition.
pub struct Plan {
    /// The pinned root with the tools that shape bytes.
    pub tools: Step,
    /// The root with what firmware starts, if the tools root has none of it.
    pub loaders: Option<Step>,
    /// Package roots by the lock's names: `base`, `stage/…`.
    pub roots: BTreeMap<String, Step>,
    /// Builds.
    pub stages: BTreeMap<String, Step>,
    /// Unpacked archives, by artifact name.
    pub archives: BTreeMap<String, Step>,
    /// Composed container images, by reference.
    pub images: BTreeMap<String, Step>,
    /// What the debs in the image and in composed container images say of themselves.
    pub facts: Step,
    /// The disk and all outputs.
    pub disk: Step,
}

impl Plan {
    /// The plan for `locked`, whose templates are `templates` and which gets the agent of digest `agent`.
    pub fn of(locked: &Locked, templates: &Templates, agent: Option<Sha256>) -> Result<Self> {
        let planner = Planner { locked, definition: locked.definition(), templates, agent };
        let tools = planner.tools()?;
        let loaders = planner.loaders()?;
        let roots = planner.roots(&tools)?;
        let stages = planner.stages(&roots)?;
        let archives = planner.archives()?;
        let images = planner.images(&stages)?;
        let facts = planner.facts()?;
        let disk = planner.disk(&tools, loaders.as_ref(), &roots, &stages, &archives, &images)?;
        Ok(Self { tools, loaders, roots, stages, archives, images, facts, disk })
    }

    /// All steps in an order in which each has what it needs.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        let made = [&self.roots, &self.stages, &self.archives, &self.images];
        let made = made.into_iter().flat_map(BTreeMap::values);
        std::iter::once(&self.tools).chain(&self.loaders).chain(made).chain([&self.facts, &self.disk])
    }
}

struct Planner<'a> {
    locked: &'a Locked,
    definition: &'a Definition,
    templates: &'a Templates,
    agent: Option<Sha256>,
}

impl Planner<'_> {
    fn tools(&self) -> Result<Step> {
        let inputs = Inputs::new()
            .with("recipe", stages::tools::RECIPE)
            .with_digest("tool packages", &self.locked.debs(lock::TOOLS)?);
        Ok(Step::new("tools", "tools root", inputs))
    }

    fn loaders(&self) -> Result<Option<Step>> {
        if !lock::roots(self.definition).contains_key(lock::LOADERS) {
            return Ok(None);
        }
        let inputs = Inputs::new()
            .with("recipe", stages::tools::RECIPE)
            .with_digest("loader packages", &self.locked.debs(lock::LOADERS)?);
        Ok(Some(Step::new("loaders", "boot loaders", inputs)))
    }

    fn roots(&self, tools: &Step) -> Result<BTreeMap<String, Step>> {
        let stages = self.definition.stages.keys().map(|stage| lock::stage_root(stage));
        let names = std::iter::once(lock::BASE.to_owned()).chain(stages);
        names.map(|name| Ok((name.clone(), self.root(&name, tools)?))).collect()
    }

    fn root(&self, name: &str, tools: &Step) -> Result<Step> {
        let base = &self.definition.base;
        let is_base = name == lock::BASE;
        let mut inputs = Inputs::new()
            .with("recipe", stages::root::RECIPE)
            .with("tools root", tools.key)
            .with("suite", &base.suites[0])
            .with("epoch", if is_base { self.locked.lock().epoch } else { BUILD_EPOCH })
            .with_digest("package list", &lock::roots(self.definition).get(name));
        for deb in self.locked.debs(name)? {
            inputs.add(format!("package `{}`", deb.package), format!("{} {}", deb.version, deb.sha256));
        }
        if is_base {
            let pinned = base.repositories.values().map(|repository| &repository.packages);
            let pinned: Vec<_> = pinned.collect();
            inputs = inputs.with_digest("`base.hold`", &json!([base.hold, pinned]));
            inputs = inputs.with_digest("`base.path_exclude`", &base.path_exclude);
        }
        Ok(Step::new("root", format!("root {name}"), inputs))
    }

    fn stages(&self, roots: &BTreeMap<String, Step>) -> Result<BTreeMap<String, Step>> {
        let stage = |name: &String| Ok((name.clone(), self.stage(name, &roots[&lock::stage_root(name)])?));
        self.definition.stages.keys().map(stage).collect()
    }

    fn stage(&self, name: &str, root: &Step) -> Result<Step> {
        let stage = &self.definition.stages[name];
        let inputs = Inputs::new()
            .with("recipe", stages::build::RECIPE)
            .with("build root", root.key)
            .with("epoch", BUILD_EPOCH)
            .with(format!("script `{}`", file_name(&stage.script)), Sha256::of_file(&stage.script)?)
            .with_digest("sources", &self.locked.lock().sources.get(name))
            .with_digest("environment", &stage.environment)
            .with_digest("outputs", &stage.outputs);
        Ok(Step::new("stage", format!("stage {name}"), inputs))
    }

    fn archives(&self) -> Result<BTreeMap<String, Step>> {
        let mut steps = BTreeMap::new();
        for (name, artifact) in self.definition.all_artifacts() {
            if let Source::Archive { download, strip, members } = &artifact.source {
                let inputs = Inputs::new()
                    .with("recipe", layers::ARCHIVE_RECIPE)
                    .with("epoch", self.locked.lock().epoch) // members' times are lowered to it
                    .with("archive", self.locked.download(download)?.sha256)
                    .with("strip", strip)
                    .with_digest("members", members);
                steps.insert(name.clone(), Step::new("archive", format!("archive {name}"), inputs));
            }
        }
        Ok(steps)
    }

    fn images(&self, stages: &BTreeMap<String, Step>) -> Result<BTreeMap<String, Step>> {
        let mut steps = BTreeMap::new();
        for (reference, image) in &self.definition.images {
            if let Image::Compose(compose) = image {
                steps.insert(reference.clone(), self.image(reference, compose, stages)?);
            }
        }
        Ok(steps)
    }

    fn image(&self, reference: &str, compose: &Compose, stages: &BTreeMap<String, Step>) -> Result<Step> {
        let mut inputs = Inputs::new()
            .with("recipe", oci::COMPOSE_RECIPE)
            .with("epoch", self.locked.lock().epoch)
            .with("architecture", self.definition.base.architecture)
            .with_digest("configuration", compose);
        if !compose.packages.is_empty() {
            for deb in self.locked.debs(&lock::image_root(reference))? {
                inputs.add(format!("package `{}`", deb.package), deb.sha256);
            }
        }
        for (path, file) in &compose.files {
            inputs.add(format!("file `{path}`"), self.source(&file.source, stages)?);
        }
        Ok(Step::new("image", format!("image {reference}"), inputs))
    }

    fn facts(&self) -> Result<Step> {
        let mut inputs = Inputs::new().with("recipe", facts::RECIPE);
        for root in lock::installed_roots(self.definition) {
            for deb in self.locked.debs(&root)? {
                inputs.add(format!("package `{}`", deb.id()), deb.sha256);
            }
        }
        Ok(Step::new("facts", "facts of packages", inputs))
    }

    /// What stands for the bytes of `source`: their digest, or the key of the stage that makes them.
    fn source(&self, source: &Source, stages: &BTreeMap<String, Step>) -> Result<String> {
        Ok(match source {
            Source::File(download) | Source::Archive { download, .. } => {
                self.locked.download(download)?.sha256.to_string()
            }
            Source::Stage { stage, output } => format!("{} {output}", stages[stage].key),
            Source::Local(path) => Sha256::of_file(path)?.to_string(),
        })
    }

    fn disk(
        &self,
        tools: &Step,
        loaders: Option<&Step>,
        roots: &BTreeMap<String, Step>,
        stages: &BTreeMap<String, Step>,
        archives: &BTreeMap<String, Step>,
        images: &BTreeMap<String, Step>,
    ) -> Result<Step> {
        let definition = self.definition;
        let mut inputs = Inputs::new()
            .with(IMGBUILD, env!("IMGBUILD_SOURCE_DIGEST"))
            .with("recipe", disk::RECIPE)
            .with("tools root", tools.key)
            .with("base packages", roots[lock::BASE].key)
            .with_digest("definition", definition);
        if let Some(loaders) = loaders {
            inputs.add("boot loaders", loaders.key);
        }
        for (name, artifact) in definition.all_artifacts() {
            let made = archives.get(&name).map(|step| step.key.to_string());
            let value = made.map_or_else(|| self.source(&artifact.source, stages), Ok)?;
            inputs.add(format!("artifact `{name}`"), value);
        }
        self.add_manifests(&mut inputs)?;
        self.add_images(&mut inputs, images);
        if let Some(agent) = self.agent {
            inputs.add("on-host agent", agent);
        }
        self.add_files(&mut inputs)?;
        Ok(Step::new("disk", "disk and outputs", inputs))
    }

    fn add_manifests(&self, inputs: &mut Inputs) -> Result<()> {
        for (name, download) in &self.definition.manifests {
            inputs.add(format!("manifest `{name}`"), self.locked.download(download)?.sha256);
        }
        for (name, text) in &self.locked.lock().rendered {
            inputs.add(format!("manifest `{name}`"), Sha256::of(text));
        }
        Ok(())
    }

    fn add_images(&self, inputs: &mut Inputs, composed: &BTreeMap<String, Step>) {
        for (reference, step) in composed {
            inputs.add(format!("image `{reference}`"), step.key);
        }
        for (reference, image) in &self.locked.lock().images {
            inputs.add(format!("image `{reference}`"), image.manifest.sha256);
        }
    }

    /// Templates and files, whose content is not in the definition.
    fn add_files(&self, inputs: &mut Inputs) -> Result<()> {
        for overlay in self.definition.overlay.values() {
            match &overlay.content {
                OverlayContent::Template(name) => {
                    inputs.add(format!("template `{name}`"), self.templates.source_digest(name)?);
                }
                OverlayContent::File(path) => {
                    inputs.add(format!("file `{}`", file_name(path)), Sha256::of_file(path)?);
                }
                OverlayContent::Text(_) | OverlayContent::Link(_) | OverlayContent::Directory => {}
            }
        }
        for name in crate::bake::TEMPLATES {
            inputs.add(format!("template `{name}`"), self.templates.source_digest(name)?);
        }
        for (name, repository) in &self.definition.base.repositories {
            inputs.add(format!("key of repository `{name}`"), Sha256::of_file(&repository.key)?);
        }
        Ok(())
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lock::Lock;
    use crate::papers::testing::Sample;

    #[test]
    fn what_is_unpacked_is_of_the_epoch_that_it_was_unpacked_for() {
        let sample = Sample::new("3.0.15-1");
        let key = |epoch| {
            let lock = Lock { epoch, ..sample.locked.lock().clone() };
            let definition = sample.locked.definition().clone();
            let templates = Templates::open(&definition.directory).unwrap();
            Plan::of(&Locked::for_tests(definition, lock), &templates, None).unwrap().archives["cni"].key
        };
        assert_ne!(key(1), key(2));
    }
}
