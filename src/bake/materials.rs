//! What an image is put together from: the results of all steps but the last, made or found in the cache.

use super::{Bakery, images};
use crate::Result;
use crate::apt::repository;
use crate::apt::resolve::Deb;
use crate::architecture::Architecture;
use crate::definition::Source;
use crate::environment::Stopwatch;
use crate::layers;
use crate::layers::archive::Limits;
use crate::lock;
use crate::papers::facts::{self, Facts};
use crate::plan::{Step, Workplace};
use crate::stages::build::{SourceFiles, Workshop};
use crate::stages::{BUILD_EPOCH, build, emulation, root, tools};
use anyhow::Context as _;
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// The result of the step that reads what packages say of themselves.
const FACTS: &str = "facts.json";

/// Results by the names that the plan gives them.
pub struct Materials {
    /// The tools root, a folder.
    pub tools: PathBuf,
    /// The root with what firmware starts, a folder; for most images it is the tools root.
    pub loaders: PathBuf,
    /// Package roots, each a tar.
    pub roots: BTreeMap<String, PathBuf>,
    /// Stages, each a folder with one file per output.
    pub stages: BTreeMap<String, PathBuf>,
    /// Unpacked archives, each a normalised tar.
    pub archives: BTreeMap<String, PathBuf>,
    /// Composed images, each a folder with `layer.tar`, `config.json`, `manifest.json`.
    pub images: BTreeMap<String, PathBuf>,
    /// What the packages in the image say of themselves.
    pub facts: Facts,
}

impl Materials {
    /// Makes what is missing. Archives come first: what is wrong with one shall be said before minutes are
    /// spent. Roots are made side by side, since package installation keeps one core busy.
    pub fn make(bakery: &Bakery) -> Result<Self> {
        let mut archives = BTreeMap::new();
        for (name, step) in &bakery.plan.archives {
            archives.insert(name.clone(), archive(bakery, name, step)?);
        }
        let tools = tools_root(bakery)?;
        let loaders = loaders(bakery, &tools)?;
        let (roots, facts) = roots_and_facts(bakery, &tools)?;
        let mut stages = BTreeMap::new();
        for name in bakery.plan.stages.keys() {
            stages.insert(name.clone(), stage(bakery, name, &roots)?);
        }
        let mut materials = Self { tools, loaders, roots, stages, archives, images: BTreeMap::new(), facts };
        for (reference, step) in &bakery.plan.images {
            let made =
                bakery.get_or_make(step, |place| images::compose(bakery, &materials, reference, place))?;
            materials.images.insert(reference.clone(), made);
        }
        Ok(materials)
    }

    /// The file that `source` stands for.
    pub fn file(&self, bakery: &Bakery, source: &Source) -> Result<PathBuf> {
        match source {
            Source::File(download) | Source::Archive { download, .. } => {
                bakery.store.file(&bakery.locked.download(download)?.sha256)
            }
            Source::Stage { stage, output } => Ok(self.stages[stage].join(output)),
            Source::Local(path) => Ok(path.clone()),
        }
    }
}

impl Bakery<'_> {
    /// Runs `make` unless its result is cached, and says how long it took.
    fn get_or_make(&self, step: &Step, make: impl FnOnce(&Workplace) -> Result<()>) -> Result<PathBuf> {
        self.built.get_or_make(step, |place| {
            self.context.report.step(format!("building {}", step.name));
            let stopwatch = Stopwatch::new();
            make(place)?;
            let seconds = stopwatch.elapsed().as_secs_f32();
            self.context.report.step(format!("built {} in {seconds:.1} s", step.name));
            Ok(())
        })
    }

    /// The locked debs of `root` with their files in the store.
    pub(super) fn deb_files(&self, root: &str) -> Result<Vec<(&Deb, PathBuf)>> {
        let debs = self.locked.debs(root)?;
        debs.into_iter().map(|deb| Ok((deb, self.store.file(&deb.sha256)?))).collect()
    }
}

fn tools_root(bakery: &Bakery) -> Result<PathBuf> {
    let made = bakery.get_or_make(&bakery.plan.tools, |place| {
        let debs = deb_paths(bakery, lock::TOOLS)?;
        tools::make(&debs, &place.out.join("root"), &place.folder("spool")?, bakery.context.jobs)
    })?;
    Ok(made.join("root"))
}

fn loaders(bakery: &Bakery, tools: &Path) -> Result<PathBuf> {
    let Some(step) = &bakery.plan.loaders else { return Ok(tools.to_owned()) };
    let made = bakery.get_or_make(step, |place| {
        let debs = deb_paths(bakery, lock::LOADERS)?;
        tools::make_loaders(&debs, &place.out.join("root"), &place.folder("spool")?, bakery.context.jobs)
    })?;
    Ok(made.join("root"))
}

fn deb_paths(bakery: &Bakery, root: &str) -> Result<Vec<PathBuf>> {
    Ok(bakery.deb_files(root)?.into_iter().map(|(_, path)| path).collect())
}

/// Both start from the debs alone.
fn roots_and_facts(bakery: &Bakery, tools: &Path) -> Result<(BTreeMap<String, PathBuf>, Facts)> {
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| package_facts(bakery));
        let roots = package_roots(bakery, tools);
        let facts = reader.join().unwrap_or_else(|_| anyhow::bail!("a thread panicked"));
        Ok((roots?, facts?))
    })
}

