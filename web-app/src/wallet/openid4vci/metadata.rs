//! What an issuer says about itself.
//!
//! None of it is evidence: names and titles from here are shown as the issuer's own words, before
//! the document arrives and the ledger's registry speaks.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::link::is_safe;
use super::{MessageError, Offer, SD_JWT_VC, SM2_ALGORITHM};

/// Credential issuer metadata (§12.2), reduced to what the wallet uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CredentialIssuer {
    /// Credential issuer identifier.
    pub(crate) identifier: String,
    /// Where credentials are fetched.
    pub(crate) credential_endpoint: String,
    /// Where nonces are fetched, if proofs need one.
    pub(crate) nonce_endpoint: Option<String>,
    /// The authorization server.
    pub(crate) authorization_server: String,
    display: Vec<Display>,
    configurations: BTreeMap<String, Configuration>,
}

impl CredentialIssuer {
    /// Where the metadata of `issuer` is found: the well-known part goes between host and path.
    pub(crate) fn address(issuer: &str) -> Result<String, MessageError> {
        well_known(issuer, "openid-credential-issuer")
    }

    /// Reads the metadata of `issuer`.
    pub(crate) fn parse(text: &str, issuer: &str) -> Result<Self, MessageError> {
        let wire: IssuerWire = serde_json::from_str(text).map_err(|_| MessageError::Malformed)?;
        if wire.credential_issuer != issuer {
            return Err(MessageError::OtherIssuer);
        }
        let endpoints = [
            Some(&wire.credential_endpoint),
            wire.nonce_endpoint.as_ref(),
        ];
        if !endpoints.into_iter().flatten().all(|url| is_safe(url)) {
            return Err(MessageError::UnsafeUrl);
        }
        let first_server = wire.authorization_servers.into_iter().next();
        Ok(Self {
            authorization_server: first_server.unwrap_or_else(|| wire.credential_issuer.clone()),
            identifier: wire.credential_issuer,
            credential_endpoint: wire.credential_endpoint,
            nonce_endpoint: wire.nonce_endpoint,
            display: wire.display,
            configurations: wire.credential_configurations_supported,
        })
    }

    /// The name that the issuer gives itself.
    pub(crate) fn name(&self, lang: &str) -> Option<&str> {
        display_name(&self.display, lang)
    }

    /// The title that the issuer gives a configuration.
    pub(crate) fn title(&self, configuration: &str, lang: &str) -> Option<&str> {
        let metadata = self
            .configurations
            .get(configuration)?
            .credential_metadata
            .as_ref()?;
        display_name(&metadata.display, lang)
    }

    /// The first offered configuration that this wallet can hold: its format, with a proof it can make.
    pub(crate) fn choose<'a>(&self, offer: &'a Offer) -> Result<&'a str, MessageError> {
        let fits = |id: &&'a String| {
            self.configurations
                .get(id.as_str())
                .is_some_and(Configuration::fits)
        };
        offer
            .configurations
            .iter()
            .find(fits)
            .map(String::as_str)
            .ok_or(MessageError::NothingFits)
    }
}

/// Authorization server metadata (RFC 8414), reduced to what the wallet uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AuthorizationServer {
    /// Where tokens are fetched.
    pub(crate) token_endpoint: String,
}

impl AuthorizationServer {
    /// Where the metadata of `server` is found.
    pub(crate) fn address(server: &str) -> Result<String, MessageError> {
        well_known(server, "oauth-authorization-server")
    }

    /// Reads the metadata of `server`.
    pub(crate) fn parse(text: &str, server: &str) -> Result<Self, MessageError> {
        let wire: ServerWire = serde_json::from_str(text).map_err(|_| MessageError::Malformed)?;
        if wire.issuer != server {
            return Err(MessageError::OtherIssuer);
        }
        if !is_safe(&wire.token_endpoint) {
            return Err(MessageError::UnsafeUrl);
        }
        Ok(Self {
            token_endpoint: wire.token_endpoint,
        })
    }
}

fn well_known(identifier: &str, name: &str) -> Result<String, MessageError> {
    if !is_safe(identifier) || identifier.contains(['?', '#']) {
        return Err(MessageError::UnsafeUrl);
    }
    let (scheme, rest) = identifier
        .split_once("://")
        .ok_or(MessageError::UnsafeUrl)?;
    let (host, path) = rest
        .split_once('/')
        .map_or((rest, ""), |(host, path)| (host, path));
    let path = path.trim_end_matches('/');
    let separator = if path.is_empty() { "" } else { "/" };
    Ok(format!(
        "{scheme}://{host}/.well-known/{name}{separator}{path}"
    ))
}

fn display_name<'a>(displays: &'a [Display], lang: &str) -> Option<&'a str> {
    let primary = |tag: &str| {
        tag.split('-')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    let wanted = primary(lang);
    let in_lang = displays.iter().find(|d| {
        d.locale
            .as_deref()
            .is_some_and(|tag| primary(tag) == wanted)
    });
    in_lang
        .or(displays.first())
        .map(|display| display.name.as_str())
}

#[derive(Deserialize)]
struct IssuerWire {
    credential_issuer: String,
    credential_endpoint: String,
    nonce_endpoint: Option<String>,
    #[serde(default)]
    authorization_servers: Vec<String>,
    #[serde(default)]
    display: Vec<Display>,
    credential_configurations_supported: BTreeMap<String, Configuration>,
}

#[derive(Deserialize)]
struct ServerWire {
    issuer: String,
    token_endpoint: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Display {
    name: String,
    locale: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Configuration {
    format: String,
    credential_metadata: Option<Metadata>,
    #[serde(default)]
    proof_types_supported: BTreeMap<String, ProofType>,
}

impl Configuration {
    fn fits(&self) -> bool {
        let proof = self.proof_types_supported.get("jwt");
        let can_prove = |proof: &ProofType| {
            proof
                .proof_signing_alg_values_supported
                .iter()
                .any(|alg| alg == SM2_ALGORITHM)
        };
        self.format == SD_JWT_VC && proof.is_some_and(can_prove)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Metadata {
    #[serde(default)]
    display: Vec<Display>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct ProofType {
    #[serde(default)]
    proof_signing_alg_values_supported: Vec<String>,
}
