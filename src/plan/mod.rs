//! The steps of a bake, their input keys, and why each must run.
//!
//! A step is identified by what goes into it: two steps with the same inputs give the same bytes, so the
//! result of an earlier run, for whatever image, is as good as a new one.

mod built;
mod explain;
mod fresh;
mod history;
mod needs;
mod plan_of;
mod step;
mod wants;

pub use built::{Built, Workplace};
pub use explain::{Explanation, Fetch, explain};
pub use fresh::Fresh;
pub use history::History;
pub use needs::needs;
pub use plan_of::Plan;
pub use step::{IMGBUILD, Inputs, Step};
pub use wants::wants;
