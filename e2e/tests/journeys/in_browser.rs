//! `cargo xtask test` tells these apart by the name of this module, and installs Chromium for them.

mod citizen;
mod lying_portal;
mod offline;
mod receive;
mod revoked;
mod verify_files;
