//! Estimates from folds.

use super::{
    Difference, Estimate, GroupReport, IntervalReport, Measures, QueueReport, ScenarioReport,
    fold::{Fold, GroupRow, Moments, Row, level},
};
use crate::{model::Model, spec::Variant, stats::student_quantile, tally::Cell};

/// Half of the interval is so many standard errors.
fn t(replications: usize) -> Option<f64> {
    (replications > 1).then(|| student_quantile((replications - 1) as f64, 0.975))
}

/// The mean of one number per replication.
fn mean(values: &[f64]) -> Estimate {
    if values.is_empty() {
        return Estimate::default();
    }
    let n = values.len() as f64;
    let value = values.iter().sum::<f64>() / n;
    let Some(t) = t(values.len()) else { return Estimate { value: Some(value), low: None, high: None } };
    let variance = values.iter().map(|v| (v - value).powi(2)).sum::<f64>() / (n - 1.0);
    let half = t * (variance / n).sqrt();
    Estimate { value: Some(value), low: Some(value - half), high: Some(value + half) }
}

/// A ratio of sums over replications.
fn ratio(pairs: &[(f64, f64)]) -> Estimate {
    let mut moments = Moments::default();
    for &(n, d) in pairs {
        moments.n += n;
        moments.d += d;
        moments.nn += n * n;
        moments.dd += d * d;
        moments.nd += n * d;
    }
    ratio_of(&moments, pairs.len())
}

fn ratio_of(m: &Moments, replications: usize) -> Estimate {
    if m.d <= 0.0 {
        return Estimate::default();
    }
    let value = m.n / m.d;
    let Some(t) = t(replications) else { return Estimate { value: Some(value), low: None, high: None } };
    let r = replications as f64;
    // Variance of n - value d, which has the mean 0.
    let variance = ((m.nn - 2.0 * value * m.nd + value * value * m.dd) / (r - 1.0)).max(0.0);
    let half = t * (variance / r).sqrt() / (m.d / r);
    Estimate { value: Some(value), low: Some(value - half), high: Some(value + half) }
}

fn share(pairs: &[(f64, f64)]) -> Estimate {
    clipped(ratio(pairs))
}

fn clipped(e: Estimate) -> Estimate {
    Estimate { value: e.value, low: e.low.map(|v| v.max(0.0)), high: e.high.map(|v| v.min(1.0)) }
}

fn seconds(e: Estimate) -> Estimate {
    let s = |v: Option<f64>| v.map(|ms| ms / 1000.0);
    Estimate { value: s(e.value), low: s(e.low), high: s(e.high) }
}

fn measures(rows: &[Row], pooled: [Option<f64>; 4]) -> Measures {
    let count = |of: fn(&Cell) -> u64| mean(&rows.iter().map(|row| of(&row.cell) as f64).collect::<Vec<_>>());
    let pairs = |n: fn(&Cell) -> u64, d: fn(&Cell) -> u64| -> Vec<(f64, f64)> {
        rows.iter().map(|row| (n(&row.cell) as f64, d(&row.cell) as f64)).collect()
    };
    let sl = |variant| share(&rows.iter().map(|row| level(&row.cell, variant)).collect::<Vec<_>>());
    let quantile = |k: usize| {
        // The interval is that of the replications' own quantiles; the value is that of all waits together.
        let own: Vec<f64> = rows.iter().filter_map(|row| row.quantiles[k]).collect();
        seconds(Estimate { value: pooled[k], ..mean(&own) })
    };
    Measures {
        offered: count(|c| c.offered),
        redials: count(|c| c.redials),
        transferred: count(|c| c.transferred),
        answered: count(|c| c.answered),
        abandoned: count(|c| c.abandoned),
        blocked: count(|c| c.blocked),
        promised: count(|c| c.promised),
        kept: share(&pairs(|c| c.kept, |c| c.promised)),
        overflowed: count(|c| c.overflowed),
        missed: count(|c| c.missed),
        f1: sl(Variant::F1),
        f2: sl(Variant::F2),
        f3: sl(Variant::F3),
        f4: sl(Variant::F4),
        f5: sl(Variant::F5),
        f6: sl(Variant::F6),
        abandonment: share(&pairs(|c| c.abandoned, |c| c.offered)),
        blocking: share(&pairs(|c| c.blocked, |c| c.offered)),
        asa: seconds(ratio(&pairs(|c| c.wait_answered, |c| c.answered))),
        asa_queued: seconds(ratio(&pairs(|c| c.wait_answered, |c| c.answered_queued))),
        wait: seconds(ratio(&pairs(|c| c.wait_answered + c.wait_abandoned, |c| c.answered + c.abandoned))),
        waited: share(&pairs(|c| c.answered_queued, |c| c.answered)),
        handle: seconds(ratio(&pairs(|c| c.handle, |c| c.handled))),
        p50: quantile(0),
        p90: quantile(1),
        p95: quantile(2),
        p90_all: quantile(3),
        longest: seconds(count(|c| c.longest)),
        waiting: mean(&rows.iter().map(|row| row.waiting).collect::<Vec<_>>()),
        waiting_most: mean(&rows.iter().map(|row| row.waiting_most).collect::<Vec<_>>()),
    }
}

