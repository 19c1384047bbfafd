//! Signature algorithms of credentials.

use crate::{key::KeyKind, suite::Suite};

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
