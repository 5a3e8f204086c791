//! Places in a picture.

/// A rectangle; the unit is that of whoever draws it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rectangle {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Extent to the right.
    pub width: f64,
    /// Extent downwards.
    pub height: f64,
}

impl Rectangle {
    /// Without a margin of `margin` on all sides.
    #[must_use]
    pub fn inset(self, margin: f64) -> Self {
        Self {
            x: self.x + margin,
            y: self.y + margin,
            width: (self.width - 2.0 * margin).max(0.0),
            height: (self.height - 2.0 * margin).max(0.0),
        }
    }

    /// Without a strip of `height` at the top.
    #[must_use]
    pub fn below(self, height: f64) -> Self {
        Self { y: self.y + height, height: (self.height - height).max(0.0), ..self }
    }

    /// Square units.
    pub fn area(self) -> f64 {
        self.width * self.height
    }
}