/// When an interval begins, for people.
pub(crate) fn label(model: &Model, interval: usize) -> String {
    let minutes = (model.opens_ms + interval as u64 * model.interval) / 60_000;
    let clock = format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
    if model.opens_ms + model.horizon > 86_400_000 { format!("{} {clock}", minutes / 1440 + 1) } else { clock }
}

fn queue(name: &str, model: &Model, fold: &Fold, n: usize) -> QueueReport {
    let pooled =
        [fold.answered[n].quantile(0.5), fold.answered[n].quantile(0.9), fold.answered[n].quantile(0.95), fold.all[n].quantile(0.9)];
    let r = fold.replications as f64;
    let intervals = fold.intervals[n].iter().enumerate().map(|(i, sum)| {
        let cell = &sum.cell;
        let length = (model.interval.min(model.horizon - i as u64 * model.interval)) as f64;
        IntervalReport {
            from: label(model, i),
            offered: cell.offered as f64 / r,
            answered: cell.answered as f64 / r,
            abandoned: cell.abandoned as f64 / r,
            blocked: cell.blocked as f64 / r,
            promised: cell.promised as f64 / r,
            service_level: clipped(ratio_of(&sum.level, fold.replications)),
            asa: (cell.answered > 0).then(|| cell.wait_answered as f64 / cell.answered as f64 / 1000.0),
            waiting: sum.waiting / r / length,
            waiting_most: sum.waiting_most,
        }
    });
    QueueReport { name: name.to_owned(), whole: measures(&fold.rows[n], pooled), intervals: intervals.collect() }
}

fn group(name: &str, model: &Model, fold: &Fold, n: usize) -> GroupReport {
    let rows = &fold.groups[n];
    let of = |k: usize| -> Vec<(f64, f64)> { rows.iter().map(|row| (row[k], row[0])).collect() };
    let r = fold.replications as f64;
    let lengths = (0..model.intervals).map(|i| model.interval.min(model.horizon - i as u64 * model.interval) as f64);
    GroupReport {
        name: name.to_owned(),
        occupancy: share(&of(1)),
        load: ratio(&of(2)),
        hours: rows.iter().map(|row| row[0]).sum::<f64>() / r / 3_600_000.0,
        agents: fold.group_intervals[n].iter().zip(lengths).map(|(row, length)| row[0] / r / length).collect(),
        occupancies: fold.group_intervals[n].iter().map(|row| (row[0] > 0.0).then(|| row[1] / row[0])).collect(),
    }
}

pub(crate) fn scenario(name: &str, changes: &[String], model: &Model, fold: &Fold) -> ScenarioReport {
    let queues = model.queues.iter().enumerate().map(|(n, spec)| queue(&spec.name, model, fold, n));
    let groups = model.groups.iter().enumerate().map(|(n, spec)| group(&spec.name, model, fold, n));
    ScenarioReport {
        name: name.to_owned(),
        changes: changes.to_vec(),
        all: queue("", model, fold, model.queues.len()),
        queues: queues.collect(),
        agents: group("", model, fold, model.groups.len()),
        groups: groups.collect(),
        differences: Vec::new(),
    }
}

