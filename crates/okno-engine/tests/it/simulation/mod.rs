//! A seeded simulation of a small floor: every step checks every invariant, a reference model follows the effects, and a
//! restart in the middle must change nothing. A failing seed is named and repeatable.
//!
//! `OKNO_SEEDS=<n>` runs the seeds below n, `OKNO_SEEDS=<from>..<to>` those between; `cargo xtask soak` runs 10,000.

mod act;
mod follow;
mod replay;
mod restart;
mod world;

use crate::coverage::{Edges, only_what_is_drawn, taken};
use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
};
use world::World;

/// Floors that together do everything that a floor does.
const ENOUGH: u64 = 60;

/// Seeds in which a soak found something: one for each cause.
const FOUND: [u64; 6] = [184, 1202, 1972, 4695, 5199, 5616];

/// What many floors did together.
#[derive(Default)]
struct Tally {
    failed: Vec<u64>,
    moves: BTreeSet<(&'static str, &'static str)>,
    edges: Edges,
    offers: usize,
    moved: usize,
    notes: usize,
    stalls: usize,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.failed.extend(other.failed);
        self.moves.extend(other.moves);
        self.edges.extend(other.edges);
        self.offers += other.offers;
        self.moved += other.moved;
        self.notes += other.notes;
        self.stalls += other.stalls;
    }
}

fn floor(seed: u64) -> Tally {
    let mut world = World::new(seed);
    for n in 0..400 {
        world.pass();
        world.act();
        if n % 97 == 96 {
            world.restart();
        }
    }
    let World { moves, offers, moved, notes, stalls, .. } = world;
    Tally { failed: Vec::new(), moves, edges: taken(), offers, moved, notes, stalls }
}

/// The seeds that were asked for.
fn seeds() -> Vec<u64> {
    let Ok(asked) = std::env::var("OKNO_SEEDS") else { return (0..ENOUGH).chain(FOUND).collect() };
    let (from, to) = asked.split_once("..").unwrap_or(("0", &asked));
    let number = |word: &str| word.parse().unwrap_or_else(|_| panic!("`{asked}` are no seeds; write 100, or 100..200"));
    (number(from)..number(to)).collect()
}

#[test]
fn a_random_floor_keeps_every_invariant() {
    let seeds = seeds();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let run = || {
        let mut all = Tally::default();
        loop {
            let Some(&seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) else { return all };
            match std::panic::catch_unwind(|| floor(seed)) {
                Ok(one) => all.add(one),
                Err(_) => all.failed.push(seed),
            }
        }
    };
    let Tally { failed, moves, edges, offers, moved, notes, stalls } = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        handles.into_iter().fold(Tally::default(), |mut all, handle| {
            all.add(handle.join().expect("every floor keeps every invariant"));
            all
        })
    });
    assert!(failed.is_empty(), "seeds {failed:?} fail; OKNO_SEEDS=<seed>..<seed + 1> runs one of them");
    only_what_is_drawn(&edges);
    // A few floors need not have seen everything.
    if (seeds.len() as u64) < ENOUGH {
        return;
    }
    assert!(offers > 1_000, "the floor was busy");
    assert!(notes > 20, "agents finished their notes about {notes} that they gave away");
    assert!(stalls > 20, "{stalls} were taken back");
    assert!(moved > 50, "people changed the places of {moved} who waited");
    let expected = [
        ("gone", "waiting"),
        ("gone", "parked"),
        ("waiting", "parked"),
        ("parked", "waiting"),
        ("parked", "offered"),
        ("parked", "active"),
        ("parked", "gone"),
        ("gone", "held"),
        ("gone", "offered"),
        ("gone", "active"),
        ("waiting", "offered"),
        ("held", "offered"),
        ("held", "waiting"),
        ("held", "gone"),
        ("offered", "waiting"),
        ("offered", "active"),
        ("offered", "gone"),
        ("waiting", "gone"),
        ("waiting", "active"),
        ("active", "wrapup"),
        ("active", "gone"),
        ("active", "waiting"),
        ("active", "offered"),
        ("wrapup", "gone"),
    ];
    for edge in expected {
        assert!(moves.contains(&edge), "the simulation never took {edge:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let run = || {
        let mut world = World::new(7);
        for _ in 0..200 {
            world.pass();
            world.act();
        }
        format!("{:?}", world.engine.rows())
    };
    assert_eq!(run(), run());
}
