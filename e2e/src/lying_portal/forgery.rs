//! The forgeries themselves: true bytes in, plausible false ones out.

use anyhow::{Context as _, Result, anyhow};
use light_client::bundle::Proofs;
use light_client::handoff::Handoff;
use light_client::id::{Epoch, IssuerId};
use light_client::key::{KeyKind, PublicKey};
use light_client::validator_set::{Validator, ValidatorSet};

const HOUR_MS: u64 = 60 * 60 * 1000;

/// The portal's own key: a point of the curve (the base point), so that only trust refuses it.
const OWN_KEY: [u8; 33] = [
    0x02, 0x32, 0xc4, 0xae, 0x2c, 0x1f, 0x19, 0x81, 0x19, 0x5f, 0x99, 0x04, 0x46, 0x6a, 0x39, 0xc9,
    0x94, 0x8f, 0xe3, 0x0b, 0xbf, 0xf2, 0x66, 0x0b, 0xe1, 0x71, 0x5a, 0x45, 0x89, 0x33, 0x4c, 0x74,
    0xc7,
];

/// The newest proofs, with the status that an older answer proved.
pub(super) fn with_status_of(truth: &[u8], old: &[u8]) -> Result<Vec<u8>> {
    let mut proofs = parse(truth)?;
    proofs.status = parse(old)?.status;
    Ok(proofs.to_bytes())
}

/// The same proofs under a header that claims to be an hour newer.
pub(super) fn an_hour_newer(truth: &[u8]) -> Result<Vec<u8>> {
    let mut proofs = parse(truth)?;
    proofs.head.header.core.time_ms.0 += HOUR_MS;
    Ok(proofs.to_bytes())
}

/// The same proofs after a hand-off to a validator set of which the portal is the only member.
pub(super) fn handed_over(truth: &[u8]) -> Result<Vec<u8>> {
    let mut proofs = parse(truth)?;
    let agency = IssuerId::parse("portal").map_err(|error| anyhow!("{error}"))?;
    let key = PublicKey::new(KeyKind::Sm2, &OWN_KEY).map_err(|error| anyhow!("{error}"))?;
    let next = Epoch(proofs.head.header.core.epoch.0 + 1);
    let next_set = ValidatorSet::new(next, vec![Validator { agency, key }])
        .map_err(|error| anyhow!("{error}"))?;
    let mut last = proofs.head.clone();
    last.header.rest.next_set_hash = Some(next_set.hash(last.header.core.suite));
    proofs.head.header.core.epoch = next;
    proofs.head.header.core.set_hash = next_set.hash(proofs.head.header.core.suite);
    proofs.handoffs.push(Handoff { last, next_set });
    Ok(proofs.to_bytes())
}

/// A credential with another character, a file with another bit; none for what is neither.
pub(super) fn altered_document(path: &str, truth: &[u8]) -> Option<Vec<u8>> {
    if path.ends_with("/credential") {
        return altered_credential(truth).ok();
    }
    if path.starts_with("/api/bundles/") || path.ends_with(".tally") {
        let mut forged = truth.to_vec();
        let middle = forged.len() / 2;
        *forged.get_mut(middle)? ^= 1;
        return Some(forged);
    }
    None
}

/// Changes one character in the middle of the first disclosure.
fn altered_credential(truth: &[u8]) -> Result<Vec<u8>> {
    let mut answer: serde_json::Value = serde_json::from_slice(truth)?;
    let credential = answer
        .pointer_mut("/credentials/0/credential")
        .context("no credential")?;
    let text = credential.as_str().context("the credential is not text")?;
    let start = text.find('~').context("the credential discloses nothing")? + 1;
    let end = text[start..]
        .find('~')
        .context("the disclosure does not end")?
        + start;
    let middle = start + (end - start) / 2;
    let other = if text[middle..].starts_with('A') {
        "B"
    } else {
        "A"
    };
    let forged = format!("{}{other}{}", &text[..middle], &text[middle + 1..]);
    *credential = forged.into();
    Ok(serde_json::to_vec(&answer)?)
}

fn parse(proofs: &[u8]) -> Result<Proofs> {
    Proofs::parse(proofs).map_err(|error| anyhow!("the service's proofs do not decode: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alters_one_character_of_a_disclosure() {
        let truth = br#"{"credentials":[{"credential":"ey.ey.sig~WyJzIiwibiJd~WyJ0Il0~"}]}"#;
        let forged = altered_document("/agencies/a/credential", truth).unwrap_or_default();
        let differing = truth
            .iter()
            .zip(&forged)
            .filter(|(one, other)| one != other)
            .count();
        assert_eq!((forged.len(), differing), (truth.len(), 1));
        assert_eq!(altered_document("/api/trust", truth), None);
    }
}
