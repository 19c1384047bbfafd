//! A citizen's wallet without a screen: receives a credential by OpenID4VCI 1.0 with an SM2 key.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::{Value, json};
use sm2::dsa::signature::Signer as _;
use sm2::dsa::{Signature, SigningKey};

use crate::http::Client;

/// GM/T 0009 §7: the identity used where none is agreed.
const SM2_ID: &str = "1234567812345678";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

/// A holder with one key.
pub struct Wallet {
    key: SigningKey,
}

impl Wallet {
    /// A wallet with a fresh key.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn new() -> Result<Self> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| anyhow!("no randomness: {error}"))?;
        let key = SigningKey::from_slice(SM2_ID, &secret);
        Ok(Self {
            key: key.map_err(|_| anyhow!("the secret is no scalar of the curve"))?,
        })
    }

    /// Takes up an offer (`openid-credential-offer://…`) and returns the credential: an SD-JWT.
    ///
    /// # Errors
    /// When a step is refused; the error names it with the issuer's answer.
    pub fn receive(&self, offer_uri: &str, tx_code: Option<&str>) -> Result<String> {
        let anyone = Client::anonymous();
        let offer = anyone
            .get_json(&offer_address(offer_uri)?)
            .context("credential offer")?;
        let issuer = text(&offer, "/credential_issuer")?;
        let configuration = text(&offer, "/credential_configuration_ids/0")?;
        let grant = offer
            .pointer("/grants")
            .and_then(|grants| grants.get(GRANT));
        let code = grant.and_then(|grant| grant.get("pre-authorized_code"));
        let code = code
            .and_then(Value::as_str)
            .context("the offer has no pre-authorized code")?;

        let metadata = well_known(&anyone, issuer, "openid-credential-issuer")?;
        ensure!(
            text(&metadata, "/credential_issuer")? == issuer,
            "metadata of another issuer"
        );
        let server = well_known(&anyone, issuer, "oauth-authorization-server")?;

        let mut form = format!(
            "grant_type={}&pre-authorized_code={}",
            encode(GRANT),
            encode(code)
        );
        if let Some(tx_code) = tx_code {
            form = format!("{form}&tx_code={}", encode(tx_code));
        }
        let token_endpoint = text(&server, "/token_endpoint")?;
        let form_type = "application/x-www-form-urlencoded";
        let token = anyone.post(token_endpoint, form_type, form.as_bytes())?;
        let token = token.success().context("token request")?.json()?;
        let bearer = Client::with_bearer(text(&token, "/access_token")?);

        let nonce = anyone.post(text(&metadata, "/nonce_endpoint")?, "application/json", b"")?;
        let nonce = nonce.success().context("nonce request")?.json()?;
        let proof = self.prove(issuer, text(&nonce, "/c_nonce")?)?;
        let request = json!({
            "credential_configuration_id": configuration,
            "proofs": { "jwt": [proof] },
        });
        let answer = bearer.post_json(text(&metadata, "/credential_endpoint")?, &request);
        let answer = answer.context("credential request")?;
        Ok(text(&answer, "/credentials/0/credential")?.to_owned())
    }

    /// The proof that this wallet holds its key, for one issuer and one nonce.
    fn prove(&self, issuer: &str, nonce: &str) -> Result<String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let header = json!({
            "typ": "openid4vci-proof+jwt",
            "alg": "SGD_SM3_SM2",
            "jwk": self.jwk()?,
        });
        let claims = json!({ "aud": issuer, "iat": now, "nonce": nonce });
        let base64url = |bytes: &[u8]| Base64UrlUnpadded::encode_string(bytes);
        let (header, claims) = (header.to_string(), claims.to_string());
        let signed = format!(
            "{}.{}",
            base64url(header.as_bytes()),
            base64url(claims.as_bytes())
        );
        let signature: Signature = self.key.sign(signed.as_bytes());
        Ok(format!("{signed}.{}", base64url(&signature.to_bytes())))
    }

    fn jwk(&self) -> Result<Value> {
        let point = self.key.verifying_key().to_sec1_bytes();
        let [0x04, coordinates @ ..] = &*point else {
            bail!("the public key is compressed")
        };
        let (x, y) = coordinates.split_at(32);
        let base64url = |bytes: &[u8]| Base64UrlUnpadded::encode_string(bytes);
        Ok(json!({ "kty": "EC", "crv": "SM2-P-256", "x": base64url(x), "y": base64url(y) }))
    }
}

/// Where the offer itself is: the link's `credential_offer_uri`, decoded.
fn offer_address(offer_uri: &str) -> Result<String> {
    let (_, query) = offer_uri
        .split_once('?')
        .context("the offer link has no query")?;
    let parameter = |pair: &str| {
        pair.strip_prefix("credential_offer_uri=")
            .map(str::to_owned)
    };
    let value = query.split('&').find_map(parameter);
    decode(&value.context("the offer link has no credential_offer_uri")?)
}

/// Metadata at `/.well-known/<kind>` between host and path (OpenID4VCI 1.0 §12.2.2, RFC 8414 §3).
fn well_known(client: &Client, issuer: &str, kind: &str) -> Result<Value> {
    let (scheme, rest) = issuer.split_once("://").context("the issuer is no URL")?;
    let (host, path) = rest
        .split_once('/')
        .map_or((rest, String::new()), |(host, path)| {
            (host, format!("/{path}"))
        });
    client
        .get_json(&format!("{scheme}://{host}/.well-known/{kind}{path}"))
        .context("metadata")
}

fn text<'a>(value: &'a Value, pointer: &str) -> Result<&'a str> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.with_context(|| format!("the answer has no {pointer}: {value}"))
}

/// Percent-encoding of everything that is not unreserved (RFC 3986 §2.3).
pub fn encode(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let one = |byte| {
        if is_plain(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(one).collect()
}

fn decode(text: &str) -> Result<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part
            .split_at_checked(2)
            .context("half a percent-encoding")?;
        bytes.extend(hex::decode(digits).map_err(|error| anyhow!("{error}"))?);
        bytes.extend(rest.as_bytes());
    }
    Ok(String::from_utf8(bytes)?)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test without randomness has failed")]

    use super::*;

    #[test]
    fn finds_the_offer_behind_its_link() {
        let offer = "http://127.0.0.1:7800/agencies/a/offers/x-1";
        let link = format!(
            "openid-credential-offer://?credential_offer_uri={}",
            encode(offer)
        );
        assert!(link.contains("http%3A%2F%2F127"), "{link}");
        assert_eq!(offer_address(&link).unwrap(), offer);
        assert!(offer_address("openid-credential-offer://").is_err());
    }

    #[test]
    fn proves_its_key_for_one_issuer_and_nonce() {
        let proof = Wallet::new()
            .unwrap()
            .prove("https://issuer.example", "n-1")
            .unwrap();
        let part = |at: usize| -> Value {
            let part = proof.split('.').nth(at).unwrap();
            serde_json::from_slice(&Base64UrlUnpadded::decode_vec(part).unwrap()).unwrap()
        };
        assert_eq!(part(0)["typ"], "openid4vci-proof+jwt");
        assert_eq!(part(0)["jwk"]["crv"], "SM2-P-256");
        assert_eq!(part(1)["aud"], "https://issuer.example");
        assert_eq!(part(1)["nonce"], "n-1");
        let signature = Base64UrlUnpadded::decode_vec(proof.split('.').nth(2).unwrap()).unwrap();
        assert_eq!(signature.len(), 64);
    }
}
