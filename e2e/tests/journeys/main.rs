//! People's journeys: one file each.

mod in_browser;
