//! Making credentials: an issuer's side of the format.

use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};

use credentials_schemas::json::{self, Json, JsonError};

use super::{
    base64url,
    credential::{Algorithm, CredentialIssuer, TYP, UnixSeconds},
    jwk, sd_jwt,
};
use crate::{
    id::DocumentType,
    key::{PublicKey, Signature},
};

/// What an issuer wants to say, before it is signed.
///
/// Salts and signatures come from outside: [`CredentialDraft::prepare`] takes the salts and
/// yields the bytes to sign, [`UnsignedCredential::with_signature`] takes the signature.
#[derive(Debug, Clone)]
pub struct CredentialDraft<'a> {
    /// The signature's algorithm: that of the issuer's key.
    pub algorithm: Algorithm,
    /// The issuer and its key.
    pub issuer: &'a CredentialIssuer,
    /// What kind of document it is.
    pub document_type: &'a DocumentType,
    /// When it is issued.
    pub issued_at: UnixSeconds,
    /// From when it holds.
    pub valid_from: Option<UnixSeconds>,
    /// Until when it holds.
    pub valid_until: Option<UnixSeconds>,
    /// The key of the holder.
    pub holder_key: Option<&'a PublicKey>,
    /// `status`, for wallets that know Token Status Lists only.
    pub status: Option<&'a Json>,
    /// Claims that are always visible. No numbers: amounts and dates are texts.
    pub clear: &'a [(String, Json)],
    /// Claims that the holder may withhold, one by one. No numbers either.
    pub selective: &'a [(String, Json)],
}

/// Why a draft cannot be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DraftError {
    /// The holder's key is not a point of its curve.
    #[error("unusable holder key")]
    HolderKey,
    /// A claim holds a number, a name twice, or nests too deep.
    #[error("claim without canonical form")]
    Json(#[source] JsonError),
    /// There are not as many salts as selective claims.
    #[error("another number of salts than of selective claims")]
    SaltCount,
}

/// A credential that lacks its signature only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsignedCredential {
    signing_input: String,
    disclosures: Vec<String>,
}

impl CredentialDraft<'_> {
    /// Writes header, payload and disclosures; `salts` are fresh random bytes, one per selective
    /// claim.
    ///
    /// The result is what [`Credential::parse`](super::Credential::parse) reads, provided that
    /// the claims are those of the document's type.
    ///
    /// # Errors
    /// [`DraftError`].
    pub fn prepare(&self, salts: &[[u8; 16]]) -> Result<UnsignedCredential, DraftError> {
        if salts.len() != self.selective.len() {
            return Err(DraftError::SaltCount);
        }
        let disclosures = self
            .selective
            .iter()
            .zip(salts)
            .map(|(claim, salt)| disclosure(claim, salt))
            .collect::<Result<Vec<_>, _>>()?;
        let header = Json::object([
            ("alg", self.algorithm.name().into()),
            ("kid", self.issuer.key_url().into()),
            ("typ", TYP.into()),
        ]);
        let mut signing_input = base64url::encode(&jcs(&header)?);
        signing_input.push('.');
        signing_input.push_str(&base64url::encode(&self.payload(&disclosures)?));
        Ok(UnsignedCredential {
            signing_input,
            disclosures,
        })
    }

    fn payload(&self, disclosures: &[String]) -> Result<Vec<u8>, DraftError> {
        let mut object = ObjectText::default();
        object.value("iss", &self.issuer.did().into())?;
        object.value("vct", &self.document_type.as_str().into())?;
        object.time("iat", Some(self.issued_at))?;
        object.time("nbf", self.valid_from)?;
        object.time("exp", self.valid_until)?;
        if let Some(key) = self.holder_key {
            let key = jwk::format(key).ok_or(DraftError::HolderKey)?;
            object.value("cnf", &Json::object([("jwk", key)]))?;
        }
        if let Some(status) = self.status {
            object.value("status", status)?;
        }
        for (name, value) in self.clear {
            object.value(name, value)?;
        }
        object.value("_sd_alg", &self.algorithm.hash_name().into())?;
        let suite = self.algorithm.key_kind().suite();
        let mut digests: Vec<String> = disclosures
            .iter()
            .map(|text| base64url::encode(&sd_jwt::digest(suite, text)))
            .collect();
        // In an order that says nothing of the claims.
        digests.sort();
        let digests = digests.into_iter().map(Json::String).collect();
        object.value("_sd", &Json::Array(digests))?;
        Ok(object.finish())
    }
}

impl UnsignedCredential {
    /// The bytes that the issuer signs.
    pub fn signing_input(&self) -> &[u8] {
        self.signing_input.as_bytes()
    }

    /// The credential with all its disclosures.
    pub fn with_signature(self, signature: &Signature) -> String {
        let mut text = self.signing_input;
        text.push('.');
        text.push_str(&base64url::encode(&signature.0));
        text.push('~');
        for disclosure in self.disclosures {
            text.push_str(&disclosure);
            text.push('~');
        }
        text
    }
}

fn disclosure((name, value): &(String, Json), salt: &[u8; 16]) -> Result<String, DraftError> {
    let parts = Json::Array(Vec::from([
        base64url::encode(salt).into(),
        name.as_str().into(),
        value.clone(),
    ]));
    Ok(base64url::encode(&jcs(&parts)?))
}

fn jcs(value: &Json) -> Result<Vec<u8>, DraftError> {
    json::to_jcs(value).map_err(DraftError::Json)
}

/// An object being written. Not JCS: times are numbers in a JWT, which our JCS refuses.
#[derive(Default)]
struct ObjectText {
    text: Vec<u8>,
}

impl ObjectText {
    fn value(&mut self, name: &str, value: &Json) -> Result<(), DraftError> {
        let value = jcs(value)?;
        self.raw(name, &value)
    }

    fn time(&mut self, name: &str, time: Option<UnixSeconds>) -> Result<(), DraftError> {
        match time {
            Some(time) => self.raw(name, time.0.to_string().as_bytes()),
            None => Ok(()),
        }
    }

    fn raw(&mut self, name: &str, value: &[u8]) -> Result<(), DraftError> {
        self.text
            .push(if self.text.is_empty() { b'{' } else { b',' });
        self.text.extend(jcs(&name.into())?);
        self.text.push(b':');
        self.text.extend(value);
        Ok(())
    }

    fn finish(mut self) -> Vec<u8> {
        self.text.push(b'}');
        self.text
    }
}