fn package_facts(bakery: &Bakery) -> Result<Facts> {
    let made = bakery.get_or_make(&bakery.plan.facts, |place| {
        let mut debs = BTreeMap::new();
        for root in lock::installed_roots(bakery.locked.definition()) {
            debs.extend(bakery.deb_files(&root)?.into_iter().map(|(deb, path)| (deb.id(), (deb, path))));
        }
        let debs: Vec<_> = debs.into_values().collect();
        let facts = facts::read(&debs, bakery.context.jobs)?;
        Ok(fs_err::write(place.out.join(FACTS), serde_json::to_vec_pretty(&facts)?)?)
    })?;
    let path = made.join(FACTS);
    serde_json::from_slice(&fs_err::read(&path)?).with_context(|| format!("reading `{}`", path.display()))
}

fn package_roots(bakery: &Bakery, tools: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let make = |name: &String, step: &Step| -> Result<(String, PathBuf)> {
        let made = bakery.get_or_make(step, |place| package_root(bakery, name, tools, place))?;
        Ok((name.clone(), made.join("root.tar")))
    };
    std::thread::scope(|scope| {
        let started: Vec<_> =
            bakery.plan.roots.iter().map(|(name, step)| scope.spawn(move || make(name, step))).collect();
        let joined = started.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined.map(|result| result.unwrap_or_else(|_| anyhow::bail!("a thread panicked"))).collect()
    })
}

fn package_root(bakery: &Bakery, name: &str, tools: &Path, place: &Workplace) -> Result<()> {
    let definition = bakery.locked.definition();
    let repository = place.folder("repository")?;
    let entries: Vec<_> = bakery.deb_files(name)?.into_iter().map(entry).collect();
    repository::write(&repository, &definition.base.suites[0], &entries)
        .context("laying out the locked packages")?;
    let nothing = BTreeSet::new();
    let is_base = name == lock::BASE;
    let listed = &lock::roots(definition)[name];
    say_if_emulated(bakery, listed.architecture, &format!("the maintainer scripts of root {name}"));
    let recipe = root::Recipe {
        packages: &listed.packages.iter().map(|wanted| without_version(wanted)).collect(),
        hold: if is_base { &definition.base.held() } else { &nothing },
        path_exclude: if is_base { &definition.base.path_exclude } else { &nothing },
        suite: &definition.base.suites[0],
        architecture: listed.architecture,
        epoch: if is_base { bakery.locked.lock().epoch } else { BUILD_EPOCH },
    };
    let place = root::Place { scratch: &place.folder("tmp")?, out: &place.out, log: &place.log };
    root::make(tools, &recipe, &repository, &place)
}

fn entry((deb, file): (&Deb, PathBuf)) -> repository::Entry {
    let name = repository::file_name(&deb.package, &deb.version, &deb.architecture);
    repository::Entry { deb: file, name, size: deb.size, sha256: deb.sha256 }
}

/// `NAME` of `NAME=VERSION`: the repository has no other version.
fn without_version(wanted: &str) -> String {
    wanted.split('=').next().unwrap_or(wanted).to_owned()
}

/// It takes several times as long, and whoever waits for it should know why.
fn say_if_emulated(bakery: &Bakery, architecture: Architecture, what: &str) {
    if emulation::is_needed(architecture) {
        let through = format!("as programs of {architecture} through qemu-user, which takes a while");
        bakery.context.report.step(format!("running {what} {through}"));
    }
}

fn stage(bakery: &Bakery, name: &str, roots: &BTreeMap<String, PathBuf>) -> Result<PathBuf> {
    let (definition, root) = (bakery.locked.definition(), lock::stage_root(name));
    bakery.get_or_make(&bakery.plan.stages[name], |place| {
        let architecture = lock::roots(definition)[&root].architecture;
        say_if_emulated(bakery, architecture, &format!("the script of stage {name}"));
        let workshop = Workshop {
            root_tar: &roots[&root],
            scratch: &place.scratch,
            out: &place.out,
            log: &place.log,
            epoch: BUILD_EPOCH,
            jobs: bakery.context.jobs,
        };
        build::run(name, &definition.stages[name], &source_files(bakery, name)?, &workshop)
    })
}

fn source_files(bakery: &Bakery, stage: &str) -> Result<Vec<SourceFiles>> {
    let packages = bakery.locked.lock().sources.get(stage).into_iter().flatten();
    let files = packages.map(|(package, files)| {
        let files = files.iter().map(|file| Ok((file.name.clone(), bakery.store.file(&file.sha256)?)));
        Ok(SourceFiles { package: package.clone(), files: files.collect::<Result<_>>()? })
    });
    files.collect()
}

fn archive(bakery: &Bakery, name: &str, step: &Step) -> Result<PathBuf> {
    let artifact = bakery.locked.definition().all_artifacts()[name];
    let made = bakery.get_or_make(step, |place| {
        let Source::Archive { download, strip, members } = &artifact.source else {
            anyhow::bail!("`{name}` is no archive");
        };
        let file = bakery.store.file(&bakery.locked.download(download)?.sha256)?;
        let selection = layers::archive::Selection { strip: *strip, members };
        let out = BufWriter::new(fs_err::File::create(place.out.join("members.tar"))?);
        let epoch = bakery.locked.lock().epoch;
        layers::archive::normalise(&file, selection, Limits::default(), epoch, out)
            .with_context(|| format!("unpacking `{}`", download.url))
    })?;
    Ok(made.join("members.tar"))
}
