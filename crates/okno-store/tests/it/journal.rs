//! The journal has no gaps, whatever happens.

use crate::samples::*;
use okno_model::event::Actor;
use okno_store::{Store, StoreError, journal};

both_dbs! {
    async fn numbers_have_no_gaps_under_concurrency_and_failures(fresh: &Fresh) {
        prepare(fresh).await;
        let second = Store::open(fresh.target()).await.unwrap();
        let writes: Vec<_> = (0..300u128).map(|n| {
            let store = if n % 2 == 0 { fresh.store() } else { second.clone() };
            let ws = if n % 5 == 0 { OTHER } else { WS };
            tokio::spawn(async move {
                store.write(ws, move |tx| {
                    let seq = tx.append(at(n as i64), event(n), &Actor::System, skill_changed(n))?;
                    if n % 7 == 0 { Err(ActError::Refused) } else { Ok((ws, seq)) }
                }).await
            })
        }).collect();
        let mut answered = Vec::new();
        for write in writes {
            match write.await.unwrap() {
                Ok(seq) => answered.push(seq),
                Err(e) => assert_eq!(e, ActError::Refused),
            }
        }
        for ws in [WS, OTHER] {
            let mut seqs: Vec<i64> = answered.iter().filter(|a| a.0 == ws).map(|a| a.1).collect();
            seqs.sort_unstable();
            assert_eq!(seqs, (1..=seqs.len() as i64).collect::<Vec<_>>());
            let (events, head) = fresh.read(ws, |tx| Ok::<_, StoreError>((journal::after(tx, 0, 1000)?, journal::head(tx)?))).await.unwrap();
            assert_eq!(events.iter().map(|e| e.seq).collect::<Vec<_>>(), seqs);
            assert_eq!(head, seqs.len() as i64);
            assert!(events.iter().all(|e| e.workspace == ws));
        }
    }

    async fn readers_go_on_from_their_cursor(fresh: &Fresh) {
        prepare(fresh).await;
        for n in 1..=5 {
            fresh.write(WS, move |tx| {
                assert!(!tx.has_news());
                tx.append(at(1), event(n), &Actor::Customer, skill_changed(n % 2))?;
                assert!(tx.has_news());
                Ok::<_, StoreError>(())
            }).await.unwrap();
        }
        let seqs = |events: Vec<okno_model::event::Event>| events.into_iter().map(|e| e.seq).collect::<Vec<_>>();
        fresh.write(WS, move |tx| {
            assert_eq!(journal::first(tx)?, 1);
            assert_eq!(seqs(journal::after(tx, 2, 2)?), [3, 4]);
            assert!(journal::after(tx, 5, 2)?.is_empty());
            assert_eq!(seqs(journal::of_subject(tx, skill(1, "").id.0, 10)?), [5, 3, 1]);
            assert_eq!(journal::after(tx, 0, 1)?[0].what, skill_changed(1));
            assert_eq!(journal::trim(tx, 3)?, 3);
            assert_eq!(journal::first(tx)?, 4);
            assert_eq!(journal::trim(tx, 99)?, 2);
            assert_eq!((journal::first(tx)?, journal::head(tx)?), (6, 5));
            assert_eq!(tx.append(at(1), event(9), &Actor::System, skill_changed(1))?, 6, "numbers are never used again");
            Ok::<_, StoreError>(())
        }).await.unwrap();
    }

    async fn an_event_needs_a_workspace(fresh: &Fresh) {
        let answer = fresh.write(WS, |tx| tx.append(at(1), event(1), &Actor::System, skill_changed(1))).await;
        assert!(matches!(answer, Err(StoreError::Setup(_))), "{answer:?}");
    }
}
