//! Real credentials in numbers: one is made the long way, the others are that one with another
//! number, each signed by its issuer.

use std::ops::Range;

use anyhow::{Context as _, Result, ensure};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use light_client::{
    document::{
        Algorithm, Credential, CredentialDraft, CredentialIssuer, CredentialLimits, UnixSeconds,
    },
    hash::{Digest, Hasher, Tag, hash},
    id::{DocumentType, IssuerId, LedgerId},
    suite::Suite,
};

use crate::signer::{Row, Secret};

/// The permit's number in the template; no other text of a credential looks like it.
const PLACE: &str = "0000000000000000";

/// One issuer's credentials, up to their numbers and signatures.
pub(crate) struct Template {
    /// The JOSE header and its dot.
    header: String,
    payload: Vec<u8>,
    place: Range<usize>,
    /// SM3 with the issuer and the header taken in.
    begun: Hasher,
}

impl Template {
    /// The permits that a key of an agency issues.
    pub(crate) fn new(
        ledger: LedgerId,
        agency: &IssuerId,
        key: &Secret,
        kind: &str,
    ) -> Result<Self> {
        let issuer = CredentialIssuer::Ledger {
            ledger,
            issuer: agency.clone(),
            key_id: key.id(),
        };
        let draft = CredentialDraft {
            algorithm: Algorithm::Sm2,
            issuer: &issuer,
            document_type: &DocumentType::parse(kind)?,
            issued_at: UnixSeconds(1_790_000_000),
            valid_from: None,
            valid_until: None,
            holder_key: None,
            status: None,
            clear: &[
                ("permit_number".into(), PLACE.into()),
                ("permit_kind".into(), "food service".into()),
            ],
            selective: &[],
        };
        let unsigned = draft.prepare(&[])?;
        let input = std::str::from_utf8(unsigned.signing_input())?;
        let (header, payload) = input.split_once('.').context("a token without dot")?;
        let header = format!("{header}.");
        let payload = Base64UrlUnpadded::decode_vec(payload)
            .ok()
            .context("not base64url")?;
        let text = std::str::from_utf8(&payload)?;
        let start = text
            .find(PLACE)
            .context("the number is not in the payload")?;
        let template = Self {
            begun: key.begin(header.as_bytes()),
            header,
            place: start..start + PLACE.len(),
            payload,
        };
        template.check(key)?;
        Ok(template)
    }

    /// That what is made is a credential, with a signature that holds.
    fn check(&self, key: &Secret) -> Result<()> {
        let mut payload = self.payload.clone();
        let jwt = self.jwt(&mut payload, 7, key, &mut Row::random()?);
        let credential = Credential::parse(&format!("{jwt}~"), CredentialLimits::default())?;
        credential.verify_signature(key.public())?;
        ensure!(
            credential.digest(Suite::Sm) == digest(&jwt),
            "another digest"
        );
        Ok(())
    }

    /// One credential: the issuer-signed token.
    pub(crate) fn one(&self, number: u64, key: &Secret, nonces: &mut Row) -> String {
        self.jwt(&mut self.payload.clone(), number, key, nonces)
    }

    /// The digests of credentials with consecutive numbers.
    pub(crate) fn digests(
        &self,
        numbers: Range<u64>,
        key: &Secret,
        nonces: &mut Row,
    ) -> Vec<Digest> {
        let mut payload = self.payload.clone();
        numbers
            .map(|number| digest(&self.jwt(&mut payload, number, key, nonces)))
            .collect()
    }

    fn jwt(&self, payload: &mut [u8], number: u64, key: &Secret, nonces: &mut Row) -> String {
        let mut rest = number;
        for digit in payload[self.place.clone()].iter_mut().rev() {
            *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
        let payload = Base64UrlUnpadded::encode_string(payload);
        let mut hasher = self.begun.clone();
        hasher.update(payload.as_bytes());
        let signature = key.sign_digest(&hasher.finish(), nonces);
        let signature = Base64UrlUnpadded::encode_string(&signature.0);
        [&self.header, payload.as_str(), ".", &signature].concat()
    }
}

fn digest(jwt: &str) -> Digest {
    hash(Suite::Sm, Tag::CREDENTIAL, &[jwt.as_bytes()])
}
