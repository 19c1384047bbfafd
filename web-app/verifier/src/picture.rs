//! Pictures of codes, as the browser has decoded them.

use light_client::compact::Compact;
use light_client::short_code::ShortCode;
use tally_qr::Picture;
use wasm_bindgen::prelude::wasm_bindgen;

/// The most pixels that are looked at, as many as a scan of A4 at 600 dpi has; larger pictures are
/// made smaller.
const MAX_PIXELS: u64 = 40_000_000;

/// What files of pictures begin with, and where it stands. No document begins like that. Which of
/// them it can decode is the browser's business.
const BEGINNINGS: [(usize, &[u8]); 10] = [
    (0, b"\x89PNG"),
    (0, b"\xff\xd8\xff"),
    (0, b"GIF8"),
    (0, b"BM"),
    (0, b"II*\0"),
    (0, b"MM\0*"),
    // JPEG XL, bare and in its container.
    (0, b"\xff\x0a"),
    (4, b"JXL "),
    // HEIC and AVIF.
    (4, b"ftyp"),
    (8, b"WEBP"),
];

/// Whether a file says that it is a picture.
#[wasm_bindgen]
pub fn is_picture(file: &[u8]) -> bool {
    let begins = |(at, text): &(usize, &[u8])| {
        let rest = file.get(*at..);
        rest.is_some_and(|rest| rest.starts_with(text))
    };
    BEGINNINGS.iter().any(begins)
}

/// A picture, handed over from top to bottom, some rows at a time.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Photo {
    picture: Picture,
    width: u32,
    height: u32,
}

#[wasm_bindgen]
impl Photo {
    /// A picture of this size.
    #[wasm_bindgen(constructor)]
    pub fn new(width: u32, height: u32) -> Self {
        let (width, height) = fitted(width, height);
        Self {
            picture: Picture::of_width(usize::try_from(width).unwrap_or(0)),
            width,
            height,
        }
    }

    /// The width in which it is looked at.
    #[wasm_bindgen(getter)]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// The height in which it is looked at.
    #[wasm_bindgen(getter)]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Takes the next rows in that width, four bytes a pixel; whether it could.
    pub fn add_rows(&mut self, rgba: &[u8]) -> bool {
        self.picture.add_rows(rgba).is_ok()
    }

    /// The document that a code in the picture holds, as `tallystick verify` chooses it: of both
    /// codes of one paper the compact proof; strangers' codes are passed over.
    pub fn document(&self) -> Option<Vec<u8>> {
        let mut codes = self.picture.codes();
        codes.retain(|code| Compact::is_compact(code) || is_short(code));
        codes.sort_by_key(|code| !Compact::is_compact(code));
        codes.into_iter().next()
    }
}

fn is_short(code: &[u8]) -> bool {
    std::str::from_utf8(code).is_ok_and(|text| ShortCode::parse(text).is_ok())
}

/// The size in which a picture is looked at: its own, or as large as may be in its proportions.
fn fitted(width: u32, height: u32) -> (u32, u32) {
    let (wide, high) = (u64::from(width), u64::from(height));
    if wide * high <= MAX_PIXELS {
        return (width, height);
    }
    let fitted_width = (MAX_PIXELS * wide / high).isqrt().clamp(1, MAX_PIXELS);
    let fitted_height = (fitted_width * high / wide).clamp(1, MAX_PIXELS / fitted_width);
    let side = |pixels, whole| u32::try_from(pixels).unwrap_or(whole);
    (side(fitted_width, width), side(fitted_height, height))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test is the point")]
mod tests {
    use super::*;
    use tally_qr::Code;

    fn vector(name: &str) -> Vec<u8> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../light-client/vectors");
        std::fs::read(format!("{folder}/compact/sm/{name}")).unwrap()
    }

    /// A picture with these codes side by side, as the page hands it over.
    fn photo(codes: &[Code]) -> Photo {
        let drawn: Vec<Picture> = codes.iter().map(|code| code.to_picture(3)).collect();
        let side = drawn.iter().map(Picture::width).max().unwrap_or(60);
        let width = side * drawn.len().max(1);
        let shade = |x: usize, y: usize| {
            let code = drawn.get(x / side);
            code.map_or(255, |code| code.shade(x % side, y))
        };
        let (wide, high) = (width.try_into().unwrap(), side.try_into().unwrap());
        let mut photo = Photo::new(wide, high);
        assert_eq!((photo.width(), photo.height()), (wide, high));
        for y in 0..side {
            let row = (0..width).flat_map(|x| [shade(x, y), shade(x, y), shade(x, y), 255]);
            assert!(photo.add_rows(&row.collect::<Vec<u8>>()));
        }
        photo
    }

    fn short() -> Code {
        let text = String::from_utf8(vector("code.code")).unwrap();
        let (prefix, digits) = text.split_once('#').unwrap();
        Code::of_address(&format!("{prefix}#"), digits).unwrap()
    }

    #[test]
    fn of_all_codes_in_a_picture_the_compact_proof_counts() {
        let proof = vector("blue.tally");
        let compact = || Code::of_bytes(&proof).unwrap();
        let stranger = || Code::of_bytes(b"https://haizhou.example/v#1").unwrap();
        let both = photo(&[stranger(), short(), compact()]);
        assert_eq!(both.document().as_ref(), Some(&proof));
        let short_alone = photo(&[stranger(), short()]).document();
        assert_eq!(short_alone, Some(vector("code.code")));
        assert_eq!(photo(&[stranger()]).document(), None);
        assert_eq!(photo(&[]).document(), None);
    }

    #[test]
    fn large_pictures_keep_their_proportions() {
        assert_eq!(fitted(4_961, 7_016), (4_961, 7_016));
        assert_eq!(fitted(8_000, 6_000), (7_302, 5_476));
        assert_eq!(fitted(0, 5), (0, 5));
        for (width, height) in [(u32::MAX, 1), (1, u32::MAX), (u32::MAX, u32::MAX)] {
            let (wide, high) = fitted(width, height);
            let pixels = u64::from(wide) * u64::from(high);
            assert!(pixels > 0 && pixels <= MAX_PIXELS, "{wide} x {high}");
        }
    }

    #[test]
    fn pictures_are_told_by_what_they_begin_with() {
        for start in [
            &b"\x89PNG\r\n\x1a\n"[..],
            b"\xff\xd8\xff\xe0",
            b"RIFF\x10\0\0\0WEBPVP8 ",
            b"\0\0\0\x24ftypheic",
        ] {
            assert!(is_picture(start), "{start:?}");
        }
        for name in ["blue.tally", "code.code", "test.trust"] {
            assert!(!is_picture(&vector(name)), "{name}");
        }
        for start in [&b""[..], b"eyJhbGciOi", b"RIFF", b"\0\0\0\x24"] {
            assert!(!is_picture(start), "{start:?}");
        }
    }
}
