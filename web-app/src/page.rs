//! The pages, one for each [`Route`](crate::router::Route).

pub(crate) mod choose;
pub(crate) mod document;
pub(crate) mod not_found;
pub(crate) mod receive;
pub(crate) mod verify;
pub(crate) mod wallet;
