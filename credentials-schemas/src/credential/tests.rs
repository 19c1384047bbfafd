use super::{
    ClaimProblem, Completeness, Credential, CredentialError, CredentialType, ENVELOPE_CLAIMS,
    Envelope,
};
use crate::json::{Json, Limits, parse};

const IDENTITY: &str = r#"{
  "vct": "urn:tallystick:vct:resident-identity:1", "iss": "did:tally:demo:police",
  "iat": 1788228672, "exp": 2103761472, "cnf": {"jwk": {"kty": "EC"}}, "_sd_alg": "sha-256",
  "name": "李明", "birth_date": "1992-05-16", "document_number": "990103199205160011",
  "address": "东岚省海州市云台路1号", "issuing_authority": "海州市公安局",
  "valid_from": "2020-01-01", "valid_until": "2040-01-01", "age_over_18": true
}"#;

fn json(text: &str) -> Json {
    parse(text.as_bytes(), Limits::default()).expect("sample is JSON")
}

/// Replaces or adds a member of the sample.
fn with(name: &str, value: Json) -> Json {
    let Json::Object(mut members) = json(IDENTITY) else {
        unreachable!("sample is an object")
    };
    members.retain(|(member, _)| member != name);
    members.push((name.to_owned(), value));
    Json::Object(members)
}

fn without(names: &[&str]) -> Json {
    let Json::Object(mut members) = json(IDENTITY) else {
        unreachable!("sample is an object")
    };
    members.retain(|(member, _)| !names.contains(&member.as_str()));
    Json::Object(members)
}

fn problem(payload: &Json) -> (String, ClaimProblem) {
    let CredentialError { problem, claim } =
        Credential::parse(payload, Completeness::Whole).expect_err("a broken claim");
    (claim, problem)
}

#[test]
fn an_identity_is_read_whole() {
    let (envelope, credential) =
        Credential::parse(&json(IDENTITY), Completeness::Whole).expect("valid");
    assert_eq!(envelope.credential_type(), CredentialType::ResidentIdentity);
    assert_eq!(envelope.issuer(), Some("did:tally:demo:police"));
    assert_eq!(envelope.issued_at(), Some(1_788_228_672));
    assert_eq!(envelope.expires_at(), Some(2_103_761_472));
    assert!(envelope.holder_key().is_some());
    assert_eq!(credential.claims().len(), 8);
    let Credential::ResidentIdentity(identity) = credential else {
        unreachable!("vct names a resident identity")
    };
    assert_eq!(identity.name(), Some("李明"));
    assert_eq!(identity.portrait(), None);
    assert_eq!(identity.birth_date().map(|date| date.year()), Some(1992));
    assert_eq!(identity.age_over_18(), Some(true));
}

