//! `run`.

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, ensure};
use light_client::genesis::Genesis;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::{Notify, watch},
};

use super::{Run, database_url, ledger_client};
use crate::{
    clock::Clock, db, directory::Directory, error::chain, http, install,
    ledger_client::LedgerClient, outbox, service::Service,
};

/// How long to wait between attempts to reach the node at the start.
const NODE_PAUSE: Duration = Duration::from_millis(500);

pub(super) async fn run(arguments: Run) -> anyhow::Result<()> {
    let directory = Directory::load(&arguments.dir)?;
    let url = database_url(&arguments.dir, arguments.database.as_ref());
    let database = db::connect(&url).await?;
    let listener = TcpListener::bind(arguments.listen)
        .await
        .with_context(|| format!("cannot listen on {}", arguments.listen))?;
    let address = listener.local_addr()?;
    let public_url = arguments
        .public_url
        .unwrap_or_else(|| format!("http://{address}"));
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(wait_for_signal(stop));
    let ledger = ledger_client(&arguments.ledger)?;
    let Some(genesis) = wait_for_genesis(&ledger, stopped.clone()).await else {
        return Ok(());
    };
    let ledger_id = genesis.ledger_id();
    if let Some(expected) = &arguments.ledger_id {
        let found = ledger_id.to_string();
        ensure!(
            *expected == found,
            "the node is of ledger {found}, not {expected}"
        );
    }
    install::keep_to_ledger(&database, &ledger_id).await?;
    let service = Service {
        db: database.clone(),
        directory: Arc::new(directory),
        ledger,
        genesis: Arc::new(genesis),
        clock: Clock::system(),
        public_url: public_url.trim_end_matches('/').into(),
        outbox_bell: Arc::new(Notify::new()),
    };
    let worker = tokio::spawn(outbox::run(service.clone(), stopped.clone()));
    tracing::info!(%address, public_url, ledger = %ledger_id, "listening");
    let router = http::router(service, arguments.web.as_deref());
    axum::serve(listener, router)
        .with_graceful_shutdown(wait_for_stop(stopped))
        .await?;
    // What the worker has in hand is in the database at every moment; this is for tidy logs.
    worker.await?;
    database.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Asks until the node answers; none if it is time to stop.
async fn wait_for_genesis(
    ledger: &LedgerClient,
    mut stopped: watch::Receiver<bool>,
) -> Option<Genesis> {
    loop {
        match ledger.genesis().await {
            Ok(genesis) => return Some(genesis),
            Err(error) => {
                tracing::info!(error = chain(&error), "waiting for the node");
            }
        }
        tokio::select! {
            _ = stopped.changed() => return None,
            () = tokio::time::sleep(NODE_PAUSE) => {}
        }
    }
}

async fn wait_for_signal(stop: watch::Sender<bool>) {
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        tracing::warn!("signals cannot be received; stop the process by force");
        return;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    stop.send_replace(true);
}

async fn wait_for_stop(mut stopped: watch::Receiver<bool>) {
    // An error means that nobody is left to say so, which is a reason to stop as well.
    if stopped.wait_for(|stop| *stop).await.is_err() {
        tracing::debug!("nobody is left to tell when to stop");
    }
}
