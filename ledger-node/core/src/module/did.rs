//! Agencies' DIDs with their history of keys.
//!
//! ```text
//! key   = [1, ledger, 3, 1, agency]
//! value = [1, ledger, 3, 1, [[[key, from, to | null], …], deactivated height | null]]
//! ```
//! - The first change publishes the DID, by a member's governance key or by a key of the issuer of
//!   that name; later ones are by a key that the DID has at present.
//! - A key is added with proof that its owner holds it, and once only; the last key cannot be
//!   retired, only the DID deactivated, and that for good.

use light_client::{
    cbor::{DecodeError, Reader, Wire, Writer},
    id::{Height, IssuerId},
    key::PublicKey,
    record::{IssuerEntry, issuer_key},
    state::{Kind, StateKey},
};

use super::{governance::Members, registry};
use crate::{
    event::Event,
    fault::Fault,
    limits::MAX_DID_KEYS,
    refusal::Refusal,
    state::{Kept, State, Stop},
    store::Store,
    transaction::DidChange,
};

/// Publishes a DID, or changes its keys.
pub(super) fn set<S: Store>(
    state: &mut State<'_, S>,
    sender: &PublicKey,
    change: &DidChange,
) -> Result<(), Stop> {
    let parts: [&[u8]; 1] = [change.agency.as_str().as_bytes()];
    let key = StateKey::new(state.suite(), state.ledger(), Kind::Did, &parts);
    let before: Option<DidEntry> = state.kept(&key)?;
    let mut entry = match before {
        Some(entry) if entry.deactivated.is_some() => return Err(Refusal::Deactivated.into()),
        Some(entry) if entry.holds(sender) => entry,
        None if may_publish(state, sender, &change.agency)? => DidEntry::default(),
        Some(_) | None => return Err(Refusal::NoRight.into()),
    };
    entry.apply(change, state.height())?;
    state.keep_entry(key, entry);
    state.emit(Event::DidChanged {
        agency: change.agency.clone(),
        deactivated: change.deactivate,
    });
    Ok(())
}

fn may_publish<S: Store>(
    state: &State<'_, S>,
    sender: &PublicKey,
    agency: &IssuerId,
) -> Result<bool, Fault> {
    let members = Members::read(state)?;
    if members
        .find(agency)
        .is_some_and(|member| member.key == *sender)
    {
        return Ok(true);
    }
    let key = issuer_key(state.suite(), state.ledger(), agency);
    let issuer: Option<IssuerEntry> = state.get(&key)?;
    Ok(issuer.is_some_and(|issuer| registry::has_key(state, &issuer, sender)))
}

/// A DID's keys, and when they counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DidEntry {
    keys: Vec<Held>,
    deactivated: Option<Height>,
}

/// A key from one height to another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    key: PublicKey,
    from: Height,
    to: Option<Height>,
}

impl DidEntry {
    fn holds(&self, key: &PublicKey) -> bool {
        let mut keys = self.keys.iter();
        keys.any(|held| held.key == *key && held.to.is_none())
    }

    fn apply(&mut self, change: &DidChange, height: Height) -> Result<(), Refusal> {
        for retired in &change.retire {
            let mut keys = self.keys.iter_mut();
            let held = keys.find(|held| held.key == *retired && held.to.is_none());
            held.ok_or(Refusal::OutOfRange("retire"))?.to = Some(height);
        }
        for added in &change.add {
            if self.keys.iter().any(|held| held.key == added.key) {
                return Err(Refusal::KeyReused);
            }
            self.keys.push(Held {
                key: added.key.clone(),
                from: height,
                to: None,
            });
        }
        if self.keys.len() > MAX_DID_KEYS {
            return Err(Refusal::TooLarge);
        }
        if change.deactivate {
            self.deactivated = Some(height);
            for held in &mut self.keys {
                held.to.get_or_insert(height);
            }
        } else if self.keys.iter().all(|held| held.to.is_some()) {
            return Err(Refusal::OutOfRange("keys"));
        }
        Ok(())
    }
}

impl Kept for DidEntry {
    const KIND: Kind = Kind::Did;
}

impl Wire for DidEntry {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).list(&self.keys);
        writer.option(self.deactivated.as_ref());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            keys: reader.list(MAX_DID_KEYS)?,
            deactivated: reader.option()?,
        })
    }
}

impl Wire for Held {
    fn encode(&self, writer: &mut Writer) {
        writer.array(3).value(&self.key).value(&self.from);
        writer.option(self.to.as_ref());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            key: reader.value()?,
            from: reader.value()?,
            to: reader.option()?,
        })
    }
}
