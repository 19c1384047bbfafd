//! `cargo xtask test` tells these apart by the name of this module, and installs Chromium for them.

mod hostile;
mod looks;
mod network;
mod pictures;
mod verdicts;
