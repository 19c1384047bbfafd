//! The group operations in both representations, against the `sm2` crate's.

use alloc::{format, vec::Vec};

use ::sm2::elliptic_curve::{
    Group as _, PrimeField as _, point::AffineCoordinates as _, sec1::ToSec1Point as _,
};
use ::sm2::{ProjectivePoint, Scalar as Stock};

use super::field::{Field, limbs29::Limbs29, limbs64::Limbs64};
use super::words::words_of;
use super::*;

/// n − 1.
fn last() -> Stock {
    -Stock::ONE
}

fn ours(scalar: &Stock) -> Scalar {
    Scalar::reduce(&scalar.to_repr().into())
}

fn affine<F: Field>(point: &ProjectivePoint) -> Affine<F> {
    let encoded = point.to_affine().to_sec1_point(false);
    let half = |start: usize| {
        words_of(
            encoded.as_bytes()[start..start + 32]
                .try_into()
                .expect("32"),
        )
    };
    Affine {
        x: F::from_words(&half(1)),
        y: F::from_words(&half(33)),
    }
}

/// Compares a point by its x-coordinate and, through y/z³, its sign.
fn assert_same<F: Field>(found: Option<Jacobian<F>>, expected: &ProjectivePoint, what: &str) {
    let Some(found) = found else {
        assert!(bool::from(expected.is_identity()), "infinity: {what}");
        return;
    };
    assert!(!bool::from(expected.is_identity()), "not infinity: {what}");
    let expected = affine::<F>(expected);
    assert!(found.has_x(expected.x), "x: {what}");
    let cube = F::multiply(F::square(found.z), found.z);
    assert_eq!(
        F::multiply(expected.y, cube).to_words(),
        F::multiply(found.y, F::ONE).to_words(),
        "y: {what}"
    );
}

/// Scalars whose digits meet: small, large, powers, and n minus them.
fn scalars() -> Vec<Stock> {
    let mut scalars: Vec<Stock> = (0_u64..20).map(Stock::from).collect();
    for power in [5, 6, 8, 9, 10, 17, 18, 63, 64, 127, 128, 255] {
        let value = (0..power).fold(Stock::ONE, |value, _| value + value);
        scalars.extend([value, value - Stock::ONE, value + Stock::ONE]);
    }
    let negative: Vec<Stock> = scalars.iter().map(|scalar| -*scalar).collect();
    scalars.extend(negative);
    scalars
}

/// The second pairs with the third as in the browser.
const SMALL_SHAPES: [Shape; 4] = [shape(4, 1), shape(9, 2), shape(6, 3), shape(5, 2)];

/// s·G + t·P by all paths for keys close to the generator, where sums and table entries are
/// equal or opposite again and again.
fn every_path<F: Field>() {
    let generators: Vec<Table<F>> = SMALL_SHAPES
        .iter()
        .map(|shape| Table::of_generator(*shape))
        .collect();
    let keys = [
        Stock::ONE,
        Stock::from(2_u64),
        Stock::from(15_u64),
        last(),
        last() - Stock::ONE,
    ];
    for secret in keys {
        let point = ProjectivePoint::GENERATOR * secret;
        let key = affine::<F>(&point);
        let tables: Vec<Table<F>> = SMALL_SHAPES
            .iter()
            .map(|shape| Table::new(&key, *shape))
            .collect();
        for (index, s) in scalars().iter().enumerate() {
            for t in scalars().iter().skip(index % 5).step_by(5) {
                let expected = ProjectivePoint::GENERATOR * s + point * t;
                let swapped = ProjectivePoint::GENERATOR * t + point * s;
                let (s, t) = (ours(s), ours(t));
                assert_same(any_key::combine(&s, &key, &t), &expected, "any key");
                let kind = index % tables.len();
                let (generator, table) = (&generators[kind], &tables[(kind + 1) % tables.len()]);
                assert_same(
                    known_key::combine(generator, &s, table, &t),
                    &expected,
                    "known key",
                );
                let all = known_key::combine_all(generator, &[(s, table, t), (t, table, s)]);
                assert_same(all[0], &expected, "known keys together");
                assert_same(all[1], &swapped, "known keys together, swapped");
            }
        }
    }
}

#[test]
fn every_path_meets_equal_opposite_and_infinite_points_64() {
    every_path::<Limbs64>();
}

#[test]
fn every_path_meets_equal_opposite_and_infinite_points_29() {
    every_path::<Limbs29>();
}

