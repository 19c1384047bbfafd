//! Ten thousand changes to good documents: no panic, and nothing passes as the original.

use credentials_schemas::json::Limits;
use light_client::{
    document::{Claim, Credential, CredentialLimits, InvoiceDocument},
    key::KeyKind,
    suite::Suite,
};

use crate::support::{KINDS, Random, Token, invoice_bytes};

const ROUNDS: usize = 10_000;

/// Changes some bytes: flips, replaces, removes, inserts, repeats, cuts.
fn mutate(random: &mut Random, bytes: &mut Vec<u8>) {
    const LIKELY: &[u8] = b"~.\"{}[],:_-=AQ09\\ e";
    for _ in 0..1 + random.below(3) {
        if bytes.is_empty() {
            return;
        }
        let at = random.below(bytes.len());
        match random.below(7) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = LIKELY[random.below(LIKELY.len())],
            2 => drop(bytes.remove(at)),
            3 => bytes.insert(at, LIKELY[random.below(LIKELY.len())]),
            4 => {
                let end = (at + random.below(80)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                let to = random.below(bytes.len());
                drop(bytes.splice(to..to, part));
            }
            5 => {
                let other = random.below(bytes.len());
                bytes.swap(at, other);
            }
            _ => {
                let end = (at + random.below(80)).min(bytes.len());
                drop(bytes.drain(at..end));
            }
        }
    }
}

/// Also exchanges whole parts, which single bytes hardly ever do.
fn mutate_token(random: &mut Random, text: &str) -> Vec<u8> {
    let mut parts: Vec<&str> = text.split('~').collect();
    if random.below(3) == 0 {
        let (one, other) = (random.below(parts.len()), random.below(parts.len()));
        match random.below(3) {
            0 => parts.swap(one, other),
            1 => drop(parts.remove(one)),
            _ => parts.insert(one, parts[other]),
        }
    }
    let mut bytes = parts.join("~").into_bytes();
    if random.below(8) > 0 {
        mutate(random, &mut bytes);
    }
    bytes
}

fn token(kind: KeyKind) -> Token {
    Token::new(
        kind,
        r#","level":"高级","address":{"_sd":["@0"]},"_sd":["@1"],"tags":[{"...":"@2"},"x"]"#,
        &[
            r#"["c2FsdDA","city","海州"]"#,
            r#"["c2FsdDE","name","王芳"]"#,
            r#"["c2FsdDI","first"]"#,
        ],
    )
}

#[test]
fn credentials() {
    let mut random = Random(2);
    let (mut parsed, mut same, mut refused) = (0, 0, 0);
    for round in 0..ROUNDS {
        let token = token(KINDS[round % 3]);
        let text = token.text();
        let original = Credential::parse(&text, CredentialLimits::default()).unwrap();
        let Ok(mutant) = String::from_utf8(mutate_token(&mut random, &text)) else {
            continue;
        };
        let Ok(mutant) = Credential::parse(&mutant, CredentialLimits::default()) else {
            refused += 1;
            continue;
        };
        parsed += 1;
        let signed = mutant.verify_signature(&token.secret.public()).is_ok();
        let same_digest = mutant.digest(Suite::Sm) == original.digest(Suite::Sm);
        assert_eq!(signed, same_digest, "a signature has one document");
        if same_digest {
            same += 1;
            // The holder may leave disclosures out, and reorder them; nothing else.
            assert_eq!(mutant.issuer_jwt(), original.issuer_jwt());
            assert!(mutant.undisclosed_count() >= original.undisclosed_count());
            for Claim { name, value, .. } in mutant.claims() {
                let known = original.claims().iter().find(|claim| claim.name == *name);
                assert!(is_part_of(value, &known.unwrap().value), "{name}");
            }
        }
    }
    eprintln!("credentials: {parsed} parsed, {same} presentations of the same, {refused} refused");
    assert!(
        parsed > 500 && same > 100 && refused > 5_000,
        "{parsed} {same} {refused}"
    );
}

/// Whether `part` is `whole` with some members or elements left out.
fn is_part_of(
    part: &credentials_schemas::json::Json,
    whole: &credentials_schemas::json::Json,
) -> bool {
    use credentials_schemas::json::Json::{Array, Object};
    match (part, whole) {
        (Object(part), Object(whole)) => part.iter().all(|member| whole.contains(member)),
        (Array(part), Array(whole)) => part.iter().all(|item| whole.contains(item)),
        _ => part == whole,
    }
}

#[test]
fn invoices() {
    let mut random = Random(3);
    let bytes = invoice_bytes(2);
    let original = InvoiceDocument::parse(&bytes, [1; 32], Limits::default())
        .unwrap()
        .commitment(Suite::Sm);
    let (mut parsed, mut refused) = (0, 0);
    for _ in 0..ROUNDS {
        let mut mutant = bytes.clone();
        if random.below(4) == 0 {
            // Inside texts, so that some mutants are invoices too.
            let digits: Vec<usize> = (0..mutant.len())
                .filter(|at| mutant[*at].is_ascii_digit())
                .collect();
            mutant[digits[random.below(digits.len())]] = b'0' + random.next().to_le_bytes()[0] % 10;
        } else {
            mutate(&mut random, &mut mutant);
        }
        match InvoiceDocument::parse(&mutant, [1; 32], Limits::default()) {
            Ok(document) => {
                parsed += 1;
                assert_eq!(document.commitment(Suite::Sm) == original, mutant == bytes);
            }
            Err(_) => refused += 1,
        }
    }
    eprintln!("invoices: {parsed} parsed, {refused} refused");
    assert!(parsed > 100 && refused > 5_000, "{parsed} {refused}");
}
