//! Prompts and music as a leg hears them: frames that were encoded once, for all who hear them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::audio::{Audio, Encoded, FRAME_MS};
use crate::codec::{Codec, Rate};
use crate::command::PlayItem;

/// Audio up to this length is encoded to G.711 when it is needed: that takes less than a packet's time.
const AT_ONCE: Duration = Duration::from_secs(60);

/// What remains to be played.
pub(crate) struct Player {
    items: VecDeque<PlayItem>,
    at: usize,
    frames: Option<(Codec, Frames)>,
}

#[derive(Clone)]
enum Frames {
    Ready(Encoded),
    /// Nobody has encoded it yet: this leg does it as it goes.
    Raw(Arc<[i16]>, Rate),
}

/// One frame of an item.
pub(crate) enum Piece {
    Encoded(Encoded, usize),
    /// Samples from there on; at the end of an item fewer than a frame.
    Samples(Arc<[i16]>, usize, Rate),
}

impl Frames {
    fn of(item: &PlayItem, codec: Codec) -> Self {
        let audio = &item.audio;
        if let Some(ready) = audio.ready(codec) {
            return Self::Ready(ready.clone());
        }
        if codec.is_g711()
            && audio.duration() <= AT_ONCE
            && let Ok(ready) = audio.encoded(codec)
        {
            return Self::Ready(ready.clone());
        }
        if item.repeat {
            encode_beside(Arc::clone(audio), codec);
        }
        Self::Raw(Arc::clone(audio.pcm(codec.rate())), codec.rate())
    }

    fn count(&self) -> usize {
        match self {
            Self::Ready(frames) => frames.len(),
            Self::Raw(samples, rate) => samples.len().div_ceil(rate.samples(FRAME_MS)),
        }
    }
}

/// Encodes music on a thread of its own, for the next round and for others.
fn encode_beside(audio: Arc<Audio>, codec: Codec) {
    let work = move || {
        if let Err(error) = audio.encoded(codec) {
            tracing::warn!(%error, "audio cannot be encoded in advance");
        }
    };
    if let Err(error) = std::thread::Builder::new().name("media-encode".to_owned()).spawn(work) {
        tracing::warn!(%error, "audio cannot be encoded in advance");
    }
}

impl Player {
    pub(crate) fn new(items: Vec<PlayItem>) -> Self {
        Self { items: items.into(), at: 0, frames: None }
    }

    /// The next 20 ms; `None` at the end of all items. `played` gets the token of each item that has ended.
    pub(crate) fn next(&mut self, codec: Codec, mut played: impl FnMut(u64)) -> Option<Piece> {
        loop {
            let item = self.items.front()?;
            let frames = match self.frames.take() {
                Some((own, frames)) if own == codec => frames,
                Some(_) | None => Frames::of(item, codec),
            };
            let count = frames.count();
            if self.at >= count && item.repeat && count > 0 {
                self.at = 0; // and by now it may have been encoded
                continue;
            }
            if self.at < count {
                let at = self.at;
                self.at += 1;
                self.frames = Some((codec, frames.clone()));
                return Some(match frames {
                    Frames::Ready(frames) => Piece::Encoded(frames, at),
                    Frames::Raw(samples, rate) => Piece::Samples(samples, at * rate.samples(FRAME_MS), rate),
                });
            }
            let ended = (!item.repeat).then_some(item.token);
            self.items.pop_front();
            self.at = 0;
            ended.into_iter().for_each(&mut played);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(frames: usize, repeat: bool, token: u64) -> PlayItem {
        PlayItem { audio: Arc::new(Audio::from_pcm(&vec![1000; 320 * frames])), repeat, token }
    }

    #[test]
    fn items_follow_each_other_and_tell_their_end() {
        let mut player = Player::new(vec![item(3, false, 1), item(0, true, 9), item(2, false, 2)]);
        let mut ends = Vec::new();
        let mut count = 0;
        while player.next(Codec::Pcmu, |token| ends.push(token)).is_some() {
            count += 1;
        }
        assert_eq!((count, ends), (5, vec![1, 2]));
    }

    #[test]
    fn music_repeats_and_becomes_encoded_frames() {
        let music = item(4, true, 1);
        let audio = Arc::clone(&music.audio);
        let mut player = Player::new(vec![music]);
        assert!(matches!(player.next(Codec::Opus, |_| ()), Some(Piece::Samples(_, 0, Rate::Wide))));
        audio.encoded(Codec::Opus).unwrap();
        let pieces: Vec<_> = (0..7).map(|_| player.next(Codec::Opus, |_| ()).unwrap()).collect();
        assert!(matches!(pieces[2], Piece::Samples(_, 960, _)) && matches!(pieces[3], Piece::Encoded(_, 0)), "ready at the next round");
    }
}
