//! The Tera sources of configuration that goes into an image.
//!
//! imgbuild carries its own set; a project overrides any of them, or adds more, by files of the same name in
//! `templates/` beside the folder of its definitions. Text for people and programs that read lines is made
//! here; YAML for cloud-init is not, because a template cannot quote.

mod embedded;
mod shell;
mod variables;

pub use variables::variables;

use crate::Result;
use crate::digest::Sha256;
use crate::error::Fault;
use anyhow::Context as _;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Values for a template: a JSON object.
pub type Variables = serde_json::Value;

/// All templates that a definition can name.
pub struct Templates {
    engine: tera::Tera,
    sources: BTreeMap<String, Source>,
}

/// A template before it is compiled.
struct Source {
    text: String,
    /// For messages: a path, or that it is built in.
    place: String,
    /// Whether it is a file of the project.
    own: bool,
}

impl Templates {
    /// The embedded templates, overridden by those of the project that the definition in `directory` is part
    /// of. All are compiled, so a syntax error in any is found now.
    pub fn open(directory: &Path) -> Result<Self> {
        let mut sources = embedded_sources();
        read_folder(&project_folder(directory), "", &mut sources)?;
        Self::of(sources).map_err(|error| {
            Fault::input(format!("a template cannot be read: {error}"))
                .hint(format!("correct it in `{}`", project_folder(directory).display()))
                .into()
        })
    }

    /// The embedded templates alone, for what no project can change.
    pub fn embedded() -> Result<Self> {
        Self::of(embedded_sources()).context("reading the embedded templates")
    }

    fn of(sources: BTreeMap<String, Source>) -> tera::TeraResult<Self> {
        let mut engine = tera::Tera::default();
        engine.autoescape_on(Vec::<&str>::new());
        engine.register_filter("shell_quote", shell::filter);
        let templates = sources.iter().map(|(name, source)| (name.as_str(), source.text.as_str()));
        engine.add_raw_templates(templates)?;
        Ok(Self { engine, sources })
    }

    /// The template `name` with `variables` filled in. A variable that is not there is an error.
    pub fn render(&self, name: &str, variables: &Variables) -> Result<String> {
        let source = self.source(name)?;
        let context = tera::Context::from_serialize(variables).context("preparing template variables")?;
        self.engine.render(name, &context).map_err(|error| {
            let message = format!("template `{name}` ({}) cannot be rendered: {error}", source.place);
            Fault::input(message).hint("use only variables that the definition gives, or `default`").into()
        })
    }

    /// The digest of the template `name` and of all that it includes; what is rendered from it must be made
    /// anew only when this or the variables change.
    pub fn source_digest(&self, name: &str) -> Result<Sha256> {
        let texts: BTreeMap<&str, &str> =
            self.reached(name)?.into_iter().map(|name| (name, self.sources[name].text.as_str())).collect();
        Ok(Sha256::of(serde_json::to_vec(&texts).context("digesting a template")?))
    }

    /// Those files of the project that the template `name` is made of, by name, with their digests: itself and
    /// all that it includes, as far as they are not built in.
    pub fn own_files(&self, name: &str) -> Result<BTreeMap<&str, Sha256>> {
        let sources = self.reached(name)?.into_iter().map(|name| (name, &self.sources[name]));
        let own = sources.filter(|(_, source)| source.own);
        Ok(own.map(|(name, source)| (name, Sha256::of(&source.text))).collect())
    }

    fn source(&self, name: &str) -> Result<&Source> {
        self.sources.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.sources.keys().map(String::as_str).collect();
            Fault::input(format!("there is no template `{name}`"))
                .hint(format!("templates: {}", known.join(", ")))
                .into()
        })
    }

    /// The template `name` and all that it includes.
    fn reached(&self, name: &str) -> Result<BTreeSet<&str>> {
        self.source(name)?;
        let mut reached = BTreeSet::new();
        self.reach(name, &mut reached);
        Ok(reached)
    }

    /// Adds `name` and whatever it names in quotes, as `include`, `extends` and `import` do.
    fn reach<'a>(&'a self, name: &str, reached: &mut BTreeSet<&'a str>) {
        let Some((name, source)) = self.sources.get_key_value(name) else { return };
        if !reached.insert(name) {
            return;
        }
        let quoted = |other: &&String| {
            source.text.contains(&format!("\"{other}\"")) || source.text.contains(&format!("'{other}'"))
        };
        self.sources.keys().filter(quoted).for_each(|other| self.reach(other, reached));
    }
}

/// Whether a definition in `directory` can name the template `name`.
pub fn exists(directory: &Path, name: &str) -> bool {
    embedded::TABLE.iter().any(|(known, _)| *known == name) || project_folder(directory).join(name).is_file()
}

/// Where a project keeps its templates: beside the folder of its definitions.
pub fn project_folder(directory: &Path) -> PathBuf {
    directory.parent().unwrap_or(directory).join("templates")
}

fn embedded_sources() -> BTreeMap<String, Source> {
    let source = |(name, text): &(&str, &str)| {
        let place = "built into imgbuild".to_owned();
        ((*name).to_owned(), Source { text: (*text).to_owned(), place, own: false })
    };
    embedded::TABLE.iter().map(source).collect()
}

/// Adds all regular files below `folder`, if it exists, by their path from there.
fn read_folder(folder: &Path, prefix: &str, into: &mut BTreeMap<String, Source>) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let path = entry.path();
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue; // an editor's
        }
        if path.is_dir() {
            read_folder(&path, &format!("{name}/"), into)?;
        } else {
            let text = fs_err::read_to_string(&path)?;
            into.insert(name, Source { text, place: path.display().to_string(), own: true });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
