//! What is seen of each mailbox, from its fetcher and its sender, told to the app as one.

use super::office::Office;
use okno_model::ChannelId;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Which half of a mailbox speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    /// Fetching.
    In,
    /// Sending.
    Out,
}

/// State and words of one side.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    state: &'static str,
    detail: String,
}

/// The board on which both sides write.
#[derive(Debug, Clone, Default)]
pub(crate) struct Board {
    said: Arc<Mutex<BTreeMap<(ChannelId, Side), Said>>>,
}

impl Board {
    /// Notes what one side sees, and tells the app if the whole has changed.
    pub(crate) async fn say(&self, office: &Office, channel: ChannelId, side: Side, state: &'static str, detail: String) {
        let Some((state, detail)) = self.note(channel, side, Said { state, detail }) else { return };
        if let Err(error) = office.health(channel, state, detail).await {
            tracing::warn!(%error, "cannot note the health of a mailbox");
            // Next time it is told again.
            self.lock().remove(&(channel, side));
        }
    }

    /// Forgets a mailbox that is gone or was changed.
    pub(crate) fn forget(&self, channel: ChannelId) {
        self.lock().retain(|(of, _), _| *of != channel);
    }

    fn note(&self, channel: ChannelId, side: Side, said: Said) -> Option<(&'static str, String)> {
        let mut all = self.lock();
        if all.get(&(channel, side)) == Some(&said) {
            return None;
        }
        all.insert((channel, side), said);
        let sides: Vec<&Said> = [Side::In, Side::Out].iter().filter_map(|side| all.get(&(channel, *side))).collect();
        let worst = ["error", "connecting", "ok"].into_iter().find(|state| sides.iter().any(|said| said.state == *state)).unwrap_or("off");
        // With an error, only what is wrong is of interest.
        let words: Vec<&str> = sides
            .iter()
            .filter(|said| said.state == worst || worst != "error")
            .map(|said| said.detail.as_str())
            .filter(|d| !d.is_empty())
            .collect();
        Some((worst, words.join("; ")))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<(ChannelId, Side), Said>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_side_counts() {
        let (board, channel) = (Board::default(), ChannelId::from_u128(1));
        let note = |side, state, detail: &str| board.note(channel, side, Said { state, detail: detail.to_owned() });
        assert_eq!(note(Side::In, "ok", "mail arrives"), Some(("ok", "mail arrives".to_owned())));
        assert_eq!(note(Side::In, "ok", "mail arrives"), None);
        assert_eq!(note(Side::Out, "error", "relay down"), Some(("error", "relay down".to_owned())));
        assert_eq!(note(Side::Out, "ok", ""), Some(("ok", "mail arrives".to_owned())));
    }
}
