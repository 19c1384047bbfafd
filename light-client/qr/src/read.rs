//! Reads.
//!
//! The reader decides what is black by the shades around a pixel, which suits photographs of small
//! codes. Large ones are lost to it by a little blur or grain; so a picture in which something was
//! not read is looked at again, made black and white as a whole, smoothed, and in other sizes.

use rqrr::{BitGrid, Grid, PreparedImage};

use crate::Picture;

/// The smallest code has so many modules a side.
const MIN_SIDE: usize = 21;
/// Pictures above this many pixels are not enlarged: they have enough of them.
const MAX_ENLARGED: usize = 8 << 20;

/// What the codes in the picture hold.
pub(crate) fn codes(picture: &Picture) -> Vec<Vec<u8>> {
    if picture.width().min(picture.height()) < MIN_SIDE {
        return Vec::new();
    }
    let looks: [fn(&Picture) -> Look; 5] = [
        by_surroundings,
        as_a_whole,
        |picture| as_a_whole(&smoothed(picture)),
        |picture| as_a_whole(&halved(picture)),
        |picture| enlarged(picture).map_or_else(Look::default, |larger| as_a_whole(&larger)),
    ];
    let mut found: Vec<Vec<u8>> = Vec::new();
    for look in looks {
        let Look { payloads, missed } = look(picture);
        for payload in payloads {
            if !found.contains(&payload) {
                found.push(payload);
            }
        }
        if !found.is_empty() && missed == 0 {
            break;
        }
    }
    found
}

/// What one look at a picture has read.
#[derive(Default)]
struct Look {
    payloads: Vec<Vec<u8>>,
    /// What looks like a code and could not be read.
    missed: usize,
}

fn by_surroundings(picture: &Picture) -> Look {
    let (width, height) = (picture.width(), picture.height());
    let shade = |x, y| picture.shade(x, y);
    read(&PreparedImage::prepare_from_greyscale(width, height, shade).detect_grids())
}

fn as_a_whole(picture: &Picture) -> Look {
    let (width, height) = (picture.width(), picture.height());
    let threshold = threshold(picture);
    let is_dark = |x, y| picture.shade(x, y) <= threshold;
    read(&PreparedImage::prepare_from_bitmap(width, height, is_dark).detect_grids())
}

fn read(grids: &[Grid<impl BitGrid>]) -> Look {
    let payloads = grids.iter().filter_map(|grid| {
        let mut payload = Vec::new();
        grid.decode_to(&mut payload).ok().map(|_| payload)
    });
    let payloads: Vec<_> = payloads.collect();
    Look {
        missed: grids.len() - payloads.len(),
        payloads,
    }
}

/// The shade that parts ink from paper: where the two differ most between them (Otsu 1979).
fn threshold(picture: &Picture) -> u8 {
    let mut counts = [0_u64; 256];
    for y in 0..picture.height() {
        for x in 0..picture.width() {
            counts[usize::from(picture.shade(x, y))] += 1;
        }
    }
    let weighted = |shades: &[u64], first: u64| -> u64 {
        (first..)
            .zip(shades)
            .map(|(shade, count)| shade * count)
            .sum()
    };
    let between = |shade: u8| {
        let (dark, light) = counts.split_at(usize::from(shade) + 1);
        let (many, few) = (dark.iter().sum::<u64>(), light.iter().sum::<u64>());
        if many == 0 || few == 0 {
            return 0;
        }
        let mean = weighted(dark, 0) * 256 / many;
        let other = weighted(light, u64::from(shade) + 1) * 256 / few;
        let apart = u128::from(other - mean);
        u128::from(many) * u128::from(few) * apart * apart
    };
    (0..=254).max_by_key(|shade| between(*shade)).unwrap_or(127)
}

/// Each pixel as the mean of its nine.
fn smoothed(picture: &Picture) -> Picture {
    Picture::from_luma(picture.width(), picture.height(), |x, y| {
        let around = (0..9).map(|at| {
            let (x, y) = (
                (x + at % 3).saturating_sub(1),
                (y + at / 3).saturating_sub(1),
            );
            u32::from(picture.shade(x, y))
        });
        u8::try_from(around.sum::<u32>() / 9).unwrap_or(255)
    })
}

/// Each four pixels as one.
fn halved(picture: &Picture) -> Picture {
    Picture::from_luma(picture.width() / 2, picture.height() / 2, |x, y| {
        let four = (0..4).map(|at| u32::from(picture.shade(2 * x + at % 2, 2 * y + at / 2)));
        u8::try_from(four.sum::<u32>() / 4).unwrap_or(255)
    })
}

/// Each pixel as nine, the shades between them in proportion.
fn enlarged(picture: &Picture) -> Option<Picture> {
    let (width, height) = (picture.width(), picture.height());
    if width.saturating_mul(height).saturating_mul(9) > MAX_ENLARGED * 9 / 2 {
        return None;
    }
    Some(Picture::from_luma(width * 3, height * 3, |x, y| {
        let (left, top) = (x / 3, y / 3);
        let (right, below) = (x % 3, y % 3);
        let at = |x, y| usize::from(picture.shade(x, y));
        let upper = at(left, top) * (3 - right) + at(left + 1, top) * right;
        let lower = at(left, top + 1) * (3 - right) + at(left + 1, top + 1) * right;
        u8::try_from((upper * (3 - below) + lower * below) / 9).unwrap_or(255)
    }))
}
