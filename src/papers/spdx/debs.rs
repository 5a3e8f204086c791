//! Debian packages.

use super::draft::{Draft, id};
use super::model::{NOASSERTION, Package};
use crate::Result;
use crate::apt::mirror::{DEBIAN, SECURITY};
use crate::apt::resolve::Deb;
use crate::papers::Subject;
use crate::papers::facts::Fact;
use crate::papers::purl::Purl;

/// Adds the debs of the lock's `root` as parts of the element `whole`.
pub fn add(draft: &mut Draft, subject: &Subject, root: &str, whole: &str) -> Result<()> {
    let suite = &subject.locked.definition().base.suites[0];
    for deb in subject.locked.debs(root)? {
        let package = package(draft, deb, subject.facts.get(&deb.id()), suite);
        draft.add_to(whole, package);
    }
    Ok(())
}

fn package(draft: &mut Draft, deb: &Deb, fact: Option<&Fact>, suite: &str) -> Package {
    let licence = fact.and_then(|fact| fact.licence.as_ref()).map(|licence| draft.licence(licence));
    Package {
        version_info: Some(deb.version.clone()),
        package_file_name: Some(deb.path.rsplit('/').next().unwrap_or(&deb.path).to_owned()),
        supplier: Some(supplier(&deb.archive)),
        homepage: fact.and_then(|fact| fact.homepage.clone()),
        source_info: fact
            .map(|fact| format!("built from source package {} {}", fact.source, fact.source_version)),
        license_declared: licence.unwrap_or_else(|| NOASSERTION.into()),
        ..Package::new(id("deb", &deb.id()), &deb.package)
    }
    .sha256(deb.sha256)
    .purl(purl(deb, fact, suite))
}

/// Databases of vulnerabilities go by source packages, so the source is named where it has another name or version.
fn purl(deb: &Deb, fact: Option<&Fact>, suite: &str) -> Purl {
    let purl = Purl::of_deb(deb, suite);
    match fact {
        Some(fact) if fact.source != deb.package || fact.source_version != deb.version => {
            purl.qualifier("upstream", format!("{}@{}", fact.source, fact.source_version))
        }
        _ => purl,
    }
}

fn supplier(archive: &str) -> String {
    match archive {
        DEBIAN | SECURITY => "Organization: Debian".into(),
        other => format!("Organization: {other}"),
    }
}
