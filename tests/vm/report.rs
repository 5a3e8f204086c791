//! What a guest said over its report port.

use imgbuild::qemu::guest::whole_lines;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The outcome of every check, and what the machine calls its own.
#[derive(Debug, Default)]
pub struct Report {
    passed: Vec<String>,
    failed: BTreeMap<String, String>,
    values: BTreeMap<String, String>,
    console: String,
}

impl Report {
    /// From what came over the port; the end of the console is shown with failures.
    pub fn new(log: &str, console: String) -> Self {
        let mut report = Self { console, ..Self::default() };
        whole_lines(log).for_each(|line| report.take(line));
        report
    }

    fn take(&mut self, line: &str) {
        if let Some(name) = line.strip_prefix("ok ") {
            self.passed.push(name.into());
        } else if let Some((name, detail)) = line.strip_prefix("not ok ").and_then(|l| l.split_once(": ")) {
            self.failed.insert(name.into(), detail.into());
        } else if let Some((name, value)) = line.strip_prefix("value ").and_then(|l| l.split_once(' ')) {
            self.values.insert(name.into(), value.into());
        }
    }

    /// Name to value.
    pub fn values(&self) -> &BTreeMap<String, String> {
        &self.values
    }

    /// Panics with every check that failed or is missing.
    pub fn assert_all(&self) {
        let problems = self.problems(crate::checks::names());
        assert!(problems.is_empty(), "{problems}\n  the console's end:{}", self.console);
    }

    fn problems(&self, names: impl Iterator<Item = &'static str>) -> String {
        let mut problems = String::new();
        for name in names {
            if let Some(detail) = self.failed.get(name) {
                writeln!(problems, "not ok {name}: {detail}").unwrap();
            } else if !self.passed.iter().any(|passed| passed == name) {
                writeln!(problems, "not ok {name}: did not report").unwrap();
            }
        }
        problems
    }
}

#[test]
fn checks_that_failed_or_never_reported_are_problems() {
    let report = Report::new("ok a\nnot ok b: it: broke\nvalue id 17\nok half", String::new());
    assert_eq!(
        report.problems(["a", "b", "c", "half"].into_iter()),
        "not ok b: it: broke\nnot ok c: did not report\nnot ok half: did not report\n"
    );
    assert_eq!(report.values()["id"], "17");
}
