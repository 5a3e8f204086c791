//! The operating system.

use super::super::model::{Base, Distribution, Repository};
use super::super::raw::{RawBase, RawRepository};
use super::{Result, Scope, local, named, names, paths, urls};
use crate::document::place::Place;
use std::collections::BTreeMap;

/// `base`.
pub fn base(raw: RawBase, at: &Place, scope: &Scope) -> Result<Base> {
    let fill = |texts: Vec<String>| texts.iter().map(|text| scope.fill(text)).collect();
    let kernel = at.key("kernel");
    let components = raw.components.unwrap_or_else(|| vec!["main".to_owned()]);
    Ok(Base {
        distribution: raw.distribution.unwrap_or(Distribution::Debian),
        suites: not_empty(at.key("suites").items(raw.suites, names::suite)?, &at.key("suites"), "bookworm")?,
        components: not_empty(
            at.key("components").items(components, names::component)?,
            &at.key("components"),
            "main",
        )?,
        architecture: scope.architecture(),
        packages: at.key("packages").items(fill(raw.packages), names::package)?,
        kernel: kernel.checked(scope.fill(&kernel.required(raw.kernel)?), names::package)?,
        repositories: repositories(raw.repositories, &at.key("repositories"), scope)?,
        hold: at.key("hold").items(fill(raw.hold), names::package)?,
        path_exclude: at.key("path_exclude").items(raw.path_exclude, paths::pattern)?,
    })
}

fn not_empty(list: Vec<String>, at: &Place, example: &str) -> Result<Vec<String>> {
    if list.is_empty() {
        Err(at.fault("is empty").hint(format!("write `[{example}]` or what you need")))
    } else {
        Ok(list)
    }
}

fn repositories(
    raw: BTreeMap<String, RawRepository>,
    at: &Place,
    scope: &Scope,
) -> Result<BTreeMap<String, Repository>> {
    named(raw, at, names::label, |raw, at| repository(raw, at, scope))
}

fn repository(raw: RawRepository, at: &Place, scope: &Scope) -> Result<Repository> {
    let (url, key) = (at.key("url"), at.key("key"));
    let suite =
        at.key("suite").checked(raw.suite.unwrap_or_else(|| "/".to_owned()), names::repository_suite)?;
    let components: Vec<String> = at.key("components").items(raw.components, names::component)?;
    if suite.ends_with('/') != components.is_empty() {
        let message = format!("suite `{suite}` with components {components:?}");
        let hint = "a flat repository has a suite that ends in `/` and no components; others have both";
        return Err(at.key("components").fault(message).hint(hint));
    }
    Ok(Repository {
        url: url.checked(scope.fill(&url.required(raw.url)?), urls::download)?,
        suite,
        components,
        key: local::file(&key.required(raw.key)?, &key, scope)?,
        packages: pinned(raw.packages, &at.key("packages"))?,
    })
}

type Pinned = BTreeMap<String, String>;

fn pinned(raw: Pinned, at: &Place) -> Result<Pinned> {
    named(raw, at, names::package, |version, at| at.checked(version, names::package_version))
}
