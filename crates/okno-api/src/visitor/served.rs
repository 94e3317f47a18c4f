//! Whether somebody serves a widget: told to its open windows when it changes.
//!
//! One task per widget with open windows looks after news of the journal, so that a thousand windows cost one reading.

use crate::ApiState;
use okno_app::{Ctx, visitors};
use okno_bus::Topic;
use okno_model::ChannelId;
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::watch, time::sleep};

/// Looked at most this often, however much is written.
const GAP: Duration = Duration::from_secs(1);

/// The widgets whose windows are open in this process.
#[derive(Debug, Default)]
pub(super) struct Served {
    channels: Mutex<BTreeMap<ChannelId, watch::Sender<bool>>>,
}

impl Served {
    fn channels(&self) -> MutexGuard<'_, BTreeMap<ChannelId, watch::Sender<bool>>> {
        // Every change of the map is one step, so a panic elsewhere leaves it whole.
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows a widget; `seen` is what was read just now. Dropping the last receiver ends it.
    pub(super) fn follow(&self, state: &ApiState, ctx: &Ctx, channel: ChannelId, seen: bool) -> watch::Receiver<bool> {
        let mut channels = self.channels();
        if let Some(sender) = channels.get(&channel) {
            return sender.subscribe();
        }
        let (sender, receiver) = watch::channel(seen);
        channels.insert(channel, sender.clone());
        tokio::spawn(run(state.clone(), ctx.clone(), channel, sender));
        receiver
    }

    /// Forgets a widget that nobody follows; says whether that was so.
    fn forget(&self, channel: ChannelId) -> bool {
        let mut channels = self.channels();
        let over = channels.get(&channel).is_none_or(|sender| sender.receiver_count() == 0);
        if over {
            channels.remove(&channel);
        }
        over
    }
}

async fn run(state: ApiState, ctx: Ctx, channel: ChannelId, sender: watch::Sender<bool>) {
    // First listen, then read: nothing falls between the two.
    let mut journal = ctx.app.bus.listen(ctx.ws, Topic::Journal);
    loop {
        let failed = match visitors::online(&ctx, channel).await {
            Ok(on) => {
                sender.send_if_modified(|old| std::mem::replace(old, on) != on);
                false
            }
            Err(error) => {
                tracing::debug!(%error, %channel, "whether a widget is served could not be read; it is read again");
                true
            }
        };
        sleep(GAP).await;
        tokio::select! {
            () = async { if !failed { journal.wait().await } } => {}
            () = sender.closed() => {}
            () = state.closing() => return,
        }
        if sender.receiver_count() == 0 && state.live.visitors.served.forget(channel) {
            return;
        }
    }
}

/// The next state that differs from the one that was told.
pub(super) async fn differs(served: &mut watch::Receiver<bool>, told: bool) -> bool {
    let now = served.wait_for(|on| *on != told).await.map(|on| *on);
    match now {
        Ok(on) => on,
        // The server stops.
        Err(_) => std::future::pending().await,
    }
}
