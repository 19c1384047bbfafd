//! Draws.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

use crate::Picture;

/// White modules around a code, as many as the standard asks for.
const QUIET: usize = 4;

/// A QR code, ready to be drawn.
pub struct Code(QrCode);

/// More than the largest code of that kind holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("does not fit into a QR code")]
pub struct TooLong;

impl Code {
    /// A code of any version with these bytes, at least of error correction L: 2,953 at most.
    ///
    /// # Errors
    /// [`TooLong`].
    pub fn of_bytes(bytes: &[u8]) -> Result<Self, TooLong> {
        encode(&[QrSegment::make_bytes(bytes)], QrCodeEcc::Low)
    }

    /// A code with a text whose end is decimal digits, three of them in ten bits; at least of
    /// error correction M, as a phone's camera reads it from paper.
    ///
    /// # Errors
    /// [`TooLong`]; so with what are no digits.
    pub fn of_address(prefix: &str, digits: &str) -> Result<Self, TooLong> {
        if !QrSegment::is_numeric(digits) {
            return Err(TooLong);
        }
        let segments = [
            QrSegment::make_bytes(prefix.as_bytes()),
            QrSegment::make_numeric(digits),
        ];
        encode(&segments, QrCodeEcc::Medium)
    }

    /// The version, 1 to 40.
    pub fn version(&self) -> u8 {
        self.0.version().value()
    }

    /// Modules of a side, the white ones around it included.
    pub fn side(&self) -> usize {
        usize::from(self.version()) * 4 + 17 + 2 * QUIET
    }

    /// Whether a module is dark.
    fn is_dark(&self, x: usize, y: usize) -> bool {
        let place = |at: usize| {
            let at = at.checked_sub(QUIET)?;
            i32::try_from(at).ok()
        };
        // Outside of the code all is light.
        place(x)
            .zip(place(y))
            .is_some_and(|(x, y)| self.0.get_module(x, y))
    }

    /// Draws it with so many pixels a module.
    pub fn to_picture(&self, pixels: usize) -> Picture {
        let (modules, pixels) = (self.side(), pixels.max(1));
        Picture::from_luma(modules * pixels, modules * pixels, |x, y| {
            if self.is_dark(x / pixels, y / pixels) {
                0
            } else {
                255
            }
        })
    }

    /// Draws it as SVG of so many millimetres a side, the white around it included.
    pub fn to_svg(&self, side_mm: u16) -> String {
        let side = self.side();
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{side_mm}mm\" height=\"{side_mm}mm\" \
             viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
             <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path d=\""
        );
        for y in 0..side {
            for x in (0..side).filter(|x| self.is_dark(*x, y)) {
                // Writing to a text cannot fail.
                let _written = write!(svg, "M{x} {y}h1v1h-1z");
            }
        }
        svg.push_str("\"/></svg>\n");
        svg
    }
}

fn encode(segments: &[QrSegment], least: QrCodeEcc) -> Result<Code, TooLong> {
    let (min, max) = (Version::MIN, Version::MAX);
    QrCode::encode_segments_advanced(segments, least, min, max, None, true)
        .map(Code)
        .map_err(|_| TooLong)
}
