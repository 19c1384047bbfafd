//! credentials-schemas
