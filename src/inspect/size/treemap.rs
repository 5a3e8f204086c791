//! Sizes as a picture: a squarified treemap, one SVG file that needs nothing else.
//!
//! Kinds are areas with a heading, things are tiles in them; what is too small for a tile shares one. The same
//! sizes give the same bytes.

use super::attribution::Kind;
use super::measure::{Item, Usage};
use super::palette::colour;
use super::squarify::squarify;
use super::table::percent;
use crate::size::human;
use crate::svg::{self, Rectangle, label, push_rectangle, push_text, push_title};
use std::fmt::Write as _;

const WIDTH: f64 = 1200.0;
const HEIGHT: f64 = 780.0;
const MAP: Rectangle = Rectangle { x: 24.0, y: 76.0, width: 1152.0, height: 640.0 };
const LEGEND_Y: f64 = 748.0;
/// Between tiles, on each side.
const GAP: f64 = 1.0;
const HEADING: f64 = 20.0;
/// Square pixels below which a thing gets no tile of its own.
const SMALLEST_TILE: f64 = 520.0;
/// Between a tile's edge and its text.
const PADDING: f64 = 5.0;
/// Sizes of names, as wide as bold text makes them.
const NAME: f64 = 12.0 * label::BOLD;
const SMALL_NAME: f64 = 10.0 * label::BOLD;

struct Tile<'a> {
    kind: Kind,
    name: String,
    bytes: u64,
    files: u64,
    /// The things that share the tile; empty if it stands for one.
    shared_by: &'a [Item],
}

impl Usage {
    /// A treemap as SVG, for an image called `title`.
    pub fn to_svg(&self, title: &str) -> String {
        let mut svg = open(title, self);
        let kinds: Vec<_> = self.by_kind().into_iter().filter(|(_, _, bytes)| *bytes > 0).collect();
        let weights: Vec<u64> = kinds.iter().map(|(_, _, bytes)| *bytes).collect();
        for ((kind, _, bytes), area) in kinds.iter().zip(squarify(&weights, MAP)) {
            self.group(&mut svg, *kind, *bytes, area.inset(2.0));
        }
        self.legend(&mut svg, &kinds);
        svg.push_str("</svg>\n");
        svg
    }

    fn group(&self, svg: &mut String, kind: Kind, bytes: u64, area: Rectangle) {
        push_rectangle(svg, area, &format!("fill=\"{}\" fill-opacity=\".16\"", colour(kind)));
        let heading = format!("{} {}", kind.plural(), human(bytes));
        let room = area.width - 12.0;
        let whole = label::whole(&heading, NAME, room);
        let body = match whole.or_else(|| label::fit(kind.plural(), NAME, room)) {
            Some(text) if area.height > 3.0 * HEADING => {
                push_text(svg, "group ink", area.x + 6.0, area.y + 14.5, &text);
                area.below(HEADING).inset(GAP)
            }
            _ => area.inset(GAP),
        };
        let items: Vec<Item> = self.items.iter().filter(|item| item.kind == kind).cloned().collect();
        let tiles = tiles(&items, body);
        let weights: Vec<u64> = tiles.iter().map(|tile| tile.bytes).collect();
        for (tile, place) in tiles.iter().zip(squarify(&weights, body)) {
            self.tile(svg, tile, place.inset(GAP));
        }
    }

    fn tile(&self, svg: &mut String, tile: &Tile<'_>, place: Rectangle) {
        let class = if tile.shared_by.is_empty() { "tile" } else { "tile rest" };
        svg.push_str("<g>");
        push_title(svg, &self.tooltip(tile));
        push_rectangle(svg, place, &format!("class=\"{class}\" rx=\"2\" fill=\"{}\"", colour(tile.kind)));
        push_labels(svg, tile, place);
        svg.push_str("</g>\n");
    }

    fn tooltip(&self, tile: &Tile<'_>) -> String {
        let (size, share) = (human(tile.bytes), percent(tile.bytes, self.used));
        let mut text = format!("{}\n{}: {size}, {share} of what is used", tile.name, tile.kind.singular());
        if tile.files > 0 {
            let _ = write!(text, ", {} files", tile.files);
        }
        for item in tile.shared_by.iter().take(12) {
            let _ = write!(text, "\n{} {}", item.name, human(item.bytes));
        }
        text
    }

    fn legend(&self, svg: &mut String, kinds: &[(Kind, u64, u64)]) {
        let mut x = MAP.x;
        for (kind, _, bytes) in kinds {
            let swatch = Rectangle { x, y: LEGEND_Y - 10.0, width: 12.0, height: 12.0 };
            push_rectangle(svg, swatch, &format!("rx=\"2\" fill=\"{}\"", colour(*kind)));
            let share = percent(*bytes, self.used);
            let name = kind.plural();
            let _ = writeln!(
                svg,
                "<text class=\"note ink\" x=\"{:.1}\" y=\"{LEGEND_Y}\">{name} <tspan class=\"faint\">{share}</tspan></text>",
                x + 18.0
            );
            x += 18.0 + label::width(&format!("{name} {share}"), 13.0) + 22.0;
        }
    }
}

