//! What one replication counts: cells per queue and interval, histograms of waits, and time integrals.

use crate::model::Model;

/// Counts and sums of the customers of one queue who came in one interval. Everything is additive: sums over intervals,
/// queues and replications are the values of the whole. Times in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Tried to get in: first tries, further tries and transfers.
    pub(crate) offered: u64,
    /// Of these, who tried again.
    pub(crate) redials: u64,
    /// Of these, who was sent by an agent.
    pub(crate) transferred: u64,
    pub(crate) answered: u64,
    pub(crate) answered_in: u64,
    /// Answered after waiting at all.
    pub(crate) answered_queued: u64,
    pub(crate) abandoned: u64,
    pub(crate) abandoned_in: u64,
    pub(crate) short: u64,
    /// Left the queue without an agent after waiting at all.
    pub(crate) blocked: u64,
    /// Told by when they are answered, instead of waiting.
    pub(crate) promised: u64,
    /// Of these, who was answered by then.
    pub(crate) kept: u64,
    pub(crate) overflowed: u64,
    pub(crate) missed: u64,
    pub(crate) wait_answered: u64,
    pub(crate) wait_abandoned: u64,
    pub(crate) handled: u64,
    pub(crate) handle: u64,
    pub(crate) longest: u64,
}

impl Cell {
    pub(crate) fn add(&mut self, other: &Self) {
        self.offered += other.offered;
        self.redials += other.redials;
        self.transferred += other.transferred;
        self.answered += other.answered;
        self.answered_in += other.answered_in;
        self.answered_queued += other.answered_queued;
        self.abandoned += other.abandoned;
        self.abandoned_in += other.abandoned_in;
        self.short += other.short;
        self.blocked += other.blocked;
        self.promised += other.promised;
        self.kept += other.kept;
        self.overflowed += other.overflowed;
        self.missed += other.missed;
        self.wait_answered += other.wait_answered;
        self.wait_abandoned += other.wait_abandoned;
        self.handled += other.handled;
        self.handle += other.handle;
        self.longest = self.longest.max(other.longest);
    }
}

/// Counts of waits in buckets whose width is at most 1/256 of the wait: quantiles are right to 0.4 %, and exact below 256 ms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Histogram {
    counts: Vec<u32>,
    total: u64,
}

impl Histogram {
    #[inline]
    pub(crate) fn add(&mut self, ms: u64) {
        let at = bucket(ms);
        if at >= self.counts.len() {
            self.counts.resize(at + 1, 0);
        }
        self.counts[at] += 1;
        self.total += 1;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        if other.counts.len() > self.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine = mine.saturating_add(*theirs);
        }
        self.total += other.total;
    }

    /// The least wait that a share of `q` does not exceed, milliseconds; `None` without any.
    pub(crate) fn quantile(&self, q: f64) -> Option<f64> {
        if self.total == 0 {
            return None;
        }
        let rank = ((q * self.total as f64).ceil() as u64).clamp(1, self.total);
        let mut seen = 0;
        for (at, &count) in self.counts.iter().enumerate() {
            seen += u64::from(count);
            if seen >= rank {
                return Some(middle(at));
            }
        }
        None
    }
}

#[inline]
const fn bucket(ms: u64) -> usize {
    if ms < 256 {
        return ms as usize;
    }
    let shift = 55 - ms.leading_zeros() as u64;
    (((shift + 1) << 8) + ((ms >> shift) - 256)) as usize
}

fn middle(bucket: usize) -> f64 {
    if bucket < 256 {
        return bucket as f64;
    }
    let shift = (bucket >> 8) - 1;
    let from = ((bucket & 255) + 256) << shift;
    from as f64 + ((1_u64 << shift) - 1) as f64 * 0.5
}

/// A number over time and its integral per interval, counted from the warm-up on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Area {
    pub(crate) value: f64,
    last: u64,
    pub(crate) sums: Vec<f64>,
    pub(crate) most: Vec<f64>,
}

impl Area {
    pub(crate) fn new(intervals: usize) -> Self {
        Self { value: 0.0, last: 0, sums: vec![0.0; intervals], most: vec![0.0; intervals] }
    }

    /// Lets time pass until `now` with the value as it was, then changes it. `from` and `until` bound what is counted.
    #[inline]
    pub(crate) fn change(&mut self, now: u64, by: f64, span: &Counted) {
        self.pass(now, span);
        self.value += by;
        if now >= span.from && now <= span.until {
            let at = span.interval_of(now);
            self.most[at] = self.most[at].max(self.value);
        }
    }

