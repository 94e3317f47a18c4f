//! The way to the telephone door: bounded, in memory, answered. Without a door everybody is told so.

use okno_model::{
    AgentId, CallId, ChannelId, VisitorId, WorkspaceId,
    phone::{CallCommand, DialTo, PhoneDown, PhoneUp},
};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};
use tokio::sync::{broadcast, mpsc, oneshot};

/// Requests that wait for the door before askers are refused: seconds of a busy floor's work.
const WAITING: usize = 4096;
/// Frames kept for a slow socket; who misses one asks again.
const BACKLOG: usize = 1024;

/// Why the telephone door does not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Refused {
    /// `no_voice`, `busy`, `no_phone`, `not_allowed`, `no_such_call`, `wrong_state`, `number_not_allowed`, `unreachable`, `limit`, ...
    pub code: &'static str,
    /// Words that say what to do.
    pub why: String,
}

/// Where the answer goes.
pub type Reply<T> = oneshot::Sender<Result<T, Refused>>;

/// Something for the telephone door. Rights have been checked by the app.
#[derive(Debug)]
pub enum VoiceRequest {
    /// A desk's media.
    Desk {
        /// Whose.
        agent: AgentId,
        /// What his browser says.
        up: PhoneUp,
    },
    /// No page of this agent's desk is open any more.
    DeskGone {
        /// Whose.
        agent: AgentId,
    },
    /// A widget's media: click-to-call.
    Widget {
        /// Who.
        visitor: VisitorId,
        /// The telephone channel that is called.
        channel: ChannelId,
        /// What the browser says.
        up: PhoneUp,
    },
    /// A command to a call.
    Command {
        /// Which call.
        call: CallId,
        /// Who asks.
        by: AgentId,
        /// What.
        command: CallCommand,
        /// Answered when it is under way.
        reply: Reply<()>,
    },
    /// An outgoing call of an agent.
    Dial {
        /// Who calls.
        by: AgentId,
        /// Whom.
        to: DialTo,
        /// By which channel: its queue, its caller id, its rules.
        channel: ChannelId,
        /// Answered with the call when it is recorded and the customer's number is being dialed.
        reply: Reply<CallId>,
    },
}

/// A frame for the pages of an agent or a visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhoneNews {
    /// For an agent's desk.
    Desk {
        /// Whose.
        agent: AgentId,
        /// What.
        down: PhoneDown,
    },
    /// For a visitor's widget.
    Widget {
        /// Whose.
        visitor: VisitorId,
        /// What.
        down: PhoneDown,
    },
}

/// The telephone doors of this process and who hears them.
#[derive(Debug, Default)]
pub struct VoiceLine {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    doors: BTreeMap<WorkspaceId, mpsc::Sender<VoiceRequest>>,
    news: BTreeMap<WorkspaceId, broadcast::Sender<PhoneNews>>,
}

impl VoiceLine {
    /// Opens the door of a workspace; a second one takes the place of the first.
    pub fn open(&self, ws: WorkspaceId) -> mpsc::Receiver<VoiceRequest> {
        let (sender, receiver) = mpsc::channel(WAITING);
        self.with(|inner| inner.doors.insert(ws, sender));
        receiver
    }

    /// Whether somebody serves the telephone.
    pub fn is_open(&self, ws: WorkspaceId) -> bool {
        self.with(|inner| inner.doors.get(&ws).is_some_and(|door| !door.is_closed()))
    }

    /// Hands a request over without waiting.
    ///
    /// # Errors
    /// [`Refused`] when there is no door, or it has too much to do.
    pub fn ask(&self, ws: WorkspaceId, request: VoiceRequest) -> Result<(), Refused> {
        let no_door = || Refused { code: "no_voice", why: "the telephone is not running here; `okno doctor` tells why".to_owned() };
        let door = self.with(|inner| inner.doors.get(&ws).cloned()).ok_or_else(no_door)?;
        door.try_send(request).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => {
                Refused { code: "busy", why: "the telephone has too much to do; try again in a moment".to_owned() }
            }
            mpsc::error::TrySendError::Closed(_) => no_door(),
        })
    }

    /// Tells a page something. Nobody listening is no fault.
    pub fn tell(&self, ws: WorkspaceId, news: PhoneNews) {
        self.with(|inner| {
            if let Some(sender) = inner.news.get(&ws) {
                let _ = sender.send(news);
            }
        });
    }

    /// Hears what is told to pages. A slow listener loses the oldest.
    pub fn hear(&self, ws: WorkspaceId) -> broadcast::Receiver<PhoneNews> {
        self.with(|inner| inner.news.entry(ws).or_insert_with(|| broadcast::channel(BACKLOG).0).subscribe())
    }

    fn with<T>(&self, f: impl FnOnce(&mut Inner) -> T) -> T {
        f(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn without_a_door_everybody_is_told_so() {
        let (line, ws) = (VoiceLine::default(), WorkspaceId::from_u128(1));
        let gone = || VoiceRequest::DeskGone { agent: AgentId::from_u128(2) };
        assert_eq!(line.ask(ws, gone()).unwrap_err().code, "no_voice");
        let mut door = line.open(ws);
        line.ask(ws, gone()).unwrap();
        assert!(matches!(door.recv().await, Some(VoiceRequest::DeskGone { .. })));
        drop(door);
        assert!(!line.is_open(ws));
        assert_eq!(line.ask(ws, gone()).unwrap_err().code, "no_voice");
    }
}
