//! Offer links and the addresses they name.

use super::{MessageError, Offer};

const SCHEME: &str = "openid-credential-offer://";
const MAX_LINK_BYTES: usize = 16 * 1024;

/// What an offer link carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OfferLink {
    /// The offer itself.
    Inline(Offer),
    /// The address of the offer.
    Reference(String),
}

/// Reads an offer link as it stands in a QR code or was copied (§4.1).
///
/// A link of this wallet (`…/wallet/receive#openid-credential-offer://…`) is read as well.
pub(crate) fn parse_link(text: &str) -> Result<OfferLink, MessageError> {
    let text = text.trim();
    if text.len() > MAX_LINK_BYTES {
        return Err(MessageError::NotAnOffer);
    }
    let text = match text.split_once("/wallet/receive#") {
        Some((_, fragment)) if fragment.starts_with(SCHEME) => fragment.to_owned(),
        Some((_, fragment)) => decode(fragment).ok_or(MessageError::NotAnOffer)?,
        None => text.to_owned(),
    };
    let after = text.strip_prefix(SCHEME).ok_or(MessageError::NotAnOffer)?;
    let query = after.split_once('?').ok_or(MessageError::NotAnOffer)?.1;
    let mut offers = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter_map(|(name, value)| match name {
            "credential_offer" => Some((true, value)),
            "credential_offer_uri" => Some((false, value)),
            _ => None,
        });
    let (Some((inline, value)), None) = (offers.next(), offers.next()) else {
        return Err(MessageError::NotAnOffer);
    };
    let value = decode(value).ok_or(MessageError::NotAnOffer)?;
    if inline {
        return Offer::parse(&value).map(OfferLink::Inline);
    }
    if !is_safe(&value) {
        return Err(MessageError::UnsafeUrl);
    }
    Ok(OfferLink::Reference(value))
}

/// Whether an address keeps what is sent to it from others: https, or http that stays on this device.
pub(crate) fn is_safe(url: &str) -> bool {
    if let Some(rest) = url.strip_prefix("https://") {
        return !rest.is_empty() && !rest.starts_with('/');
    }
    let Some(rest) = url.strip_prefix("http://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// `text` as one value of `application/x-www-form-urlencoded`.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&hex::encode_upper([byte]));
        }
    }
    encoded
}

/// Undoes percent-encoding; `+` is a space, as in every query.
fn decode(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let pair = [bytes.next()?, bytes.next()?];
                decoded.extend(hex::decode(pair).ok()?);
            }
            b'+' => decoded.push(b' '),
            other => decoded.push(other),
        }
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFER: &str = r#"{"credential_issuer":"https://h/agencies/psb","credential_configuration_ids":["id"],"grants":{"urn:ietf:params:oauth:grant-type:pre-authorized_code":{"pre-authorized_code":"c+d"}}}"#;

    #[test]
    fn an_inline_offer_survives_the_link() {
        let link = format!(
            "openid-credential-offer://?credential_offer={}",
            encode(OFFER)
        );
        let Ok(OfferLink::Inline(offer)) = parse_link(&link) else {
            unreachable!("an inline offer")
        };
        assert_eq!(offer.code, "c+d");
        // The same through an address of this wallet, pasted raw or encoded once more.
        let raw = format!("https://h/wallet/receive#{link}");
        let encoded = format!("https://h/wallet/receive#{}", encode(&link));
        assert_eq!(parse_link(&raw), parse_link(&link));
        assert_eq!(parse_link(&encoded), parse_link(&link));
    }

    #[test]
    fn a_reference_must_be_safe_to_contact() {
        let link = |url: &str| {
            parse_link(&format!(
                "openid-credential-offer://?credential_offer_uri={}",
                encode(url)
            ))
        };
        assert_eq!(
            link("https://h/o/1"),
            Ok(OfferLink::Reference("https://h/o/1".into()))
        );
        assert_eq!(
            link("http://127.0.0.1:7800/o/1"),
            Ok(OfferLink::Reference("http://127.0.0.1:7800/o/1".into()))
        );
        for url in [
            "http://h/o",
            "http://127.0.0.1.evil/o",
            "http://localhost@evil/",
            "javascript:alert(1)",
            "https://",
        ] {
            assert_eq!(link(url), Err(MessageError::UnsafeUrl), "{url}");
        }
    }

    #[test]
    fn other_links_are_no_offers() {
        for text in [
            "",
            "https://h/",
            "openid-credential-offer://",
            "openid-credential-offer://?x=1",
            "openid-credential-offer://?credential_offer_uri=%zz",
            "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fa&credential_offer=b",
        ] {
            assert_eq!(parse_link(text), Err(MessageError::NotAnOffer), "{text}");
        }
        assert_eq!(
            parse_link(&"x".repeat(MAX_LINK_BYTES + 1)),
            Err(MessageError::NotAnOffer)
        );
    }
}
