//! A repeat is no second event: recorded inputs give the same bytes again, and what is asked twice happens once.

use super::world::World;
use okno_engine::routing::{Engine, Input};

const SEEDS: u64 = 6;
const ACTS: usize = 250;

fn recorded(seed: u64) -> World {
    let mut world = World::recorded(seed);
    for _ in 0..ACTS {
        world.pass();
        world.act();
    }
    world
}

#[test]
fn recorded_inputs_give_the_same_bytes() {
    for seed in 0..SEEDS {
        let world = recorded(seed);
        let (mut engine, mut silent) = (Engine::new(world.limits), Engine::new(world.limits).silent());
        for (n, (now, input, told)) in world.record.iter().flatten().enumerate() {
            let mut out = Vec::new();
            let result = engine.handle(*now, input.clone(), &mut out);
            assert_eq!(*told, format!("{result:?} {out:?}"), "seed {seed}, input {n}: {input:?}");
            assert_eq!(silent.handle(*now, input.clone(), &mut Vec::new()), result, "without words it decides alike");
            if n % 50 == 0 {
                assert!(silent.rows() == engine.rows(), "seed {seed}, input {n}: without words it decides alike");
            }
        }
        assert!(engine.rows() == world.engine.rows());
    }
}

/// Whether the same again at once is the same event told twice. A transfer sends again, an extension
/// lengthens again, and a next presence that came at once is the next one after what rings since.
fn is_told_once(input: &Input) -> bool {
    !matches!(
        input,
        Input::TransferToQueue { .. }
            | Input::TransferToAgent { .. }
            | Input::ExtendWrapup { .. }
            | Input::SetNextPresence { .. }
            | Input::Estimate { .. }
    )
}

#[test]
fn what_is_told_twice_happens_once() {
    for seed in 0..SEEDS {
        let world = recorded(seed);
        let mut engine = Engine::new(world.limits);
        for (n, (now, input, _)) in world.record.iter().flatten().enumerate() {
            let _ = engine.handle(*now, input.clone(), &mut Vec::new());
            if is_told_once(input) {
                let before = engine.rows();
                let _ = engine.handle(*now, input.clone(), &mut Vec::new());
                assert!(engine.rows() == before, "seed {seed}, input {n}: the second {input:?} changed something");
            }
        }
    }
}
