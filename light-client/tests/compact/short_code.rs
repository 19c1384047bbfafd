//! The short code: what it binds, and what a proof must say to belong to it.

use credentials_schemas::invoice::{DocType, PartyId, Printed, PrintedParts};
use light_client::{
    compact::{Compact, CompactError},
    hash::Digest,
    short_code::{MAX_QR_BYTES, ShortCode, ShortCodeError, ShortCodeMismatch},
};

use tally_qr::{Code, Picture};

use super::{Scene, support::documents::Anchored};

const PORTAL: &str = "https://fapiao.haizhou.example";

fn code_of(compact: &Compact) -> ShortCode {
    let text = ShortCode::from_compact(compact).to_text(PORTAL);
    ShortCode::parse(&text.expect("it fits")).expect("as written")
}

fn reprinted(compact: &Compact, change: impl FnOnce(&mut PrintedParts)) -> ShortCode {
    let mut other = compact.clone();
    let mut parts = other.figures.printed.parts().clone();
    change(&mut parts);
    other.figures.printed = Printed::new(parts).expect("figures that go together");
    ShortCode::from_compact(&other)
}

#[test]
fn it_belongs_to_bundle_and_compact_proof_of_the_same_invoice() {
    let scene = Scene::new();
    let check = |code: &ShortCode, anchored: &Anchored| {
        let bundle = anchored.bundle(&scene.ledger);
        let whole = code.check(&ShortCode::from_bundle(&bundle).expect("an invoice"));
        let compact = Compact::from_bundle(&bundle).expect("an invoice");
        assert_eq!(whole, code.check(&ShortCode::from_compact(&compact)));
        whole
    };
    let code = code_of(&scene.compact());
    let commitment = code.figures().commitment(scene.ledger.suite);
    assert_eq!(commitment, scene.blue.digest);
    assert_eq!(check(&code, &scene.blue), Ok(()));
    // On another paper: the first that differs is the number.
    let path = "/number";
    let moved = ShortCodeMismatch::Figure { path };
    assert_eq!(check(&code, &scene.red), Err(moved));
    let credential = scene.identity.bundle(&scene.ledger);
    assert_eq!(
        ShortCode::from_bundle(&credential),
        Err(CompactError::NotAnInvoice)
    );
}

#[test]
fn every_figure_is_compared() {
    let scene = Scene::new();
    let proof = scene.compact();
    let genuine = ShortCode::from_compact(&proof);
    let differs = |change: fn(&mut PrintedParts)| {
        let code = reprinted(&proof, change);
        match code.check(&genuine) {
            Err(ShortCodeMismatch::Figure { path }) => path,
            other => unreachable!("a figure differs: {other:?}"),
        }
    };
    assert_eq!(differs(|face| face.buyer_id = None), "/buyer/id");
    assert_eq!(differs(|face| face.buyer_name.push('厂')), "/buyer/name");
    assert_eq!(differs(|face| face.seller_name.push('厂')), "/seller/name");
    assert_eq!(
        differs(|face| face.doc_type = DocType::RailTicket),
        "/docType"
    );
    assert_eq!(
        differs(|face| face.issued_at = "2026-09-21T14:13:21+08:00".parse().expect("a time")),
        "/issuedAt"
    );
    assert_eq!(
        differs(|face| face.number = "26991000000000001026".parse().expect("a number")),
        "/number"
    );
    assert_eq!(
        differs(|face| face.seller_id = "91990100MA0DEM008U".parse().expect("a code")),
        "/seller/id"
    );
    assert_eq!(differs(|face| face.net = face.tax), "/totals/gross");
    assert_eq!(
        differs(|face| std::mem::swap(&mut face.net, &mut face.tax)),
        "/totals/net"
    );
    assert_eq!(
        differs(|face| face.buyer_id = PartyId::of_print("310115607234567").ok()),
        "/buyer/id"
    );
}

#[test]
fn the_same_figures_of_another_commitment_or_ledger() {
    let scene = Scene::new();
    let proof = scene.compact();
    let genuine = ShortCode::from_compact(&proof);
    let differs = |change: fn(&mut Compact)| {
        let mut other = proof.clone();
        change(&mut other);
        ShortCode::from_compact(&other).check(&genuine)
    };
    let commitment = Err(ShortCodeMismatch::Commitment);
    assert_eq!(differs(|one| one.figures.salt = [0; 16]), commitment);
    let root = |one: &mut Compact| one.figures.root = Digest::from_bytes([0; 32]);
    assert_eq!(differs(root), commitment);
    let ledger = |one: &mut Compact| one.ledger.0 = Digest::from_bytes([0; 32]);
    assert_eq!(differs(ledger), Err(ShortCodeMismatch::Ledger));
    assert_eq!(differs(|_| {}), Ok(()));
}

#[test]
fn its_text_has_one_form() {
    let scene = Scene::new();
    let text = ShortCode::from_compact(&scene.compact()).to_text(PORTAL);
    let text = text.expect("it fits");
    let genuine = ShortCode::parse(&text).expect("as written");
    // Whose portal it is does not matter.
    let elsewhere = text.replace(PORTAL, "https://evil.example:8443");
    assert_eq!(ShortCode::parse(&elsewhere), Ok(genuine));
    for wrong in [
        text.replace("https", "http"),
        text.replace("/v#", "/w#"),
        text.replace("/v#", "/v?#"),
        text.clone() + "0",
        text.clone() + " ",
        text[..text.len() - 17].to_owned(),
        text.replace("/v#", "/v#00000000000000000"),
        PORTAL.to_owned() + "/v#",
        "0".repeat(2000),
    ] {
        assert!(ShortCode::parse(&wrong).is_err(), "{wrong}");
    }
    for at in PORTAL.len() + 3..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] = if bytes[at] == b'9' {
            b'0'
        } else {
            bytes[at] + 1
        };
        let changed = String::from_utf8(bytes).expect("digits");
        // It may be another code; it is never this one, nor this one written otherwise.
        match ShortCode::parse(&changed) {
            Ok(other) => assert!(other.check(&genuine_of(&text)).is_err(), "{at}"),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

fn genuine_of(text: &str) -> ShortCode {
    ShortCode::parse(text).expect("as written")
}

#[test]
fn it_is_read_from_a_small_picture() {
    let scene = Scene::new();
    let code = ShortCode::from_compact(&scene.compact());
    let [prefix, digits] = code.parts(PORTAL).expect("it fits");
    let drawn = Code::of_address(&prefix, &digits).expect("it fits");
    assert_eq!(drawn.version(), 10);
    let png = drawn.to_picture(3).to_png();
    let read = Picture::from_png(&png).expect("a picture").codes();
    let text = core::str::from_utf8(&read[0]).expect("a text");
    assert_eq!(ShortCode::parse(text), Ok(code));
}

#[test]
fn it_takes_at_most_so_many_bytes_of_a_qr_code() {
    let scene = Scene::new();
    let proof = scene.compact();
    let mut longest = 0;
    for characters in 1..60 {
        let name = "厂".repeat(characters);
        let code = reprinted(&proof, |face| face.buyer_name.clone_from(&name));
        match code.to_text(PORTAL) {
            Ok(text) => {
                longest = characters;
                assert_eq!(ShortCode::parse(&text), Ok(code));
            }
            Err(error) => {
                let too_long = matches!(error, ShortCodeError::TooLong { bytes }
                    if bytes > MAX_QR_BYTES);
                assert!(too_long, "{error}");
            }
        }
    }
    // The seller's name has ten; docs/spec/ledger.md states the sum.
    assert_eq!(longest + 10, 27);
}
