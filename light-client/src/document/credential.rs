//! Credentials: SD-JWT VC with what the holder chose to disclose.

use alloc::{
    borrow::ToOwned,
    string::{String, ToString as _},
    vec::Vec,
};
use core::fmt;

use credentials_schemas::{
    credential::{self as schema, Completeness, CredentialType},
    json::Json,
};

use super::{CredentialLimits, DocumentError, jwk, sd_jwt};
use crate::{
    hash::{Digest, Tag, hash},
    id::{DocumentType, IssuerId, LedgerId},
    key::{KeyError, KeyId, KeyKind, KnownKeys, PublicKey, Signature, Signed, did_key},
    suite::Suite,
};

/// The media type of a credential, as `typ` names it.
pub(super) const TYP: &str = "dc+sd-jwt";

/// 9999-12-31T23:59:59Z: later times have no RFC 3339 text.
const LAST_SECOND: i64 = 253_402_300_799;

/// Seconds since 1970-01-01T00:00:00Z: a `NumericDate` without fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct UnixSeconds(pub i64);

impl fmt::Display for UnixSeconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A signature algorithm under its JOSE name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// `SGD_SM3_SM2`: SM2 with SM3; the name that GM/T 0125 users write, part of our profile.
    Sm2,
    /// `EdDSA`: Ed25519.
    EdDsa,
    /// `ES256`: P-256 with SHA-256, low s.
    Es256,
}

impl Algorithm {
    /// The algorithm of a kind of keys: there is exactly one.
    pub const fn of(kind: KeyKind) -> Self {
        match kind {
            KeyKind::Sm2 => Self::Sm2,
            KeyKind::Ed25519 => Self::EdDsa,
            KeyKind::P256 => Self::Es256,
        }
    }

    /// The kind of its keys.
    pub const fn key_kind(self) -> KeyKind {
        match self {
            Self::Sm2 => KeyKind::Sm2,
            Self::EdDsa => KeyKind::Ed25519,
            Self::Es256 => KeyKind::P256,
        }
    }

    /// The name in a JOSE header.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sm2 => "SGD_SM3_SM2",
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
        }
    }

    /// Reads the name in a JOSE header.
    pub fn parse(name: &str) -> Option<Self> {
        let mut all = [Self::Sm2, Self::EdDsa, Self::Es256].into_iter();
        all.find(|algorithm| algorithm.name() == name)
    }

    /// The `_sd_alg` that goes with it.
    ///
    /// SM3 has no registered name; `sm3` is part of our profile.
    pub const fn hash_name(self) -> &'static str {
        match self.key_kind().suite() {
            Suite::Sm => "sm3",
            Suite::Intl => "sha-256",
        }
    }
}

/// Who claims to have issued a credential, and with which key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialIssuer {
    /// `did:key`: whoever holds the key, and nothing more.
    DidKey(PublicKey),
    /// `did:tally`: an agency, whose registry entry says which key that is.
    Ledger {
        /// The ledger.
        ledger: LedgerId,
        /// The agency.
        issuer: IssuerId,
        /// The key.
        key_id: KeyId,
    },
}

impl CredentialIssuer {
    /// The issuer's DID.
    pub fn did(&self) -> String {
        match self {
            Self::DidKey(key) => did_key::format(key),
            Self::Ledger { ledger, issuer, .. } => issuer.did(ledger),
        }
    }

    /// The DID URL of the key: what `kid` must say.
    pub fn key_url(&self) -> String {
        let fragment = match self {
            Self::DidKey(key) => did_key::multibase(key),
            Self::Ledger { key_id, .. } => key_id.0.to_hex(),
        };
        let mut url = self.did();
        url.push('#');
        url.push_str(&fragment);
        url
    }

