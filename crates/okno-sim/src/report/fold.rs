//! Replications added up in their order.

use crate::{
    model::Model,
    spec::Variant,
    tally::{Cell, Histogram, Tally},
};

/// One replication of one queue, as whole-run intervals need it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub(crate) cell: Cell,
    /// P50, P90, P95 of the answered and P90 of all, milliseconds.
    pub(crate) quantiles: [Option<f64>; 4],
    /// Mean and largest number of waiting customers.
    pub(crate) waiting: f64,
    pub(crate) waiting_most: f64,
}

/// Sums of one interval of one queue.
#[derive(Debug, Clone, Default)]
pub(crate) struct IntervalSum {
    pub(crate) cell: Cell,
    pub(crate) level: Moments,
    pub(crate) waiting: f64,
    pub(crate) waiting_most: f64,
}

/// What the interval of a ratio needs.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Moments {
    pub(crate) n: f64,
    pub(crate) d: f64,
    pub(crate) nn: f64,
    pub(crate) dd: f64,
    pub(crate) nd: f64,
}

impl Moments {
    fn add(&mut self, (n, d): (f64, f64)) {
        self.n += n;
        self.d += d;
        self.nn += n * n;
        self.dd += d * d;
        self.nd += n * d;
    }
}

/// Agents there, busy, and their load: time integrals of one replication, milliseconds.
pub(crate) type GroupRow = [f64; 3];

/// All replications of one model.
#[derive(Debug, Clone)]
pub(crate) struct Fold {
    pub(crate) replications: usize,
    /// By queue (all queues together last), then replication.
    pub(crate) rows: Vec<Vec<Row>>,
    /// By queue (all last), then interval.
    pub(crate) intervals: Vec<Vec<IntervalSum>>,
    /// By queue (all last): waits of the answered, and of all.
    pub(crate) answered: Vec<Histogram>,
    pub(crate) all: Vec<Histogram>,
    /// By group (all last), then replication.
    pub(crate) groups: Vec<Vec<GroupRow>>,
    /// By group (all last), then interval.
    pub(crate) group_intervals: Vec<Vec<GroupRow>>,
}

/// Numerator and denominator of a service level.
pub(crate) fn level(cell: &Cell, variant: Variant) -> (f64, f64) {
    let [ans, ans_t, ab, ab_t, short] =
        [cell.answered, cell.answered_in, cell.abandoned, cell.abandoned_in, cell.short].map(|count| count as f64);
    match variant {
        Variant::F1 => (ans_t + ab_t, ans + ab),
        Variant::F2 => (ans_t, ans),
        Variant::F3 => (ans_t, ans + ab),
        Variant::F4 => (ans_t, ans + ab - ab_t),
        Variant::F5 => (ans_t + short, ans + ab),
        Variant::F6 => (ans_t, ans + ab - short),
    }
}

impl Fold {
    pub(crate) fn new(model: &Model) -> Self {
        let (queues, groups) = (model.queues.len() + 1, model.groups.len() + 1);
        Self {
            replications: 0,
            rows: vec![Vec::new(); queues],
            intervals: vec![vec![IntervalSum::default(); model.intervals]; queues],
            answered: vec![Histogram::default(); queues],
            all: vec![Histogram::default(); queues],
            groups: vec![Vec::new(); groups],
            group_intervals: vec![vec![[0.0; 3]; model.intervals]; groups],
        }
    }

    pub(crate) fn add(&mut self, model: &Model, tally: &Tally) {
        self.replications += 1;
        let counted = (model.horizon - model.warmup) as f64;
        let queues = model.queues.len();
        let mut together = vec![Cell::default(); model.intervals];
        let mut whole = Row::default();
        let (mut answered, mut all) = (Histogram::default(), Histogram::default());
        let mut most = vec![0.0; model.intervals];
        for queue in 0..queues {
            let cells = tally.of_queue(queue);
            let mut row = Row::default();
            let area = &tally.waiting[queue];
            for (i, cell) in cells.iter().enumerate() {
                row.cell.add(cell);
                together[i].add(cell);
                let sum = &mut self.intervals[queue][i];
                sum.cell.add(cell);
                sum.level.add(level(cell, model.target.variant));
                sum.waiting += area.sums[i];
                sum.waiting_most = sum.waiting_most.max(area.most[i]);
                self.intervals[queues][i].waiting += area.sums[i];
                most[i] += area.most[i];
            }
            row.waiting = area.sums.iter().sum::<f64>() / counted;
            row.waiting_most = area.most.iter().copied().fold(0.0, f64::max);
            row.quantiles = quantiles(&tally.answered[queue], &tally.all[queue]);
            whole.cell.add(&row.cell);
            whole.waiting += row.waiting;
            whole.waiting_most = whole.waiting_most.max(row.waiting_most);
            self.rows[queue].push(row);
            self.answered[queue].merge(&tally.answered[queue]);
            self.all[queue].merge(&tally.all[queue]);
            answered.merge(&tally.answered[queue]);
            all.merge(&tally.all[queue]);
        }
        whole.quantiles = quantiles(&answered, &all);
        self.answered[queues].merge(&answered);
        self.all[queues].merge(&all);
        self.rows[queues].push(whole);
        for (i, cell) in together.iter().enumerate() {
            let sum = &mut self.intervals[queues][i];
            sum.cell.add(cell);
            sum.level.add(level(cell, model.target.variant));
            sum.waiting_most = sum.waiting_most.max(most[i]);
        }
        self.add_groups(model, tally);
    }

    fn add_groups(&mut self, model: &Model, tally: &Tally) {
        let groups = model.groups.len();
        let mut whole = [0.0; 3];
        for (n, area) in tally.groups.iter().enumerate() {
            let mut row = [0.0; 3];
            for i in 0..model.intervals {
                let here = [area.present.sums[i], area.busy.sums[i], area.load.sums[i]];
                for k in 0..3 {
                    row[k] += here[k];
                    whole[k] += here[k];
                    self.group_intervals[n][i][k] += here[k];
                    self.group_intervals[groups][i][k] += here[k];
                }
            }
            self.groups[n].push(row);
        }
        self.groups[groups].push(whole);
    }
}

fn quantiles(answered: &Histogram, all: &Histogram) -> [Option<f64>; 4] {
    [answered.quantile(0.5), answered.quantile(0.9), answered.quantile(0.95), all.quantile(0.9)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_six_levels_are_those_of_the_published_example() {
        // ICMI: 1,000 answered, 860 in time; 60 abandoned, 20 of them in time and 10 short.
        let cell = Cell { answered: 1_000, answered_in: 860, abandoned: 60, abandoned_in: 20, short: 10, ..Cell::default() };
        let levels = Variant::ALL.map(|variant| {
            let (n, d) = level(&cell, variant);
            (n / d * 10_000.0).round() as u32
        });
        assert_eq!(levels, [8302, 8600, 8113, 8269, 8208, 8190]);
    }
}
