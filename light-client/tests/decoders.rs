//! Every decoder of a file or an answer that strangers hand out, over the committed vectors and
//! mutants of them: none panics or believes a length, and what one takes is, byte for byte, what
//! it would write.

use std::{fs, path::Path};

use light_client::{
    bundle::{Bundle, Proofs},
    cbor::to_bytes,
    compact::Compact,
    conflict::{Conflict, Source},
    deposit::{Deposit, DepositProofs},
    key::PublicKey,
    short_code::ShortCode,
    trust::TrustStore,
};

const MUTANTS: u64 = 300;

/// The numbers of Knuth's MMIX.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        let (a, c) = (6_364_136_223_846_793_005, 1_442_695_040_888_963_407);
        self.0 = self.0.wrapping_mul(a).wrapping_add(c);
        let end = u64::try_from(end.max(1)).expect("a length");
        usize::try_from((self.0 >> 33) % end).expect("below a length")
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).expect("a byte")
    }
}

/// One or two changes: a bit flipped, a part cut off, left out, doubled, or replaced by a head that
/// claims the longest length.
fn mutate(sample: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = sample.to_vec();
    for _ in 0..=dice.below(2) {
        let at = dice.below(bytes.len());
        let to = (at + dice.below(24)).min(bytes.len());
        match dice.below(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at..to)),
            3 => {
                let again = bytes[at..to].to_vec();
                bytes.splice(at..at, again).for_each(drop);
            }
            4 => {
                let mut head = [0xff; 9];
                head[0] = dice.byte() | 27;
                bytes.splice(at..to, head).for_each(drop);
            }
            _ => bytes.push(dice.byte()),
        }
    }
    bytes
}

/// Runs a body over samples and mutants of them; it says what it took, as it would write it.
fn run(samples: &[Vec<u8>], body: impl Fn(&[u8]) -> Option<Vec<u8>>) {
    let (mut taken, mut refused) = (0, 0);
    for (seed, sample) in (0..).zip(samples) {
        let mut dice = Dice(seed);
        let mutants = (0..MUTANTS).map(|_| mutate(sample, &mut dice));
        for bytes in std::iter::once(sample.clone()).chain(mutants) {
            match body(&bytes) {
                Some(written) => {
                    assert_eq!(written, bytes, "taken, and written otherwise");
                    taken += 1;
                }
                None => refused += 1,
            }
        }
    }
    assert!(taken > 0 && refused > samples.len(), "{taken} {refused}");
}

/// The vectors of one kind, of both suites.
fn vectors(folder: &str, extension: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut paths = Vec::new();
    for suite in ["sm", "intl"] {
        let files = fs::read_dir(root.join(folder).join(suite)).expect("a folder");
        paths.extend(files.map(|file| file.expect("a file").path()));
    }
    paths.retain(|path| path.extension().is_some_and(|found| found == extension));
    paths.sort();
    let bytes = paths.iter().map(|path| fs::read(path).expect("readable"));
    bytes.collect()
}

#[test]
fn bundles() {
    run(&vectors("bundle", "tally"), |bytes| {
        Some(to_bytes(&Bundle::parse(bytes).ok()?))
    });
}

#[test]
fn proofs_of_a_portal() {
    let bundles = vectors("bundle", "tally");
    let proofs = bundles.iter().filter_map(|bytes| Bundle::parse(bytes).ok());
    let proofs: Vec<Vec<u8>> = proofs.map(|bundle| bundle.proofs.to_bytes()).collect();
    run(&proofs, |bytes| Some(Proofs::parse(bytes).ok()?.to_bytes()));
}

#[test]
fn trust_stores() {
    run(&vectors("bundle", "trust"), |bytes| {
        Some(TrustStore::parse(bytes).ok()?.to_bytes())
    });
}

#[test]
fn deposits_and_a_node_s_answers() {
    let deposits = vectors("deposit", "deposit");
    run(&deposits, |bytes| {
        Some(Deposit::parse(bytes).ok()?.to_bytes())
    });
    let answers = deposits
        .iter()
        .filter_map(|bytes| Deposit::parse(bytes).ok());
    let answers: Vec<Vec<u8>> = answers.map(|deposit| to_bytes(&deposit.proofs)).collect();
    run(&answers, |bytes| {
        Some(to_bytes(&DepositProofs::parse(bytes).ok()?))
    });
}

#[test]
fn compact_proofs() {
    run(&vectors("compact", "tally"), |bytes| {
        Some(Compact::parse(bytes).ok()?.to_bytes())
    });
}

#[test]
fn short_codes() {
    const PORTAL: &str = "https://fapiao.haizhou.example";
    run(&vectors("compact", "code"), |bytes| {
        let text = core::str::from_utf8(bytes).ok()?;
        let code = ShortCode::parse(text).ok()?;
        // Whose portal it is, is not kept.
        let written = code.to_text(PORTAL).expect("it fits");
        let portal = text.split_once("/v#").expect("as read").0;
        Some(written.replace(PORTAL, portal).into_bytes())
    });
}

#[test]
fn conflict_files() {
    run(&vectors("conflict", "conflict"), |bytes| {
        Some(Conflict::parse(bytes).ok()?.to_bytes())
    });
}

/// What else a source was of is not to be seen in it: there only that nothing panics is tested.
#[test]
fn sources_of_headers() {
    let mut samples = vectors("bundle", "tally");
    samples.extend(vectors("deposit", "deposit"));
    samples.extend(vectors("bundle", "trust"));
    let headers = samples.iter().flat_map(|bytes| {
        let source = Source::parse(bytes).unwrap_or_default();
        source.headers.iter().map(to_bytes).collect::<Vec<_>>()
    });
    let headers: Vec<Vec<u8>> = headers.collect();
    run(&headers, |bytes| {
        let source = Source::parse(bytes).ok()?;
        Some(to_bytes(source.headers.first()?))
    });
    let mut dice = Dice(11);
    for sample in &samples {
        for _ in 0..MUTANTS {
            drop(Source::parse(&mutate(sample, &mut dice)));
        }
    }
}

#[test]
fn keys() {
    let sm2 = [&[1, 3][..], &[0x55; 32]].concat();
    let ed25519 = [&[2][..], &[0x55; 32]].concat();
    let mut dice = Dice(7);
    let mutants = [sm2, ed25519].into_iter().flat_map(|key| {
        let mutants: Vec<Vec<u8>> = (0..20_000).map(|_| mutate(&key, &mut dice)).collect();
        mutants
    });
    let (mut taken, mut refused) = (0, 0);
    for bytes in mutants {
        match PublicKey::parse(&bytes) {
            Ok(key) => {
                assert_eq!(key.to_bytes(), bytes);
                taken += 1;
            }
            Err(_) => refused += 1,
        }
    }
    assert!(taken > 0 && refused > 0, "{taken} {refused}");
}
