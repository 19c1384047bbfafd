use alloc::string::String;

use credentials_schemas::{credential::CredentialError, invoice::InvoiceError, json::JsonError};

use super::jwk::JwkError;

/// Why bytes are not a document.
///
/// Every one of them is decided by the document alone, before any proof is looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// The header names an algorithm that is not the issuer key's.
    #[error("algorithm of another kind than the issuer's key")]
    AlgorithmMismatch,
    /// Not base64url in its one form, in the named part.
    #[error("{0} is not strict base64url")]
    Base64(&'static str),
    /// The claims are not those of the credential's type.
    #[error("claims are not those of the type")]
    Claims(#[source] CredentialError),
    /// A disclosure names a claim that its object already has.
    #[error("disclosure overrides the claim {0}")]
    ClaimTaken(String),
    /// One digest stands at two places, or one disclosure is there twice.
    #[error("digest used twice")]
    DuplicateDigest,
    /// `cnf` is not one `jwk` of ours.
    #[error("unusable holder key")]
    HolderKey(#[source] JwkError),
    /// The invoice breaks a rule of its schema.
    #[error("not an invoice")]
    Invoice(#[source] InvoiceError),
    /// The issuer is neither `did:tally` nor `did:key`, or malformed.
    #[error("unknown kind of issuer")]
    Issuer,
    /// Not strict JSON, in the named part.
    #[error("{part} is not strict json")]
    Json {
        /// The part.
        part: &'static str,
        /// What is wrong in it.
        #[source]
        source: JsonError,
    },
    /// A key-binding JWT follows: a presentation, where a stored credential is expected.
    #[error("a presentation with key binding is not a stored credential")]
    KeyBinding,
    /// `kid` is not the issuer followed by `#` and the name of a key.
    #[error("key id is not one of the issuer's")]
    KeyIdMismatch,
    /// A disclosure is not `[salt, name, value]`, or `[salt, value]` in an array.
    #[error("malformed disclosure {index}")]
    MalformedDisclosure {
        /// Its place, the first is 0.
        index: usize,
    },
    /// `_sd` or `...` is not of the form of a digest or list of digests.
    #[error("malformed digest in {0}")]
    MalformedDigest(&'static str),
    /// Not `header.payload.signature~…~`.
    #[error("not an sd-jwt")]
    MalformedToken,
    /// A member that a credential must have, in the clear, is absent.
    #[error("{0} is absent")]
    MemberAbsent(&'static str),
    /// A member is of another type than the format's, or outside its range.
    #[error("{0} is out of range")]
    MemberOutOfRange(&'static str),
    /// A claim that must always be visible was made selectively disclosable.
    #[error("{0} may not be selectively disclosable")]
    NeverDisclosable(String),
    /// `_sd`, `_sd_alg` or `...` is used as a name where it has no meaning.
    #[error("reserved name")]
    ReservedName,
    /// `_sd_alg` is not the hash of the signature's suite.
    #[error("disclosures are hashed by another suite than the signature's")]
    SdAlgMismatch,
    /// Values nest deeper than allowed, disclosures included.
    #[error("nested too deep")]
    TooDeep,
    /// Longer than allowed.
    #[error("longer than {max} bytes")]
    TooLong {
        /// The limit.
        max: usize,
    },
    /// More disclosures than allowed.
    #[error("more than {max} disclosures")]
    TooManyDisclosures {
        /// The limit.
        max: usize,
    },
    /// The signature algorithm is not one of ours.
    #[error("unknown algorithm")]
    UnknownAlgorithm,
    /// The header has a member besides `alg`, `kid` and `typ`.
    #[error("unknown header member")]
    UnknownHeader,
    /// A disclosure to which no digest leads.
    #[error("disclosure {index} is not referenced")]
    UnreferencedDisclosure {
        /// Its place, the first is 0.
        index: usize,
    },
    /// Ends before it begins.
    #[error("ends before it begins")]
    ValidityInverted,
    /// `typ` is not `dc+sd-jwt`.
    #[error("another type of token")]
    WrongType,
}

impl DocumentError {
    /// A stable name for the reason; for content the name of the broken rule.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AlgorithmMismatch => "algorithm_mismatch",
            Self::Base64(..) => "base64",
            Self::Claims(error) => error.code(),
            Self::ClaimTaken(..) => "claim_taken",
            Self::DuplicateDigest => "duplicate_digest",
            Self::HolderKey(..) => "holder_key",
            Self::Invoice(error) => error.code(),
            Self::Issuer => "issuer",
            Self::Json { .. } => "json",
            Self::KeyBinding => "key_binding",
            Self::KeyIdMismatch => "key_id_mismatch",
            Self::MalformedDisclosure { .. } => "malformed_disclosure",
            Self::MalformedDigest(..) => "malformed_digest",
            Self::MalformedToken => "malformed_token",
            Self::MemberAbsent(..) => "member_absent",
            Self::MemberOutOfRange(..) => "member_out_of_range",
            Self::NeverDisclosable(..) => "never_disclosable",
            Self::ReservedName => "reserved_name",
            Self::SdAlgMismatch => "sd_alg_mismatch",
            Self::TooDeep => "too_deep",
            Self::TooLong { .. } => "too_long",
            Self::TooManyDisclosures { .. } => "too_many_disclosures",
            Self::UnknownAlgorithm => "unknown_algorithm",
            Self::UnknownHeader => "unknown_header",
            Self::UnreferencedDisclosure { .. } => "unreferenced_disclosure",
            Self::ValidityInverted => "validity_inverted",
            Self::WrongType => "wrong_type",
        }
    }
}
