//! Whatever a draft can say, the parser reads back.

use credentials_schemas::json::Json;
use light_client::{
    document::{
        Algorithm, Credential, CredentialDraft, CredentialIssuer, CredentialLimits, DraftError,
        UnixSeconds,
    },
    hash::Digest,
    id::{DocumentType, IssuerId, LedgerId},
    key::{KeyId, KeyKind},
};
use proptest::{collection, option, prelude::*};

use crate::support::{KINDS, Secret};

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<String>().prop_map(Json::String),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            collection::btree_map("[a-z\u{4e00}-\u{4e20}]{1,4}", inner, 0..4)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

/// Claims with different names, none of them registered.
fn claims() -> impl Strategy<Value = Vec<(String, Json)>> {
    let names = "[A-Z\u{4e00}-\u{4e20}]{1,6}";
    collection::btree_map(names, json(), 0..8).prop_map(|claims| claims.into_iter().collect())
}

fn issuer(kind: KeyKind, on_ledger: bool) -> CredentialIssuer {
    if on_ledger {
        CredentialIssuer::Ledger {
            ledger: LedgerId(Digest::from_bytes([3; 32])),
            issuer: IssuerId::parse("haizhou-rs").unwrap(),
            key_id: KeyId(Digest::from_bytes([4; 32])),
        }
    } else {
        CredentialIssuer::DidKey(Secret::new(kind, 5).public())
    }
}

/// Members sorted as the canonical writer sorts them.
fn canonical(json: &Json) -> Vec<u8> {
    credentials_schemas::json::to_jcs(json).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn draft_then_parse(
        claims in claims(),
        split in 0..8usize,
        kind in prop::sample::select(&KINDS[..]),
        holder in option::of(prop::sample::select(&KINDS[..])),
        on_ledger: bool,
        issued_at in 0..4_000_000_000_i64,
        valid_from in option::of(0..2_000_000_000_i64),
        valid_until in option::of(2_000_000_000..4_000_000_000_i64),
        salt: [u8; 16],
    ) {
        let (clear, selective) = claims.split_at(split.min(claims.len()));
        let issuer = issuer(kind, on_ledger);
        let holder = holder.map(|kind| Secret::new(kind, 6).public());
        let draft = CredentialDraft {
            algorithm: Algorithm::of(kind),
            issuer: &issuer,
            document_type: &DocumentType::parse("urn:example:1").unwrap(),
            issued_at: UnixSeconds(issued_at),
            valid_from: valid_from.map(UnixSeconds),
            valid_until: valid_until.map(UnixSeconds),
            holder_key: holder.as_ref(),
            status: None,
            clear,
            selective,
        };
        let salts: Vec<[u8; 16]> = selective.iter().map(|_| salt).collect();
        let unsigned = draft.prepare(&salts).unwrap();
        let secret = Secret::new(kind, 5);
        let signature = secret.sign(unsigned.signing_input());
        let text = unsigned.with_signature(&signature);

        let credential = Credential::parse(&text, CredentialLimits::default()).unwrap();
        prop_assert_eq!(credential.verify_signature(&secret.public()), Ok(()));
        prop_assert_eq!(credential.issuer(), &issuer);
        prop_assert_eq!(credential.algorithm(), Algorithm::of(kind));
        prop_assert_eq!(credential.issued_at(), UnixSeconds(issued_at));
        prop_assert_eq!(credential.valid_from(), valid_from.map(UnixSeconds));
        prop_assert_eq!(credential.valid_until(), valid_until.map(UnixSeconds));
        prop_assert_eq!(credential.holder_key(), holder.as_ref());
        let shown = credential.claims().iter().filter(|claim| claim.selective);
        prop_assert_eq!(shown.count(), selective.len());
        prop_assert_eq!(credential.claims().len(), claims.len());
        for ((name, value), read) in claims.iter().zip(credential.claims()) {
            prop_assert_eq!(name, &read.name);
            prop_assert_eq!(canonical(value), canonical(&read.value));
        }

        // Showing less is another text of the same document.
        let jwt = format!("{}~", credential.issuer_jwt());
        let bare = Credential::parse(&jwt, CredentialLimits::default()).unwrap();
        prop_assert_eq!(bare.undisclosed_count(), selective.len());
        prop_assert_eq!(bare.claims(), &credential.claims()[..clear.len()]);
        prop_assert_eq!(bare.digest(kind.suite()), credential.digest(kind.suite()));
    }
}

#[test]
fn drafts_that_cannot_be_signed() {
    let issuer = issuer(KeyKind::Sm2, true);
    let number = [("level".to_owned(), Json::Number("1".to_owned()))];
    let draft = CredentialDraft {
        algorithm: Algorithm::Sm2,
        issuer: &issuer,
        document_type: &DocumentType::parse("urn:example:1").unwrap(),
        issued_at: UnixSeconds(1),
        valid_from: None,
        valid_until: None,
        holder_key: None,
        status: None,
        clear: &[],
        selective: &number,
    };
    assert_eq!(draft.prepare(&[]), Err(DraftError::SaltCount));
    assert!(matches!(
        draft.prepare(&[[0; 16]]),
        Err(DraftError::Json(_))
    ));
}
