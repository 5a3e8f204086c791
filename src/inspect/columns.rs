//! Aligned columns of plain text.

/// How a column is aligned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// Rows of as many cells as there are columns; the first row is usually a heading.
pub struct Columns {
    align: Vec<Align>,
    rows: Vec<Vec<String>>,
}

impl Columns {
    /// Without rows.
    pub fn new(align: &[Align]) -> Self {
        Self { align: align.to_vec(), rows: Vec::new() }
    }

    /// One more row.
    pub fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// The rows as lines, each begun with `indent`, cells two spaces apart, no spaces at the end.
    pub fn render(&self, indent: &str) -> String {
        let widths: Vec<usize> = (0..self.align.len()).map(|column| self.width(column)).collect();
        self.rows.iter().map(|row| self.line(indent, row, &widths)).collect()
    }

    fn width(&self, column: usize) -> usize {
        self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    }

    fn line(&self, indent: &str, row: &[String], widths: &[usize]) -> String {
        let mut cells = row.iter().zip(widths).zip(&self.align);
        let pad = |((cell, width), align): ((&String, &usize), &Align)| match align {
            Align::Left => format!("{cell:<width$}"),
            Align::Right => format!("{cell:>width$}"),
        };
        let padded: Vec<String> = cells.by_ref().map(pad).collect();
        format!("{}\n", format!("{indent}{}", padded.join("  ")).trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aligns_both_ways_and_counts_characters_not_bytes() {
        let mut columns = Columns::new(&[Align::Left, Align::Right, Align::Left]);
        columns.row(["NAME", "SIZE", "NOTE"]);
        columns.row(["grün", "1000000", ""]);
        columns.row(["a", "5", "held"]);
        let expected = "  NAME     SIZE  NOTE\n  grün  1000000\n  a           5  held\n";
        assert_eq!(columns.render("  "), expected);
    }
}
