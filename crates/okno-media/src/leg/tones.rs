//! Keys that a far end sends as tones, because its trunk knows no events.

use crate::codec::{Codec, Decoder, MAX_PACKET_MS, Rate};
use crate::goertzel::{Detector, Tone};

/// Listens to one leg.
pub(crate) struct Tones {
    decoder: Option<Box<Decoder>>,
    detector: Box<Detector>,
    samples: Box<[i16]>,
}

impl Tones {
    pub(crate) fn new() -> Self {
        let samples = vec![0; Rate::Narrow.samples(MAX_PACKET_MS)].into_boxed_slice();
        Self { decoder: None, detector: Box::new(Detector::new(Rate::Narrow)), samples }
    }

    /// Listens to a payload, and tells each key that begins in it.
    pub(crate) fn listen(&mut self, codec: Codec, payload: &[u8], mut tell: impl FnMut(char)) {
        let fits = self.decoder.take().filter(|own| own.codec() == codec);
        let Some(mut decoder) = fits.or_else(|| Decoder::new(codec, Rate::Narrow).ok().map(Box::new)) else { return };
        if let Ok(count) = decoder.decode(payload, &mut self.samples) {
            self.detector.push(&self.samples[..count], |tone| {
                if let Tone::Begin(key) = tone {
                    tell(key);
                }
            });
        }
        self.decoder = Some(decoder);
    }
}
