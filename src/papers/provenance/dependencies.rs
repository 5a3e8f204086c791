//! Every byte that went into an image: what the lock names, and files beside the definition.

use crate::apt::source_package::SourceFile;
use crate::digest::Sha256;
use crate::lock::{LOADERS, Lock, TOOLS};
use crate::papers::Subject;
use crate::papers::purl::Purl;
use crate::papers::statement::Resource;
use crate::store::shown;
use std::collections::{BTreeMap, BTreeSet};

/// How inputs of steps begin whose values are digests of local files.
const LOCAL: [&str; 4] = ["file `", "key of repository `", "script `", "template `"];

/// All of them, each once, in order.
pub fn of(subject: &Subject) -> Vec<Resource> {
    let lock = subject.locked.lock();
    let suite = &subject.locked.definition().base.suites[0];
    let mut found = BTreeSet::new();
    add_debs(&mut found, lock, suite);
    add_sources(&mut found, lock);
    for (url, download) in &lock.downloads {
        let name = url.split(['?', '#']).next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
        found.insert(Resource::new(name, download.sha256).uri(shown(url)));
    }
    for (reference, image) in &lock.images {
        let resource = Resource::new(reference, image.manifest.sha256);
        let purl = Purl::of_image(reference, &image.manifest.sha256);
        found.insert(match purl {
            Some(purl) => resource.uri(purl),
            None => resource,
        });
    }
    for (name, text) in &lock.rendered {
        found.insert(Resource::new(name, Sha256::of(text)));
    }
    add_local_files(&mut found, subject);
    found.into_iter().collect()
}

/// With the roots that each takes part in: `base` is the image itself, `tools` makes it, `loaders` start it,
/// `stage/…` build parts.
fn add_debs(found: &mut BTreeSet<Resource>, lock: &Lock, suite: &str) {
    let mut roots: BTreeMap<&String, Vec<String>> = BTreeMap::new();
    for (root, ids) in &lock.roots {
        for id in ids {
            roots.entry(id).or_default().push(root.clone());
        }
    }
    for (id, deb) in &lock.debs {
        let takes_part = roots.remove(id).unwrap_or_default();
        let of_tools = |root: &String| [TOOLS, LOADERS].contains(&root.as_str());
        let suite = if takes_part.iter().all(of_tools) { crate::stages::tools::SUITE } else { suite };
        let resource = Resource::new(id, deb.sha256).uri(Purl::of_deb(deb, suite));
        let annotations = BTreeMap::from([("roots".to_owned(), takes_part)]);
        found.insert(Resource { annotations, ..resource });
    }
}

fn add_sources(found: &mut BTreeSet<Resource>, lock: &Lock) {
    for (stage, packages) in &lock.sources {
        for SourceFile { name, sha256, .. } in packages.values().flatten() {
            let annotations = BTreeMap::from([("stages".to_owned(), vec![stage.clone()])]);
            found.insert(Resource { annotations, ..Resource::new(name, sha256) });
        }
    }
}

fn add_local_files(found: &mut BTreeSet<Resource>, subject: &Subject) {
    for step in subject.plan.steps() {
        for (name, value) in step.inputs.iter() {
            let is_local = LOCAL.iter().any(|prefix| name.starts_with(prefix));
            if let (true, Ok(sha256)) = (is_local, value.parse::<Sha256>()) {
                found.insert(Resource::new(name, sha256));
            }
        }
    }
}
