//! Colours of the treemap.
//!
//! Every tile colour has a contrast of at least 4.5 to the white text on it (WCAG 2.1, AA) and stands out from
//! both page colours, so only page and ink change with the reader's preference for light or dark.

use super::attribution::Kind;

/// The fill of tiles of this kind.
pub fn colour(kind: Kind) -> &'static str {
    match kind {
        Kind::Package => "#2a68ad",
        Kind::Artifact => "#b0500c",
        Kind::Container => "#0d766a",
        Kind::Overlay => "#8b3d9e",
        Kind::Generated => "#7d6a16",
        Kind::FileSystem => "#5c6877",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance as WCAG 2.1 defines it.
    fn luminance(colour: &str) -> f64 {
        let channel = |start: usize| {
            let value = f64::from(u8::from_str_radix(&colour[start..start + 2], 16).unwrap()) / 255.0;
            if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    #[test]
    fn white_text_is_legible_on_every_tile_and_tiles_on_both_pages() {
        for kind in Kind::ALL {
            let tile = luminance(colour(kind)) + 0.05;
            assert!(1.05 / tile >= 4.5, "{kind:?} {}", 1.05 / tile);
            assert!(tile / (luminance("#12171e") + 0.05) >= 2.5, "{kind:?} {tile}");
        }
    }
}
