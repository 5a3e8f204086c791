//! A cluster's hosts as machines in one network.

use super::lab::Lab;
use super::ports::Ports;
use crate::Result;
use crate::architecture::Architecture;
use crate::cluster::{Cluster, Host};
use crate::error::Fault;
use crate::node::status;
use crate::qemu::daemon::QEMU_FLAGS;
use crate::qemu::switch::SWITCH_FLAGS;
use crate::qemu::{Accel, Console, Firmware, Machine, Network, ReportPort, Router, Switch, overlay};
use crate::size::ByteSize;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::{Path, PathBuf};

const SSH: u16 = 22;
/// For machines of the user's own, such as members of a pool: who finds no port waits for ever.
const SPARE_PORTS: usize = 8;

/// The machines of a cluster, running or not.
#[derive(Debug, Clone)]
pub struct Machines<'a> {
    /// Whose hosts they are.
    pub cluster: &'a Cluster,
    /// Architecture of its image.
    pub architecture: Architecture,
    /// The image, which is not written to.
    pub image: PathBuf,
    /// The folder with `HOST/seed.iso` for each host.
    pub seeds: PathBuf,
    /// Where their files are.
    pub lab: Lab,
    /// How they are reached.
    pub ports: Ports,
}

impl Machines<'_> {
    /// Gives `host` an empty disk of this size, and nothing that it has said before.
    pub fn renew(&self, host: &Host, disk: ByteSize) -> Result<()> {
        for file in [self.lab.console(&host.name), self.lab.status(&host.name)] {
            fs_err::write(file, "")?;
        }
        overlay::create(&self.image, &self.lab.disk(&host.name), Some(disk))
    }

    /// Starts the network, unless it runs.
    pub fn start_network(&self) -> Result<()> {
        if !self.lab.switch().is_running() {
            self.lab.router().power_off()?; // its cable leads to a switch that is gone
            let ports = self.cluster.hosts.len() + 1 + SPARE_PORTS; // one is the router's
            let switch = Switch { folder: self.lab.new_switch_folder()?, ports };
            self.lab.switch().start(switch.command(), SWITCH_FLAGS, || switch.is_open())?;
        }
        if !self.lab.router().is_running() {
            self.lab.router().start(self.router()?.command(), QEMU_FLAGS, || true)?;
        }
        Ok(())
    }

    /// Powers `host` on with the disk that it has, its clock showing `clock`; does nothing if it is on.
    pub fn power_on(&self, host: &Host, clock: Option<&String>) -> Result<()> {
        let machine = self.lab.machine(&host.name);
        if machine.is_running() {
            return Ok(());
        }
        machine
            .start(Machine { clock: clock.cloned(), ..self.machine(host)? }.command()?, QEMU_FLAGS, || true)
    }

    fn machine(&self, host: &Host) -> Result<Machine> {
        let mac = host.mac.clone().ok_or_else(|| no_mac(host))?;
        let cable = Network::Cable { switch: self.lab.switch_folder()?, mac };
        Ok(Machine {
            architecture: self.architecture,
            accel: Accel::choose(self.architecture)?,
            memory: ByteSize::mib(u64::from(host.memory)),
            cpus: usize::from(host.cpus),
            firmware: Firmware::usual(self.architecture),
            disk: self.lab.disk(&host.name),
            read_only: vec![seed(&self.seeds, &host.name)],
            console: Console::File(self.lab.console(&host.name)),
            report_port: Some(ReportPort { name: status::PORT, file: self.lab.status(&host.name) }),
            networks: vec![cable],
            clock: None,
            reboots: true,
        })
    }

    fn router(&self) -> Result<Router> {
        let subnet = &self.cluster.subnet;
        let mut forwards = vec![(self.ports.api, self.endpoint()?)];
        for host in &self.cluster.hosts {
            forwards.push((self.ports.ssh_of(&host.name)?, SocketAddrV4::new(host.address, SSH)));
        }
        Ok(Router {
            architecture: self.architecture,
            network: subnet.network.to_string(),
            address: subnet.gateway.unwrap_or_else(|| self.unused_address()),
            switch: self.lab.switch_folder()?,
            forwards,
        })
    }

    fn endpoint(&self) -> Result<SocketAddrV4> {
        let endpoint = &self.cluster.endpoint;
        let refused = || {
            let message =
                format!("the endpoint `{}` is no address of the cluster's network", endpoint.address);
            Fault::input(message).hint("`imgbuild boot` tries clusters whose API has an IPv4 address there")
        };
        let address: Ipv4Addr = endpoint.address.parse().map_err(|_| refused())?;
        Ok(SocketAddrV4::new(address, endpoint.port))
    }

    /// The highest address of the network that nobody has.
    fn unused_address(&self) -> Ipv4Addr {
        let subnet = &self.cluster.subnet;
        let taken = |address: &Ipv4Addr| {
            self.cluster.hosts.iter().any(|host| host.address == *address)
                || self.cluster.endpoint.address == address.to_string()
        };
        let count = 1_usize << (32 - subnet.network.prefix.min(32));
        let addresses = (0..count).rev().filter_map(|index| subnet.network.part(index, 32));
        let mut free = addresses
            .map(|address| address.address)
            .filter(|address| subnet.network.has_room_for(*address) && !taken(address));
        free.next().unwrap_or(Ipv4Addr::UNSPECIFIED)
    }
}

/// The seed of `host` in a folder of rendered hosts.
pub fn seed(seeds: &Path, host: &str) -> PathBuf {
    seeds.join(host).join("seed.iso")
}

fn no_mac(host: &Host) -> Fault {
    Fault::input(format!("`{}` has no MAC address, by which it would find its card", host.name))
        .hint("give it one, `mac: \"52:54:00:12:34:56\"`; only AWS hosts can do without")
}
