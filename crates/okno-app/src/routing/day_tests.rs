//! A day made of a seed, lived through the cell on each database: the same seed gives the same journal, byte for byte.

use crate::{
    interactions, routing,
    stage::{ANNA, BORIS, QUEUE, SECOND, Stage, letter, stages},
    visitors,
};
use okno_model::{
    InteractionId, UserId, VisitorId,
    doc::{InteractionDoc, InteractionState, OverflowRule, OverflowWhen, Presence, QueueDoc, Strategy, WrapupMode},
    event::What,
};

/// `SplitMix64`.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        if all.is_empty() { None } else { all.get(self.below(all.len() as u64) as usize) }
    }
}

/// What happens in one day: customers come, leave and say more, agents answer, decline, miss, send on, take breaks, finish.
async fn live(stage: &mut Stage, strategy: Strategy, seed: u64) {
    let ctx = stage.ctx.clone();
    let rules = move |tx: &mut okno_store::Tx<'_>| {
        let by = okno_model::event::Actor::System;
        let mut queue = tx.get::<QueueDoc>(QUEUE)?.unwrap();
        (queue.strategy, queue.wrapup) = (strategy, WrapupMode::Timed { seconds: 40 });
        queue.overflows = vec![OverflowRule { to: SECOND, when: OverflowWhen::Wait { seconds: 900 } }];
        crate::config::store(tx, &ctx, &by, &queue, What::QueueChanged)
    };
    stage.ctx.write(rules).await.unwrap();
    routing::tick(&stage.ctx).await.unwrap();
    let mut dice = Dice(seed);
    let mut customers: Vec<VisitorId> = Vec::new();
    for n in 0..STEPS {
        if n == STEPS / 2 {
            stage.restart().await;
            for agent in [ANNA, BORIS] {
                routing::desk_connected(&stage.ctx, agent.into()).await.unwrap();
            }
        }
        step(stage, &mut dice, &mut customers, n).await;
        routing::tick(&stage.ctx).await.unwrap();
    }
    stage.advance(3600).await;
    stage.conserved().await;
}

const STEPS: u64 = 60;

async fn step(stage: &Stage, dice: &mut Dice, customers: &mut Vec<VisitorId>, n: u64) {
    let agent = *dice.of(&[ANNA, BORIS]).unwrap();
    let open = stage.open().await;
    let having = |agent: UserId| -> Vec<InteractionId> {
        let has = |doc: &&InteractionDoc| matches!(doc.state, InteractionState::Active { agent: who, .. } if who == agent.into());
        open.iter().filter(has).map(|doc| doc.id).collect()
    };
    let rings: Vec<InteractionId> =
        open.iter().filter(|doc| matches!(doc.state, InteractionState::Offered { .. })).map(|doc| doc.id).collect();
    match dice.below(16) {
        0..=3 => {
            let (visitor, _) = stage.visitor().await;
            stage.say(visitor, &format!("m{n}"), "Good morning").await;
            customers.push(visitor);
        }
        4 => {
            let key = format!("{n}@shop.example");
            stage.mail(&key, letter(&key, "olga@shop.example", "An invoice", "It is wrong.")).await;
        }
        5 | 6 => stage.available(agent).await,
        7 => {
            let pause = Presence::Paused { code: None };
            routing::set_presence(&stage.ctx, &stage.actor(agent), agent.into(), pause).await.unwrap();
        }
        8..=10 => {
            if let Some(&id) = dice.of(&rings)
                && let Some((agent, offer)) = stage.offer(id).await
            {
                let actor = stage.actor(UserId::from_u128(agent.0.as_u128()));
                if dice.below(5) == 0 {
                    interactions::decline(&stage.ctx, &actor, id, offer).await.unwrap();
                } else {
                    interactions::accept(&stage.ctx, &actor, id, offer).await.unwrap();
                }
            }
        }
        11 => {
            if let Some(&id) = dice.of(&having(agent)) {
                interactions::finish(&stage.ctx, &stage.actor(agent), id, None).await.unwrap();
            }
        }
        12 => {
            if let Some(&id) = dice.of(&having(agent)) {
                stage.reply(agent, id, &format!("r{n}"), "We look into it.").await.unwrap();
            }
        }
        13 => {
            if let Some(&id) = dice.of(&having(agent)) {
                let to = *dice.of(&[QUEUE, SECOND]).unwrap();
                interactions::transfer(&stage.ctx, &stage.actor(agent), id, interactions::Transfer::Queue(to), None).await.unwrap();
            }
        }
        14 => {
            if let Some(&visitor) = dice.of(customers) {
                visitors::left(&stage.ctx, visitor).await.unwrap();
            }
        }
        _ => stage.advance(1 + dice.below(90)).await,
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_journal_on_every_database() {
    for (seed, strategy) in [(1, Strategy::FewestTaken), (2, Strategy::Random)] {
        let mut journals = Vec::new();
        for mut stage in stages().await {
            live(&mut stage, strategy, seed).await;
            let lines: Vec<String> = stage.events().await.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
            journals.push(lines);
        }
        let first = journals.remove(0);
        let closed = first.iter().filter(|line| line.contains(r#""finished""#)).count();
        assert!(first.len() > 200 && closed > 0, "{} events, {closed} of them of something finished", first.len());
        for other in journals {
            for (n, (one, two)) in first.iter().zip(&other).enumerate() {
                assert_eq!(one, two, "event {n} of seed {seed}");
            }
            assert_eq!(first.len(), other.len());
        }
    }
}
