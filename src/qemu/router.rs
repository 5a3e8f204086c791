//! The way into a network of machines, without root: a QEMU without a CPU, of which only the router is used, so that
//! ports of this machine lead to addresses inside. It outlives any of the machines.
//!
//! Source: qemu-system(1), `-netdev hubport`, `-netdev user`, `-netdev vde`.

use super::network::vde;
use crate::architecture::Architecture;
use crate::process::Tool;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::PathBuf;

/// A router at a [`super::Switch`]. It listens on no address but 127.0.0.1, and nothing inside reaches the outside.
#[derive(Debug, Clone)]
pub struct Router {
    /// Whose QEMU it is: that of the machines is installed anyway.
    pub architecture: Architecture,
    /// The network, as `192.168.61.0/24`.
    pub network: String,
    /// The router's address inside.
    pub address: Ipv4Addr,
    /// The folder of the switch that it is plugged into.
    pub switch: PathBuf,
    /// Port of 127.0.0.1 and the address inside that it leads to.
    pub forwards: Vec<(u16, SocketAddrV4)>,
}

impl Router {
    /// The command that runs it. The hub joins the two back ends, as a card would in a machine that had one.
    pub fn command(&self) -> Tool {
        let netdevs: [OsString; 4] = [
            self.user().into(),
            "hubport,id=inside,hubid=0,netdev=router".into(),
            vde("switch", &self.switch),
            "hubport,id=outside,hubid=0,netdev=switch".into(),
        ];
        Tool::new(format!("qemu-system-{}", self.architecture.kernel()))
            .args(["-machine", "none", "-nodefaults", "-no-user-config", "-display", "none"])
            .args(netdevs.into_iter().flat_map(|netdev| ["-netdev".into(), netdev]))
    }

    fn user(&self) -> String {
        let mut option = format!("user,id=router,net={},host={},restrict=on", self.network, self.address);
        for (port, inside) in &self.forwards {
            let _ = write!(option, ",hostfwd=tcp:127.0.0.1:{port}-{}:{}", inside.ip(), inside.port());
        }
        option
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_router_and_the_switch_meet() {
        let router = Router {
            architecture: Architecture::Arm64,
            network: "192.168.61.0/24".into(),
            address: Ipv4Addr::new(192, 168, 61, 1),
            switch: "/run/switch".into(),
            forwards: vec![(6443, SocketAddrV4::new(Ipv4Addr::new(192, 168, 61, 10), 6443))],
        };
        let argv = router.command().into_argv().join(" ".as_ref()).into_string().unwrap();
        let expected = "-netdev user,id=router,net=192.168.61.0/24,host=192.168.61.1,restrict=on,\
            hostfwd=tcp:127.0.0.1:6443-192.168.61.10:6443 -netdev hubport,id=inside,hubid=0,netdev=router \
            -netdev vde,id=switch,sock=/run/switch -netdev hubport,id=outside,hubid=0,netdev=switch";
        assert!(argv.starts_with("qemu-system-aarch64 -machine none "), "{argv}");
        assert!(argv.ends_with(expected), "{argv}");
    }
}
