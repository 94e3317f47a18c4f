//! What every act needs: the facts, the news, the time, the secrets.

use crate::{
    AppError,
    clock::{Clock, Ids},
    secrets::Secrets,
};
use okno_bus::{Bus, Topic};
use okno_model::{Timestamp, WorkspaceId, event::Event};
use okno_store::{Store, Tx, blobs::Blobs};
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// Where the world reaches okno.
#[derive(Debug, Clone)]
pub struct Urls {
    /// Origin of the desk, the API and the widget, without a slash at the end.
    pub app: String,
    /// Origin of customers' files and mail HTML: another origin, so that their content cannot touch the desk.
    pub files: String,
}

/// The installation: one per process.
pub struct App {
    /// Facts.
    pub store: Store,
    /// Files.
    pub blobs: Blobs,
    /// News.
    pub bus: Bus,
    /// Secrets.
    pub secrets: Secrets,
    /// Addresses.
    pub urls: Urls,
    /// Routing cells that run in this process.
    pub cells: crate::routing::Cells,
    /// Who listens to recordings now.
    pub listenings: crate::recordings::Listenings,
    /// Who looks at cases.
    pub viewers: crate::cases::here::Viewers,
    /// Simulations that run in this process.
    pub sims: crate::sim::Runs,
    node: OnceLock<String>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("urls", &self.urls).finish_non_exhaustive()
    }
}

impl App {
    /// Puts the parts together.
    pub fn new(store: Store, blobs: Blobs, secrets: Secrets, urls: Urls, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Arc<Self> {
        Arc::new(Self {
            store,
            blobs,
            bus: Bus::new(),
            secrets,
            urls,
            cells: crate::routing::Cells::default(),
            listenings: crate::recordings::Listenings::default(),
            viewers: crate::cases::here::Viewers::default(),
            sims: crate::sim::Runs::default(),
            node: OnceLock::new(),
            clock,
            ids,
        })
    }

    /// Tells who this process is. Only for who is sure that no other process goes by this name, as the holder of a lock is: it
    /// takes back at once what its predecessor held.
    pub fn name_node(&self, name: String) {
        // A second name comes too late: the first one may be in use.
        let _ = self.node.set(name);
    }

    /// Who this process is, among those that share a database.
    pub fn node(&self) -> &str {
        self.node.get_or_init(|| self.ids.next().to_string())
    }

    /// The context of one workspace.
    pub fn at(self: &Arc<Self>, ws: WorkspaceId) -> Ctx {
        Ctx { app: Arc::clone(self), ws }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id.
    pub fn uuid(&self) -> Uuid {
        self.ids.next()
    }

    /// The id source, for use inside transactions.
    pub fn ids(&self) -> Arc<dyn Ids> {
        Arc::clone(&self.ids)
    }
}

/// The installation as seen from one workspace. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// The installation.
    pub app: Arc<App>,
    /// The workspace.
    pub ws: WorkspaceId,
}

impl Ctx {
    /// Now.
    pub fn now(&self) -> Timestamp {
        self.app.now()
    }

    /// A new id of any kind: `let id: QueueId = ctx.id(QueueId::new)`.
    pub fn id<T>(&self, wrap: impl FnOnce(Uuid) -> T) -> T {
        wrap(self.app.uuid())
    }

    /// One transaction; answered when it is durable. Readers of the journal are woken after it.
    ///
    /// # Errors
    /// What the closure returns, or the store's error; then nothing was written.
    pub async fn write<T, F>(&self, f: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, AppError> + Send + 'static,
    {
        let (done, news) = self.app.store.write(self.ws, move |tx| f(tx).map(|done| (done, tx.has_news()))).await?;
        if news {
            self.app.bus.poke(self.ws, Topic::Journal);
        }
        Ok(done)
    }

    /// One read-only transaction.
    ///
    /// # Errors
    /// What the closure returns, or the store's error.
    pub async fn read<T, F>(&self, f: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, AppError> + Send + 'static,
    {
        self.app.store.read(self.ws, f).await
    }

    /// Events after number `seq`, oldest first, at most `limit`. After a poke it has all that this process has written; what others have,
    /// comes with a later look.
    ///
    /// # Errors
    /// The store's.
    pub async fn events(&self, seq: i64, limit: usize) -> Result<Vec<Arc<Event>>, AppError> {
        Ok(self.app.store.events(self.ws, seq, limit).await?)
    }

    /// Wakes the workers of a topic.
    pub fn poke(&self, topic: Topic) {
        self.app.bus.poke(self.ws, topic);
    }
}
