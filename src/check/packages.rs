//! Whether the image has the programs that the cluster needs besides Kubernetes' own.

use super::{Finding, Subject};
use crate::Result;
use crate::cluster::Provider;

/// Judges Debian packages, if they are known.
pub fn check(subject: &Subject) -> Result<Vec<Finding>> {
    let wanted = wanted(subject);
    let Some(packages) = &subject.packages else {
        let unknown = wanted.iter().map(|(package, why)| {
            Finding::note(
                format!("whether the image has `{package}` for {why} is not known"),
                "check against dist/",
            )
        });
        return Ok(unknown.collect());
    };
    let missing = wanted.iter().filter(|(package, _)| !packages.contains(*package)).map(|(package, why)| {
        let text = format!("image `{}` has no package `{package}`, which {why} needs", subject.image.name);
        Finding::error(text, format!("add `{package}` to `base.packages` of the image's definition"))
    });
    Ok(missing.collect())
}

/// Packages with what needs them.
fn wanted<'a>(subject: &Subject<'a>) -> Vec<(&'a str, &'a str)> {
    let mut wanted = Vec::new();
    if subject.cluster.endpoint.provider == Provider::Keepalived {
        wanted.push(("keepalived", "the endpoint"));
    }
    for name in &subject.cluster.addons {
        let record = subject.image.addons.get(name);
        let packages = record.into_iter().flat_map(|record| &record.packages);
        wanted.extend(packages.map(|package| (package.as_str(), name.as_str())));
    }
    wanted
}
