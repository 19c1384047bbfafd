//! The program `issuer-service`.

use std::{io, process::ExitCode};

use clap::Parser as _;
use issuer_service::Arguments;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .init();
    match Arguments::parse().command.execute(&mut io::stdout()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // For the person who typed the command; the log's lines are for programs.
            eprintln!("issuer-service: {error:#}");
            ExitCode::FAILURE
        }
    }
}
