//! What is drawn is read again: as it was drawn, and from worse pictures than that.

use tally_qr::{Code, Picture, PictureError};

/// The numbers of Knuth's MMIX.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        let (a, c) = (6_364_136_223_846_793_005, 1_442_695_040_888_963_407);
        self.0 = self.0.wrapping_mul(a).wrapping_add(c);
        (self.0 >> 33) % end
    }
}

/// Bytes like those of a proof: signatures and digests, of which nothing is text.
fn payload(length: usize) -> Vec<u8> {
    let mut dice = Dice(length.try_into().expect("a length"));
    let bytes = (0..length).map(|_| u8::try_from(dice.below(256)).expect("a byte"));
    bytes.collect()
}

/// Sizes of the promise: one code of any size, and one that is easy to print.
const SIZES: [usize; 3] = [2_953, 1_273, 1_130];

const PREFIX: &str = "https://fapiao.haizhou.example/v#";

fn digits() -> String {
    let bytes = payload(401);
    bytes
        .iter()
        .map(|byte| char::from(b'0' + byte % 10))
        .collect()
}

/// All kinds of code with what they hold.
fn codes() -> Vec<(Code, Vec<u8>)> {
    let digits = digits();
    let address = Code::of_address(PREFIX, &digits).expect("it fits");
    let mut codes = vec![(address, (PREFIX.to_owned() + &digits).into_bytes())];
    codes.extend(SIZES.map(|size| {
        let payload = payload(size);
        (Code::of_bytes(&payload).expect("it fits"), payload)
    }));
    codes
}

fn shade(value: f64) -> u8 {
    // Rounded and within range; there is no other conversion from a float.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "in range"
    )]
    let shade = value.round().clamp(0.0, 255.0) as u8;
    shade
}

/// The shade between four pixels.
fn between(picture: &Picture, x: f64, y: f64) -> u8 {
    if x < 0.0 || y < 0.0 {
        return 255;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "in range"
    )]
    let (left, top) = (x.floor() as usize, y.floor() as usize);
    let (right, below) = (x - x.floor(), y - y.floor());
    let at = |x, y| f64::from(picture.shade(x, y));
    let upper = at(left, top) * (1.0 - right) + at(left + 1, top) * right;
    let lower = at(left, top + 1) * (1.0 - right) + at(left + 1, top + 1) * right;
    shade(upper * (1.0 - below) + lower * below)
}

fn float(pixels: usize) -> f64 {
    f64::from(u32::try_from(pixels).expect("a side"))
}

/// The picture on a page twice as wide, turned about its centre and scaled.
fn photographed(picture: &Picture, degrees: f64, scale: f64) -> Picture {
    let side = float(picture.width()) * scale * 1.6;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "in range"
    )]
    let side_pixels = side as usize;
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (half, centre) = (side / 2.0, float(picture.width()) / 2.0);
    Picture::from_luma(side_pixels, side_pixels, |x, y| {
        let (x, y) = (float(x) - half, float(y) - half);
        let (x, y) = (x * cos + y * sin, y * cos - x * sin);
        between(picture, x / scale + centre, y / scale + centre)
    })
}

/// Paper that is not white, ink that is not black, and grain on both.
fn grainy(picture: &Picture, grain: u64) -> Picture {
    let noise: Vec<u64> = {
        let mut dice = Dice(grain);
        let pixels = picture.width() * picture.height();
        (0..pixels).map(|_| dice.below(2 * grain + 1)).collect()
    };
    Picture::from_luma(picture.width(), picture.height(), |x, y| {
        let ink = 40 + u64::from(picture.shade(x, y)) * 170 / 255;
        let shade = (ink + noise[y * picture.width() + x]).saturating_sub(grain);
        u8::try_from(shade.min(255)).expect("a shade")
    })
}

#[test]
fn a_code_holds_what_was_put_in() {
    for (code, payload) in codes() {
        for pixels in [2, 3, 4, 8] {
            let png = code.to_picture(pixels).to_png();
            let read = Picture::from_png(&png).expect("a picture");
            assert_eq!(
                read.codes(),
                core::slice::from_ref(&payload),
                "{pixels} pixels"
            );
        }
    }
}

#[test]
fn sides_and_versions_are_those_of_the_standard() {
    let versions: Vec<u8> = codes().iter().map(|(code, _)| code.version()).collect();
    assert_eq!(versions, [10, 40, 25, 24]);
    let (short, _) = &codes()[0];
    assert_eq!(short.side(), 57 + 8);
    assert!(Code::of_bytes(&payload(2_954)).is_err());
    assert!(Code::of_address(PREFIX, "12x").is_err());
}

#[test]
fn a_picture_of_another_size() {
    for (code, payload) in codes() {
        let drawn = code.to_picture(6);
        for scale in [0.5, 0.8, 1.37, 2.0] {
            let picture = photographed(&drawn, 0.0, scale);
            assert_eq!(picture.codes(), core::slice::from_ref(&payload), "{scale}");
        }
    }
}

