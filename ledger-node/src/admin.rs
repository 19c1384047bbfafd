//! The socket in a node's folder, over which its operator gives it tasks.
//!
//! Whoever may write to the folder may give tasks: the socket's permissions are the folder's
//! owner's alone, and nothing of it is reachable over the network.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::post;
use axum::{Router, serve};
use serde::{Deserialize, Serialize};
use tokio::net::UnixListener;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use crate::config::NodeDir;
use crate::ledger::Ledger;
use crate::ops::OpsError;
use crate::ops::task::{self, Outcome, Task};

/// What the handler needs. One task at a time: they are heavy.
struct Admin {
    dir: NodeDir,
    ledger: Arc<Ledger>,
    busy: Mutex<()>,
}

/// A task that failed.
#[derive(Debug, Deserialize, Serialize)]
struct Failed {
    message: String,
}

/// A task may take long; a node that is gone shows at once.
const PATIENCE: Duration = Duration::from_secs(24 * 3600);

/// Serves the socket until the node stops.
///
/// # Errors
/// A socket that cannot be made.
pub(crate) async fn run(dir: NodeDir, ledger: Arc<Ledger>) -> Result<()> {
    let path = dir.admin_socket();
    // What a killed node left behind; two nodes cannot share a folder, as the data is locked.
    std::fs::remove_file(&path).ok();
    let listener = UnixListener::bind(&path).with_context(|| path.display().to_string())?;
    restrict(&path)?;
    let busy = Mutex::new(());
    let admin = Arc::new(Admin { dir, ledger, busy });
    let routes = Router::new()
        .route("/tasks", post(perform))
        .with_state(admin);
    serve(listener, routes).await.context("admin socket")
}

fn restrict(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let owner_only = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(path, owner_only).with_context(|| path.display().to_string())
}

async fn perform(State(admin): State<Arc<Admin>>, Json(task): Json<Task>) -> Response {
    let _one_at_a_time = admin.busy.lock().await;
    let here = admin.clone();
    let done = spawn_blocking(move || task::perform(&here.dir, here.ledger.store(), &task)).await;
    let failed = match done {
        Ok(Ok(outcome)) => return Json(outcome).into_response(),
        Ok(Err(error)) => format!("{:#}", anyhow::Error::from(error)),
        Err(_) => "the task panicked; the node's log says where".to_owned(),
    };
    let failed = Json(Failed { message: failed });
    (StatusCode::UNPROCESSABLE_ENTITY, failed).into_response()
}

/// Gives a task to the node of a folder; none if no node runs there.
///
/// # Errors
/// [`OpsError::Unavailable`] with what the node says.
pub(crate) async fn ask(dir: &NodeDir, task: &Task) -> Result<Option<Outcome>, OpsError> {
    let path = dir.admin_socket();
    if tokio::net::UnixStream::connect(&path).await.is_err() {
        return Ok(None);
    }
    let unavailable = |what: String| OpsError::Unavailable {
        url: path.display().to_string(),
        what,
    };
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(PATIENCE)
        .unix_socket(path.clone())
        .build()
        .map_err(|error| unavailable(error.to_string()))?;
    let request = client.post("http://node/tasks").json(task);
    let answer = request.send().await;
    let answer = answer.map_err(|error| unavailable(error.to_string()))?;
    if answer.status().is_success() {
        let outcome = answer.json().await;
        return outcome
            .map(Some)
            .map_err(|error| unavailable(error.to_string()));
    }
    let failed: Result<Failed, _> = answer.json().await;
    Err(unavailable(failed.map_or_else(
        |error| error.to_string(),
        |failed| failed.message,
    )))
}
