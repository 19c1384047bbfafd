//! Pictures, and what is read from them.

use std::io::Cursor;

use crate::read;

use png::{BitDepth, ColorType, Decoder, DecodingError, Encoder, Limits, Transformations};

/// The most pixels that are looked at: a scan of A4 at 600 dpi has 35 million.
const MAX_PIXELS: usize = 64 << 20;
/// What decoding may allocate, four bytes a pixel.
const MAX_BYTES: usize = 4 * MAX_PIXELS;

/// A picture in shades of grey: 0 is black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    luma: Vec<u8>,
}

/// Why bytes are not a picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// Not a PNG, or a broken one.
    #[error("not a PNG")]
    Png(#[source] DecodingError),
    /// Pixels that are not so many rows.
    #[error("{bytes} bytes are no rows of {width} pixels")]
    Rows {
        /// How many there are.
        bytes: usize,
        /// Of the picture.
        width: usize,
    },
    /// More than 64 million pixels, or none.
    #[error("a picture of {width} x {height} pixels is not looked at")]
    Size {
        /// Its width.
        width: usize,
        /// Its height.
        height: usize,
    },
}

impl Picture {
    /// Takes each pixel's shade.
    pub fn from_luma(width: usize, height: usize, shade: impl Fn(usize, usize) -> u8) -> Self {
        let rows = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        Self {
            width,
            height,
            luma: rows.map(|(x, y)| shade(x, y)).collect(),
        }
    }

    /// Whether bytes begin as a PNG does.
    pub fn is_png(bytes: &[u8]) -> bool {
        bytes.starts_with(b"\x89PNG\r\n\x1a\n")
    }

    /// Reads a PNG of any kind; where it is transparent there is white paper behind it.
    ///
    /// # Errors
    /// [`PictureError`].
    pub fn from_png(bytes: &[u8]) -> Result<Self, PictureError> {
        let limits = Limits { bytes: MAX_BYTES };
        let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
        decoder.set_transformations(Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(PictureError::Png)?;
        let (width, height) = reader.info().size();
        let width = usize::try_from(width).unwrap_or(usize::MAX);
        let height = usize::try_from(height).unwrap_or(usize::MAX);
        let pixels = width.saturating_mul(height);
        let too_large = PictureError::Size { width, height };
        if pixels == 0 || pixels > MAX_PIXELS {
            return Err(too_large);
        }
        let mut buffer = vec![0; reader.output_buffer_size().ok_or(too_large)?];
        let frame = reader.next_frame(&mut buffer).map_err(PictureError::Png)?;
        let samples = frame.color_type.samples();
        let luma = buffer
            .chunks_exact(samples)
            .map(|pixel| shade(frame.color_type, pixel));
        Ok(Self {
            width,
            height,
            luma: luma.collect(),
        })
    }

    /// A picture of this width that has no rows yet.
    pub const fn of_width(width: usize) -> Self {
        Self {
            width,
            height: 0,
            luma: Vec::new(),
        }
    }

    /// Adds rows below those that are there: four bytes a pixel, red, green, blue and alpha, as a
    /// browser's canvas has them. So a large picture is never in memory four times over.
    ///
    /// # Errors
    /// [`PictureError::Rows`], [`PictureError::Size`]; then nothing is added.
    pub fn add_rows(&mut self, rgba: &[u8]) -> Result<(), PictureError> {
        let row = self.width.saturating_mul(4);
        let is_whole = row > 0 && rgba.len().is_multiple_of(row);
        if !is_whole {
            let (bytes, width) = (rgba.len(), self.width);
            return Err(PictureError::Rows { bytes, width });
        }
        let height = self.height + rgba.len() / row;
        if self.luma.len() + rgba.len() / 4 > MAX_PIXELS {
            let width = self.width;
            return Err(PictureError::Size { width, height });
        }
        let pixels = rgba.chunks_exact(4);
        self.luma
            .extend(pixels.map(|pixel| shade(ColorType::Rgba, pixel)));
        self.height = height;
        Ok(())
    }

    /// As a PNG of one byte a pixel.
    ///
    /// # Panics
    /// Never: a picture is as large as it says, and memory takes what is written.
    pub fn to_png(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
        let mut encoder = Encoder::new(&mut bytes, side(self.width), side(self.height));
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(BitDepth::Eight);
        encoder
            .write_header()
            .and_then(|mut writer| {
                writer.write_image_data(&self.luma)?;
                writer.finish()
            })
            .expect("a picture is as large as it says");
        bytes
    }

    /// The width in pixels.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// The height in pixels.
    pub const fn height(&self) -> usize {
        self.height
    }

    /// The shade of a pixel; white outside of the picture.
    pub fn shade(&self, x: usize, y: usize) -> u8 {
        let inside = x < self.width && y < self.height;
        let found = self.luma.get(y * self.width + x);
        found.copied().filter(|_| inside).unwrap_or(255)
    }

    /// What the codes in the picture hold, in the order in which they are found. What looks like a
    /// code and cannot be read is left out.
    pub fn codes(&self) -> Vec<Vec<u8>> {
        read::codes(self)
    }
}

/// A pixel's shade, in front of white.
fn shade(color: ColorType, pixel: &[u8]) -> u8 {
    let (grey, alpha) = match (color, pixel) {
        (ColorType::GrayscaleAlpha, [grey, alpha]) => (u32::from(*grey), *alpha),
        (ColorType::Rgb, [red, green, blue]) => (luma(*red, *green, *blue), 255),
        (ColorType::Rgba, [red, green, blue, alpha]) => (luma(*red, *green, *blue), *alpha),
        (_, [grey, ..]) => (u32::from(*grey), 255),
        (_, []) => (255, 255),
    };
    let alpha = u32::from(alpha);
    let shade = (grey * alpha + 255 * (255 - alpha)) / 255;
    u8::try_from(shade).unwrap_or(255)
}

/// ITU-R BT.601, as photographs are made grey.
fn luma(red: u8, green: u8, blue: u8) -> u32 {
    (299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue)) / 1000
}
