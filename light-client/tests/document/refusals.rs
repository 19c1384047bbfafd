//! What is refused, and under which name. Each case is a good token with one thing wrong, and
//! properly signed: only the rule in question stands between it and a verdict.

use credentials_schemas::json::Json;
use light_client::{
    document::{Credential, CredentialIssuer, CredentialLimits, DocumentError, UnixSeconds},
    key::{KeyError, KeyKind, did_key},
};

use crate::support::{KINDS, Secret, Token, digest, encode};

const NAME: &str = r#"["c2FsdDA","name","王芳"]"#;

fn refused(token: &Token) -> &'static str {
    token
        .parse()
        .map(|_| ())
        .expect_err("must be refused")
        .code()
}

fn members(members: &str, disclosures: &[&str]) -> Token {
    Token::new(KeyKind::Sm2, members, disclosures)
}

#[test]
fn what_is_read() {
    for kind in KINDS {
        let holder = r#","cnf":{"jwk":{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}"#;
        let claims = r#","nbf":5,"exp":6,"status":{"status_list":{"idx":1,"uri":"x"}},"level":"高级","_sd":["@1","@0"],"sub":{"_sd":["@2"]},"tags":["a",{"...":"@3"},{"...":"@9"}]"#;
        let decoy = digest(kind, "decoy");
        let token = Token::new(
            kind,
            &format!("{holder}{claims}").replace("@9", &decoy),
            &[
                NAME,
                r#"["c2FsdDE","born",{"year":"1990","_sd":["@2"]}]"#,
                r#"["c2FsdDI","place","海州"]"#,
                r#"["c2FsdDM",["b"]]"#,
            ],
        );
        // Disclosure 2 is named once, inside disclosure 1.
        let mut token = token.replace(r#""sub":{"_sd":["@2"]}"#, r#""sub":{}"#);
        token.disclosures.swap(1, 2);
        token.payload = token.payload.replace("@1", "@2x").replace("@2x", "@2");
        token.disclosures[2] = token.disclosures[2].replace("@2", "@1");
        let credential = token.parse().unwrap();
        let text = |json: &Json| {
            String::from_utf8(credentials_schemas::json::to_jcs(json).unwrap()).unwrap()
        };
        let claims: Vec<String> = credential
            .claims()
            .iter()
            .map(|claim| format!("{}={}", claim.name, text(&claim.value)))
            .collect();
        let expected = [
            r#"level="高级""#,
            "sub={}",
            r#"tags=["a",["b"]]"#,
            r#"name="王芳""#,
            r#"born={"place":"海州","year":"1990"}"#,
        ];
        assert_eq!(claims, expected);
        let selective = credential.claims().iter().map(|claim| claim.selective);
        assert!(selective.eq([false, false, false, true, true]));
        assert_eq!(credential.undisclosed_count(), 1);
        assert_eq!(credential.issued_at(), UnixSeconds(1_790_000_000));
        assert_eq!(credential.valid_from(), Some(UnixSeconds(5)));
        assert_eq!(credential.valid_until(), Some(UnixSeconds(6)));
        assert_eq!(credential.document_type().as_str(), "urn:example:1");
        assert_eq!(
            did_key::format(credential.holder_key().unwrap()),
            // RFC 8037 A.2 as a did:key.
            "did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"
        );
        let key = token.secret.public();
        assert_eq!(credential.issuer(), &CredentialIssuer::DidKey(key.clone()));
        assert_eq!(credential.verify_signature(&key), Ok(()));
        for other in KINDS {
            let key = Secret::new(other, 8).public();
            assert_eq!(
                credential.verify_signature(&key),
                Err(KeyError::SignatureMismatch)
            );
        }
    }
}

#[test]
fn header() {
    let good = || members("", &[]);
    assert!(good().parse().is_ok());
    for (from, to, code) in [
        ("SGD_SM3_SM2", "none", "unknown_algorithm"),
        ("SGD_SM3_SM2", "HS256", "unknown_algorithm"),
        ("SGD_SM3_SM2", "SM3WithSM2", "unknown_algorithm"),
        (r#""SGD_SM3_SM2""#, "null", "member_out_of_range"),
        ("SGD_SM3_SM2", "ES256", "algorithm_mismatch"),
        ("dc+sd-jwt", "vc+sd-jwt", "wrong_type"),
        ("dc+sd-jwt", "kb+jwt", "wrong_type"),
        (r#","typ":"dc+sd-jwt""#, "", "member_absent"),
        (r#""typ""#, r#""crit":["b64"],"typ""#, "unknown_header"),
        (r#""typ""#, r#""jwk":{},"typ""#, "unknown_header"),
        (r#""typ""#, r#""alg":"ES256","typ""#, "json"),
        ("#z", "#", "key_id_mismatch"),
        ("#z", "#y", "key_id_mismatch"),
        ("#z", "z", "key_id_mismatch"),
    ] {
        assert_eq!(refused(&good().replace(from, to)), code, "{from} -> {to}");
    }
}

/// CD-008 and T48: `iss` and `kid` name one issuer, and of a ledger's issuer one key.
#[test]
fn issuer() {
    let secret = Secret::new(KeyKind::Sm2, 7);
    let did = did_key::format(&secret.public());
    let fragment = did_key::multibase(&secret.public());
    let other = did_key::format(&Secret::new(KeyKind::Sm2, 8).public());
    let ledger = format!("did:tally:{}:haizhou-rs", "ab".repeat(32));
    let key_id = "cd".repeat(32);
    let with = |iss: &str, kid: &str| {
        let mut token = members("", &[]);
        token.header = token.header.replace(&format!("{did}#{fragment}"), kid);
        token.payload = token.payload.replace(&did, iss);
        token
    };
    let good = with(&ledger, &format!("{ledger}#{key_id}"))
        .parse()
        .unwrap();
    let CredentialIssuer::Ledger { issuer, .. } = good.issuer() else {
        unreachable!("a ledger's issuer");
    };
    assert_eq!(issuer.as_str(), "haizhou-rs");
    assert_eq!(good.issuer().did(), ledger);
    assert_eq!(good.issuer().key_url(), format!("{ledger}#{key_id}"));
    for (iss, kid, code) in [
        (other, format!("{did}#{fragment}"), "key_id_mismatch"),
        (
            ledger.clone(),
            format!("{did}#{fragment}"),
            "key_id_mismatch",
        ),
        (did.clone(), format!("{ledger}#{key_id}"), "key_id_mismatch"),
        (
            ledger.clone(),
            format!("{ledger}#{}", key_id.to_uppercase()),
            "key_id_mismatch",
        ),
        (ledger.clone(), format!("{ledger}#cd"), "key_id_mismatch"),
        (
            ledger.clone(),
            format!("{ledger}##{key_id}"),
            "key_id_mismatch",
        ),
        (
            ledger.to_uppercase(),
            format!("{}#{key_id}", ledger.to_uppercase()),
            "issuer",
        ),
        ("did:web:a".to_owned(), "did:web:a#b".to_owned(), "issuer"),
        ("https://a".to_owned(), "https://a#b".to_owned(), "issuer"),
        (format!("{did}x"), format!("{did}x#{fragment}x"), "issuer"),
        (String::new(), "#b".to_owned(), "issuer"),
    ] {
        assert_eq!(refused(&with(&iss, &kid)), code, "{iss} {kid}");
    }
}

#[test]
fn registered_members() {
    let iat = r#""iat":1790000000"#;
    for (from, to, code) in [
        (iat, r#""x":"""#, "member_absent"),
        (iat, r#""iat":"1790000000""#, "member_out_of_range"),
        (iat, r#""iat":1790000000.0"#, "member_out_of_range"),
        (iat, r#""iat":179e7"#, "member_out_of_range"),
        (iat, r#""iat":-1"#, "member_out_of_range"),
        (iat, r#""iat":-0"#, "member_out_of_range"),
        (iat, r#""iat":253402300800"#, "member_out_of_range"),
        (iat, r#""iat":99999999999999999999"#, "member_out_of_range"),
        (iat, r#""iat":1,"iat":1"#, "json"),
        (iat, r#""iat":1,"exp":null"#, "member_out_of_range"),
        (iat, r#""iat":1,"nbf":7,"exp":7"#, "validity_inverted"),
        (iat, r#""iat":1,"cnf":{}"#, "member_out_of_range"),
        (iat, r#""iat":1,"cnf":{"kid":"a"}"#, "member_out_of_range"),
        (iat, r#""iat":1,"cnf":{"jwk":{"kty":"EC"}}"#, "holder_key"),
        (r#""urn:example:1""#, "1", "member_out_of_range"),
        ("urn:example:1", "", "member_out_of_range"),
        ("urn:example:1", "urn:例", "member_out_of_range"),
        (
            r#""_sd_alg":"sm3""#,
            r#""_sd_alg":"sha-256""#,
            "sd_alg_mismatch",
        ),
        (
            r#""_sd_alg":"sm3""#,
            r#""_sd_alg":"sha-512""#,
            "sd_alg_mismatch",
        ),
        (
            r#""_sd_alg":"sm3""#,
            r#""_sd_alg":1"#,
            "member_out_of_range",
        ),
        (r#""_sd_alg":"sm3""#, r#""x":"""#, "sd_alg_mismatch"),
    ] {
        assert_eq!(
            refused(&members("", &[]).replace(from, to)),
            code,
            "{from} -> {to}"
        );
    }
    // Absent means SHA-256, which is right for the other kinds.
    let token = Token::new(KeyKind::P256, r#","_sd":["@0"]"#, &[NAME]);
    let token = token.replace(r#","_sd_alg":"sha-256""#, "");
    assert_eq!(token.parse().unwrap().claims().len(), 1);
}

/// RFC 9901 §7.1, rule by rule.
#[test]
fn disclosures() {
    let sd = r#","_sd":["@0"]"#;
    let cases: &[(&str, &[&str], &str)] = &[
        ("", &[NAME], "unreferenced_disclosure"),
        (sd, &[NAME, NAME], "duplicate_digest"),
        (r#","_sd":["@0","@0"]"#, &[NAME], "duplicate_digest"),
        (
            r#","_sd":["@0"],"a":{"_sd":["@0"]}"#,
            &[NAME],
            "duplicate_digest",
        ),
        (
            r#","a":[{"...":"@0"},{"...":"@0"}]"#,
            &[r#"["cw","x"]"#],
            "duplicate_digest",
        ),
        // The same digest once in the token, once inside a disclosure.
        (
            r#","_sd":["@1","@0"]"#,
            &[NAME, r#"["cw","a",{"_sd":["@0"]}]"#],
            "duplicate_digest",
        ),
        (sd, &[r#"["cw","_sd",["x"]]"#], "reserved_name"),
        (sd, &[r#"["cw","...","x"]"#], "reserved_name"),
        (sd, &[r#"["cw","_sd_alg","sha-256"]"#], "reserved_name"),
        (r#","...":"x""#, &[], "reserved_name"),
        (r#","a":{"...":"x"}"#, &[], "reserved_name"),
        (
            r#","a":[{"...":"@0","b":"c"}]"#,
            &[r#"["cw","x"]"#],
            "reserved_name",
        ),
        (r#","a":{"_sd_alg":"sm3"}"#, &[], "reserved_name"),
        (r#","_sd":"@0""#, &[NAME], "malformed_digest"),
        (r#","_sd":[1]"#, &[], "malformed_digest"),
        (r#","_sd":["x"]"#, &[], "malformed_digest"),
        (r#","_sd":["@0="]"#, &[NAME], "malformed_digest"),
        (
            r#","a":[{"...":["@0"]}]"#,
            &[r#"["cw","x"]"#],
            "malformed_digest",
        ),
        (sd, &[r#"["cw","x"]"#], "malformed_disclosure"),
        (r#","a":[{"...":"@0"}]"#, &[NAME], "malformed_disclosure"),
        (sd, &[r#"["cw"]"#], "malformed_disclosure"),
        (sd, &[r#"["cw","name","x","y"]"#], "malformed_disclosure"),
        (sd, &[r#"[1,"name","x"]"#], "malformed_disclosure"),
        (sd, &[r#"["cw",1,"x"]"#], "malformed_disclosure"),
        (sd, &[r#"{"salt":"cw"}"#], "malformed_disclosure"),
        (sd, &[r#"["cw","name",{"a":1,"a":2}]"#], "json"),
        (sd, &[r#"["cw","name","x"] x"#], "json"),
        (r#","name":"李明","_sd":["@0"]"#, &[NAME], "claim_taken"),
        (
            r#","_sd":["@0","@1"]"#,
            &[NAME, r#"["cw","name","李明"]"#],
            "claim_taken",
        ),
        (r#","a":{"name":"x","_sd":["@0"]}"#, &[NAME], "claim_taken"),
        (sd, &[r#"["cw","iss","did:key:z6"]"#], "never_disclosable"),
        (sd, &[r#"["cw","nbf",1]"#], "never_disclosable"),
        (sd, &[r#"["cw","exp",1]"#], "never_disclosable"),
        (sd, &[r#"["cw","iat",1]"#], "never_disclosable"),
        (sd, &[r#"["cw","cnf",{}]"#], "never_disclosable"),
        (sd, &[r#"["cw","vct","urn:b"]"#], "never_disclosable"),
        (sd, &[r#"["cw","vct#integrity","x"]"#], "never_disclosable"),
        (sd, &[r#"["cw","aka_vcts",[]]"#], "never_disclosable"),
        (sd, &[r#"["cw","status",{}]"#], "never_disclosable"),
        // Nothing looks for digests in members that are not about the subject.
        (
            r#","status":{"_sd":["@0"]}"#,
            &[NAME],
            "unreferenced_disclosure",
        ),
    ];
    for (in_payload, texts, code) in cases {
        assert_eq!(
            refused(&members(in_payload, texts)),
            *code,
            "{in_payload} {texts:?}"
        );
    }
    // Deeper in, `status` is a word like any other.
    let nested = members(
        r#","marriage":{"_sd":["@0"]}"#,
        &[r#"["cw","status","single"]"#],
    );
    assert!(nested.parse().is_ok());
}

#[test]
fn t41_tokens_have_one_form() {
    let text = members(r#","_sd":["@0"]"#, &[NAME]).text();
    let parse = |text: &str| Credential::parse(text, CredentialLimits::default());
    assert!(parse(&text).is_ok());
    let (jwt, rest) = text.split_once('~').unwrap();
    let parts: Vec<&str> = jwt.split('.').collect();
    for (changed, code) in [
        (String::new(), "malformed_token"),
        ("~".to_owned(), "malformed_token"),
        (jwt.to_owned(), "malformed_token"),
        (format!("{}.{}~", parts[0], parts[1]), "malformed_token"),
        (format!("{jwt}.{}~", parts[2]), "base64"),
        (format!("{text}~"), "json"),
        (format!("~{text}"), "malformed_token"),
        (format!("{jwt}~~{rest}"), "json"),
        (format!("{text}eyJh.eyJh.c2ln"), "key_binding"),
        (format!("{text}\n"), "key_binding"),
        (format!(" {text}"), "base64"),
        (text.replacen('.', "=.", 1), "base64"),
        (text.replace('~', "=~"), "base64"),
        (
            format!("{}.{}.{}~{rest}", parts[0], parts[1], &parts[2][..84]),
            "base64",
        ),
        (
            format!("{}.{}.{}~{rest}", parts[0], encode("[]"), parts[2]),
            "malformed_token",
        ),
        (
            format!("{}.{}.{}~{rest}", encode("[]"), parts[1], parts[2]),
            "malformed_token",
        ),
    ] {
        let error = parse(&changed).expect_err(&changed);
        assert_eq!(error.code(), code, "{changed}");
    }
}

#[test]
fn t41_the_cost_is_bounded() {
    let text = members("", &[]).text();
    let limits = CredentialLimits {
        max_bytes: text.len() - 1,
        ..CredentialLimits::default()
    };
    let max = text.len() - 1;
    assert_eq!(
        Credential::parse(&text, limits),
        Err(DocumentError::TooLong { max })
    );
    let many = text + &"~".repeat(600);
    assert_eq!(
        Credential::parse(&many, CredentialLimits::default()),
        Err(DocumentError::TooManyDisclosures { max: 512 })
    );
    // Each disclosure is shallow; what they make together is not.
    let mut disclosures = vec![r#"["cw","a","end"]"#.to_owned()];
    for index in 0..40 {
        disclosures.push(format!(r#"["cw","a",{{"_sd":["@{index}"]}}]"#));
    }
    // `@1` is a prefix of `@10`: give every mark the same width.
    let marked = |index: usize| format!("@{index:02}");
    let mut payload = members(r#","_sd":["LAST"]"#, &[]);
    let mut last = digest(KeyKind::Sm2, &disclosures[0]);
    for (index, disclosure) in disclosures.iter_mut().enumerate().skip(1) {
        let mark = marked(index - 1).replace("@0", "@");
        *disclosure = disclosure.replace(&mark, &last);
        last = digest(KeyKind::Sm2, disclosure);
    }
    payload.payload = payload.payload.replace("LAST", &last);
    payload.disclosures = disclosures;
    assert_eq!(payload.parse(), Err(DocumentError::TooDeep));
    let deep = format!(r#","a":{}{}"#, "[".repeat(50_000), "]".repeat(50_000));
    assert_eq!(refused(&members(&deep, &[])), "json");
}

/// What is disclosed must be what a credential of its type can say.
#[test]
fn claims_of_a_known_type() {
    let vct = "urn:tallystick:vct:electrician-certificate:1";
    let with = |members_text: &str, disclosures: &[&str]| {
        members(members_text, disclosures).replace("urn:example:1", vct)
    };
    let open = r#","operation":"low-voltage","issuing_authority":"海州市应急管理局","valid_from":"2024-01-01","valid_until":"2030-01-01""#;
    let sd = format!(r#"{open},"_sd":["@0"]"#);
    let good = with(&sd, &[r#"["cw","name","张伟"]"#]).parse();
    assert_eq!(good.map(|credential| credential.claims().len()), Ok(5));
    for (in_payload, disclosure, code) in [
        (sd.as_str(), r#"["cw","name",""]"#, "claim-text"),
        (sd.as_str(), r#"["cw","name",["张伟"]]"#, "claim-type"),
        (sd.as_str(), r#"["cw","nickname","张伟"]"#, "claim-unknown"),
        (
            sd.as_str(),
            r#"["cw","document_number","11010519491231002x"]"#,
            "claim-document-number",
        ),
        (
            r#","_sd":["@0"]"#,
            r#"["cw","name","张伟"]"#,
            "claim-missing",
        ),
    ] {
        assert_eq!(
            refused(&with(in_payload, &[disclosure])),
            code,
            "{in_payload} {disclosure}"
        );
    }
}