/// The difference of two ratios, replication by replication.
fn paired(scenario: &[(f64, f64)], base: &[(f64, f64)]) -> Estimate {
    let sums = |pairs: &[(f64, f64)]| pairs.iter().fold((0.0, 0.0), |(n, d), pair| (n + pair.0, d + pair.1));
    let ((sn, sd), (bn, bd)) = (sums(scenario), sums(base));
    if sd <= 0.0 || bd <= 0.0 {
        return Estimate::default();
    }
    let (rs, rb) = (sn / sd, bn / bd);
    let value = rs - rb;
    let n = scenario.len() as f64;
    let Some(t) = t(scenario.len()) else { return Estimate { value: Some(value), low: None, high: None } };
    let influence = scenario.iter().zip(base).map(|(s, b)| (s.0 - rs * s.1) / (sd / n) - (b.0 - rb * b.1) / (bd / n));
    let half = t * (influence.map(|z| z * z).sum::<f64>() / (n - 1.0) / n).sqrt();
    Estimate { value: Some(value), low: Some(value - half), high: Some(value + half) }
}

/// What a scenario changes, all queues together.
pub(crate) fn differences(model: &Model, base: &Fold, scenario: &Fold) -> Vec<Difference> {
    let rows = |fold: &Fold, of: &dyn Fn(&Cell) -> (f64, f64)| -> Vec<(f64, f64)> {
        fold.rows.last().map(|rows| rows.iter().map(|row| of(&row.cell)).collect()).unwrap_or_default()
    };
    let cells = |of: &dyn Fn(&Cell) -> (f64, f64)| paired(&rows(scenario, of), &rows(base, of));
    let busy = |fold: &Fold| -> Vec<(f64, f64)> {
        fold.groups.last().map(|rows| rows.iter().map(|row: &GroupRow| (row[1], row[0])).collect()).unwrap_or_default()
    };
    let p90 = |fold: &Fold| -> Vec<f64> {
        fold.rows.last().map(|rows| rows.iter().map(|row| row.quantiles[1].unwrap_or(0.0)).collect()).unwrap_or_default()
    };
    let change: Vec<f64> = p90(scenario).iter().zip(p90(base)).map(|(s, b)| s - b).collect();
    let all = [
        ("service_level", cells(&|c| level(c, model.target.variant))),
        ("abandonment", cells(&|c| (c.abandoned as f64, c.offered as f64))),
        ("asa", seconds(cells(&|c| (c.wait_answered as f64, c.answered as f64)))),
        ("p90", seconds(mean(&change))),
        ("occupancy", paired(&busy(scenario), &busy(base))),
        ("answered", cells(&|c| (c.answered as f64, 1.0))),
    ];
    all.into_iter().map(|(measure, difference)| Difference { measure: measure.to_owned(), difference }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_counted_is_nothing_and_one_replication_has_no_interval() {
        assert_eq!(share(&[(0.0, 0.0)]), Estimate::default());
        assert_eq!(share(&[(1.0, 2.0)]), Estimate { value: Some(0.5), low: None, high: None });
    }

    #[test]
    fn common_customers_make_a_difference_certain() {
        // Days differ much, but the scenario is better by the same on each.
        let base: Vec<(f64, f64)> = (0..20).map(|day| (50.0 + f64::from(day), 100.0)).collect();
        let better: Vec<(f64, f64)> = base.iter().map(|(n, d)| (n + 5.0, *d)).collect();
        let difference = paired(&better, &base);
        assert!((difference.value.unwrap() - 0.05).abs() < 1e-12);
        assert!((difference.high.unwrap() - difference.low.unwrap()) < 1e-9);
        assert!(ratio(&base).high.unwrap() - ratio(&base).low.unwrap() > 0.04);
    }
}
