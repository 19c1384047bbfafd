//! did:key
