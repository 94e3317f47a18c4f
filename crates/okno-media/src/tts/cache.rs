//! What was spoken, the longest unused goes first.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::OnceCell;

use super::Speech;
use crate::{audio::Audio, codec::Rate};

/// Samples at 16 kHz that are kept: 20 minutes, about 100 MB with all codecs.
const MAX_SAMPLES: usize = 16_000 * 60 * 20;

/// Texts that are kept or being made.
const MAX_TEXTS: usize = 2_000;

type Cell = Arc<OnceCell<Arc<Audio>>>;

#[derive(Debug, Default)]
struct Kept {
    texts: BTreeMap<Speech, (u64, Cell)>,
    turn: u64,
}

/// A bounded memory of speech. The same text wanted twice at once is one cell, so that it is made once.
#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<Kept>);

impl Cache {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The place of a text: filled, being filled, or empty.
    pub(super) fn cell(&self, speech: &Speech) -> Cell {
        let mut kept = self.kept();
        kept.turn += 1;
        let turn = kept.turn;
        let entry = kept.texts.entry(speech.clone()).or_default();
        entry.0 = turn;
        let cell = Arc::clone(&entry.1);
        shrink(&mut kept.texts, speech);
        cell
    }

    /// Notes that a text was made; what is too much is forgotten.
    pub(super) fn keep(&self, speech: &Speech, audio: &Arc<Audio>) {
        let mut kept = self.kept();
        if audio.pcm(Rate::Wide).len() > MAX_SAMPLES / 4 {
            kept.texts.remove(speech);
        }
        shrink(&mut kept.texts, speech);
    }

    pub(super) fn clear(&self) {
        self.kept().texts.clear();
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.kept().texts.len()
    }
}

fn shrink(texts: &mut BTreeMap<Speech, (u64, Cell)>, current: &Speech) {
    let size = |cell: &Cell| cell.get().map_or(0, |audio| audio.pcm(Rate::Wide).len());
    let mut samples: usize = texts.values().map(|(_, cell)| size(cell)).sum();
    while texts.len() > MAX_TEXTS || samples > MAX_SAMPLES {
        let oldest =
            texts.iter().filter(|(speech, _)| *speech != current).min_by_key(|(_, (turn, _))| *turn).map(|(speech, _)| speech.clone());
        let Some((_, cell)) = oldest.and_then(|oldest| texts.remove(&oldest)) else { return };
        samples -= size(&cell);
    }
}
