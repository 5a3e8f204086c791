//! Sizes as a table, largest first, with what share of the whole each row and all rows down to it have.

use super::measure::Usage;
use crate::inspect::columns::{Align, Columns};
use crate::size::human;

impl Usage {
    /// At most `rows` rows and one for all that is smaller; then sums by kind.
    pub fn to_text(&self, rows: usize) -> String {
        let summary = format!("{} of {} used\n", human(self.used), human(self.size));
        format!("{summary}\n{}\n{}", self.rows(rows), self.kinds())
    }

    fn rows(&self, rows: usize) -> String {
        let (left, right) = (Align::Left, Align::Right);
        let mut columns = Columns::new(&[left, left, right, right, right, right]);
        columns.row(["KIND", "NAME", "FILES", "SIZE", "SHARE", "CUMULATIVE"]);
        let mut sum = 0;
        for item in self.items.iter().take(rows) {
            sum += item.bytes;
            let (kind, name) = (item.kind.singular(), item.name.as_str());
            columns.row(self.cells(kind, name, item.files, item.bytes, sum));
        }
        let rest = self.items.get(rows..).unwrap_or_default();
        if !rest.is_empty() {
            let name = format!("and {} more", rest.len());
            let (files, bytes) = rest.iter().fold((0, 0), |(f, b), item| (f + item.files, b + item.bytes));
            columns.row(self.cells("", &name, files, bytes, sum + bytes));
        }
        columns.render("")
    }

    fn kinds(&self) -> String {
        let (left, right) = (Align::Left, Align::Right);
        let mut columns = Columns::new(&[left, right, right, right]);
        columns.row(["KIND", "FILES", "SIZE", "SHARE"]);
        for (kind, files, bytes) in self.by_kind() {
            let share = percent(bytes, self.used);
            columns.row([kind.singular().to_owned(), files.to_string(), human(bytes), share]);
        }
        columns.render("")
    }

    fn cells(&self, kind: &str, name: &str, files: u64, bytes: u64, sum: u64) -> [String; 6] {
        let (share, cumulative) = (percent(bytes, self.used), percent(sum, self.used));
        [kind.to_owned(), name.to_owned(), files.to_string(), human(bytes), share, cumulative]
    }
}

/// With one decimal, rounded down so that only the whole is 100 %.
pub fn percent(part: u64, whole: u64) -> String {
    let tenths = u128::from(part) * 1000 / u128::from(whole.max(1));
    format!("{}.{} %", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::super::{Item, Kind};
    use super::*;

    #[test]
    fn shows_shares_and_folds_what_is_small() {
        let item = |name: &str, bytes| Item { kind: Kind::Package, name: name.into(), files: 2, bytes };
        let items = vec![item("linux", 6 << 20), item("perl", 3 << 20), item("sed", 1 << 20)];
        let usage = Usage { size: 20 << 20, used: 10 << 20, items };
        let expected = "\
10.0 MiB of 20.0 MiB used

KIND     NAME        FILES      SIZE   SHARE  CUMULATIVE
package  linux           2  6.00 MiB  60.0 %      60.0 %
package  perl            2  3.00 MiB  30.0 %      90.0 %
         and 1 more      2  1.00 MiB  10.0 %     100.0 %

KIND     FILES      SIZE    SHARE
package      6  10.0 MiB  100.0 %
";
        assert_eq!(usage.to_text(2), expected);
    }

    #[test]
    fn only_the_whole_is_everything() {
        assert_eq!(percent(9999, 10000), "99.9 %");
        assert_eq!(percent(0, 0), "0.0 %");
    }
}
