//! An Ethernet switch for the cards of several machines, without root: `vde_switch` of the VDE project.
//!
//! A hub would not do. QEMU's router answers every IP packet that it sees, whatever Ethernet address it was sent
//! to, and so resets connections between two machines that share a hub with it (libslirp, `ip_input`).

use crate::process::Tool;
use std::path::PathBuf;

/// How it is told to go into the background, and where to write its process number.
pub const SWITCH_FLAGS: [&str; 2] = ["--daemon", "--pidfile"];

/// A switch that only this user's programs can plug into.
#[derive(Debug, Clone)]
pub struct Switch {
    /// Where its sockets are. It has to be short: names of sockets end after 107 bytes (unix(7)).
    pub folder: PathBuf,
    /// How many cables it has room for.
    pub ports: usize,
}

impl Switch {
    /// Whether programs can plug in: it goes into the background before it has opened its sockets.
    pub fn is_open(&self) -> bool {
        self.folder.join("ctl").exists()
    }

    /// The command that runs it.
    pub fn command(&self) -> Tool {
        let ports = self.ports + 1; // it counts port 0, which nobody gets; who finds no port waits for ever
        let tool = Tool::new("vde_switch").arg("--sock").arg(&self.folder);
        tool.args(["--mode", "600", "--dirmode", "700", "--numports", &ports.to_string()])
    }
}
