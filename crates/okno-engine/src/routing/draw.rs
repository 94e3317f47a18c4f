//! Drawing lots (`random`, `weighted_random`): an agent is found by his number among those who are ready, so a draw costs the same
//! in a team of ten and of ten thousand. Made of who, what, when and how many were tried, so that the same inputs give the
//! same lots, in a rebuilt engine too.
//!
//! `random`: everybody of the lowest tier alike, then the next tier. `weighted_random`: each has a number at random below
//! 1 + tier thousands, and the lowest goes first. So who comes first below one thousand is anybody alike of those who fall there, and
//! an agent falls there with a chance of 1 in (1 + tier): everybody is asked in a random order whether he does, and nobody's number
//! has to be known. Who does not is asked about the next thousand, and so on.

use super::{
    Engine,
    ranked::Ranked,
    slab::ItemIx,
    state::ReadyKey,
    strategy::{AgentRank, mix},
};
use okno_model::{AgentId, doc::Strategy};

/// Where fewer than one in so many can have it, they are looked for first.
const RARE: usize = 4;
/// After so many draws everybody is put into a row: then a draw costs nothing any more.
const FEW: usize = 64;

/// Numbers without end.
struct Lots(u64);

impl Lots {
    /// A number below `n`.
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        ((u128::from(mix(self.0)) * n as u128) >> 64) as usize
    }
}

/// The numbers from 0 to `n` in a random order, made as far as they are asked for.
struct Shuffled {
    n: usize,
    given: usize,
    /// What stands no longer in its own place.
    moved: Vec<(usize, usize)>,
    /// Everything, once many were asked for.
    row: Vec<usize>,
}

impl Shuffled {
    const fn new(n: usize) -> Self {
        Self { n, given: 0, moved: Vec::new(), row: Vec::new() }
    }

    fn next(&mut self, lots: &mut Lots) -> Option<usize> {
        if self.given == self.n {
            return None;
        }
        let (here, there) = (self.given, self.given + lots.below(self.n - self.given));
        self.given += 1;
        if self.row.is_empty() && self.given > FEW {
            self.row = (0..self.n).collect();
            for &(place, value) in &self.moved {
                self.row[place] = value;
            }
        }
        if !self.row.is_empty() {
            self.row.swap(here, there);
            return self.row.get(here).copied();
        }
        let stands = |place: usize| self.moved.iter().find(|(other, _)| *other == place).map_or(place, |&(_, value)| value);
        let (mine, drawn) = (stands(here), stands(there));
        match self.moved.iter_mut().find(|(other, _)| *other == there) {
            Some((_, value)) => *value = mine,
            None => self.moved.push((there, mine)),
        }
        Some(drawn)
    }
}

/// Those among whom it is drawn, by tier.
enum Pot<'a> {
    /// All who are ready, whether they fit or not.
    All(&'a Ranked<ReadyKey>),
    /// Those who fit.
    Those(Vec<ReadyKey>),
}

impl Pot<'_> {
    fn len(&self) -> usize {
        match self {
            Self::All(ready) => ready.len(),
            Self::Those(those) => those.len(),
        }
    }

    fn nth(&self, n: usize) -> Option<&ReadyKey> {
        match self {
            Self::All(ready) => ready.nth(n),
            Self::Those(those) => those.get(n),
        }
    }

    /// How many there are below a tier.
    fn below(&self, tier: u8) -> usize {
        let rank = AgentRank::of_tier(tier);
        match self {
            Self::All(ready) => ready.before(&super::choice::listed(rank, AgentId::from_u128(0))),
            Self::Those(those) => those.partition_point(|key| key.rank < rank),
        }
    }
}

impl Engine {
    /// Agents drawn for an interaction, first drawn first, at most `most`. About `there` of those who are ready fit it.
    pub(super) fn draw(&self, item: ItemIx, there: usize, most: usize, fits: impl Fn(&&ReadyKey) -> bool) -> Vec<ReadyKey> {
        let record = &self.items[item];
        let queue = &self.queues[record.queue];
        let fold = |id: u128| (id >> 64) as u64 ^ id as u64;
        let tried = record.excluded.len() as u64;
        let mut lots = Lots(mix(fold(record.work.interaction.0.as_u128()) ^ mix(self.now.millis() as u64 ^ (tried << 48))));
        let rare = there * RARE < queue.ready.len();
        let pot = if rare { Pot::Those(queue.ready.iter().filter(&fits).copied().collect()) } else { Pot::All(&queue.ready) };
        let fits = |key: &&ReadyKey| rare || fits(key);
        let mut drawn = Vec::with_capacity(most);
        if queue.profile.strategy == Strategy::WeightedRandom {
            weighted(&pot, most, &mut lots, fits, &mut drawn);
            return drawn;
        }
        let mut from = 0;
        while drawn.len() < most
            && let Some(first) = pot.nth(from)
        {
            let to = pot.below(first.rank.tier() + 1);
            let mut order = Shuffled::new(to - from);
            while drawn.len() < most
                && let Some(n) = order.next(&mut lots)
            {
                drawn.extend(pot.nth(from + n).filter(&fits));
            }
            from = to;
        }
        drawn
    }
}

fn weighted(pot: &Pot<'_>, most: usize, lots: &mut Lots, fits: impl Fn(&&ReadyKey) -> bool, drawn: &mut Vec<ReadyKey>) {
    let mut order = Shuffled::new(pot.len());
    // Who is above one thousand, in an order that is random as well.
    let mut above = Vec::new();
    while drawn.len() < most
        && let Some(n) = order.next(lots)
    {
        let Some(key) = pot.nth(n).filter(&fits) else { continue };
        let into = if lots.below(1 + usize::from(key.rank.tier())) == 0 { &mut *drawn } else { &mut above };
        into.push(*key);
    }
    for thousand in 1.. {
        if drawn.len() >= most || above.is_empty() {
            return;
        }
        let (here, higher) = above.into_iter().partition(|key: &ReadyKey| {
            // He has 1 + tier thousands, and is in none of those before.
            lots.below((1 + usize::from(key.rank.tier())).saturating_sub(thousand).max(1)) == 0
        });
        let here: Vec<ReadyKey> = here;
        let rest = most - drawn.len();
        drawn.extend(here.into_iter().take(rest));
        above = higher;
    }
}
