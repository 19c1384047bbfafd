//! The wallet: what it holds, its key, and how it receives.

pub(crate) mod documents;
pub(crate) mod holder_key;
pub(crate) mod openid4vci;
pub(crate) mod proofs;
pub(crate) mod receive;
pub(crate) mod renew;
pub(crate) mod take;
pub(crate) mod trust;
