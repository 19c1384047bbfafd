//! light-client
