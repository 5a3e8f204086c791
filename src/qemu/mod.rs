//! Virtual machines: typed descriptions of them, and guests that run beside us under a time limit.
//!
//! An image is never written to: whoever starts one gives it a throwaway [`overlay`].

pub mod accel;
pub mod console;
pub mod daemon;
pub mod firmware;
pub mod guest;
pub mod machine;
mod network;
pub mod overlay;
pub mod quote;
pub mod router;
pub mod switch;

pub use accel::Accel;
pub use daemon::Daemon;
pub use firmware::Firmware;
pub use guest::Guest;
pub use machine::{Console, Machine, ReportPort};
pub use network::Network;
pub use router::Router;
pub use switch::Switch;
