//! Streams of random numbers. A stream is named, not shared: whoever asks for the patience of customer 17 gets the same number
//! whatever else was asked before (S-2).

/// What a number is for. Part of a stream's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Arrivals = 1,
    Busyness,
    Patience,
    Handle,
    Wrapup,
    Class,
    Transfer,
    Redial,
    Answer,
    Agent,
    Copies,
}

/// The finalizer of SplitMix64: every input bit reaches every output bit.
const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// The seed of one replication; its streams are named below it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seed(u64);

impl Seed {
    pub(crate) const fn new(seed: u64, replication: u64) -> Self {
        Self(mix(mix(seed.wrapping_add(STEP)).wrapping_add(replication.wrapping_mul(STEP))))
    }

    /// The stream of a purpose, of one owner (queue, agent) and one number (customer).
    #[inline]
    pub(crate) const fn stream(self, purpose: Purpose, owner: u64, number: u64) -> Stream {
        let name = (purpose as u64) << 48 ^ owner << 32;
        Stream { state: mix(mix(self.0 ^ name).wrapping_add(number.wrapping_mul(STEP))) }
    }
}

/// SplitMix64: passes `BigCrush`, one word of state.
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    state: u64,
}

impl Stream {
    #[inline]
    pub(crate) const fn word(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mix(self.state)
    }

    /// A number above 0 and below 1.
    #[inline]
    pub(crate) const fn unit(&mut self) -> f64 {
        ((self.word() >> 11) as f64 + 0.5) * (1.0 / (1_u64 << 53) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_what_its_name_says() {
        let draw = |seed, replication, purpose, owner, number| Seed::new(seed, replication).stream(purpose, owner, number).word();
        let one = draw(1, 2, Purpose::Patience, 3, 4);
        assert_eq!(one, draw(1, 2, Purpose::Patience, 3, 4));
        for other in [
            draw(2, 2, Purpose::Patience, 3, 4),
            draw(1, 3, Purpose::Patience, 3, 4),
            draw(1, 2, Purpose::Handle, 3, 4),
            draw(1, 2, Purpose::Patience, 4, 4),
            draw(1, 2, Purpose::Patience, 3, 5),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn units_of_neighboring_streams_are_uniform_and_independent() {
        let n = 200_000;
        let seed = Seed::new(7, 0);
        let units: Vec<f64> = (0..n).map(|number| seed.stream(Purpose::Handle, 0, number).unit()).collect();
        let mean = units.iter().sum::<f64>() / n as f64;
        let lag = units.windows(2).map(|pair| (pair[0] - 0.5) * (pair[1] - 0.5)).sum::<f64>() / n as f64 * 12.0;
        assert!((mean - 0.5).abs() < 0.003, "{mean}");
        assert!(lag.abs() < 0.01, "{lag}");
        assert!(units.iter().all(|&unit| unit > 0.0 && unit < 1.0));
    }
}
