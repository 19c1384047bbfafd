//! scratch
#![allow(missing_docs)]
#![expect(clippy::print_stdout, reason = "printing is its purpose")]
use std::time::Instant;
use sm2::dsa::{SigningKey, Signature, VerifyingKey, signature::{Signer as _, Verifier as _}};
use sm2::elliptic_curve::sec1::ToSec1Point as _;
use light_client::key::sm2 as ours;

fn main() {
    let mut cases = Vec::new();
    for k in 0..64u8 {
        let signer = SigningKey::from_slice("1234567812345678", &[k + 1; 32]).expect("scalar");
        let point = signer.verifying_key().as_affine().to_sec1_point(true);
        let key: [u8; 33] = point.as_bytes().try_into().expect("33");
        let message = vec![k; 100];
        let signature: Signature = signer.sign(&message);
        let bytes: [u8; 64] = signature.to_bytes().into();
        let mine = ours::VerifyingKey::decode(&key).expect("point");
        assert!(mine.verify(&message, &bytes).is_ok(), "any");
        let table = ours::KeyTable::new(&mine);
        cases.push((key, signer.verifying_key().clone(), mine, table, message, signature, bytes));
    }
    let t = Instant::now();
    let g = ours::GeneratorTable::new();
    println!("generator table {:?} {} B", t.elapsed(), g.size());
    let t = Instant::now();
    for c in &cases { std::hint::black_box(ours::KeyTable::new(&c.2)); }
    println!("key table {:?} {} B", t.elapsed() / 64, cases[0].3.size());
    let one = std::env::var_os("ONE").is_some(); if one { let c = cases.swap_remove(7); cases = vec![c; 64]; }
    let mut rows: Vec<(&str, Vec<f64>)> = vec![("stock", vec![]), ("stock+decode", vec![]), ("any", vec![]), ("any+decode", vec![]), ("known", vec![]), ("decode", vec![]), ("digest", vec![])];
    for _ in 0..31 {
        for (i, row) in rows.iter_mut().enumerate() {
            let t = Instant::now();
            for (key, stock, mine, table, message, signature, bytes) in &cases {
                let ok = match i {
                    0 => stock.verify(message, signature).is_ok(),
                    1 => VerifyingKey::from_sec1_bytes("1234567812345678", key).expect("k").verify(message, signature).is_ok(),
                    2 => mine.verify(message, bytes).is_ok(),
                    3 => ours::VerifyingKey::decode(key).expect("k").verify(message, bytes).is_ok(),
                    4 => table.verify_digest(&g, &mine.digest(message), bytes).is_ok(),
                    5 => ours::VerifyingKey::decode(key).is_ok(),
                    _ => mine.digest(message)[0] < 255 || true,
                };
                assert!(ok, "{i}");
            }
            row.1.push(t.elapsed().as_secs_f64() * 1e6 / 64.0);
        }
    }
    let med = |v: &Vec<f64>| { let mut v = v.clone(); v.sort_by(f64::total_cmp); v[15] };
    let stock = med(&rows[0].1);
    for (n, v) in &rows { println!("{n:<14} {:8.2} µs  {:6.2}", med(v), stock / med(v)); }
}
