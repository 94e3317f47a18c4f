//! Which leg has which dialog. Short locks around maps; every entry goes with its leg.
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc;

use crate::api::LegId;
use crate::leg::{Dialog, Message};

/// Messages that wait for one leg. A leg decides in microseconds; a flood in its dialog costs itself only.
const LETTERBOX: usize = 64;

/// All legs that live.
#[derive(Clone, Default)]
pub(crate) struct Registry {
    maps: Arc<Mutex<Maps>>,
}

#[derive(Default)]
struct Maps {
    /// By Call-ID and our tag.
    dialogs: HashMap<(String, String), Entry>,
    /// INVITEs without a final answer, by Call-ID and branch: what a CANCEL names.
    invites: HashMap<(String, String), mpsc::Sender<Message>>,
    /// INVITEs by Call-ID, tag of the caller and number: the same once more by another way is a loop or a merge.
    seen: HashSet<(String, String, u32)>,
    /// How others can name the dialog of a leg.
    names: HashMap<LegId, Name>,
    /// The leg that won a fork, by the number that its owner knows.
    winners: HashMap<LegId, LegId>,
}

struct Entry {
    letterbox: mpsc::Sender<Message>,
    /// The number that the leg's owner knows.
    shown: LegId,
}

struct Name {
    target: String,
    replaces: String,
}

/// A leg's place here; dropping it leaves.
pub(crate) struct Registered {
    registry: Registry,
    id: LegId,
    letterbox: mpsc::Sender<Message>,
    dialog: (String, String),
    invite: Option<(String, String)>,
    seen: Option<(String, String, u32)>,
}

/// What identifies a call that came in.
pub(crate) struct Invited {
    pub(crate) branch: String,
    pub(crate) from_tag: String,
    pub(crate) cseq: u32,
}

impl Registry {
    /// Makes a place for a leg. `shown` is the number that its owner knows.
    pub(crate) fn add(&self, id: LegId, shown: LegId, dialog: &Dialog, invited: Option<Invited>) -> (Registered, mpsc::Receiver<Message>) {
        let (letterbox, messages) = mpsc::channel(LETTERBOX);
        let key = (dialog.call_id.clone(), dialog.local_tag.clone());
        let mut maps = self.lock();
        maps.dialogs.insert(key.clone(), Entry { letterbox: letterbox.clone(), shown });
        let (invite, seen) = match invited {
            Some(Invited { branch, from_tag, cseq }) => {
                let invite = (dialog.call_id.clone(), branch);
                let seen = (dialog.call_id.clone(), from_tag, cseq);
                maps.invites.insert(invite.clone(), letterbox.clone());
                maps.seen.insert(seen.clone());
                (Some(invite), Some(seen))
            }
            None => (None, None),
        };
        drop(maps);
        (Registered { registry: self.clone(), id, letterbox, dialog: key, invite, seen }, messages)
    }

    /// Legs that live.
    pub(crate) fn len(&self) -> usize {
        self.lock().dialogs.len()
    }

    /// The leg of a dialog.
    pub(crate) fn dialog(&self, call_id: String, our_tag: String) -> Option<mpsc::Sender<Message>> {
        self.lock().dialogs.get(&(call_id, our_tag)).map(|entry| entry.letterbox.clone())
    }

    /// The leg of an INVITE.
    pub(crate) fn invite(&self, call_id: String, branch: String) -> Option<mpsc::Sender<Message>> {
        self.lock().invites.get(&(call_id, branch)).cloned()
    }

    /// Whether the same INVITE came by another way.
    pub(crate) fn is_merged(&self, call_id: String, from_tag: String, cseq: u32) -> bool {
        self.lock().seen.contains(&(call_id, from_tag, cseq))
    }

    /// The leg that a `Replaces` names: ours are the to-tags in it.
    pub(crate) fn replaced(&self, replaces: &str) -> Option<LegId> {
        let mut parts = replaces.split(';').map(str::trim);
        let call_id = parts.next()?.to_owned();
        let mut tags = (None, None);
        for part in parts {
            match part.split_once('=') {
                Some((name, tag)) if name.trim().eq_ignore_ascii_case("to-tag") => tags.0 = Some(tag.trim().to_owned()),
                Some((name, tag)) if name.trim().eq_ignore_ascii_case("from-tag") => tags.1 = Some(tag.trim().to_owned()),
                _ => {}
            }
        }
        let maps = self.lock();
        let (to, from) = (tags.0?, tags.1?);
        // The transferor writes it as the replaced side sees the dialog; some write it the other way round.
        [to, from].into_iter().find_map(|tag| maps.dialogs.get(&(call_id.clone(), tag)).map(|entry| entry.shown))
    }

    /// The far end of a leg: its URI and the `Replaces` that takes its place.
    pub(crate) fn refer_target(&self, leg: LegId) -> Option<(String, String)> {
        let maps = self.lock();
        let leg = maps.winners.get(&leg).copied().unwrap_or(leg);
        maps.names.get(&leg).map(|name| (name.target.clone(), name.replaces.clone()))
    }

    /// A fork has a winner.
    pub(crate) fn won(&self, shown: LegId, winner: LegId) {
        self.lock().winners.insert(shown, winner);
    }

    /// The owner of a fork is gone.
    pub(crate) fn forget_fork(&self, shown: LegId) {
        self.lock().winners.remove(&shown);
    }

    fn lock(&self) -> MutexGuard<'_, Maps> {
        self.maps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Registered {
    /// The way into the leg.
    pub(crate) fn letterbox(&self) -> mpsc::Sender<Message> {
        self.letterbox.clone()
    }

    /// The dialog is complete: others can name it.
    pub(crate) fn name(&self, dialog: &Dialog) {
        if let Some(replaces) = dialog.replaces() {
            self.registry.lock().names.insert(self.id, Name { target: dialog.remote_target.clone(), replaces });
        }
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let mut maps = self.registry.lock();
        maps.dialogs.remove(&self.dialog);
        maps.names.remove(&self.id);
        if let Some(invite) = &self.invite {
            maps.invites.remove(invite);
        }
        if let Some(seen) = &self.seen {
            maps.seen.remove(seen);
        }
    }
}
