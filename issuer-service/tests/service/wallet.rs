//! A wallet: follows offers, proves its key, receives credentials.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use credentials_schemas::json;
use issuer_service::signing::{Signer as _, SoftwareKey};
use light_client::{
    document::{Credential, CredentialLimits, jwk},
    key::{KeyKind, PublicKey},
    suite::Suite,
};
use p256::ecdsa::signature::Signer as _;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

use crate::ledger::now_ms;

pub enum HolderKey {
    Sm2(SoftwareKey),
    P256(p256::ecdsa::SigningKey),
}

impl HolderKey {
    pub fn public(&self) -> PublicKey {
        match self {
            Self::Sm2(key) => key.public_key().clone(),
            Self::P256(key) => {
                let point = p256::elliptic_curve::sec1::ToSec1Point::to_sec1_point(
                    key.verifying_key().as_affine(),
                    true,
                );
                PublicKey::new(KeyKind::P256, point.as_bytes()).unwrap()
            }
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sm2(key) => key.sign_now(message).unwrap().0.to_vec(),
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_bytes().to_vec()
            }
        }
    }

    const fn algorithm(&self) -> &'static str {
        match self {
            Self::Sm2(_) => "SGD_SM3_SM2",
            Self::P256(_) => "ES256",
        }
    }
}

pub struct Wallet {
    pub key: HolderKey,
    client: Client,
}

/// An offer and where its issuer's endpoints are.
pub struct Offer {
    pub issuer: String,
    pub configuration: String,
    pub code: String,
    pub wants_tx_code: bool,
}

impl Wallet {
    pub fn new() -> Self {
        Self {
            key: HolderKey::Sm2(SoftwareKey::generate().unwrap()),
            client: Client::new(),
        }
    }

    pub fn with_p256() -> Self {
        Self {
            key: HolderKey::P256(p256::ecdsa::SigningKey::from_slice(&[3; 32]).unwrap()),
            client: Client::new(),
        }
    }

    /// Follows the link of an offer, as a scanned code gives it.
    pub async fn open(&self, link: &str) -> Offer {
        let url = link
            .strip_prefix("openid-credential-offer://?credential_offer_uri=")
            .unwrap();
        let url = url.replace("%3A", ":").replace("%2F", "/");
        let response = self.client.get(url).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let offer: Value = response.json().await.unwrap();
        let grant = &offer["grants"]["urn:ietf:params:oauth:grant-type:pre-authorized_code"];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Offer {
            issuer: text(&offer["credential_issuer"]),
            configuration: text(&offer["credential_configuration_ids"][0]),
            code: text(&grant["pre-authorized_code"]),
            wants_tx_code: grant.get("tx_code").is_some(),
        }
    }

    /// Follows an offer to its end.
    pub async fn receive(&self, link: &str, tx_code: Option<&str>) -> String {
        let offer = self.open(link).await;
        assert_eq!(offer.wants_tx_code, tx_code.is_some());
        self.check_metadata(&offer).await;
        let token = self.token(&offer, tx_code).await;
        let nonce = self.nonce(&offer).await;
        let proof = self.proof(&offer.issuer, &nonce);
        let request = request(&offer.configuration, &proof);
        let response = self.ask(&offer, &token, &request).await;
        let status = response.status();
        let text = response.text().await.unwrap();
        assert_eq!(status, StatusCode::OK, "{text}");
        let body: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(body["credentials"].as_array().unwrap().len(), 1);
        body["credentials"][0]["credential"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The metadata must describe what was offered, under the address it was asked for.
    async fn check_metadata(&self, offer: &Offer) {
        let (origin, path) = offer.issuer.split_once("/agencies/").unwrap();
        let well_known = |name: &str| format!("{origin}/.well-known/{name}/agencies/{path}");
        let get = async |url: String| -> Value {
            self.client
                .get(url)
                .send()
                .await
                .unwrap()
                .json()
                .await
                .unwrap()
        };
        let metadata = get(well_known("openid-credential-issuer")).await;
        assert_eq!(metadata["credential_issuer"], offer.issuer.as_str());
        let all = &metadata["credential_configurations_supported"];
        let configuration = &all[&offer.configuration];
        assert_eq!(configuration["format"], "dc+sd-jwt");
        let proving = &configuration["proof_types_supported"]["jwt"];
        let algorithms = &proving["proof_signing_alg_values_supported"];
        assert_eq!(*algorithms, json!(["SGD_SM3_SM2", "ES256"]));
        assert!(configuration["credential_metadata"]["display"][0]["name"].is_string());
        let server = get(well_known("oauth-authorization-server")).await;
        assert_eq!(server["issuer"], offer.issuer.as_str());
        assert_eq!(
            server["pre-authorized_grant_anonymous_access_supported"],
            true
        );
    }

    pub async fn post_token(&self, offer: &Offer, form: &str) -> Response {
        let request = self.client.post(format!("{}/token", offer.issuer));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(form.to_owned()).send().await.unwrap()
    }

    pub async fn token(&self, offer: &Offer, tx_code: Option<&str>) -> String {
        let response = self
            .post_token(offer, &token_form(&offer.code, tx_code))
            .await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["cache-control"], "no-store");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["token_type"], "Bearer");
        assert!(
            body.get("c_nonce").is_none(),
            "nonces come from their own endpoint"
        );
        body["access_token"].as_str().unwrap().to_owned()
    }

    pub async fn nonce(&self, offer: &Offer) -> String {
        let response = self
            .client
            .post(format!("{}/nonce", offer.issuer))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["cache-control"], "no-store");
        let body: Value = response.json().await.unwrap();
        body["c_nonce"].as_str().unwrap().to_owned()
    }

    pub fn proof(&self, audience: &str, nonce: &str) -> String {
        self.proof_at(audience, nonce, now_ms() / 1000)
    }

    pub fn proof_at(&self, audience: &str, nonce: &str, iat: u64) -> String {
        let jwk = jwk::format(&self.key.public()).unwrap();
        let jwk = String::from_utf8(json::to_jcs(&jwk).unwrap()).unwrap();
        let alg = self.key.algorithm();
        let header = format!(r#"{{"alg":"{alg}","typ":"openid4vci-proof+jwt","jwk":{jwk}}}"#);
        let claims = json!({ "aud": audience, "iat": iat, "nonce": nonce }).to_string();
        let encode = |bytes: &[u8]| Base64UrlUnpadded::encode_string(bytes);
        let signed = format!(
            "{}.{}",
            encode(header.as_bytes()),
            encode(claims.as_bytes())
        );
        format!("{signed}.{}", encode(&self.key.sign(signed.as_bytes())))
    }

    pub async fn ask(&self, offer: &Offer, token: &str, request: &Value) -> Response {
        let url = format!("{}/credential", offer.issuer);
        let post = self.client.post(url).bearer_auth(token).json(request);
        post.send().await.unwrap()
    }
}

pub fn token_form(code: &str, tx_code: Option<&str>) -> String {
    let mut form = format!(
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Apre-authorized_code\
         &pre-authorized_code={code}"
    );
    if let Some(tx_code) = tx_code {
        form.push_str(&format!("&tx_code={tx_code}"));
    }
    form
}

pub fn request(configuration: &str, proof: &str) -> Value {
    json!({ "credential_configuration_id": configuration, "proofs": { "jwt": [proof] } })
}

pub fn read(credential: &str) -> Credential {
    Credential::parse(credential, CredentialLimits::default()).unwrap()
}

pub fn digest(credential: &str) -> String {
    read(credential).digest(Suite::Sm).to_hex()
}
