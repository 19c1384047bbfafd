//! A portal's HTTP interface (`docs/api/ledger-node.json`), as far as it is needed here.

use std::{fmt, str::FromStr, time::Duration};

use light_client::{
    bundle::SuccessionProof,
    cbor::{self, DecodeError, Reader, Wire, Writer},
    certificate::CertifiedHeader,
    handoff::Handoff,
    id::{Epoch, Height},
};
use serde::Deserialize;
use ureq::Agent;

use super::survey::Fault;

/// The longest answer that is read: a hundred hand-offs between sets of a hundred.
const MAX_BYTES: u64 = 16 << 20;
/// The most hand-offs of one answer.
const PAGE: usize = 100;
/// The most answers with hand-offs: as many hand-offs as a trust store holds.
const MAX_PAGES: usize = 100;
const TIMEOUT: Duration = Duration::from_secs(30);

/// Where a portal is: `http://host:port`, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PortalUrl(String);

impl FromStr for PortalUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim_end_matches('/');
        let is_plain = |host: &str| !host.is_empty() && !host.contains(['?', '#', ' ']);
        match text.strip_prefix("http://") {
            Some(host) if is_plain(host) => Ok(Self(text.to_owned())),
            Some(_) => Err("not an address like http://host:port"),
            None => Err("only http:// is spoken; nothing rests on the connection"),
        }
    }
}

impl fmt::Display for PortalUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a portal says of itself: believed for counting agencies only.
#[derive(Debug, Deserialize)]
pub(super) struct Status {
    pub(super) operator: String,
}

/// A portal that can be asked.
#[derive(Debug)]
pub(crate) struct Portal {
    url: PortalUrl,
    agent: Agent,
}

impl Portal {
    pub(crate) fn new(url: PortalUrl) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .build();
        Self {
            url,
            agent: config.into(),
        }
    }

    pub(super) fn url(&self) -> &str {
        &self.url.0
    }

    pub(super) fn status(&self) -> Result<Status, Fault> {
        serde_json::from_slice(&self.get("/v1/status")?).map_err(|_| Fault::NotOurs)
    }

    /// The newest head.
    pub(super) fn newest(&self) -> Result<CertifiedHeader, Fault> {
        self.parse("/v1/headers/latest")
    }

    /// The head at a height.
    pub(super) fn header(&self, height: Height) -> Result<CertifiedHeader, Fault> {
        let header: CertifiedHeader = self.parse(&format!("/v1/headers/{height}"))?;
        if header.header.core.height == height {
            Ok(header)
        } else {
            Err(Fault::NotOurs)
        }
    }

    /// The hand-offs that end the epochs from `first` to before `end`.
    pub(crate) fn handoffs(&self, first: Epoch, end: Epoch) -> Result<Vec<Handoff>, Fault> {
        let mut all = Vec::new();
        let mut next = first;
        for _ in 0..MAX_PAGES {
            if next >= end {
                break;
            }
            let page: Page = self.parse(&format!("/v1/handoffs?from_epoch={next}"))?;
            let Some(last) = page.0.last().map(|handoff| handoff.last.header.core.epoch) else {
                break;
            };
            let wanted = page.0.into_iter();
            all.extend(wanted.filter(|handoff| {
                let epoch = handoff.last.header.core.epoch;
                next <= epoch && epoch < end
            }));
            match last.next() {
                // One that does not come further would be asked for ever.
                Some(after) if after > next => next = after,
                _ => break,
            }
        }
        Ok(all)
    }

    /// What proves the header at a height by the one at `at`, or by the newest.
    pub(crate) fn succession(
        &self,
        of: Height,
        at: Option<Height>,
    ) -> Result<SuccessionProof, Fault> {
        let at = at.map(|at| format!("?at={at}")).unwrap_or_default();
        self.parse(&format!("/v1/proofs/history/{of}{at}"))
    }

    fn parse<T: Wire>(&self, path: &str) -> Result<T, Fault> {
        let bytes = self.get(path)?;
        cbor::parse(&bytes, bytes.len()).map_err(|_| Fault::NotOurs)
    }

    fn get(&self, path: &str) -> Result<Vec<u8>, Fault> {
        let url = format!("{}{path}", self.url);
        let mut response = self
            .agent
            .get(&url)
            .call()
            .map_err(|_| Fault::Unreachable)?;
        match response.status().as_u16() {
            200 => {}
            status => return Err(Fault::Status(status)),
        }
        let body = response.body_mut().with_config().limit(MAX_BYTES);
        body.read_to_vec().map_err(|_| Fault::Unreachable)
    }
}

struct Page(Vec<Handoff>);

impl Wire for Page {
    fn encode(&self, writer: &mut Writer) {
        writer.list(&self.0);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.list(PAGE).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for text in [
            "http://localhost:8000",
            "http://10.0.0.1:8000/",
            "http://a/portal",
        ] {
            let url: PortalUrl = text.parse().expect("an address");
            assert_eq!(url.to_string(), text.trim_end_matches('/'));
        }
        for text in [
            "https://a",
            "a:8000",
            "http://",
            "http://a/?b",
            "http://a b",
            "",
        ] {
            assert!(text.parse::<PortalUrl>().is_err(), "{text}");
        }
    }
}
