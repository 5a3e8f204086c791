//! Which image a verb is about, and how it is opened.

use super::definition_file;
use crate::Result;
use crate::bake::Bakery;
use crate::context::Context;
use crate::definition::{self, Definition};
use crate::error::{self, Kind};
use crate::lock::{self, Lock, Locked, Update};
use crate::store::Store;
use crate::template::Templates;
use clap::Args;
use std::path::{Path, PathBuf};

/// The image that is baked when none is named: all of it comes from Debian's archive.
pub const DEFAULT: &str = "debian-12-archive";

/// The definition argument.
#[derive(Args)]
pub struct ImageArgs {
    /// Image definition: a file, or the name of one in images/
    #[arg(value_name = "IMAGE", default_value = DEFAULT)]
    image: PathBuf,
}

/// The definition argument of verbs that need its lock.
#[derive(Args)]
pub struct LockedImageArgs {
    #[command(flatten)]
    image: ImageArgs,
    /// Refuse a missing or stale lock instead of making it
    #[arg(long)]
    locked: bool,
}

impl LockedImageArgs {
    /// The definition, whatever is locked.
    pub fn definition(&self) -> Result<Definition> {
        definition::load(&self.image.path()?)
    }

    /// Opens the image, making a missing or stale lock unless `--locked` forbids it.
    pub fn open(&self, context: &Context) -> Result<Opened> {
        Opened::open(context, &self.image.path()?, self.locked)
    }
}

impl ImageArgs {
    /// What the user wrote.
    pub fn named(&self) -> &Path {
        &self.image
    }

    /// The definition file.
    pub fn path(&self) -> Result<PathBuf> {
        definition_file::IMAGE.find(&self.image)
    }
}

/// An opened image with everything that verbs do with it.
pub struct Opened {
    /// The definition with its lock.
    pub locked: Locked,
    store: Store,
    templates: Templates,
}

impl Opened {
    /// Opens the image at `path`; a missing or stale lock is made unless `locked` forbids it.
    pub fn open(context: &Context, path: &Path, locked: bool) -> Result<Self> {
        let definition = definition::load(path)?;
        let store = Store::open(context)?;
        let templates = Templates::open(&definition.directory)?;
        let locked = match Locked::open(definition.clone(), path) {
            Err(error) if !locked && error::is(&error, Kind::Stale) => {
                context.report.step(format!("{error}: making the lock"));
                make_lock(context, &store, &definition, path, Update::Missing)?;
                Locked::open(definition, path)?
            }
            opened => opened?,
        };
        Ok(Self { locked, store, templates })
    }

    /// A bakery for it.
    pub fn bakery<'a>(&'a self, context: &'a Context) -> Result<Bakery<'a>> {
        Bakery::new(context, &self.store, &self.locked, &self.templates)
    }
}

/// Resolves `definition` and writes its lock beside `path`; says whether it changed.
pub fn make_lock(
    context: &Context,
    store: &Store,
    definition: &Definition,
    path: &Path,
    update: Update,
) -> Result<bool> {
    let lock_path = lock::path_for(path);
    let old = if update == Update::All { None } else { Lock::known(path)? };
    let before = fs_err::read_to_string(&lock_path).unwrap_or_default();
    let lock = lock::create(context, store, definition, old, update)?;
    if lock.to_json()? == before {
        return Ok(false);
    }
    lock.write(&lock_path)?;
    Ok(true)
}
