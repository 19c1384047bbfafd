//! Flip any single bit of a conflict file: it proves nothing any more, of anybody.

use light_client::{suite::Suite, verdict::ConflictHeadline, verify_conflict};

use super::{conflict, ledger, same_height};

#[test]
fn no_flipped_bit_accuses_anybody() {
    // SM2 costs ten times as much to verify: one validator there.
    for (suite, validators) in [(Suite::Intl, 4), (Suite::Sm, 1)] {
        let ledger = ledger(suite, validators);
        let trust = ledger.trust();
        for (rounds, expected) in [
            ([0, 0], ConflictHeadline::Equivocation),
            ([0, 1], ConflictHeadline::Fork),
        ] {
            let mut bytes = conflict(&ledger, same_height(&ledger, rounds)).to_bytes();
            assert_eq!(verify_conflict(&bytes, Some(&trust)).headline, expected);
            for bit in 0..bytes.len() * 8 {
                bytes[bit / 8] ^= 1 << (bit % 8);
                let verdict = verify_conflict(&bytes, None);
                assert_eq!(verdict.conflict, None, "bit {bit} of {}", bytes.len() * 8);
                bytes[bit / 8] ^= 1 << (bit % 8);
            }
        }
    }
}