#[test]
fn a_presentation_may_withhold_what_is_selectively_disclosable() {
    let names: Vec<&str> = CredentialType::ResidentIdentity
        .claims()
        .iter()
        .map(|spec| spec.name)
        .collect();
    let nothing = without(&names);
    let (_, credential) = Credential::parse(&nothing, Completeness::Presented).expect("valid");
    assert!(credential.claims().is_empty());
    assert_eq!(
        problem(&nothing),
        ("name".to_owned(), ClaimProblem::Missing)
    );
    let open = json(r#"{"vct": "urn:tallystick:vct:electrician-certificate:1"}"#);
    let error = Credential::parse(&open, Completeness::Presented).expect_err("operation is open");
    assert_eq!(
        (error.claim.as_str(), error.problem),
        ("operation", ClaimProblem::Missing)
    );
}

#[test]
fn every_broken_claim_has_its_problem() {
    use crate::identity::BadIdentity::CheckDigit;
    let text = |text: &str| Json::from(text);
    for (claim, value, expected) in [
        ("vct", text("urn:example:other"), ClaimProblem::UnknownType),
        ("vct", true.into(), ClaimProblem::Type),
        ("iat", text("1788228672"), ClaimProblem::Type),
        ("iat", Json::Number("1.5".into()), ClaimProblem::Type),
        ("exp", Json::Number("-1".into()), ClaimProblem::Type),
        ("cnf", text("key"), ClaimProblem::Type),
        ("name", text(""), ClaimProblem::Text),
        ("name", text("李\u{202e}明"), ClaimProblem::Text),
        ("name", text(&"李".repeat(101)), ClaimProblem::Text),
        ("name", Json::Null, ClaimProblem::Type),
        (
            "portrait",
            text("https://example.org/a.png"),
            ClaimProblem::Portrait,
        ),
        (
            "portrait",
            text("data:image/png;base64,AA"),
            ClaimProblem::Portrait,
        ),
        (
            "portrait",
            text("data:image/svg+xml;base64,AAAA"),
            ClaimProblem::Portrait,
        ),
        ("birth_date", text("1992-02-30"), ClaimProblem::Date),
        ("birth_date", text("1992-05-17"), ClaimProblem::BirthDate),
        (
            "document_number",
            text("990103199205160012"),
            ClaimProblem::DocumentNumber(CheckDigit),
        ),
        ("valid_until", text("2019-12-31"), ClaimProblem::Validity),
        ("age_over_18", text("true"), ClaimProblem::Type),
        ("nickname", text("小明"), ClaimProblem::Unknown),
    ] {
        assert_eq!(problem(&with(claim, value)), (claim.to_owned(), expected));
    }
    assert_eq!(
        problem(&without(&["vct"])),
        ("vct".to_owned(), ClaimProblem::Missing)
    );
    let backwards = with("nbf", Json::Number("2103761472".into()));
    assert_eq!(
        problem(&backwards),
        ("exp".to_owned(), ClaimProblem::Validity)
    );
    assert_eq!(problem(&Json::Null), (String::new(), ClaimProblem::Type));
    let good = with("portrait", text("data:image/png;base64,iVBORw0KGgo="));
    assert!(Credential::parse(&good, Completeness::Whole).is_ok());
}

#[test]
fn codes_are_closed_lists() {
    let claims = |level: &str| {
        json(&format!(
            r#"{{"name": "李明", "birth_date": "1992-05-16", "institution": "海州大学",
                "degree_level": "{level}", "discipline": "工学", "major": "机械工程",
                "certificate_number": "1099942014000123", "conferred_on": "2014-07-01"}}"#
        ))
    };
    let read = |level: &str| {
        Credential::from_claims(CredentialType::Degree, &claims(level), Completeness::Whole)
    };
    let Ok(Credential::Degree(degree)) = read("bachelor") else {
        unreachable!("valid degree")
    };
    assert_eq!(
        degree.degree_level().map(|level| level.name_zh),
        Some("学士")
    );
    assert_eq!(read("wizard"), Err(ClaimProblem::Code.of("degree_level")));
    // The envelope is not the desk's to set.
    let vct = json(r#"{"vct": "urn:tallystick:vct:degree:1"}"#);
    let error = Credential::from_claims(CredentialType::Degree, &vct, Completeness::Presented);
    assert_eq!(error, Err(ClaimProblem::Unknown.of("vct")));
}

#[test]
fn the_age_flag_agrees_with_the_birth_date() {
    let check = |flag: bool, issued_on: &str| {
        let payload = with("age_over_18", flag.into());
        let parsed = Credential::parse(&payload, Completeness::Whole).expect("valid");
        let (_, Credential::ResidentIdentity(identity)) = parsed else {
            unreachable!("vct names a resident identity")
        };
        identity.check_age(issued_on.parse().expect("date"))
    };
    assert_eq!(check(true, "2010-05-16"), Ok(()));
    assert_eq!(check(false, "2010-05-15"), Ok(()));
    assert_eq!(
        check(true, "2010-05-15"),
        Err(ClaimProblem::Age.of("age_over_18"))
    );
    assert_eq!(
        check(false, "2010-05-16"),
        Err(ClaimProblem::Age.of("age_over_18"))
    );
}

#[test]
fn the_envelope_is_never_selectively_disclosable() {
    for kind in CredentialType::ALL {
        assert!(
            ENVELOPE_CLAIMS
                .iter()
                .all(|claim| !kind.is_selectively_disclosable(claim))
        );
        assert!(kind.is_selectively_disclosable("name"));
        assert_eq!(CredentialType::find(kind.vct()), Some(kind));
    }
    assert!(!CredentialType::ElectricianCertificate.is_selectively_disclosable("operation"));
}

#[test]
fn debug_output_has_no_personal_data() {
    let (envelope, credential) =
        Credential::parse(&json(IDENTITY), Completeness::Whole).expect("valid");
    let shown = format!("{envelope:?} {credential:?}");
    for personal in ["李明", "990103199205160011", "云台路", "1992"] {
        assert!(!shown.contains(personal), "{personal}");
    }
    let vct_only = json(r#"{"vct": "urn:tallystick:vct:degree:1"}"#);
    assert!(Envelope::parse(&vct_only).is_ok());
}
