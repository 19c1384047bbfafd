//! People's journeys: one file each.

mod citizen;
mod lying_portal;
mod offline;
mod receive;
mod revoked;
mod verify_files;
