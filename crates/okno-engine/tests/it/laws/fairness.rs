//! Equal agents get equal shares. Where the strategy gives a bound for every course of events, the bound is tested; where it
//! draws or compares rates, shares of long shifts from fixed seeds are.

use super::{line::agent, shift::Shift};
use okno_model::doc::{Strategy, Tier, Window};
use proptest::{prelude::*, sample::select};
use std::collections::BTreeMap;

/// How far the shares are from equal at most, in percent of an equal share.
fn unfairness<N: Copy + Into<f64>>(by_agent: &BTreeMap<okno_model::AgentId, N>, agents: u8) -> f64 {
    assert_eq!(by_agent.len(), usize::from(agents), "everybody got something");
    let shares: Vec<f64> = by_agent.values().map(|&n| n.into()).collect();
    let fair = shares.iter().sum::<f64>() / f64::from(agents);
    shares.iter().map(|share| (share - fair).abs() / fair * 100.0).fold(0.0, f64::max)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Under any load: nobody is offered a second interaction while somebody else has stood ready since before the first.
    #[test]
    fn nobody_is_passed_over_twice_by_the_same_colleague(
        strategy in select(&[Strategy::LongestIdle, Strategy::LeastRecent, Strategy::RoundRobin][..]),
        agents in 2..9_u8,
        talk in 1_000..200_000_u64,
        seed: u64,
    ) {
        let told = Shift { talk, ..Shift::new(strategy, agents, seed) }.run();
        prop_assert!(told.passed_over <= 1, "{} times", told.passed_over);
    }

    /// While there is always somebody ready and nobody busy, the offers of any two differ by one at most.
    #[test]
    fn without_load_everybody_has_his_turn(
        strategy in select(&[Strategy::LongestIdle, Strategy::LeastRecent, Strategy::RoundRobin][..]),
        agents in 2..9_u8,
        seed: u64,
    ) {
        let told = Shift { talk: 4_000, ..Shift::new(strategy, agents, seed) }.run();
        let (least, most) = (told.offers.values().min(), told.offers.values().max());
        prop_assert!(most <= least.map(|least| least + 1).as_ref(), "{:?}", told.offers);
    }
}

/// A long shift at about four fifths of what five agents can do.
fn long(strategy: Strategy, seed: u64) -> Shift {
    Shift { arrivals: 3_000, gap: 20_000, talk: 80_000, ..Shift::new(strategy, 5, seed) }
}

#[test]
fn rates_even_out_over_a_shift() {
    // At four fifths of what they can do, and on an empty floor, where rates fall for longer than they rise.
    for (seed, talk, most) in [(1, 80_000, 2.0), (2, 80_000, 2.0), (1, 5_000, 5.0), (2, 5_000, 5.0)] {
        for window in [Window::Shift, Window::Hour, Window::Day] {
            let told = Shift { window, talk, ..long(Strategy::FewestTaken, seed) }.run();
            let found = unfairness(&told.offers, 5);
            assert!(found < most, "fewest_contacts by {window:?}, seed {seed}: {found:.2} %");
            for strategy in [Strategy::LeastTalkTime, Strategy::LeastOccupied] {
                let told = Shift { window, talk, ..long(strategy, seed) }.run();
                let talked = told.talked.iter().map(|(&agent, &ms)| (agent, ms as f64)).collect();
                let found = unfairness(&talked, 5);
                assert!(found < most, "{strategy:?} by {window:?}, seed {seed}: {found:.2} %");
            }
        }
    }
}

#[test]
fn a_newcomer_is_neither_flooded_nor_forgotten() {
    for strategy in [Strategy::FewestTaken, Strategy::LeastTalkTime, Strategy::LeastOccupied, Strategy::LongestIdle, Strategy::RoundRobin] {
        let told = Shift { newcomer_after: 2_000, ..long(strategy, 1) }.run();
        let found = unfairness(&told.since_newcomer, 5);
        assert!(found < 15.0, "{strategy:?}: {found:.2} % in {:?}", told.since_newcomer);
    }
}

#[test]
fn draws_follow_their_weights() {
    let mut all = BTreeMap::new();
    for seed in 1..=4 {
        // Nobody is ever busy: each draw is among all five.
        let told = Shift { arrivals: 2_500, talk: 4_000, ..Shift::new(Strategy::Random, 5, seed) }.run();
        told.offers.into_iter().for_each(|(agent, n)| *all.entry(agent).or_insert(0) += n);
    }
    // Ten thousand draws, four degrees of freedom: more than this happens once in a thousand times.
    let fair = 2_000.0;
    let chi: f64 = all.values().map(|&n| (f64::from(n) - fair).powi(2) / fair).sum();
    assert!(chi < 18.47, "chi square {chi:.2} in {all:?}");

    // Below 1,000 against below 2,000: the second one wins a quarter of the draws.
    let tiers = vec![Tier { agent: agent(0), tier: 0 }, Tier { agent: agent(1), tier: 1 }];
    let told = Shift { arrivals: 10_000, talk: 4_000, tiers, ..Shift::new(Strategy::WeightedRandom, 2, 1) }.run();
    let second = f64::from(told.offers[&agent(1)]) / 10_000.0;
    assert!((second - 0.25).abs() < 0.015, "the second got {second}");
}
