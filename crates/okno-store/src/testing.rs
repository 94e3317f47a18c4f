//! Fresh stores for tests: SQLite always, PostgreSQL when `OKNO_TEST_POSTGRES` holds a URL.

use crate::{Store, Target};
use std::{
    ops::Deref,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};
use tempfile::TempDir;

/// A store of its own, with a private folder. Both go when it is dropped.
#[derive(Debug)]
pub struct Fresh {
    store: Store,
    target: Target,
    schema: Option<Schema>,
    dir: TempDir,
}

impl Fresh {
    /// A handle to the store.
    pub fn store(&self) -> Store {
        self.store.clone()
    }

    /// Where it is, to open it a second time.
    pub fn target(&self) -> Target {
        self.target.clone()
    }

    /// A private folder, for blobs and other files.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }
}

impl Deref for Fresh {
    type Target = Store;
    fn deref(&self) -> &Store {
        &self.store
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if let Some(schema) = self.schema.take() {
            schema.remove();
        }
    }
}

/// A new SQLite store.
pub async fn fresh_sqlite() -> Fresh {
    let dir = tempfile::tempdir().expect("the temporary folder can be written");
    let target = Target::Sqlite(dir.path().join("okno.db"));
    let store = Store::open(target.clone()).await.expect("a new SQLite store opens");
    Fresh { store, target, schema: None, dir }
}

/// Number of the next schema of this process.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// A new PostgreSQL store in a schema of its own, if `OKNO_TEST_POSTGRES` is set.
pub async fn fresh_postgres() -> Option<Fresh> {
    let url = std::env::var("OKNO_TEST_POSTGRES").ok().filter(|url| !url.is_empty())?;
    let dir = tempfile::tempdir().expect("the temporary folder can be written");
    let random = dir.path().file_name().map(|n| n.to_string_lossy().trim_start_matches(['.', 't', 'm', 'p']).to_lowercase());
    let name = format!("okno_test_{}_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed), random.unwrap_or_default());
    let schema = Schema { url: url.clone(), name };
    schema.run(&format!("CREATE SCHEMA {}", schema.name)).await;
    let joint = if url.contains('?') { '&' } else { '?' };
    let target = Target::Postgres(format!("{url}{joint}options=-csearch_path%3D{}", schema.name));
    let store = Store::open(target.clone()).await.expect("a new PostgreSQL store opens");
    Some(Fresh { store, target, schema: Some(schema), dir })
}

/// A new store on every database that is there.
pub async fn fresh_all() -> Vec<Fresh> {
    let mut all = vec![fresh_sqlite().await];
    all.extend(fresh_postgres().await);
    all
}

#[derive(Debug, Clone)]
struct Schema {
    url: String,
    name: String,
}

impl Schema {
    async fn run(&self, sql: &str) {
        let connected = tokio_postgres::connect(&self.url, tokio_postgres::NoTls).await;
        let (client, connection) = connected.expect("OKNO_TEST_POSTGRES names a running server");
        let driver = tokio::spawn(connection);
        client.batch_execute(sql).await.expect("the test's user may create and drop schemas");
        drop(client);
        driver.abort();
    }

    /// From a thread of its own: a test drops its store inside a runtime.
    fn remove(self) {
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
            runtime.block_on(self.run(&format!("DROP SCHEMA {} CASCADE", self.name)));
        });
        // A panic here has been printed; a second one while a failed test unwinds would hide the first.
        drop(dropping.join());
    }
}
