//! A hundred thousand of them: none is believed, none panics, and enough get as far as signatures.

use std::path::PathBuf;
use std::thread;

use light_client::verdict::Headline;
use mutants::{Campaign, Subjects};

const MUTANTS: u64 = 100_000;

fn subjects() -> Subjects {
    let vectors = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../vectors/bundle");
    Subjects::read(&vectors).expect("the committed vectors")
}

#[test]
fn no_mutant_is_believed() {
    let subjects = subjects();
    let threads = thread::available_parallelism().map_or(1, |count| count.get());
    let mut campaign = Campaign::default();
    while campaign.next < MUTANTS {
        let advanced = campaign.advance(&subjects, MUTANTS, u64::try_from(threads).expect("few"));
        assert_eq!(advanced, Ok(()), "see `mutants::Finding`");
    }
    let tally = &campaign.tally;
    assert_eq!(tally.mutants, MUTANTS);
    assert!(
        tally.reached_signatures * 5 >= MUTANTS,
        "{:#?}",
        tally.lines()
    );
    assert!(tally.reasons.len() >= 25, "{:#?}", tally.lines());
}

/// What the campaign looks for, it sees: a genuine document of which nothing is known is "false".
#[test]
fn a_believed_mutant_is_noticed() {
    let subjects = subjects();
    let valid = (0..10_000).find_map(|number| {
        let (subject, bytes) = subjects.mutant(number);
        let verdict = subjects.judge(subject, &bytes);
        (verdict.headline == Headline::Valid).then_some(verdict)
    });
    // Some changes exchange equal things.
    let mut verdict = valid.expect("one that is unchanged");
    assert!(!subjects.is_false(&verdict));
    let document = verdict.evidence.document.as_mut().expect("read");
    document.fields[0].value.push('!');
    assert!(subjects.is_false(&verdict));
}

#[test]
fn a_campaign_goes_on_where_it_was() {
    let subjects = subjects();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("state.json");
    let mut whole = Campaign::default();
    while whole.next < 3000 {
        whole.advance(&subjects, 3000, 2).expect("no finding");
    }
    let mut first = Campaign::load(&path).expect("none yet");
    first.advance(&subjects, 1000, 1).expect("no finding");
    first.save(&path).expect("a folder");
    let mut second = Campaign::load(&path).expect("as saved");
    while second.next < 3000 {
        second.advance(&subjects, 3000, 2).expect("no finding");
    }
    assert_eq!(second, whole);
}
