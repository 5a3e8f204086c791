//! Network cards of a machine and what they are plugged into. Nothing listens on any address but 127.0.0.1.

use super::machine::file_option;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What one network card is plugged into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Network {
    /// QEMU's own router, with DHCP for the guest.
    User {
        /// This port of 127.0.0.1 leads to the guest's SSH server.
        ssh_port: Option<u16>,
        /// The guest reaches nothing outside.
        isolated: bool,
    },
    /// A cable to a [`super::Switch`].
    Cable {
        /// The switch's folder.
        switch: PathBuf,
        /// The card's own address, lower case.
        mac: String,
    },
}

impl Network {
    /// The arguments for the machine's card number `index`, counted from 0.
    pub(super) fn arguments(&self, index: u8) -> [OsString; 4] {
        let id = format!("net{index}");
        let netdev = match self {
            Self::User { ssh_port, isolated } => user(&id, *ssh_port, *isolated).into(),
            Self::Cable { switch, .. } => vde(&id, switch),
        };
        let card = format!("virtio-net-pci,netdev={id},mac={}", self.mac(index));
        ["-netdev".into(), netdev, "-device".into(), card.into()]
    }

    /// In QEMU's own range unless it is given.
    fn mac(&self, index: u8) -> String {
        match self {
            Self::Cable { mac, .. } => mac.clone(),
            Self::User { .. } => format!("52:54:00:69:00:{index:02x}"),
        }
    }
}

/// The back end named `id` that is a cable to the switch in `folder`.
pub(super) fn vde(id: &str, folder: &Path) -> OsString {
    file_option(&format!("vde,id={id},sock="), folder)
}

fn user(id: &str, ssh_port: Option<u16>, isolated: bool) -> String {
    let restrict = if isolated { ",restrict=on" } else { "" };
    let forward = ssh_port.map(|port| format!(",hostfwd=tcp:127.0.0.1:{port}-:22")).unwrap_or_default();
    format!("user,id={id}{restrict}{forward}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ssh_is_offered_to_this_machine_only() {
        let [_, netdev, _, card] = Network::User { ssh_port: Some(2222), isolated: true }.arguments(0);
        assert_eq!(netdev, "user,id=net0,restrict=on,hostfwd=tcp:127.0.0.1:2222-:22");
        assert_eq!(card, "virtio-net-pci,netdev=net0,mac=52:54:00:69:00:00");
    }

    #[test]
    fn a_cable_has_the_address_that_the_host_was_given() {
        let cable = Network::Cable { switch: "/run/a,b".into(), mac: "52:54:00:12:34:56".into() };
        let [_, netdev, _, card] = cable.arguments(1);
        assert_eq!(netdev, "vde,id=net1,sock=/run/a,,b");
        assert_eq!(card, "virtio-net-pci,netdev=net1,mac=52:54:00:12:34:56");
    }
}
