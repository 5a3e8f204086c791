//! Divides a rectangle into areas of given weights that are as close to squares as can be.
//!
//! Bruls, Huizing, van Wijk: Squarified Treemaps (2000): rows are laid along the shorter side, and one more
//! weight joins a row as long as that does not make its worst rectangle longer.

use crate::svg::Rectangle;

/// One rectangle for each of `weights`, which are largest first and sum up to more than 0.
#[allow(clippy::cast_precision_loss)] // pixels of a picture
pub fn squarify(weights: &[u64], mut space: Rectangle) -> Vec<Rectangle> {
    let total: f64 = weights.iter().map(|weight| *weight as f64).sum();
    let scale = if total > 0.0 { space.area() / total } else { 0.0 };
    let areas: Vec<f64> = weights.iter().map(|weight| *weight as f64 * scale).collect();
    let mut placed = Vec::with_capacity(areas.len());
    let mut rest = areas.as_slice();
    while !rest.is_empty() {
        let (row, later) = rest.split_at(row_length(rest, space.width.min(space.height)));
        space = place(row, space, &mut placed);
        rest = later;
    }
    placed
}

/// How many of `areas` make the best row along a side of `side`; at least one.
fn row_length(areas: &[f64], side: f64) -> usize {
    let mut length = 1;
    while length < areas.len() && worst(&areas[..=length], side) <= worst(&areas[..length], side) {
        length += 1;
    }
    length
}

/// The longest aspect ratio in a row along a side of `side`.
fn worst(row: &[f64], side: f64) -> f64 {
    let sum: f64 = row.iter().sum();
    let (largest, smallest) =
        row.iter().fold((0.0_f64, f64::INFINITY), |(most, least), area| (most.max(*area), least.min(*area)));
    let (side, sum) = (side * side, sum * sum);
    (side * largest / sum).max(sum / (side * smallest))
}

/// Lays `row` along the shorter side of `space` and returns what is left of it.
fn place(row: &[f64], space: Rectangle, placed: &mut Vec<Rectangle>) -> Rectangle {
    let upright = space.width >= space.height;
    let side = if upright { space.height } else { space.width };
    let thickness = if side > 0.0 { row.iter().sum::<f64>() / side } else { 0.0 };
    let mut at = 0.0;
    for area in row {
        let extent = if thickness > 0.0 { area / thickness } else { 0.0 };
        placed.push(if upright {
            Rectangle { x: space.x, y: space.y + at, width: thickness, height: extent }
        } else {
            Rectangle { x: space.x + at, y: space.y, width: extent, height: thickness }
        });
        at += extent;
    }
    if upright {
        Rectangle { x: space.x + thickness, width: (space.width - thickness).max(0.0), ..space }
    } else {
        Rectangle { y: space.y + thickness, height: (space.height - thickness).max(0.0), ..space }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SPACE: Rectangle = Rectangle { x: 10.0, y: 20.0, width: 600.0, height: 400.0 };

    #[test]
    fn lays_out_the_example_of_the_paper() {
        let space = Rectangle { x: 0.0, y: 0.0, width: 6.0, height: 4.0 };
        let placed = squarify(&[6, 6, 4, 3, 2, 2, 1], space);
        assert_eq!(placed[0], Rectangle { x: 0.0, y: 0.0, width: 3.0, height: 2.0 });
        assert_eq!(placed[1], Rectangle { x: 0.0, y: 2.0, width: 3.0, height: 2.0 });
        let third = placed[2];
        assert!((third.width - 4.0 / 7.0 * 3.0).abs() < 1e-9 && (third.height - 7.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn weights_of_nothing_take_no_space() {
        assert!(squarify(&[], SPACE).is_empty());
        assert!(squarify(&[0, 0], SPACE).iter().all(|part| part.area() == 0.0));
    }

    proptest! {
        #[test]
        #[allow(clippy::cast_precision_loss)] // small numbers
        fn areas_follow_weights_and_stay_inside(mut weights in prop::collection::vec(1_u64..1_000_000, 1..60)) {
            weights.sort_unstable_by(|a, b| b.cmp(a));
            let total: u64 = weights.iter().sum();
            for (weight, part) in weights.iter().zip(squarify(&weights, SPACE)) {
                let expected = *weight as f64 / total as f64 * SPACE.area();
                prop_assert!((part.area() - expected).abs() < 1e-3, "{} {expected}", part.area());
                prop_assert!(part.x >= SPACE.x - 1e-6 && part.x + part.width <= SPACE.x + SPACE.width + 1e-6);
                prop_assert!(part.y >= SPACE.y - 1e-6 && part.y + part.height <= SPACE.y + SPACE.height + 1e-6);
            }
        }
    }
}
