//! A portal that lies. It stands between the citizen and the real service, as any web server may.

mod forgery;

use std::collections::HashMap;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use anyhow::{Context as _, Result, anyhow};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Response, StatusCode, header};
use axum::{Router, serve};
use tokio::sync::oneshot;

/// The largest body that passes.
const BODY_BYTES_MAX: usize = 32 << 20;

/// What speaks of one connection only and is not passed on (RFC 9110 §7.6.1).
const HOP_BY_HOP: [HeaderName; 4] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::HOST,
    header::TRANSFER_ENCODING,
];

/// What the portal does with the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// Passes everything on as it is.
    None,
    /// Changes a character of every credential and a bit of every file it delivers.
    AlteredDocument,
    /// Puts "not revoked" of an older answer under the newest header.
    ForgottenRevocation,
    /// Says that the newest header was signed an hour later than it was.
    NewerHeader,
    /// Answers every question for proofs with the first answer it ever passed on.
    OldProofs,
    /// Says that the validators have handed the ledger over to the portal.
    OwnValidators,
    /// Says that it knows nothing about any document.
    UnknownStatus,
}

/// A running portal; it stops when dropped.
pub struct LyingPortal {
    url: String,
    state: Arc<Portal>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Portal {
    upstream: String,
    client: reqwest::Client,
    told: Mutex<Told>,
}

/// What the portal is doing, and what it has kept for later.
struct Told {
    lie: Lie,
    lies: usize,
    first_proofs: HashMap<String, Bytes>,
}

impl LyingPortal {
    /// Starts an honest portal in front of a service.
    ///
    /// # Errors
    /// When this machine has no free port.
    pub fn start(port: u16, upstream: &str) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).context("portal's port")?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}", listener.local_addr()?);
        let state = Arc::new(Portal {
            upstream: upstream.to_owned(),
            client: reqwest::Client::builder().no_proxy().build()?,
            told: Mutex::new(Told {
                lie: Lie::None,
                lies: 0,
                first_proofs: HashMap::new(),
            }),
        });
        let (stop, stopped) = oneshot::channel();
        let router = Router::new()
            .fallback(pass_on)
            .with_state(Arc::clone(&state));
        // A thread of its own: a journey that waits without async must not stop the portal.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let thread = std::thread::spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
                    return;
                };
                let wait = async {
                    drop(stopped.await);
                };
                // Not graceful: a browser keeps its connections open for as long as it can.
                tokio::select! {
                    served = async { serve(listener, router).await } => drop(served),
                    () = wait => {}
                }
            });
        });
        Ok(Self {
            url,
            state,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where the portal is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Begins to tell a lie, or to be honest again.
    pub fn tell(&self, lie: Lie) {
        let mut told = self.state.told();
        told.lie = lie;
        told.lies = 0;
    }

    /// How often the present lie has been told: a lie that nobody asked for proves nothing.
    pub fn lies_told(&self) -> usize {
        self.state.told().lies
    }
}

impl Drop for LyingPortal {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

impl Portal {
    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Told {
    /// Turns the truth into what the portal says. `Ok(None)`: nothing to lie about here.
    fn lie_about(&mut self, path: &str, truth: &Bytes) -> Result<Option<Bytes>> {
        let is_proofs = path.starts_with("/api/proofs/");
        if is_proofs {
            self.first_proofs
                .entry(path.to_owned())
                .or_insert_with(|| truth.clone());
        }
        let forged = match self.lie {
            Lie::None | Lie::UnknownStatus => None,
            Lie::AlteredDocument => forgery::altered_document(path, truth),
            Lie::ForgottenRevocation if is_proofs => {
                let old = self.first_proofs.get(path).unwrap_or(truth);
                Some(forgery::with_status_of(truth, old)?)
            }
            Lie::NewerHeader if is_proofs => Some(forgery::an_hour_newer(truth)?),
            Lie::OldProofs if is_proofs => self.first_proofs.get(path).map(|old| old.to_vec()),
            Lie::OwnValidators if is_proofs => Some(forgery::handed_over(truth)?),
            Lie::ForgottenRevocation | Lie::NewerHeader | Lie::OldProofs | Lie::OwnValidators => {
                None
            }
        };
        let forged = forged.map(Bytes::from).filter(|forged| forged != truth);
        self.lies += usize::from(forged.is_some());
        Ok(forged)
    }
}

async fn pass_on(State(portal): State<Arc<Portal>>, request: Request) -> Response<Body> {
    match forward(&portal, request).await {
        Ok(response) => response,
        Err(error) => {
            let mut response = Response::new(Body::from(format!("{error:#}")));
            *response.status_mut() = StatusCode::BAD_GATEWAY;
            response
        }
    }
}

async fn forward(portal: &Portal, request: Request) -> Result<Response<Body>> {
    let path = request.uri().path().to_owned();
    if path.starts_with("/api/proofs/") && portal.told().lie == Lie::UnknownStatus {
        portal.told().lies += 1;
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_FOUND;
        return Ok(response);
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_BYTES_MAX)
        .await
        .map_err(|error| anyhow!("{error}"))?;
    let target = parts
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let upstream = portal
        .client
        .request(parts.method, format!("{}{target}", portal.upstream))
        .headers(without_hop_by_hop(&parts.headers))
        .body(body)
        .send()
        .await
        .context("the service does not answer")?;
    let (status, headers) = (upstream.status(), without_hop_by_hop(upstream.headers()));
    let truth = upstream.bytes().await?;
    let said = match status.is_success() {
        true => portal.told().lie_about(&path, &truth)?.unwrap_or(truth),
        false => truth,
    };
    let mut response = Response::new(Body::from(said));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

fn without_hop_by_hop(headers: &HeaderMap) -> HeaderMap {
    let mut kept = headers.clone();
    for name in HOP_BY_HOP {
        kept.remove(name);
    }
    kept
}
