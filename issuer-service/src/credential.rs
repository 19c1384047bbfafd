//! Makes a credential: checks its claims at the desk, signs it when the holder comes.

use credentials_schemas::{
    calendar::{ChinaTime, Date},
    credential::{Completeness, Credential, CredentialError, CredentialType},
    json::{self, Json, JsonError, Limits},
};
use light_client::{
    document::{
        self, Algorithm, CredentialDraft, CredentialIssuer, CredentialLimits, DocumentError,
        DraftError, UnixSeconds,
    },
    hash::Digest,
    id::{DocumentType, LedgerId, TimeMs},
    key::PublicKey,
    suite::Suite,
};

use crate::{
    directory::Agency,
    random::{self, NoRandomness},
    signing::SignError,
};

/// Claims that fit their type, in the order in which they are shown.
#[derive(Debug, Clone)]
pub struct CheckedClaims {
    kind: CredentialType,
    members: Vec<(String, Json)>,
}

/// Why claims are refused at the desk.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimsError {
    /// A claim is missing, unknown, or of another form.
    #[error("{0}")]
    Credential(#[from] CredentialError),
    /// Not strict JSON, or without canonical form.
    #[error("claims are not canonical JSON")]
    Json(#[from] JsonError),
}

impl CheckedClaims {
    /// Checks what the desk entered: everything mandatory is there, and it is true of `today`.
    ///
    /// # Errors
    /// [`ClaimsError`].
    pub fn new(kind: CredentialType, claims: &Json, today: Date) -> Result<Self, ClaimsError> {
        let credential = Credential::from_claims(kind, claims, Completeness::Whole)?;
        if let Credential::ResidentIdentity(identity) = &credential {
            identity.check_age(today)?;
        }
        // In the table's order, not the desk's: the order of claims says nothing.
        let names = kind.claims().iter().map(|spec| spec.name);
        let members =
            names.filter_map(|name| Some((name.to_owned(), claims.member(name)?.clone())));
        Ok(Self {
            kind,
            members: members.collect(),
        })
    }

    /// Reads what [`Self::to_text`] wrote.
    ///
    /// # Errors
    /// [`ClaimsError`].
    pub fn parse(kind: CredentialType, text: &str, today: Date) -> Result<Self, ClaimsError> {
        let claims = json::parse(text.as_bytes(), Limits::default())?;
        Self::new(kind, &claims, today)
    }

    /// The claims as canonical JSON.
    ///
    /// # Errors
    /// [`ClaimsError::Json`].
    pub fn to_text(&self) -> Result<String, ClaimsError> {
        let bytes = json::to_jcs(&Json::Object(self.members.clone()))?;
        Ok(String::from_utf8(bytes).unwrap_or_default())
    }

    /// The first second of the period that everyone sees, and the first one after it.
    ///
    /// Dates that the holder may withhold stay out of it: `exp` cannot be withheld.
    fn open_period(&self) -> (Option<UnixSeconds>, Option<UnixSeconds>) {
        let day = |name: &str| {
            let (_, value) = self.members.iter().find(|(member, _)| member == name)?;
            if self.kind.is_selectively_disclosable(name) {
                return None;
            }
            let date: Date = value.as_str()?.parse().ok()?;
            Some(date.days_since_epoch())
        };
        // Midnight in China is 16:00 of the day before in UTC.
        let midnight = |day: i64| UnixSeconds(day * 86_400 - 8 * 3_600);
        let last_day = day("valid_until");
        (
            day("valid_from").map(midnight),
            last_day.map(|day| midnight(day + 1)),
        )
    }
}

/// A signed credential.
#[derive(Debug)]
pub struct SignedCredential {
    /// The SD-JWT with all its disclosures.
    pub text: String,
    /// What the ledger knows it by.
    pub digest: Digest,
}

/// Why a credential cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MakeError {
    /// What was made cannot be read back.
    #[error("credential made here is not one")]
    Document(#[from] DocumentError),
    /// The draft has no signable form.
    #[error("draft")]
    Draft(#[from] DraftError),
    /// No randomness for salts.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The key's holder did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// Name of the type.
    #[error("document type")]
    Type(#[from] light_client::cbor::DecodeError),
}

/// Signs a credential of `agency` for the holder of `holder_key`.
///
/// # Errors
/// [`MakeError`].
pub async fn make(
    agency: &Agency,
    (ledger, suite): (LedgerId, Suite),
    claims: &CheckedClaims,
    holder_key: &PublicKey,
    now: TimeMs,
) -> Result<SignedCredential, MakeError> {
    let key = agency.signer.public_key();
    let issuer = CredentialIssuer::Ledger {
        ledger,
        issuer: agency.id.clone(),
        key_id: key.id(suite),
    };
    let (valid_from, valid_until) = claims.open_period();
    let members = claims.members.iter().cloned();
    let (selective, clear): (Vec<_>, Vec<_>) =
        members.partition(|(name, _)| claims.kind.is_selectively_disclosable(name));
    let draft = CredentialDraft {
        algorithm: Algorithm::of(key.kind()),
        issuer: &issuer,
        document_type: &DocumentType::parse(claims.kind.vct())?,
        issued_at: UnixSeconds(i64::try_from(now.0 / 1000).unwrap_or(i64::MAX)),
        valid_from,
        valid_until,
        holder_key: Some(holder_key),
        status: None,
        clear: &clear,
        selective: &selective,
    };
    let salts = selective.iter().map(|_| random::bytes());
    let unsigned = draft.prepare(&salts.collect::<Result<Vec<[u8; 16]>, _>>()?)?;
    let signature = agency.signer.sign(unsigned.signing_input()).await?;
    let text = unsigned.with_signature(&signature);
    let credential = document::Credential::parse(&text, CredentialLimits::default())?;
    Ok(SignedCredential {
        digest: credential.digest(suite),
        text,
    })
}

/// The time in China; none before 1970, when the clock has not been set.
pub fn china_time(now: TimeMs) -> Option<ChinaTime> {
    ChinaTime::from_unix_seconds(i64::try_from(now.0 / 1000).ok()?)
}