fn open(title: &str, usage: &Usage) -> String {
    let summary = format!("{} of {} used", human(usage.used), human(usage.size));
    let heading = format!("What takes the space in {title}");
    let mut svg = svg::open(WIDTH, HEIGHT, &format!("{heading}: {summary}"));
    let title = label::fit(&heading, 20.0, MAP.width).unwrap_or_default();
    push_text(&mut svg, "title ink", MAP.x, 38.0, &title);
    let note = format!("{summary}. Each tile is a package, artifact, image or folder; its area is its size.");
    push_text(&mut svg, "note faint", MAP.x, 60.0, &note);
    svg
}

/// The name in the larger size that it fits in, or cut in the smaller one, and below it the size.
fn push_labels(svg: &mut String, tile: &Tile<'_>, place: Rectangle) {
    let (room, short) = (place.width - 2.0 * PADDING, label::short(&tile.name));
    let large = label::whole(short, NAME, room).map(|name| ("name", name));
    let small = || label::fit(short, SMALL_NAME, room).map(|name| ("name small", name));
    let Some((class, name)) = large.or_else(small).filter(|_| place.height >= 18.0) else { return };
    push_text(svg, class, place.x + PADDING, place.y + 14.0, &name);
    let size = label::whole(&human(tile.bytes), 11.0, room).filter(|_| place.height >= 34.0);
    if let Some(size) = size {
        push_text(svg, "size", place.x + PADDING, place.y + 28.0, &size);
    }
}

/// One tile for each of `items` that is large enough, and one for the others together.
#[allow(clippy::cast_precision_loss)] // pixels of a picture
fn tiles(items: &[Item], space: Rectangle) -> Vec<Tile<'_>> {
    let total: u64 = items.iter().map(|item| item.bytes).sum();
    let per_byte = space.width * space.height / total.max(1) as f64;
    let large = items.partition_point(|item| item.bytes as f64 * per_byte >= SMALLEST_TILE);
    let (large, small) = items.split_at(if large + 1 == items.len() { items.len() } else { large });
    let own = large.iter().map(|item| Tile {
        kind: item.kind,
        name: item.name.clone(),
        bytes: item.bytes,
        files: item.files,
        shared_by: &[],
    });
    let mut tiles: Vec<Tile<'_>> = own.filter(|tile| tile.bytes > 0).collect();
    let bytes = small.iter().map(|item| item.bytes).sum();
    if bytes > 0 {
        let (kind, files) = (small[0].kind, small.iter().map(|item| item.files).sum());
        tiles.push(Tile { kind, name: format!("{} smaller", small.len()), bytes, files, shared_by: small });
    }
    tiles.sort_by_key(|tile| std::cmp::Reverse(tile.bytes));
    tiles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage() -> Usage {
        let item = |kind, name: &str, mib: u64| Item { kind, name: name.into(), files: 3, bytes: mib << 20 };
        let mut items = vec![
            item(Kind::Package, "linux-image", 90),
            item(Kind::Container, "example.org/a<b>&\"c\":1", 40),
            item(Kind::Package, "perl", 20),
            item(Kind::FileSystem, "tables", 0),
        ];
        items.extend((0..30).map(|number| Item {
            kind: Kind::Package,
            name: format!("tiny-{number:02}"),
            files: 1,
            bytes: 9,
        }));
        Usage { size: 200 << 20, used: items.iter().map(|item| item.bytes).sum(), items }
    }

    #[test]
    fn the_same_sizes_give_the_same_bytes() {
        assert_eq!(usage().to_svg("x"), usage().to_svg("x"));
    }

    #[test]
    fn names_are_escaped_and_small_things_share_a_tile() {
        let svg = usage().to_svg("<x>");
        assert!(
            svg.contains("example.org/a&lt;b&gt;&amp;&quot;c&quot;:1\ncontainer image: 40.0 MiB"),
            "{svg}"
        );
        assert!(!svg.contains("<b>") && !svg.contains("<x>"));
        assert!(svg.contains("<title>30 smaller\npackage: 270 B") && svg.contains("tiny-00 9 B"), "{svg}");
        assert!(!svg.contains(">tables"), "what takes nothing is not drawn: {svg}");
    }

    #[test]
    fn every_tag_is_closed() {
        let svg = usage().to_svg("x");
        for tag in ["svg", "g", "text", "title", "style"] {
            let opened = svg.matches(&format!("<{tag}>")).count() + svg.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, svg.matches(&format!("</{tag}>")).count(), "{tag}");
        }
    }
}
