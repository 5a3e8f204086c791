//! The time line as text: a line for each step of each host, then what the time of each host went into.

use super::{Bar, Shares, Timeline};
use std::fmt::Write as _;

impl Timeline {
    /// Columns `HOST START SECONDS TRIES STEP`, in seconds since the host was switched on; then a line of [`Shares`]
    /// for each host.
    pub fn to_text(&self) -> String {
        format!("{}\n{}", self.steps(), self.shares())
    }

    fn steps(&self) -> String {
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

    fn shares(&self) -> String {
        let mut text = line("HOST", ["KUBEADM", "IMAGES", "ADDONS", "WAITING", "OWN"], "OWN/KUBEADM");
        for lane in &self.lanes {
            let Shares { kubeadm, images, addons, waiting, own, own_percent } = &lane.shares;
            let seconds = [kubeadm, images, addons, waiting, own].map(|seconds| format!("{seconds:.1}"));
            let percent = own_percent.map_or_else(|| "-".to_owned(), |percent| format!("{percent:.1} %"));
            text += &line(&lane.host, seconds.each_ref().map(String::as_str), &percent);
        }
        text
    }
}

fn line(host: &str, seconds: [&str; 5], percent: &str) -> String {
    let [kubeadm, images, addons, waiting, own] = seconds;
    format!("{host:<12} {kubeadm:>8} {images:>8} {addons:>8} {waiting:>8} {own:>8} {percent:>12}\n")
}
