//! `imgbuild boot CLUSTER`.

use crate::Result;
use crate::boot::cluster::access::Access;
use crate::boot::cluster::lab::Lab;
use crate::boot::cluster::ports::Ports;
use crate::boot::cluster::{self as boot, Machines, Options};
use crate::cli::cluster::Opened;
use crate::cluster::Cluster;
use crate::context::Context;
use crate::error::Fault;
use crate::inspect;
use crate::node::configuration::Bootstrap;
use crate::render;
use crate::size::ByteSize;
use clap::Args as ClapArgs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a cluster may take, where nothing is said.
const LIMIT: Duration = Duration::from_secs(3600);
/// Size of the hosts' disks, where nothing is said.
const HOST_DISK: ByteSize = ByteSize::mib(20 * 1024);

/// How the hosts of a cluster are started.
// nothing has a default value here, so that `given` sees what the user wrote
#[derive(ClapArgs)]
#[command(next_help_heading = "Options for a cluster")]
#[group(skip)] // clap names groups after the struct, and both are `Args`
pub struct Args {
    /// The cluster's secrets; made if they are not there [default: secrets/CLUSTER.yaml]
    #[arg(long, value_name = "FILE")]
    secrets: Option<PathBuf>,
    /// Give up after this time [default: 3600]
    #[arg(long, value_name = "SECONDS")]
    limit: Option<u64>,
    /// Power on what is off, with the disks and the data that the hosts have
    #[arg(long)]
    resume: bool,
    /// With --resume: give this host an empty disk first
    #[arg(long, value_name = "HOST", requires = "resume")]
    replace: Vec<String>,
    /// Return when the hosts are powered on
    #[arg(long)]
    detach: bool,
    /// Power this host on later than the others
    #[arg(long, value_name = "HOST=SECONDS", value_parser = delay)]
    delay: Vec<(String, Duration)>,
    /// What this host's clock shows when it is powered on, in UTC
    #[arg(long, value_name = "HOST=2026-01-31T12:00:00", value_parser = clock)]
    clock: Vec<(String, String)>,
    /// Size of the hosts' disks [default: 20GiB]
    #[arg(long, value_name = "SIZE")]
    host_disk: Option<ByteSize>,
    /// Pull the plug of all hosts, or of those that --host names
    #[arg(long, conflicts_with_all = ["resume", "detach"])]
    stop: bool,
    /// With --stop: only this host
    #[arg(long, value_name = "HOST", requires = "stop")]
    host: Vec<String>,
}

impl Args {
    /// Starts, or stops, the hosts of the cluster in `path`.
    pub fn run(&self, path: &Path, dist: &Path, context: &Context) -> Result<()> {
        let cluster = crate::cluster::load(path)?;
        let folder = dist.join(&cluster.name);
        let lab = Lab::new(folder.join("machines"));
        known(&cluster, self.hosts_named())?;
        if self.stop {
            return boot::power_off(&cluster, &lab, &self.host);
        }
        self.start(cluster, dist, lab, context)
    }

    /// The first of these options that was given.
    pub fn given(&self) -> Option<&'static str> {
        let all = [
            ("--secrets", self.secrets.is_some()),
            ("--limit", self.limit.is_some()),
            ("--resume", self.resume),
            ("--replace", !self.replace.is_empty()),
            ("--detach", self.detach),
            ("--delay", !self.delay.is_empty()),
            ("--clock", !self.clock.is_empty()),
            ("--host-disk", self.host_disk.is_some()),
            ("--stop", self.stop),
            ("--host", !self.host.is_empty()),
        ];
        all.into_iter().find_map(|(option, given)| given.then_some(option))
    }

    fn start(&self, cluster: Cluster, dist: &Path, lab: Lab, context: &Context) -> Result<()> {
        if !self.resume {
            boot::refuse_running(&cluster, &lab)?;
        }
        self.refuse_to_wait_for_nobody(&cluster)?;
        let image = super::image_file(dist, Path::new(&cluster.image))?;
        let opened = Opened::open(cluster, inspect::image_record(&image)?, self.secrets.as_deref(), false)?;
        if !self.resume {
            render::write(&opened.site()?, dist, &[], |_, _| ())?;
        }
        fs_err::create_dir_all(lab.folder())?;
        let machines = Machines {
            cluster: &opened.cluster,
            architecture: opened.record.architecture,
            image,
            seeds: dist.join(&opened.cluster.name),
            ports: self.ports(&opened.cluster, &lab)?,
            lab,
        };
        boot::run(&machines, &Access::to(&opened.secrets)?, &self.options(), &context.report)
    }

    fn refuse_to_wait_for_nobody(&self, cluster: &Cluster) -> Result<(), Fault> {
        if cluster.bootstrap == Bootstrap::Auto || self.detach {
            return Ok(());
        }
        let message = format!("nobody brings the hosts of `{}` together: `bootstrap: manual`", cluster.name);
        Err(Fault::usage(message).hint("power them on with `--detach`, and go on by hand"))
    }

    fn ports(&self, cluster: &Cluster, lab: &Lab) -> Result<Ports> {
        if self.resume {
            return Ports::read(&lab.ports());
        }
        let ports = Ports::choose(cluster)?;
        ports.write(&lab.ports())?;
        Ok(ports)
    }

    fn options(&self) -> Options {
        Options {
            limit: self.limit.map_or(LIMIT, Duration::from_secs),
            resume: self.resume,
            replace: self.replace.iter().cloned().collect(),
            detach: self.detach,
            delays: self.delay.iter().cloned().collect(),
            clocks: self.clock.iter().cloned().collect(),
            disk: self.host_disk.unwrap_or(HOST_DISK),
        }
    }

    fn hosts_named(&self) -> impl Iterator<Item = &String> {
        let delayed = self.delay.iter().map(|(host, _)| host);
        let clocks = self.clock.iter().map(|(host, _)| host);
        self.replace.iter().chain(&self.host).chain(delayed).chain(clocks)
    }
}

fn known<'a>(cluster: &Cluster, mut names: impl Iterator<Item = &'a String>) -> Result<()> {
    let unknown = names.find(|name| cluster.hosts.iter().all(|host| host.name != **name));
    let Some(name) = unknown else { return Ok(()) };
    let hosts: Vec<_> = cluster.hosts.iter().map(|host| format!("`{}`", host.name)).collect();
    let message = format!("the cluster `{}` has no host `{name}`", cluster.name);
    Err(Fault::usage(message).hint(format!("its hosts are {}", hosts.join(", "))).into())
}

fn delay(text: &str) -> Result<(String, Duration), String> {
    let (host, seconds) = text.split_once('=').ok_or("write it as `host01=600`")?;
    let seconds = seconds.parse().map_err(|_| format!("`{seconds}` is no number of seconds"))?;
    Ok((host.to_owned(), Duration::from_secs(seconds)))
}

fn clock(text: &str) -> Result<(String, String), String> {
    let (host, time) = text.split_once('=').ok_or("write it as `host01=2026-01-31T12:00:00`")?;
    let pattern = |(c, like): (u8, u8)| if like == b'0' { c.is_ascii_digit() } else { c == like };
    let right = time.len() == 19 && time.bytes().zip(*b"0000-00-00T00:00:00").all(pattern);
    if right {
        Ok((host.to_owned(), time.to_owned()))
    } else {
        Err(format!("`{time}` is no time like `2026-01-31T12:00:00`"))
    }
}
