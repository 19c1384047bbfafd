//! The rules of the invoice module as a reader of the specification (`docs/spec/invoice.md`) would
//! keep them by hand: a list of what has happened to each invoice, from which everything is worked
//! out each time anew. The ledger's tests and its simulation are judged by it.
//!
//! ```
//! use ledger_reference::{Dice, Reference};
//! let mut dice = Dice::new(7);
//! let mut reference = Reference::new(&mut dice);
//! let attempt = reference.choose(&mut dice);
//! let refused = reference.apply(&attempt).err();
//! assert!(refused.is_none_or(|code| !code.is_empty()));
//! ```
//!
//! # Invariants
//! - It knows nothing of the ledger's code, and depends on nothing.

#![forbid(unsafe_code)]

mod choice;
mod dice;
mod invoice;
mod moves;
mod rules;

pub use dice::Dice;
pub use invoice::{Invoice, Reference};
pub use moves::{ACTORS, Consent, Key, Move, OUTCOMES, Party, SELLER, sender};
