//! What steps may do to a host, besides reading and writing its files: the seam at which tests put a double.

mod command;
mod real;

pub use command::{Command, Input, Told};
pub use real::RealHost;

use super::status::Moment;
use crate::Result;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// The machine that the agent runs on.
pub trait Host: Sync {
    /// Where the file with this absolute path is.
    fn path(&self, absolute: &str) -> PathBuf;

    /// Runs a program to its end.
    ///
    /// # Errors
    /// It cannot be started; that it failed is none.
    fn run(&self, command: &Command) -> Result<Told>;

    /// Runs programs that do not depend on each other, side by side where that helps.
    fn run_all(&self, commands: &[Command]) -> Vec<Result<Told>> {
        commands.iter().map(|command| self.run(command)).collect()
    }

    /// Lets time pass.
    fn sleep(&self, duration: Duration);

    /// The time.
    fn now(&self) -> Moment;

    /// The kernel's identifier of this boot.
    fn boot_id(&self) -> String;

    /// The kernel's name of the host.
    fn hostname(&self) -> String;

    /// Whether something listens at the Unix socket `absolute`.
    fn listens(&self, absolute: &str) -> bool;

    /// Connects to `address` and hangs up.
    ///
    /// # Errors
    /// Nobody answers there.
    fn connect(&self, address: SocketAddr) -> std::io::Result<()>;

    /// A number that nobody can foresee.
    fn random(&self) -> u64;

    /// Says a line to people.
    fn say(&self, text: &str);

    /// Makes everything that was written, by whomever, outlive a power cut.
    fn sync(&self);

    /// Begins to approve certificates beside everything else, unless it has begun.
    fn start_approver(&self);
}