#[test]
fn the_generators_multiples_are_right() {
    fn check<F: Field>() {
        for (index, multiple) in F::GENERATOR_ODD.iter().enumerate() {
            let odd = Stock::from(2 * index as u64 + 1);
            assert_same(
                Some((*multiple).into()),
                &(ProjectivePoint::GENERATOR * odd),
                "G",
            );
        }
    }
    check::<Limbs64>();
    check::<Limbs29>();
    let order = last() + Stock::ONE;
    assert!(bool::from(order.is_zero()));
    let mut last_bytes = bytes_of(&generator::ORDER);
    last_bytes[31] -= 1;
    assert_eq!(last_bytes, <[u8; 32]>::from(last().to_repr()));
}

#[test]
fn tables_hold_what_they_say() {
    let point = ProjectivePoint::GENERATOR * Stock::from(77_u64);
    for shape in SMALL_SHAPES.into_iter().chain(SHAPES) {
        let table = Table::<Element>::new(&affine(&point), shape);
        let zero = Scalar::ZERO;
        let generator = Table::<Element>::of_generator(shape);
        // Powers of three up to n: digits in all rows.
        let mut value = Stock::ONE;
        for power in 0..170 {
            let scalar = ours(&value);
            let sum = known_key::combine(&generator, &zero, &table, &scalar);
            assert_same(sum, &(point * value), &format!("3^{power} P"));
            let sum = known_key::combine(&generator, &scalar, &table, &zero);
            assert_same(
                sum,
                &(ProjectivePoint::GENERATOR * value),
                &format!("3^{power} G"),
            );
            value = value + value + value;
        }
    }
}

/// GB/T 32918.5-2017 annex A.2: key, Z_A, e and signature of the worked example.
#[test]
fn annex_a_of_gbt_32918_5() {
    let decode = |text: &str| hex::decode(text).expect("hex");
    let key = decode("0309f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020");
    let key = VerifyingKey::decode(&key).expect("the standard's key");
    let identity = "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3";
    assert_eq!(hex::encode(key.identity), identity);
    let digest = key.digest(b"message digest");
    let e = "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640";
    assert_eq!(hex::encode(digest), e);
    let signature = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3\
                     b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";
    let signature: [u8; 64] = decode(signature).try_into().expect("64 bytes");
    assert_eq!(key.verify(b"message digest", &signature), Ok(()));
    let generator = GeneratorTable::new();
    let table = KeyTable::new(&key);
    assert_eq!(table.verify_digest(&generator, &digest, &signature), Ok(()));
    assert_eq!(
        verify_digests(&generator, &[(&table, digest, signature)]),
        [Ok(())]
    );
}

#[test]
fn t07_keys_in_another_form_or_off_the_curve_are_refused() {
    let key = hex::decode("0309f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020")
        .expect("hex");
    let refused =
        |bytes: &[u8]| assert_eq!(VerifyingKey::decode(bytes).err(), Some(KeyError::NotAPoint));
    refused(&[]);
    refused(&key[..32]);
    for form in [0, 1, 4, 5, 6, 7, 0x83] {
        let mut other = key.clone();
        other[0] = form;
        refused(&other);
    }
    // x + p, where that has 32 bytes: the same residue under another name.
    let mut decoded = 0;
    for x in 0..=255 {
        let mut small = [0; 33];
        (small[0], small[32]) = (2, x);
        let by_the_crate = ::sm2::PublicKey::from_sec1_bytes(&small).is_ok();
        assert_eq!(
            VerifyingKey::decode(&small).is_ok(),
            by_the_crate,
            "x = {x}"
        );
        decoded += usize::from(by_the_crate);
        let (sum, carry) = words::add(&MODULUS, &[u64::from(x), 0, 0, 0]);
        assert!(!carry, "p + 255 is below 2^256");
        small[1..].copy_from_slice(&bytes_of(&sum));
        refused(&small);
    }
    assert!(decoded > 50, "about half of all x have a point: {decoded}");
    let mut ones = [0xff; 33];
    ones[0] = 3;
    refused(&ones);
}

#[test]
fn a_key_decodes_to_the_crates_point() {
    for secret in 1..200_u64 {
        let point = (ProjectivePoint::GENERATOR * Stock::from(secret * secret * 977)).to_affine();
        let compressed = point.to_sec1_point(true);
        let decoded = VerifyingKey::decode(compressed.as_bytes()).expect("a point");
        assert_eq!(
            decoded.point.uncompressed().as_slice(),
            point.to_sec1_point(false).as_bytes()
        );
        assert_eq!(decoded.point.x.to_words(), words_of(&point.x().into()));
    }
}
