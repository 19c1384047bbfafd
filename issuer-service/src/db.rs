//! The database: SQLite by default, PostgreSQL by its address. One set of statements for both;
//! only the tables are written twice.

use std::path::Path;

use sqlx::{
    AnyPool, Executor as _,
    any::{AnyPoolOptions, install_default_drivers},
    migrate::MigrateError,
};

/// Connections at most. SQLite writes one at a time anyway.
const MAX_CONNECTIONS: u32 = 8;

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DbError {
    /// It cannot be opened, or does not answer.
    #[error("database")]
    Database(#[from] sqlx::Error),
    /// Its tables cannot be brought up to date.
    #[error("tables of the database")]
    Migration(#[from] MigrateError),
}

/// The address of the database that lies in a data directory.
pub fn default_url(dir: &Path) -> String {
    format!("sqlite://{}?mode=rwc", dir.join("issuer.db").display())
}

/// Opens the database and brings its tables up to date.
///
/// # Errors
/// [`DbError`].
pub async fn connect(url: &str) -> Result<AnyPool, DbError> {
    install_default_drivers();
    let is_sqlite = url.starts_with("sqlite:");
    let options = AnyPoolOptions::new()
        .max_connections(MAX_CONNECTIONS)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                if is_sqlite {
                    // Readers do not wait for the writer, and what is committed survives a
                    // power cut: the outbox promises that.
                    connection
                        .execute(
                            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                             PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON",
                        )
                        .await?;
                }
                Ok(())
            })
        });
    let pool = options.connect(url).await?;
    if is_sqlite {
        sqlx::migrate!("migrations/sqlite").run(&pool).await?;
    } else {
        sqlx::migrate!("migrations/postgres").run(&pool).await?;
    }
    Ok(pool)
}
