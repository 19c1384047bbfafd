//! A bundle as its holder puts it together, and as a forger takes it apart. No check is made here.

use anyhow::{Result, ensure};

/// Puts a credential and its proofs together: `["tally/bundle/1", [1, sd-jwt], proofs]`.
pub fn of_credential(sd_jwt: &str, proofs: &[u8]) -> Vec<u8> {
    let mut bundle = vec![0x83];
    text(&mut bundle, "tally/bundle/1");
    bundle.extend([0x82, 0x01]);
    text(&mut bundle, sd_jwt);
    bundle.extend(proofs);
    bundle
}

/// Replaces texts by others of the same length wherever they stand, so that the file still reads.
///
/// # Errors
/// When a text is not in the file: then nothing would be forged.
pub fn forge(bundle: &[u8], edits: &[(&str, &str)]) -> Result<Vec<u8>> {
    let mut forged = bundle.to_vec();
    for (from, to) in edits {
        ensure!(from.len() == to.len(), "{from} and {to} differ in length");
        let places = positions(&forged, from.as_bytes());
        ensure!(!places.is_empty(), "{from} is not in the file");
        for place in places {
            forged[place..place + from.len()].copy_from_slice(to.as_bytes());
        }
    }
    Ok(forged)
}

fn positions(bytes: &[u8], pattern: &[u8]) -> Vec<usize> {
    let windows = bytes.windows(pattern.len()).enumerate();
    windows
        .filter(|(_, window)| *window == pattern)
        .map(|(place, _)| place)
        .collect()
}

/// A CBOR text string with the shortest head.
fn text(out: &mut Vec<u8>, text: &str) {
    const TEXT: u8 = 0x60;
    let length = text.len().to_be_bytes();
    match text.len() {
        0..=23 => out.push(TEXT | length[7]),
        24..=0xff => out.extend([TEXT | 24, length[7]]),
        0x100..=0xffff => out.extend([TEXT | 25, length[6], length[7]]),
        _ => {
            out.push(TEXT | 26);
            out.extend(&length[4..]);
        }
    }
    out.extend(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composes_the_shortest_cbor() {
        let bundle = of_credential("abc", &[0x80]);
        assert_eq!(
            hex::encode(bundle),
            "836e74616c6c792f62756e646c652f31820163616263 80".replace(' ', "")
        );
        let mut long = Vec::new();
        text(&mut long, &"x".repeat(300));
        assert_eq!(&long[..3], [0x79, 0x01, 0x2c]);
    }

    #[test]
    fn forges_every_place_and_only_what_is_there() {
        let forged = forge(b"500 and 500", &[("500", "775")]);
        assert!(forged.is_ok_and(|forged| forged == b"775 and 775"));
        assert!(forge(b"500", &[("45", "69")]).is_err());
    }
}
