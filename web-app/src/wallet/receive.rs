//! Receiving a document: the steps of OpenID4VCI over the network.

use gloo_net::http::{Request, Response};
use thiserror::Error;
use wording::clock::now_ms;

use super::holder_key::{HolderKey, HolderKeyError};
use super::openid4vci::{
    AuthorizationServer, CredentialIssuer, ErrorResponse, MessageError, NonceResponse, Offer,
    OfferLink, TokenResponse, credential_request, key_proof, parse_credential, parse_link,
};

/// Why nothing was received.
#[derive(Debug, Error)]
pub(crate) enum ReceiveError {
    /// The offer is used up, withdrawn or expired.
    #[error("the offer is no longer open")]
    Closed,
    /// The issuer says no.
    #[error("the issuer refuses")]
    Denied,
    /// The wallet's key cannot be used.
    #[error(transparent)]
    Key(#[from] HolderKeyError),
    /// A message is not acceptable.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The issuer cannot be reached.
    #[error("the issuer cannot be reached")]
    Unreachable,
    /// The code is wrong, or the offer is used up: the standard has one error for both.
    #[error("the code is not accepted")]
    WrongCode,
}

/// An offer with what its issuer says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenOffer {
    /// The offer.
    pub(crate) offer: Offer,
    /// The issuer's metadata.
    pub(crate) issuer: CredentialIssuer,
    /// The configuration that this wallet will ask for.
    pub(crate) configuration: String,
}

/// Follows an offer link up to the point where the user decides.
pub(crate) async fn open_offer(link: &str) -> Result<OpenOffer, ReceiveError> {
    let offer = match parse_link(link)? {
        OfferLink::Inline(offer) => offer,
        OfferLink::Reference(url) => Offer::parse(&text(Request::get(&url).send().await).await?)?,
    };
    let metadata = text(
        Request::get(&CredentialIssuer::address(&offer.issuer)?)
            .send()
            .await,
    )
    .await?;
    let issuer = CredentialIssuer::parse(&metadata, &offer.issuer)?;
    let configuration = issuer.choose(&offer)?.to_owned();
    Ok(OpenOffer {
        offer,
        issuer,
        configuration,
    })
}

/// Fetches the credential that the user agreed to: an SD-JWT.
pub(crate) async fn accept(
    open: &OpenOffer,
    tx_code: Option<&str>,
) -> Result<String, ReceiveError> {
    let key = HolderKey::load_or_create()?;
    let OpenOffer {
        offer,
        issuer,
        configuration,
    } = open;
    let address = AuthorizationServer::address(&issuer.authorization_server)?;
    let metadata = text(Request::get(&address).send().await).await?;
    let server = AuthorizationServer::parse(&metadata, &issuer.authorization_server)?;

    let form = Request::post(&server.token_endpoint)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(offer.token_request(tx_code));
    let token: TokenResponse = json(&text(send(form).await).await?)?;

    let nonce = match &issuer.nonce_endpoint {
        Some(url) => {
            Some(json::<NonceResponse>(&text(Request::post(url).send().await).await?)?.c_nonce)
        }
        None => None,
    };
    let proof = key_proof(&key, &issuer.identifier, nonce.as_deref(), now_ms() / 1000);
    let request = Request::post(&issuer.credential_endpoint)
        .header("authorization", &format!("Bearer {}", token.access_token))
        .header("content-type", "application/json")
        .body(credential_request(configuration, &proof));
    Ok(parse_credential(&text(send(request).await).await?)?)
}

async fn send(request: Result<Request, gloo_net::Error>) -> Result<Response, gloo_net::Error> {
    request?.send().await
}

fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, ReceiveError> {
    serde_json::from_str(text).map_err(|_| MessageError::Malformed.into())
}

/// The body of a good answer, or what a bad one means.
async fn text(response: Result<Response, gloo_net::Error>) -> Result<String, ReceiveError> {
    let response = response.map_err(|_| ReceiveError::Unreachable)?;
    let status = response.status();
    let body = response
        .text()
        .await
        .map_err(|_| ReceiveError::Unreachable)?;
    if response.ok() {
        return Ok(body);
    }
    let code = serde_json::from_str::<ErrorResponse>(&body).map(|response| response.error);
    Err(match (status, code.as_deref()) {
        (_, Ok("invalid_grant")) => ReceiveError::WrongCode,
        (404 | 410, _) => ReceiveError::Closed,
        _ => ReceiveError::Denied,
    })
}