    pub(crate) fn pass(&mut self, now: u64, span: &Counted) {
        let until = now.min(span.until);
        let mut from = self.last.max(span.from);
        while from < until {
            let at = span.interval_of(from);
            let end = if at + 1 == self.sums.len() { until } else { ((at as u64 + 1) * span.interval).min(until) };
            self.sums[at] += self.value * (end - from) as f64;
            self.most[at] = self.most[at].max(self.value);
            from = end;
        }
        self.last = self.last.max(now);
    }
}

/// What part of a run is counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counted {
    pub(crate) from: u64,
    pub(crate) until: u64,
    pub(crate) interval: u64,
    pub(crate) intervals: usize,
}

impl Counted {
    #[inline]
    fn interval_of(&self, at: u64) -> usize {
        ((at / self.interval) as usize).min(self.intervals - 1)
    }
}

/// Time integrals of one group of agents.
#[derive(Debug, Clone)]
pub(crate) struct GroupArea {
    /// Agents there.
    pub(crate) present: Area,
    /// Agents with anything in hand.
    pub(crate) busy: Area,
    /// Parts of capacity in use: half for one of two possible chats.
    pub(crate) load: Area,
}

/// Everything that one replication counts.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    intervals: usize,
    /// By queue, then interval.
    pub(crate) cells: Vec<Cell>,
    /// Waits of answered customers, by queue.
    pub(crate) answered: Vec<Histogram>,
    /// Waits of answered and abandoned customers, by queue.
    pub(crate) all: Vec<Histogram>,
    /// Waiting customers, by queue.
    pub(crate) waiting: Vec<Area>,
    pub(crate) groups: Vec<GroupArea>,
    /// Counted customers who still wait at the end.
    pub(crate) left_waiting: u64,
    /// Customers that the engine handled, counted or not.
    pub(crate) customers: u64,
    /// Inputs that the engine took.
    pub(crate) inputs: u64,
}

impl Tally {
    pub(crate) fn new(model: &Model) -> Self {
        let (queues, intervals) = (model.queues.len(), model.intervals);
        let area = || Area::new(intervals);
        Self {
            intervals,
            cells: vec![Cell::default(); queues * intervals],
            answered: vec![Histogram::default(); queues],
            all: vec![Histogram::default(); queues],
            waiting: (0..queues).map(|_| area()).collect(),
            groups: model.groups.iter().map(|_| GroupArea { present: area(), busy: area(), load: area() }).collect(),
            left_waiting: 0,
            customers: 0,
            inputs: 0,
        }
    }

    #[inline]
    pub(crate) fn cell(&mut self, queue: usize, interval: usize) -> &mut Cell {
        &mut self.cells[queue * self.intervals + interval]
    }

    /// The cells of one queue.
    pub(crate) fn of_queue(&self, queue: usize) -> &[Cell] {
        &self.cells[queue * self.intervals..(queue + 1) * self.intervals]
    }

    /// Everybody who came, in one cell.
    pub(crate) fn whole(&self) -> Cell {
        self.cells.iter().fold(Cell::default(), |mut sum, cell| {
            sum.add(cell);
            sum
        })
    }

    /// S-3: nobody is lost and nobody is counted twice.
    pub(crate) fn conserves(&self) -> bool {
        let whole = self.whole();
        whole.offered == whole.answered + whole.abandoned + whole.blocked + whole.promised + self.left_waiting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_narrow_and_in_order() {
        let mut last = 0;
        for ms in 0..2_000_000 {
            let at = bucket(ms);
            assert!(at == last || at == last + 1, "{ms}");
            last = at;
            assert!((middle(at) - ms as f64).abs() <= ms as f64 / 256.0, "{ms} {}", middle(at));
        }
    }

    #[test]
    fn quantiles_are_those_of_the_values() {
        let mut histogram = Histogram::default();
        (0..=100).for_each(|ms| histogram.add(ms));
        assert_eq!(histogram.quantile(0.5), Some(50.0));
        assert_eq!(histogram.quantile(0.9), Some(90.0));
        assert_eq!(Histogram::default().quantile(0.5), None);
    }

    #[test]
    fn an_area_is_split_at_the_intervals() {
        let span = Counted { from: 500, until: 2_500, interval: 1_000, intervals: 3 };
        let mut area = Area::new(3);
        area.change(0, 2.0, &span);
        area.change(1_250, -1.0, &span);
        area.pass(9_000, &span);
        assert_eq!(area.sums, [1_000.0, 500.0 + 750.0, 500.0]);
        assert_eq!(area.most, [2.0, 2.0, 1.0]);
    }
}
