//! Pictures that need nothing else: SVG elements with escaped text. The same calls give the same bytes.

pub mod label;
mod rectangle;

pub use rectangle::Rectangle;

use std::fmt::Write as _;

/// Page, ink and fonts of every picture, in light and dark.
pub const STYLE: &str = "\
text{font-family:Inter,\"Segoe UI\",Roboto,\"Helvetica Neue\",\"DejaVu Sans\",Arial,sans-serif}
.page{fill:#ffffff}.ink{fill:#1c2430}.faint{fill:#5a6675}
.title{font-size:20px;font-weight:600}.note{font-size:13px}.group{font-size:12px;font-weight:600}
.name{font-size:12px;font-weight:600;fill:#ffffff}.small{font-size:10px}.size{font-size:11px;fill:#ffffff;fill-opacity:.88}
.tile:hover{fill-opacity:.82}.rest{fill-opacity:.9}
@media (prefers-color-scheme:dark){.page{fill:#12171e}.ink{fill:#e6ebf1}.faint{fill:#9aa7b5}}
";

/// The beginning of a picture of this size, with `summary` for those who cannot see it.
pub fn open(width: f64, height: f64, summary: &str) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\">\n"
    );
    push_title(&mut svg, summary);
    let _ = write!(svg, "\n<style>\n{STYLE}</style>\n");
    let _ = writeln!(svg, "<rect class=\"page\" width=\"{width}\" height=\"{height}\"/>");
    svg
}

/// A rectangle with further `attributes`.
pub fn push_rectangle(svg: &mut String, place: Rectangle, attributes: &str) {
    let Rectangle { x, y, width, height } = place;
    let _ = writeln!(
        svg,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" {attributes}/>"
    );
}

/// A text of these classes of the style sheet, with its baseline's beginning at (`x`, `y`).
pub fn push_text(svg: &mut String, class: &str, x: f64, y: f64, text: &str) {
    let _ = writeln!(svg, "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", label::escape(text));
}

/// What is shown for the element around it when it is pointed at.
pub fn push_title(svg: &mut String, text: &str) {
    let _ = write!(svg, "<title>{}</title>", label::escape(text));
}
