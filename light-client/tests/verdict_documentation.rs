//! `docs/verdicts.md` lists every reason, with its ruling, in the order of rank.

use light_client::verdict::{Reason, Ruling};

#[test]
fn every_reason_is_documented_in_order() {
    let documented: Vec<(&str, &str)> = include_str!("../../docs/verdicts.md")
        .lines()
        .filter_map(|line| {
            let mut cells = line.split('|').map(str::trim).skip(2);
            let code = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
            Some((code, cells.next()?))
        })
        .collect();
    let declared: Vec<(&str, &str)> = Reason::ALL
        .iter()
        .map(|reason| {
            let ruling = match reason.ruling() {
                Ruling::Invalid => "Invalid",
                Ruling::Undetermined => "Undetermined",
            };
            (reason.code(), ruling)
        })
        .collect();
    assert_eq!(documented, declared);
}
