//! Credentials: SD-JWT VC with what the holder chose to disclose.

mod algorithm;
mod issuer;
mod jwt;

use alloc::{borrow::ToOwned, string::String, vec::Vec};
use core::fmt;

use credentials_schemas::{
    credential::{self as schema, Completeness, CredentialType},
    json::Json,
};

pub use algorithm::Algorithm;
pub use issuer::CredentialIssuer;

use super::{CredentialLimits, DocumentError, sd_jwt};
use crate::{
    hash::{Digest, Tag, hash},
    id::DocumentType,
    key::{KeyError, KnownKeys, PublicKey, Signature, Signed},
    suite::Suite,
};
use jwt::{Payload, read_header};

/// The media type of a credential, as `typ` names it.
pub(super) const TYP: &str = "dc+sd-jwt";

/// Seconds since 1970-01-01T00:00:00Z: a `NumericDate` without fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct UnixSeconds(pub i64);

impl fmt::Display for UnixSeconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One claim about the subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its name at the top level of the credential.
    pub name: String,
    /// Its value; inside it, what was withheld is simply not there.
    pub value: Json,
    /// Whether the holder chose to show it; the others are always visible.
    pub selective: bool,
}

/// A credential: an SD-JWT VC with what its holder chose to disclose.
///
/// # Standard
/// RFC 9901; draft-ietf-oauth-sd-jwt-vc-19; the profile in `docs/spec/document.md`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    jwt: String,
    signing_input_len: usize,
    signature: Signature,
    algorithm: Algorithm,
    issuer: CredentialIssuer,
    document_type: DocumentType,
    issued_at: UnixSeconds,
    valid_from: Option<UnixSeconds>,
    valid_until: Option<UnixSeconds>,
    holder_key: Option<PublicKey>,
    claims: Vec<Claim>,
    undisclosed: usize,
}

impl Credential {
    /// Reads a stored credential: `<issuer JWT>~<disclosure>~…~`.
    ///
    /// Checks everything that the text alone can tell, the signature excepted: it needs a key,
    /// and only a registry or the DID says which.
    ///
    /// # Errors
    /// [`DocumentError`], the first thing that is wrong.
    pub fn parse(text: &str, limits: CredentialLimits) -> Result<Self, DocumentError> {
        let token = sd_jwt::split(text, limits)?;
        let (algorithm, kid) = read_header(&token.header)?;
        let payload = Payload(
            token
                .payload
                .as_object()
                .ok_or(DocumentError::MalformedToken)?,
        );
        let issuer = CredentialIssuer::parse(payload.text("iss")?, kid)?;
        if let CredentialIssuer::DidKey(key) = &issuer
            && key.kind() != algorithm.key_kind()
        {
            return Err(DocumentError::AlgorithmMismatch);
        }
        let document_type = DocumentType::parse(payload.text("vct")?)
            .map_err(|_| DocumentError::MemberOutOfRange("vct"))?;
        let issued_at = payload
            .time("iat")?
            .ok_or(DocumentError::MemberAbsent("iat"))?;
        let (valid_from, valid_until) = payload.validity()?;
        let holder_key = payload.holder_key()?;
        payload.check_sd_alg(algorithm)?;
        let opened = sd_jwt::open(
            payload.about_subject(),
            &token.disclosures,
            algorithm.key_kind().suite(),
            limits,
        )?;
        let undisclosed = opened.undisclosed;
        let claims = claims(opened);
        check_claims(&document_type, &claims)?;
        Ok(Self {
            jwt: token.jwt.to_owned(),
            signing_input_len: token.signing_input.len(),
            signature: token.signature,
            algorithm,
            issuer,
            document_type,
            issued_at,
            valid_from,
            valid_until,
            holder_key,
            undisclosed,
            claims,
        })
    }

    /// Verifies the issuer's signature with the key that the caller found for it.
    ///
    /// # Errors
    /// [`KeyError`]; a key of another kind than the algorithm's is a mismatch.
    pub fn verify_signature(&self, key: &PublicKey) -> Result<(), KeyError> {
        self.verify_signature_with(key, &mut KnownKeys::none())
    }

    /// [`Self::verify_signature`], sooner where the key is known.
    ///
    /// # Errors
    /// The same.
    pub fn verify_signature_with(
        &self,
        key: &PublicKey,
        keys: &mut KnownKeys,
    ) -> Result<(), KeyError> {
        if key.kind() != self.algorithm.key_kind() {
            return Err(KeyError::SignatureMismatch);
        }
        let signing_input = self.jwt.as_bytes().get(..self.signing_input_len);
        keys.verify(Signed {
            key,
            message: signing_input.unwrap_or_default(),
            signature: &self.signature,
        })
    }

    /// The name under which a ledger of `suite` knows the document.
    ///
    /// Over the issuer-signed JWT, signature included, without disclosures: showing less of a
    /// document does not change which document it is.
    pub fn digest(&self, suite: Suite) -> Digest {
        hash(suite, Tag::CREDENTIAL, &[self.jwt.as_bytes()])
    }

    /// The issuer-signed JWT, without disclosures.
    pub fn issuer_jwt(&self) -> &str {
        &self.jwt
    }

    /// Who claims to have issued it.
    pub const fn issuer(&self) -> &CredentialIssuer {
        &self.issuer
    }

    /// The signature's algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The suite of signature and disclosures.
    pub const fn suite(&self) -> Suite {
        self.algorithm.key_kind().suite()
    }

    /// What kind of document it is: `vct`.
    pub const fn document_type(&self) -> &DocumentType {
        &self.document_type
    }

    /// When the issuer says that it issued: `iat`.
    pub const fn issued_at(&self) -> UnixSeconds {
        self.issued_at
    }

    /// From when it holds: `nbf`; none for from the start.
    pub const fn valid_from(&self) -> Option<UnixSeconds> {
        self.valid_from
    }

    /// Until when it holds, that second excluded: `exp`; none for ever.
    pub const fn valid_until(&self) -> Option<UnixSeconds> {
        self.valid_until
    }

    /// The key by which the holder shows that it is theirs: `cnf`.
    pub const fn holder_key(&self) -> Option<&PublicKey> {
        self.holder_key.as_ref()
    }

    /// What is said of the subject: first what is always visible, in the issuer's order, then
    /// what is disclosed, in the order of the disclosures.
    pub fn claims(&self) -> &[Claim] {
        &self.claims
    }

    /// How many digests lead to nothing that was disclosed: withheld claims, and decoys.
    pub const fn undisclosed_count(&self) -> usize {
        self.undisclosed
    }
}

fn claims(opened: sd_jwt::Opened) -> Vec<Claim> {
    let claim = |selective| {
        move |(name, value)| Claim {
            name,
            value,
            selective,
        }
    };
    let clear = opened.clear.into_iter().map(claim(false));
    clear
        .chain(opened.disclosed.into_iter().map(claim(true)))
        .collect()
}

/// Holds the claims against the rules of their type. What was withheld is not missed; a type of
/// which we know no rules is shown as it is.
fn check_claims(document_type: &DocumentType, claims: &[Claim]) -> Result<(), DocumentError> {
    let Some(kind) = CredentialType::find(document_type.as_str()) else {
        return Ok(());
    };
    let members = claims.iter();
    let members = members.map(|claim| (claim.name.clone(), claim.value.clone()));
    let members = Json::Object(members.collect());
    schema::Credential::from_claims(kind, &members, Completeness::Presented)
        .map(|_| ())
        .map_err(DocumentError::Claims)
}
