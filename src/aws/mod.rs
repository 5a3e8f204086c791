//! An image in AWS: its blocks go into a snapshot by the EBS direct APIs, the snapshot becomes an AMI.
//!
//! - [`plan`]: which blocks there are, as data; no call is needed for it
//! - [`connection`]: credentials, region, clients; [`call`]: the one layer that tries again; [`trouble`]: what an
//!   answer means, in the user's words
//! - [`upload`]: blocks into a snapshot, going on where an earlier run stopped, as [`state`] remembers it
//! - [`snapshot`], [`ami`], [`copy`]: what AWS keeps; [`tags`]: by which it is found again
//! - [`publish`], [`unpublish`], [`list`]: what users ask for
//!
//! Facts are those of Amazon's "EBS direct APIs" guide unless another source is named.

pub mod ami;
pub mod call;
pub mod connection;
pub mod copy;
pub mod list;
pub mod pace;
pub mod parent;
pub mod plan;
pub mod publish;
pub mod snapshot;
pub mod source;
pub mod state;
pub mod tags;
pub mod trouble;
pub mod unpublish;
pub mod upload;
