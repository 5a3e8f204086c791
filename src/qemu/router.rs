//! A network for several machines without root: a QEMU without a CPU whose hub has one cable for each machine
//! and QEMU's own router, so that ports of this machine lead to addresses inside. It outlives any of the machines.
//!
//! Source: qemu-system(1), `-netdev hubport`, `-netdev user`, `-netdev socket`.

use crate::process::Tool;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddrV4};

/// A hub with a router. Nothing listens on any address but 127.0.0.1, and nothing inside reaches the outside.
#[derive(Debug, Clone)]
pub struct Router {
    /// The network, as `192.168.61.0/24`.
    pub network: String,
    /// The router's address inside.
    pub address: Ipv4Addr,
    /// The ports at which it waits for one cable each.
    pub cables: Vec<u16>,
    /// Port of 127.0.0.1 and the address inside that it leads to.
    pub forwards: Vec<(u16, SocketAddrV4)>,
}

impl Router {
    /// The command that runs it.
    pub fn command(&self) -> Tool {
        let netdevs = std::iter::once(("router".to_owned(), self.user())).chain(self.sockets());
        let arguments = netdevs.enumerate().flat_map(|(port, (name, backend))| {
            let hub = format!("hubport,id=port{port},hubid=0,netdev={name}");
            ["-netdev".to_owned(), backend, "-netdev".to_owned(), hub]
        });
        Tool::new("qemu-system-x86_64")
            .args(["-machine", "none", "-nodefaults", "-no-user-config", "-display", "none"])
            .args(arguments)
    }

    fn user(&self) -> String {
        let mut option = format!("user,id=router,net={},host={},restrict=on", self.network, self.address);
        for (port, inside) in &self.forwards {
            let _ = write!(option, ",hostfwd=tcp:127.0.0.1:{port}-{}:{}", inside.ip(), inside.port());
        }
        option
    }

    fn sockets(&self) -> impl Iterator<Item = (String, String)> {
        self.cables.iter().enumerate().map(|(number, port)| {
            let name = format!("cable{number}");
            let backend = format!("socket,id={name},listen=127.0.0.1:{port}");
            (name, backend)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cable_and_the_router_meet_in_one_hub() {
        let router = Router {
            network: "192.168.61.0/24".into(),
            address: Ipv4Addr::new(192, 168, 61, 1),
            cables: vec![5000, 5001],
            forwards: vec![(6443, SocketAddrV4::new(Ipv4Addr::new(192, 168, 61, 10), 6443))],
        };
        let argv = router.command().into_argv().join(" ".as_ref()).into_string().unwrap();
        let expected = "-netdev user,id=router,net=192.168.61.0/24,host=192.168.61.1,restrict=on,\
            hostfwd=tcp:127.0.0.1:6443-192.168.61.10:6443 -netdev hubport,id=port0,hubid=0,netdev=router \
            -netdev socket,id=cable0,listen=127.0.0.1:5000 -netdev hubport,id=port1,hubid=0,netdev=cable0 \
            -netdev socket,id=cable1,listen=127.0.0.1:5001 -netdev hubport,id=port2,hubid=0,netdev=cable1";
        assert!(argv.ends_with(expected), "{argv}");
    }
}
