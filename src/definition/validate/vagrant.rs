//! What boxes need.

use super::super::model::{Definition, Format};
use super::super::raw::RawVagrant;
use super::Result;
use crate::document::place::Place;
use crate::output::vagrant::{Provider, Settings, check_url};

/// What Vagrant logs in with; `vagrant.yaml` has it.
const LOGIN: &str = "/home/vagrant/.ssh/authorized_keys";
const EXTEND: &str = "extend `vagrant.yaml` too, as `debian-12-archive-vagrant.yaml` does";

/// `vagrant`.
pub fn settings(raw: RawVagrant, at: &Place) -> Result<Settings> {
    Ok(Settings {
        version: raw.version.map(|text| at.key("version").parse(&text)).transpose()?,
        url: raw.url.map(|url| at.key("url").checked(url, check_url)).transpose()?,
        disks: raw.disks,
    })
}

/// Refuses boxes that nobody could log in to, or that cannot be made.
pub fn check(definition: &Definition, at: &Place) -> Result<()> {
    let outputs = at.key("outputs");
    let boxes: Vec<Provider> = definition.outputs.iter().copied().filter_map(Provider::of).collect();
    if definition.vagrant.is_some() && !definition.overlay.contains_key(LOGIN) {
        return Err(at.key("vagrant").fault(format!("the image lacks `{LOGIN}`")).hint(EXTEND));
    }
    let Some(provider) = boxes.first() else { return Ok(()) };
    if definition.vagrant.is_none() {
        let message = format!("a {provider} box of an image that Vagrant cannot log in to");
        return Err(outputs.fault(message).hint(EXTEND));
    }
    if !definition.outputs.contains(&Format::Qcow2) {
        return Err(outputs.fault("boxes are packed from the qcow2, which is not there").hint("add `qcow2`"));
    }
    let architecture = definition.base.architecture;
    match boxes.into_iter().find(|provider| !provider.runs(architecture)) {
        Some(provider) => {
            let message = format!("there is no {provider} box for `{architecture}`");
            Err(outputs.fault(message).hint(format!("remove `vagrant-{provider}`")))
        }
        None => Ok(()),
    }
}
