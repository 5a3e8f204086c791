//! Manifests when an image is locked: charts are rendered, and the images that manifests name are found.

use super::create::Resolver;
use crate::Result;
use crate::addon::images::{PullPolicy, containerd_name, named};
use crate::addon::{Chart, ManifestSource, yaml};
use crate::definition::{Download, Image};
use crate::error::{Fault, Kind};
use crate::process::{self, Tool};
use crate::store::Want;
use anyhow::Context as _;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

impl Resolver<'_> {
    /// Fills `rendered` and `named`.
    pub(super) fn manifests(&mut self) -> Result<()> {
        let definition = self.definition;
        for (name, download) in &definition.manifests {
            self.manifest(name, |resolver| resolver.downloaded(name, download))?;
        }
        for (name, chart) in &definition.charts {
            self.manifest(name, |resolver| {
                let text = resolver.rendered(name, chart)?;
                resolver.lock.rendered.insert(name.clone(), text.clone());
                Ok(text)
            })?;
        }
        for manifest in definition.addons.values().flat_map(|addon| &addon.manifests) {
            if let ManifestSource::Text(text) | ManifestSource::Template(text) = &manifest.source {
                self.manifest(&manifest.name, |_| Ok(text.clone()))?;
            }
        }
        Ok(())
    }

    /// The images that manifests name and the definition does not: each is pulled like the others.
    pub(super) fn named_images(&mut self) -> Result<()> {
        let written: BTreeSet<String> = self.lock.named.values().flat_map(BTreeMap::keys).cloned().collect();
        for image in written {
            let name = containerd_name(&image)
                .with_context(|| format!("a manifest names `{image}`, which is no image reference"))?;
            if self.lock.images.contains_key(&name)
                || matches!(self.definition.images.get(&name), Some(Image::Compose(_)))
            {
                continue;
            }
            let kept = self.old.images.get(&name).filter(|_| self.is_still_named(&name)).cloned();
            let locked = kept.map_or_else(|| self.resolve_pull(&name, None), Ok)?;
            self.lock.images.insert(name, locked);
        }
        Ok(())
    }

    /// Whether a manifest that is kept names the image `name`: only then is what the old lock has of it known
    /// to be for this architecture.
    fn is_still_named(&self, name: &str) -> bool {
        let names_it = |image: &String| containerd_name(image).as_deref() == Some(name);
        let mut naming = self.lock.named.iter().filter(|(_, images)| images.keys().any(names_it));
        naming.any(|(manifest, _)| self.is_kept(&format!("manifest/{manifest}")))
    }

    fn manifest(&mut self, name: &str, text: impl FnOnce(&mut Self) -> Result<String>) -> Result<()> {
        if self.is_kept(&format!("manifest/{name}"))
            && let Some(kept) = self.old.named.get(name)
        {
            let rendered = self.old.rendered.get_key_value(name);
            self.lock.rendered.extend(rendered.map(|(name, text)| (name.clone(), text.clone())));
            self.lock.named.insert(name.to_owned(), kept.clone());
            return Ok(());
        }
        let text = text(self)?;
        let images = images(&text).with_context(|| format!("looking for images in `{name}`"))?;
        self.lock.named.insert(name.to_owned(), images);
        Ok(())
    }

    /// The text of a manifest that somebody publishes.
    fn downloaded(&self, name: &str, download: &Download) -> Result<String> {
        let path = self.fetched(name, download)?;
        fs_err::read_to_string(path).with_context(|| format!("reading `{name}`"))
    }

    /// The file of `download`, whose digest is locked by now.
    fn fetched(&self, name: &str, download: &Download) -> Result<PathBuf> {
        let locked = &self.lock.downloads[&download.url];
        self.store.fetch(&[Want {
            name: name.to_owned(),
            sha256: locked.sha256,
            size: locked.size,
            sources: vec![download.url.clone()],
            redirect: true,
            accept: None,
            hint: None,
        }])?;
        self.store.file(&locked.sha256)
    }

    /// What Helm makes of `chart`, with its namespace before it.
    fn rendered(&self, name: &str, chart: &Chart) -> Result<String> {
        if process::find("helm").is_none() {
            let message = format!("`helm` is not installed on this machine, and `{name}` is a chart");
            // no package of Debian's has it
            let hint = "install Helm 3 (https://helm.sh), or lock where it is: bakes do not need it";
            return Err(Fault::new(Kind::MissingTool, message).hint(hint).into());
        }
        self.context.report.step(format!("rendering the chart of `{name}`"));
        let folder = tempfile::tempdir()?;
        let (archive, values) = (folder.path().join("chart.tgz"), folder.path().join("values.json"));
        fs_err::copy(self.fetched(name, &chart.download)?, &archive)?;
        fs_err::write(&values, chart.values.to_string())?;
        let mut helm = Tool::new("helm")
            .args(["template", &chart.release])
            .arg(&archive)
            .args(["--namespace", &chart.namespace, "--include-crds", "--values"])
            .arg(&values);
        if let Some(kubernetes) = &self.definition.kubernetes {
            helm = helm.args(["--kube-version", &kubernetes.version.to_string()]);
        }
        let namespace =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": chart.namespace}});
        let mut documents = vec![namespace];
        documents.extend(yaml::documents(&helm.env("HOME", folder.path()).text()?)?);
        yaml::stream(&documents)
    }
}

fn images(text: &str) -> Result<BTreeMap<String, PullPolicy>> {
    Ok(named(&yaml::documents(text)?))
}