    fn parse(did: &str, kid: &str) -> Result<Self, DocumentError> {
        let (url, fragment) = kid.split_once('#').ok_or(DocumentError::KeyIdMismatch)?;
        if url != did {
            return Err(DocumentError::KeyIdMismatch);
        }
        let issuer = if did.starts_with("did:key:") {
            Self::DidKey(did_key::parse(did).map_err(|_| DocumentError::Issuer)?)
        } else {
            let (ledger, issuer) = IssuerId::from_did(did).map_err(|_| DocumentError::Issuer)?;
            let key_id = Digest::from_hex(fragment).map_err(|_| DocumentError::KeyIdMismatch)?;
            Self::Ledger {
                ledger,
                issuer,
                key_id: KeyId(key_id),
            }
        };
        if issuer.key_url() == kid {
            Ok(issuer)
        } else {
            Err(DocumentError::KeyIdMismatch)
        }
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

/// Members that say something of the credential, not of its subject.
const REGISTERED: [&str; 8] = [
    "_sd_alg", "cnf", "exp", "iat", "iss", "nbf", "status", "vct",
];

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

/// The algorithm and `kid`. Closed: a header member that one verifier knows and another ignores
/// (`crit`, `jwk`, `x5c`) would make two meanings of one document.
fn read_header(header: &Json) -> Result<(Algorithm, &str), DocumentError> {
    let members = header.as_object().ok_or(DocumentError::MalformedToken)?;
    let known = |name: &str| matches!(name, "alg" | "kid" | "typ");
    if !members.iter().all(|(name, _)| known(name)) {
        return Err(DocumentError::UnknownHeader);
    }
    let header = Payload(members);
    let algorithm = Algorithm::parse(header.text("alg")?).ok_or(DocumentError::UnknownAlgorithm)?;
    if header.text("typ")? != TYP {
        return Err(DocumentError::WrongType);
    }
    Ok((algorithm, header.text("kid")?))
}

/// Members of the issuer-signed JWT.
struct Payload<'a>(&'a [(String, Json)]);

impl<'a> Payload<'a> {
    fn member(&self, name: &str) -> Option<&'a Json> {
        let mut members = self.0.iter();
        members
            .find(|(member, _)| member == name)
            .map(|(_, value)| value)
    }

    fn text(&self, name: &'static str) -> Result<&'a str, DocumentError> {
        let value = self.member(name).ok_or(DocumentError::MemberAbsent(name))?;
        value.as_str().ok_or(DocumentError::MemberOutOfRange(name))
    }

    fn time(&self, name: &'static str) -> Result<Option<UnixSeconds>, DocumentError> {
        let Some(value) = self.member(name) else {
            return Ok(None);
        };
        let seconds = match value {
            Json::Number(text) => text
                .parse::<i64>()
                .ok()
                .filter(|seconds| seconds.to_string() == *text),
            Json::Null | Json::Bool(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => None,
        };
        let seconds = seconds.filter(|seconds| (0..=LAST_SECOND).contains(seconds));
        let seconds = seconds.ok_or(DocumentError::MemberOutOfRange(name))?;
        Ok(Some(UnixSeconds(seconds)))
    }

    fn validity(&self) -> Result<(Option<UnixSeconds>, Option<UnixSeconds>), DocumentError> {
        let (from, until) = (self.time("nbf")?, self.time("exp")?);
        match (from, until) {
            (Some(from), Some(until)) if until <= from => Err(DocumentError::ValidityInverted),
            _ => Ok((from, until)),
        }
    }

    fn holder_key(&self) -> Result<Option<PublicKey>, DocumentError> {
        match self.member("cnf").map(Json::as_object) {
            None => Ok(None),
            Some(Some([(name, key)])) if name == "jwk" => {
                jwk::parse(key).map(Some).map_err(DocumentError::HolderKey)
            }
            Some(_) => Err(DocumentError::MemberOutOfRange("cnf")),
        }
    }

    /// Absent means SHA-256, so an SM2 token must say `sm3`.
    fn check_sd_alg(&self, algorithm: Algorithm) -> Result<(), DocumentError> {
        let name = match self.member("_sd_alg") {
            None => "sha-256",
            Some(name) => name
                .as_str()
                .ok_or(DocumentError::MemberOutOfRange("_sd_alg"))?,
        };
        if name == algorithm.hash_name() {
            Ok(())
        } else {
            Err(DocumentError::SdAlgMismatch)
        }
    }

    fn about_subject(&self) -> Vec<(String, Json)> {
        let about_subject = |name: &str| !REGISTERED.contains(&name);
        let members = self.0.iter().filter(|(name, _)| about_subject(name));
        members.cloned().collect()
    }
}
