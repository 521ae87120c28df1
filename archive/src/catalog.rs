//! The catalog: what the library knows, in `SQLite` or `PostgreSQL`.
//!
//! One SQL text serves both. Reads take a [`Viewer`](crate::Viewer) and are answered from what that
//! viewer may see; edits take a [`Curator`](crate::Curator). Nothing here decides rights: it asks
//! [`Viewer::sees`](crate::Viewer::sees).

mod admission;
mod collections;
mod contents;
pub(crate) mod derived;
pub(crate) mod error;
mod members;
mod recordings;
mod rights;
pub(crate) mod row;
mod server_state;
mod subjects;

pub use admission::{Admission, Admitted};
pub use error::CatalogError;
pub use recordings::{RecordingCursor, RecordingEdit};
pub use rights::VisibleRecordings;

use crate::{Arrivals, Clock, Queue, Timestamp};
use error::Doing as _;
use sqlx::{
    Any, AnyPool, Executor as _, Transaction,
    any::{AnyPoolOptions, install_default_drivers},
    migrate::{MigrateError, Migrator},
};
use std::{path::Path, sync::Arc, time::Duration};

/// The library's catalog. Cheap to clone; clones share one pool of connections.
#[derive(Clone)]
pub struct Catalog {
    pool: AnyPool,
    dialect: Dialect,
    clock: Arc<dyn Clock>,
    rights: Arc<rights::Cache>,
}

/// Where the two databases differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// Enough for readers beside the one writer that `SQLite` has at a time.
const CONNECTIONS: u32 = 8;

impl Catalog {
    /// Opens the catalog, makes it if there is none, and brings its tables up to date.
    ///
    /// `url` is [`sqlite_url`]'s or `postgres://user:password@host/database`.
    ///
    /// # Errors
    ///
    /// [`CatalogError::Open`] if the database cannot be reached, [`CatalogError::Migrate`] if its
    /// tables cannot be brought up to date, for example because a newer program made them.
    pub async fn open(url: &str, clock: Arc<dyn Clock>) -> Result<Self, CatalogError> {
        install_default_drivers();
        let dialect = match url.split(':').next() {
            Some("sqlite") => Dialect::Sqlite,
            Some("postgres" | "postgresql") => Dialect::Postgres,
            _ => return Err(CatalogError::UnknownDatabase { url: without_password(url) }),
        };
        let options = AnyPoolOptions::new().max_connections(CONNECTIONS);
        let options = match dialect {
            Dialect::Postgres => options,
            Dialect::Sqlite => options.after_connect(|connection, _| {
                Box::pin(async move {
                    // A crash of the machine loses nothing that was committed (FULL), readers never
                    // wait for the writer (WAL), and a writer waits for its turn (busy_timeout).
                    connection
                        .execute(
                            "PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL;
                             PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
                        )
                        .await?;
                    Ok(())
                })
            }),
        };
        let pool = options.connect(url).await.map_err(|source| CatalogError::Open {
            url: without_password(url),
            source: Box::new(source),
        })?;
        migrate(&pool, dialect).await?;
        Ok(Self { pool, dialect, clock, rights: Arc::default() })
    }

    /// The queue of jobs, which lives in the same database so that a job's result and its
    /// successors are recorded together.
    pub fn queue(&self) -> Queue {
        Queue::new(self.clone())
    }

    /// What was handed over and is not in the library yet, and how it ended.
    pub fn arrivals(&self) -> Arrivals {
        Arrivals::new(self.clone())
    }

    /// Asks the database for a sign of life.
    pub async fn ping(&self) -> Result<(), CatalogError> {
        sqlx::query("SELECT 1").execute(&self.pool).await.doing("asking for a sign of life")?;
        Ok(())
    }

    /// Closes all connections; on `SQLite` this also folds the write-ahead log into the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) const fn pool(&self) -> &AnyPool {
        &self.pool
    }

    pub(crate) const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Begins a transaction that will write.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Any>, CatalogError> {
        match self.dialect {
            // A plain BEGIN takes the write lock at the first write, and fails rather than waits if
            // another writer came between; IMMEDIATE takes it now and waits its turn.
            Dialect::Sqlite => self.pool.begin_with("BEGIN IMMEDIATE").await,
            Dialect::Postgres => self.pool.begin().await,
        }
        .doing("beginning a transaction")
    }
}

/// How often migrating is tried where another process may be at it.
const MIGRATION_TRIES: u32 = 20;

/// Brings the tables up to date.
///
/// `PostgreSQL` lets one process at a time do it. `SQLite` does not: of two that start together on a
/// new folder one finds tables that the other has just made, and finds all done when it looks again.
///
/// Most migrations are for both databases; `migrations/postgres` and `migrations/sqlite` hold what
/// each does in its own way, under the same numbers.
async fn migrate(pool: &AnyPool, dialect: Dialect) -> Result<(), CatalogError> {
    let own = match dialect {
        Dialect::Sqlite => sqlx::migrate!("migrations/sqlite"),
        Dialect::Postgres => sqlx::migrate!("migrations/postgres"),
    };
    let all = sqlx::migrate!().iter().chain(own.iter()).cloned().collect();
    let migrator = Migrator::with_migrations(all);
    let mut tries = 1;
    loop {
        match migrator.run(pool).await {
            Ok(()) => return Ok(()),
            Err(MigrateError::Execute(_) | MigrateError::ExecuteMigration(..))
                if tries < MIGRATION_TRIES =>
            {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(source) => return Err(CatalogError::Migrate { source: Box::new(source) }),
        }
    }
}

/// The URL of a `SQLite` catalog in the file `path`, which is made if it is not there.
pub fn sqlite_url(path: &Path) -> String {
    let mut url = "sqlite://".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                url.push(char::from(*byte));
            }
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url + "?mode=rwc"
}

/// A database's URL as it may stand in a message: without its password.
pub fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 < at => {
            let user = url[scheme + 3..at].split(':').next().unwrap_or_default();
            format!("{}{user}{}", &url[..scheme + 3], &url[at..])
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_does_not_reach_a_message() {
        let cases = [
            ("postgres://ada:s3cret@db/plenary", "postgres://ada@db/plenary"),
            ("postgres://ada@db/plenary", "postgres://ada@db/plenary"),
            ("sqlite:///var/lib/plenary.sqlite", "sqlite:///var/lib/plenary.sqlite"),
        ];
        for (url, expected) in cases {
            assert_eq!(without_password(url), expected);
        }
    }

    #[test]
    fn a_sqlite_url_survives_odd_folders() {
        let url = sqlite_url(Path::new("/srv/Ümit's files?/a#b.sqlite"));
        assert_eq!(url, "sqlite:///srv/%C3%9Cmit%27s%20files%3F/a%23b.sqlite?mode=rwc");
    }
}
