//! All hosts of a cluster into `dist/CLUSTER/`, or what would change there.
//!
//! Hosts are rendered, written and forgotten one by one.

mod aws;
mod budget;
mod diff;
mod documents;
mod folder;
mod lines;
mod machine;
mod mask;
mod run;
mod stream;
mod summary;
mod vagrant;

pub use aws::PARAMETERS;
pub use budget::{Budget, Size};
pub use diff::{Change, HostDiff, State};
pub use documents::{Documents, META_DATA, NETWORK_CONFIG, USER_DATA};
pub use folder::Folder;
pub use machine::{Kind, Machine};
pub use run::{compare, write};
pub use summary::{HostSummary, SUMMARY, Summary};
pub use vagrant::{Machines, VAGRANT};

#[cfg(test)]
mod foreign;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;
