//! Red letters: one red invoice against one blue one.

use credentials_schemas::invoice::Kind;
use light_client::{id::TreeSize, key::PublicKey};

use super::{
    confirmation,
    conservation::{self, RedTerms},
    issue::{self, Worth},
    lease, of_seller, record,
};
use crate::{
    event::Event,
    state::{State, Stop},
    store::Store,
    transaction::RedLetter,
};

/// Issues a red invoice and takes its amount from the blue one.
pub(in crate::module) fn red_letter<S: Store>(
    state: &mut State<'_, S>,
    sender: &PublicKey,
    red: &RedLetter,
) -> Result<(), Stop> {
    let key_id = sender.id(state.suite());
    issue::not_expired(state, red.expiry)?;
    let (_, lease) = lease::to_issue(state, &red.agency, &key_id, &red.lease_first)?;
    let (blue_key, mut blue) = record(state, &red.blue)?;
    of_seller(state, (&red.blue, &blue), &lease)?;
    let number = red.confirmation.as_ref();
    let number = number.map(|number| confirmation(state, &red.blue, number));
    let mut confirmation = number.transpose()?;
    let terms = RedTerms {
        amount_fen: red.amount_fen,
        reason: red.reason,
        consent: red.consent.as_ref(),
    };
    let agreed = confirmation.as_mut().map(|(_, agreed)| agreed);
    let rests_on = conservation::red_letter(&mut blue, agreed, sender, &terms, state.time_ms())?;
    state.put(blue_key, &blue);
    if let Some((key, confirmation)) = confirmation {
        state.put(key, &confirmation);
    }
    issue::use_number(state, &lease, &red.line)?;
    let worth = Worth {
        kind: Kind::Red,
        gross_fen: red.amount_fen,
        claim_key: None,
    };
    issue::open_record(state, &lease, &red.record, worth)?;
    let batch = (TreeSize(1), red.batch_root(state.suite()));
    issue::anchor(state, &red.agency, key_id, batch);
    state.emit(Event::RedLettered {
        agency: red.agency.clone(),
        confirmation: rests_on,
    });
    Ok(())
}
