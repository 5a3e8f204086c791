//! The time line as a picture: a lane for each host, a bar for each step, coloured by phase.

use super::{Bar, Lane, Timeline};
use crate::node::status::Phase;
use crate::svg::{self, Rectangle, label, push_rectangle, push_text, push_title};
use std::collections::BTreeSet;
use std::fmt::Write as _;

const WIDTH: f64 = 1200.0;
const LEFT: f64 = 130.0;
const RIGHT: f64 = 1176.0;
const TOP: f64 = 92.0;
const LANE: f64 = 46.0;
const BAR: f64 = 30.0;
const NAME: f64 = 10.0 * label::BOLD;
/// Narrower bars would vanish.
const THINNEST: f64 = 1.0;
/// Marks on the scale are at least this many pixels apart.
const TICK_DISTANCE: f64 = 80.0;
const HOUR: f64 = 3600.0;
/// Seconds between marks that people count in; beyond the last it is whole hours.
const TICKS: [f64; 10] = [1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, HOUR];

impl Timeline {
    /// The picture as SVG, for a cluster called `title`.
    pub fn to_svg(&self, title: &str) -> String {
        let bottom = TOP + rows(self.lanes.len()) * LANE;
        let heading = format!("First boot of {title}");
        let summary = format!("{} hosts, {:.0} s", self.lanes.len(), self.seconds());
        let mut svg = svg::open(WIDTH, bottom + 64.0, &format!("{heading}: {summary}"));
        push_text(&mut svg, "title ink", 24.0, 38.0, &heading);
        let note = format!("{summary}. Seconds since each host was switched on; point at a step for more.");
        push_text(&mut svg, "note faint", 24.0, 60.0, &note);
        self.scale(&mut svg, bottom);
        for (number, lane) in self.lanes.iter().enumerate() {
            self.lane(&mut svg, lane, TOP + rows(number) * LANE);
        }
        self.legend(&mut svg, bottom + 40.0);
        svg.push_str("</svg>\n");
        svg
    }

    fn pixels_per_second(&self) -> f64 {
        (RIGHT - LEFT) / self.seconds().max(1.0)
    }

    fn scale(&self, svg: &mut String, bottom: f64) {
        let scale = self.pixels_per_second();
        let hours = (TICK_DISTANCE / scale / HOUR).ceil() * HOUR;
        let step = TICKS.into_iter().find(|step| step * scale >= TICK_DISTANCE).unwrap_or(hours);
        let marks = std::iter::successors(Some(0.0), |mark| Some(mark + step));
        for mark in marks.take_while(|mark| *mark <= self.seconds()) {
            let x = LEFT + mark * scale;
            let line = Rectangle { x, y: TOP - 8.0, width: 1.0, height: bottom - TOP + 8.0 };
            push_rectangle(svg, line, "class=\"faint\" fill-opacity=\".25\"");
            push_text(svg, "note faint", x + 3.0, TOP - 2.0, &format!("{mark:.0} s"));
        }
    }

    fn lane(&self, svg: &mut String, lane: &Lane, top: f64) {
        let name = label::fit(&lane.host, 13.0 * label::BOLD, LEFT - 32.0).unwrap_or_default();
        push_text(svg, "group ink", 24.0, top + 25.0, &name);
        for bar in &lane.bars {
            self.bar(svg, bar, top + (LANE - BAR) / 2.0);
        }
    }

    fn bar(&self, svg: &mut String, bar: &Bar, y: f64) {
        let scale = self.pixels_per_second();
        let width = ((bar.end - bar.start) * scale).max(THINNEST);
        let place = Rectangle { x: LEFT + bar.start * scale, y, width, height: BAR };
        svg.push_str("<g>");
        push_title(svg, &tooltip(bar));
        push_rectangle(svg, place, &format!("class=\"tile\" rx=\"2\" fill=\"{}\"", colour(bar.phase)));
        if let Some(name) = label::fit(&bar.step, NAME, width - 8.0) {
            push_text(svg, "name small", place.x + 4.0, y + 19.0, &name);
        }
        svg.push_str("</g>\n");
    }

    fn legend(&self, svg: &mut String, y: f64) {
        let bars = self.lanes.iter().flat_map(|lane| &lane.bars);
        let phases: BTreeSet<Phase> = bars.map(|bar| bar.phase).collect();
        let mut x = 24.0;
        for phase in phases {
            let swatch = Rectangle { x, y: y - 10.0, width: 12.0, height: 12.0 };
            push_rectangle(svg, swatch, &format!("rx=\"2\" fill=\"{}\"", colour(phase)));
            let name = phase.to_string();
            push_text(svg, "note ink", x + 18.0, y, &name);
            x += 18.0 + label::width(&name, 13.0) + 22.0;
        }
    }
}

fn tooltip(bar: &Bar) -> String {
    let Bar { phase, step, start, end, attempts } = bar;
    let mut text = format!("{phase}: {step}\n{:.1} s, from {start:.1} s to {end:.1} s", end - start);
    if *attempts > 1 {
        let _ = write!(text, ", {attempts} tries");
    }
    text
}

/// Each has a contrast of at least 4.5 to the white text on it.
fn colour(phase: Phase) -> &'static str {
    match phase {
        Phase::Wait | Phase::Clock => "#5c6877",
        Phase::Images => "#0d766a",
        Phase::Files | Phase::Endpoint => "#7d6a16",
        Phase::Init => "#2a68ad",
        Phase::Join => "#8b3d9e",
        Phase::Handover | Phase::Addons | Phase::Ingress => "#b0500c",
        Phase::Ready => "#3b7a1e",
        Phase::Cleanup | Phase::Done => "#4a4f9c",
    }
}

#[allow(clippy::cast_precision_loss)] // a number of hosts
fn rows(number: usize) -> f64 {
    number as f64
}
