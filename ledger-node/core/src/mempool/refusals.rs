//! Why transactions that waited were refused: for clients that were told "accepted" and ask later,
//! also after the node was started again.
//!
//! ```text
//! refused   sequence → [transaction id, code]
//! ```

use std::collections::{BTreeMap, btree_map::Entry};

use light_client::cbor::{self, DecodeError, Reader, Wire, Writer};

use crate::{
    fault::Fault,
    limits::REMEMBERED_REFUSALS,
    refusal::Refusal,
    store::{Batch, Column, Store},
    transaction::TxId,
};

/// The longest code, and then some.
const MAX_CODE_BYTES: usize = 64;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    next: u64,
    by_id: BTreeMap<TxId, (u64, Refusal)>,
    order: BTreeMap<u64, TxId>,
}

impl Refusals {
    /// Reads what is remembered.
    pub(crate) fn read(store: &impl Store) -> Result<Self, Fault> {
        let mut refusals = Self::default();
        let end = u64::MAX.to_be_bytes();
        for (key, row) in store.scan(Column::Refused, &[], &end, usize::MAX)? {
            let sequence = key.try_into().map_err(|_| DecodeError::Malformed)?;
            let sequence = u64::from_be_bytes(sequence);
            let row: Row = cbor::parse(&row, 256)?;
            refusals.next = sequence.saturating_add(1);
            refusals.by_id.insert(row.id, (sequence, row.refusal));
            refusals.order.insert(sequence, row.id);
        }
        Ok(refusals)
    }

    /// Whether the bytes are a row of a refusal.
    pub(crate) fn is_row(bytes: &[u8]) -> bool {
        cbor::parse::<Row>(bytes, 256).is_ok()
    }

    pub(super) fn get(&self, id: &TxId) -> Option<Refusal> {
        self.by_id.get(id).map(|(_, refusal)| *refusal)
    }

    /// Remembers a refusal, and forgets the oldest beyond the limit.
    pub(super) fn remember(&mut self, id: TxId, refusal: Refusal, batch: &mut Batch) {
        self.forget(&id, batch);
        let sequence = self.next;
        self.next += 1;
        self.by_id.insert(id, (sequence, refusal));
        self.order.insert(sequence, id);
        let row = cbor::to_bytes(&Row { id, refusal });
        batch.put(Column::Refused, sequence.to_be_bytes(), row);
        while self.order.len() > REMEMBERED_REFUSALS {
            let Some((_, oldest)) = self.order.first_key_value() else {
                break;
            };
            let oldest = *oldest;
            self.forget(&oldest, batch);
        }
    }

    /// Forgets a refusal: the transaction was accepted after all.
    pub(super) fn forget(&mut self, id: &TxId, batch: &mut Batch) {
        let Entry::Occupied(known) = self.by_id.entry(*id) else {
            return;
        };
        let (sequence, _) = known.remove();
        self.order.remove(&sequence);
        batch.delete(Column::Refused, sequence.to_be_bytes());
    }
}

struct Row {
    id: TxId,
    refusal: Refusal,
}

impl Wire for Row {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.id).text(self.refusal.code());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        let id = reader.value()?;
        let code = reader.text(MAX_CODE_BYTES)?;
        let refusal = Refusal::from_code(&code).ok_or(DecodeError::FieldOutOfRange("code"))?;
        Ok(Self { id, refusal })
    }
}
