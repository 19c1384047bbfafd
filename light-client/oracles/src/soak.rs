//! Many cases, all implementations, one answer.
//!
//! A round is a signer and everything that can be made with its secret: honest signatures,
//! constructed cases, and each of them tampered with. Round n is the same on every machine.

use std::collections::BTreeMap;
use std::fmt;

use light_client::key::sm2::{GeneratorTable, verify_digests};

use crate::case::{Case, Signer, special_points, tampered};
use crate::dice::Dice;
use crate::judge::{self, OursKnown};

/// Honest signatures in a round.
const HONEST: usize = 9;

/// What was asked so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Cases by name: valid, and refused.
    pub by_name: BTreeMap<&'static str, [usize; 2]>,
}

impl Tally {
    /// All cases.
    pub fn cases(&self) -> usize {
        self.by_name.values().flatten().sum()
    }

    /// Those that all refused.
    pub fn refused(&self) -> usize {
        self.by_name.values().map(|[_, refused]| refused).sum()
    }

    /// Adds another's counts.
    pub fn add(&mut self, other: &Self) {
        for (name, [valid, refused]) in &other.by_name {
            let counts = self.by_name.entry(name).or_default();
            counts[0] += valid;
            counts[1] += refused;
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<24} {:>9} {:>9}", "case", "valid", "refused")?;
        for (name, [valid, refused]) in &self.by_name {
            writeln!(f, "{name:<24} {valid:>9} {refused:>9}")?;
        }
        write!(
            f,
            "{} cases, {} refused by all",
            self.cases(),
            self.refused()
        )
    }
}

/// A case on which they do not agree, or not with what it was made to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The case.
    pub case: Case,
    /// Each one's answer.
    pub answers: Vec<(&'static str, bool)>,
}

/// The cases of a round.
pub fn round(number: u64) -> Vec<Case> {
    let mut dice = Dice::new(number.wrapping_mul(0x1000_0000_01b3));
    let signer = loop {
        // Every eighth round has a tiny secret: the key's multiples meet the generator's.
        let mut secret = dice.bytes();
        if number.is_multiple_of(8) {
            secret = [0; 32];
            secret[31] = u8::try_from(dice.below(40) + 1).unwrap_or(1);
        }
        if let Some(signer) = Signer::new(&secret) {
            break signer;
        }
    };
    let mut cases: Vec<Case> = (0..HONEST)
        .map(|_| {
            let length = dice.below(200);
            let message: Vec<u8> = (0..length).map(|_| dice.bytes()[0]).collect();
            signer.sign(&message)
        })
        .collect();
    cases.extend(signer.constructed(&mut dice));
    if number.is_multiple_of(4) {
        cases.extend(special_points(&mut dice));
    }
    for index in 0..cases.len() {
        let other = cases[dice.below(cases.len())].clone();
        let tampered = tampered(&cases[index], &other, &mut dice);
        cases.push(tampered);
    }
    cases
}

/// Asks everyone in this process about every case.
pub fn judge(generator: &GeneratorTable, cases: &[Case]) -> Result<Tally, Box<Disagreement>> {
    let mut tally = Tally::default();
    let mut known: Vec<OursKnown> = Vec::new();
    for case in cases {
        let mut answers = vec![
            ("sm2", judge::stock(case)),
            ("gmcrypto-core", judge::gmcrypto(case)),
            ("ours, any key", judge::ours(case)),
        ];
        if !known.iter().any(|known| known.is_of(&case.key)) {
            known.extend(OursKnown::new(&case.key));
        }
        let table = known.iter().find(|known| known.is_of(&case.key));
        let by_table = table.is_some_and(|known| known.verify(generator, case));
        answers.push(("ours, known key", by_table));
        answers.extend(case.expected.map(|expected| ("expected", expected)));
        let valid = answers[0].1;
        if answers.iter().any(|(_, answer)| *answer != valid) {
            let case = case.clone();
            return Err(Box::new(Disagreement { case, answers }));
        }
        tally.by_name.entry(case.name).or_default()[usize::from(!valid)] += 1;
    }
    together(generator, cases, &known)?;
    Ok(tally)
}

/// The light client's verification of many at once gives each the answer it has alone.
fn together(
    generator: &GeneratorTable,
    cases: &[Case],
    known: &[OursKnown],
) -> Result<(), Box<Disagreement>> {
    let table = |case: &&Case| known.iter().find(|known| known.is_of(&case.key));
    let asked: Vec<&Case> = cases.iter().filter(|case| table(case).is_some()).collect();
    let parts = |case: &&Case| Some((table(case)?.table(), case.digest, case.signature));
    let crowd: Vec<_> = asked.iter().filter_map(parts).collect();
    for (case, outcome) in asked.iter().zip(verify_digests(generator, &crowd)) {
        let alone = table(case).is_some_and(|known| known.verify(generator, case));
        if outcome.is_ok() != alone {
            return Err(Box::new(Disagreement {
                case: (*case).clone(),
                answers: vec![("ours, alone", alone), ("ours, together", outcome.is_ok())],
            }));
        }
    }
    Ok(())
}
