//! How many control planes there are.

use super::{Finding, Subject};
use crate::Result;

/// etcd needs more than half of its members: an even number tolerates no more failures than one less.
pub fn check(subject: &Subject) -> Result<Vec<Finding>> {
    let count = subject.control_planes().count();
    if count % 2 == 1 {
        return Ok(vec![]);
    }
    let text = format!("{count} control planes survive no more failures than {}", count - 1);
    Ok(vec![Finding::warning(text, format!("have {} or {}", count - 1, count + 1))])
}
