//! issuer-service
