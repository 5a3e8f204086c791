//! The time line as text: a line for each step of each host.

use super::{Bar, Timeline};
use std::fmt::Write as _;

impl Timeline {
    /// Columns `HOST START SECONDS TRIES STEP`, in seconds since the host was switched on.
    pub fn to_text(&self) -> String {
        let mut text = format!("{:<12} {:>8} {:>8} {:>5}  STEP\n", "HOST", "START", "SECONDS", "TRIES");
        for lane in &self.lanes {
            for bar in &lane.bars {
                let Bar { start, end, attempts, phase, step } = bar;
                let seconds = end - start;
                let _ = writeln!(
                    text,
                    "{:<12} {start:>8.1} {seconds:>8.1} {attempts:>5}  {phase}: {step}",
                    lane.host
                );
            }
        }
        text
    }
}
