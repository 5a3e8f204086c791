//! What must hold between the parts of a cluster.

mod endpoint;
mod hosts;
mod network;

use super::super::model::Cluster;
use crate::document::place::{Place, Result};

/// Refuses parts that cannot work with each other; `at` is the document's root.
pub fn check(cluster: &Cluster, at: &Place) -> Result<()> {
    hosts::check(cluster, &at.key("hosts"))?;
    network::check(cluster, at)?;
    endpoint::check(cluster, &at.key("endpoint"))
}
