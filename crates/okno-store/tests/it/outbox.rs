//! What must leave the house leaves at least once, and one worker has it at a time.

use crate::samples::*;
use okno_model::{OutboxId, Timestamp};
use okno_store::{
    StoreError,
    outbox::{self, NewOutbox},
};
use std::collections::BTreeSet;

fn mail(n: u128, due: i64) -> NewOutbox {
    NewOutbox {
        id: OutboxId::from_u128(n),
        kind: "mail".into(),
        channel: None,
        key: format!("message:{n}"),
        due: at(due),
        created: at(0),
        payload: format!("{{\"n\":{n}}}"),
    }
}

both_dbs! {
    async fn a_key_is_pushed_once(fresh: &Fresh) {
        fresh.write(WS, |tx| {
            assert!(outbox::push(tx, &mail(1, 0))?);
            assert!(!outbox::push(tx, &NewOutbox { id: OutboxId::from_u128(99), ..mail(1, 0) })?);
            assert_eq!(outbox::by_key(tx, "message:1")?.unwrap().id, OutboxId::from_u128(1));
            Ok::<_, StoreError>(())
        }).await.unwrap();
        let other = fresh.write(OTHER, |tx| {
            assert!(outbox::get(tx, OutboxId::from_u128(1))?.is_none());
            outbox::push(tx, &NewOutbox { id: OutboxId::from_u128(2), ..mail(1, 0) })
        }).await.unwrap();
        assert!(other, "another workspace has keys of its own");
    }

    async fn rows_are_claimed_when_due_and_again_when_the_lease_ends(fresh: &Fresh) {
        fresh.write(WS, |tx| {
            for (n, due) in [(1, 10), (2, 5), (3, 100)] {
                outbox::push(tx, &mail(n, due))?;
            }
            let ids = |rows: &[outbox::OutboxRow]| rows.iter().map(|r| (r.id.0.as_u128(), r.attempts)).collect::<Vec<_>>();
            assert_eq!(outbox::next_due(tx, "mail")?, Some(at(5)));
            assert_eq!(ids(&outbox::claim(tx, "mail", "node", at(20), at(50), 10)?), [(2, 1), (1, 1)]);
            assert!(outbox::claim(tx, "mail", "node", at(20), at(50), 10)?.is_empty());
            assert!(outbox::claim(tx, "webhook", "node", at(500), at(600), 10)?.is_empty());
            assert_eq!(outbox::next_due(tx, "mail")?, Some(at(50)));
            // The first worker dies; at 50 another takes over. The dead one's results come too late and change nothing.
            assert_eq!(ids(&outbox::claim(tx, "mail", "node", at(50), at(90), 1)?), [(2, 2)]);
            let two = OutboxId::from_u128(2);
            assert!(!outbox::done(tx, two, 1, at(51))?);
            assert!(!outbox::fail(tx, two, 1, at(51), "late")?);
            assert!(!outbox::defer(tx, two, 1, at(51), "late")?);
            assert!(outbox::done(tx, two, 2, at(52))?);
            assert!(!outbox::done(tx, two, 2, at(52))?, "done is done");
            assert_eq!(outbox::get(tx, two)?.unwrap().state, "done");
            Ok::<_, StoreError>(())
        }).await.unwrap();
    }

    async fn failures_are_deferred_failed_and_requeued(fresh: &Fresh) {
        fresh.write(WS, |tx| {
            outbox::push(tx, &mail(1, 0))?;
            let one = OutboxId::from_u128(1);
            outbox::claim(tx, "mail", "node", at(1), at(50), 1)?;
            assert!(outbox::defer(tx, one, 1, at(30), "relay is down")?);
            assert_eq!(outbox::get(tx, one)?.unwrap().last_error, "relay is down");
            assert!(outbox::claim(tx, "mail", "node", at(29), at(50), 1)?.is_empty());
            let row = outbox::claim(tx, "mail", "node", at(30), at(50), 1)?.remove(0);
            assert_eq!(row.parse::<serde_json::Value>()?["n"], 1);
            assert!(outbox::fail(tx, one, 2, at(31), "no such address")?);
            assert_eq!(outbox::next_due(tx, "mail")?, None);
            assert!(outbox::requeue(tx, one, at(40))?);
            assert!(!outbox::requeue(tx, one, at(40))?);
            assert_eq!(outbox::claim(tx, "mail", "node", at(40), at(50), 1)?.remove(0).attempts, 3);
            Ok::<_, StoreError>(())
        }).await.unwrap();
    }

    async fn two_workers_never_have_the_same_row(fresh: &Fresh) {
        fresh.write(WS, |tx| (1..=100).try_for_each(|n| outbox::push(tx, &mail(n, 0)).map(drop))).await.map_err(|e: StoreError| e).unwrap();
        let workers: Vec<_> = (0..8).map(|_| {
            let store = fresh.store();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let rows = store.write(WS, |tx| outbox::claim(tx, "mail", "node", at(1), Timestamp(1000), 7)).await.unwrap();
                    if rows.is_empty() {
                        return mine;
                    }
                    mine.extend(rows.into_iter().map(|r| r.id));
                }
            })
        }).collect();
        let mut all = Vec::new();
        for worker in workers {
            all.extend(worker.await.unwrap());
        }
        assert_eq!(all.len(), 100);
        assert_eq!(all.into_iter().collect::<BTreeSet<_>>().len(), 100);
    }
}
