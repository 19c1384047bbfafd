//! web-app