#[test]
fn a_picture_that_is_turned() {
    for (code, payload) in codes() {
        let drawn = code.to_picture(6);
        for degrees in [0.5, 3.0, 10.0, 45.0, 90.0, 180.0] {
            let picture = photographed(&drawn, degrees, 1.0);
            let version = code.version();
            assert_eq!(
                picture.codes(),
                core::slice::from_ref(&payload),
                "{degrees} of {version}"
            );
        }
    }
}

#[test]
fn a_picture_with_grain() {
    for (code, payload) in codes() {
        for grain in [10, 40] {
            let picture = grainy(&code.to_picture(4), grain);
            assert_eq!(picture.codes(), core::slice::from_ref(&payload), "{grain}");
        }
    }
}

#[test]
fn two_codes_on_one_page() {
    let codes = codes();
    let (one, other) = (codes[0].0.to_picture(4), codes[2].0.to_picture(4));
    let page = Picture::from_luma(one.width() + other.width(), other.height(), |x, y| match x
        .checked_sub(one.width())
    {
        None => one.shade(x, y),
        Some(x) => other.shade(x, y),
    });
    let mut read = page.codes();
    read.sort();
    let mut expected = vec![codes[0].1.clone(), codes[2].1.clone()];
    expected.sort();
    assert_eq!(read, expected);
}

#[test]
fn an_svg_is_drawn_to_scale() {
    let code = Code::of_bytes(b"0").expect("it fits");
    let svg = code.to_svg(28);
    assert!(svg.contains("width=\"28mm\" height=\"28mm\" viewBox=\"0 0 29 29\""));
    // The finder patterns alone have 3 x 33 dark modules.
    let dark = svg.matches("h1v1h-1z").count();
    let drawn = code.to_picture(1);
    let pixels = (0..29 * 29)
        .filter(|at| drawn.shade(at % 29, at / 29) == 0)
        .count();
    assert!(dark == pixels && dark > 99, "{dark}");
}

#[test]
fn pictures_that_hold_nothing() {
    assert!(matches!(
        Picture::from_png(b"GIF89a"),
        Err(PictureError::Png(_))
    ));
    assert!(!Picture::is_png(b"GIF89a"));
    let blank = Picture::from_luma(100, 100, |_, _| 255);
    assert_eq!(blank.codes(), Vec::<Vec<u8>>::new());
    let png = blank.to_png();
    assert!(Picture::is_png(&png));
    assert_eq!(Picture::from_png(&png).expect("a picture"), blank);
    for length in [8, 33, png.len() / 2] {
        assert!(Picture::from_png(&png[..length]).is_err(), "{length}");
    }
    // Noise is no code, and nothing panics on it.
    for seed in 0..20 {
        let bytes = payload(300 * 300 + seed);
        let noise = Picture::from_luma(
            300,
            300,
            |x, y| if bytes[y * 300 + x] < 128 { 0 } else { 255 },
        );
        assert_eq!(noise.codes(), Vec::<Vec<u8>>::new());
    }
}

/// A picture as a canvas has it, strip by strip: the same codes.
#[test]
fn rows_that_come_one_after_the_other() {
    let (code, payload) = codes().remove(0);
    let drawn = code.to_picture(3);
    let side = drawn.width();
    // Ink in front of nothing: paper is where there is no picture.
    let pixels = (0..side * side).flat_map(|at| [0, 0, 0, 255 - drawn.shade(at % side, at / side)]);
    let rgba: Vec<u8> = pixels.collect();
    let mut picture = Picture::of_width(side);
    assert_eq!(picture.codes(), Vec::<Vec<u8>>::new());
    for strip in rgba.chunks(7 * 4 * side) {
        picture.add_rows(strip).expect("whole rows");
    }
    assert_eq!(picture, drawn);
    assert_eq!(picture.codes(), [payload]);
}

#[test]
fn what_is_no_rows_is_not_added() {
    let mut picture = Picture::of_width(100);
    let part = picture.add_rows(&[0; 4 * 250]);
    assert!(matches!(
        part,
        Err(PictureError::Rows {
            bytes: 1_000,
            width: 100
        })
    ));
    assert!(Picture::of_width(0).add_rows(&[]).is_err());
    assert_eq!(picture.height(), 0);
    // Fewer rows than a code has are no code, and nothing panics on them.
    for _ in 0..25 {
        picture.add_rows(&[0; 4 * 100]).expect("a row");
        assert_eq!(picture.codes(), Vec::<Vec<u8>>::new());
    }
    let strip = vec![255; 4 << 20];
    let mut tall = Picture::of_width(1 << 20);
    let added = (0..100).take_while(|_| tall.add_rows(&strip).is_ok());
    assert_eq!(added.count(), 64);
    assert_eq!(tall.height(), 64);
}

/// A picture says how large it is before anything is allocated for it.
#[test]
fn a_picture_that_claims_to_be_huge() {
    let mut png = Picture::from_luma(1, 1, |_, _| 0).to_png();
    png[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    // The header's own checksum, so that only the size is wrong.
    let crc = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    assert!(matches!(
        Picture::from_png(&png),
        Err(PictureError::Size {
            width: 65_536,
            height: 65_536
        })
    ));
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 * (crc & 1));
        }
    }
    !crc
}
