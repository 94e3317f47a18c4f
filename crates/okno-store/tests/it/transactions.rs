//! Closures share commits, but neither errors nor panics.

use crate::samples::*;
use okno_model::{SkillId, doc::SkillDoc};
use okno_store::{Store, StoreError, Target, params};
use std::sync::{Arc, Mutex, mpsc};

both_dbs! {
    /// While one closure holds the writer, others gather; then they run in order and all are answered.
    async fn waiting_closures_share_a_commit(fresh: &Fresh) {
        prepare(fresh).await;
        let (begun, is_begun) = mpsc::channel();
        let (release, held) = mpsc::channel::<()>();
        let held = Mutex::new(held);
        let store = fresh.store();
        let first = tokio::spawn(async move {
            store.write(WS, move |tx| -> Result<(), StoreError> {
                begun.send(()).unwrap();
                held.lock().unwrap().recv().unwrap();
                tx.put(&skill(1000, "first"))
            }).await
        });
        tokio::task::spawn_blocking(move || is_begun.recv().unwrap()).await.unwrap();
        let writes: Vec<_> = (0..100u128).map(|n| {
            let store = fresh.store();
            tokio::spawn(async move {
                store.write(WS, move |tx| {
                    let had: i64 = tx.query_one("SELECT COUNT(*) FROM skills WHERE ws = $1", params![WS], |row| row.get(0))?;
                    tx.put(&skill(n, "later"))?;
                    Ok::<_, StoreError>(had)
                }).await
            })
        }).collect();
        release.send(()).unwrap();
        first.await.unwrap().unwrap();
        let mut seen = Vec::new();
        for write in writes {
            seen.push(write.await.unwrap().unwrap());
        }
        seen.sort_unstable();
        assert_eq!(seen, (1..=100).collect::<Vec<i64>>(), "each closure saw the ones before it, and nothing twice");
        assert_eq!(skills(fresh, WS).await, 101);
    }

    async fn a_failed_closure_rolls_back_only_itself(fresh: &Fresh) {
        prepare(fresh).await;
        let writes: Vec<_> = (0..60u128).map(|n| {
            let store = fresh.store();
            tokio::spawn(async move {
                store.write(WS, move |tx| {
                    tx.put(&skill(n, "x"))?;
                    assert!(n % 3 != 2, "a panic on purpose");
                    if n % 3 == 1 { Err(ActError::Refused) } else { Ok(()) }
                }).await
            })
        }).collect();
        for (n, write) in writes.into_iter().enumerate() {
            match (n % 3, write.await.unwrap()) {
                (0, Ok(())) | (1, Err(ActError::Refused)) => {}
                (2, Err(ActError::Store(why))) => assert!(why.contains("a panic on purpose"), "{why}"),
                (_, other) => panic!("closure {n} was answered {other:?}"),
            }
        }
        let kept = fresh.read(WS, all_skills).await.map(|all: Vec<_>| all.into_iter().map(|s| s.id).collect::<Vec<_>>());
        let expected: Vec<_> = (0..60).filter(|n| n % 3 == 0).map(SkillId::from_u128).collect();
        assert_eq!(kept.unwrap(), expected);
    }

    /// PostgreSQL takes no statement after a failed one; so that no code comes to rely on it, SQLite does not either.
    async fn a_dropped_error_still_fails_the_closure(fresh: &Fresh) {
        prepare(fresh).await;
        let answer = fresh.write(WS, |tx| {
            tx.put(&skill(1, "x"))?;
            assert!(tx.exec("INSERT INTO skills (id) VALUES ($1)", params![SkillId::from_u128(2)]).is_err());
            Ok::<_, StoreError>(())
        }).await;
        assert!(matches!(answer, Err(StoreError::Aborted)), "{answer:?}");
        let answer = fresh.write(WS, |tx| {
            assert!(tx.exec("INSERT INTO nowhere (id) VALUES (1)", &[]).is_err());
            tx.put(&skill(1, "x"))
        }).await;
        assert!(matches!(answer, Err(StoreError::Aborted)), "{answer:?}");
        assert_eq!(skills(fresh, WS).await, 0);
    }

    async fn an_attempt_may_fail(fresh: &Fresh) {
        prepare(fresh).await;
        fresh.write(WS, |tx| {
            tx.put(&skill(1, "before"))?;
            let failed: Result<(), StoreError> = tx.attempt(|tx| {
                tx.put(&skill(2, "inside"))?;
                tx.attempt(|tx| tx.put(&skill(3, "deeper")))?;
                tx.exec("INSERT INTO skills (id, ws, name, doc) VALUES ($1, $2, 'twice', '{}')", params![SkillId::from_u128(1), WS])?;
                Ok(())
            });
            assert!(matches!(failed, Err(StoreError::Conflict { .. })), "{failed:?}");
            tx.put(&skill(4, "after"))
        }).await.unwrap();
        let names: Vec<String> = fresh.read(WS, all_skills).await.map(|all: Vec<_>| all.into_iter().map(|s| s.name).collect()).unwrap();
        assert_eq!(names, ["after", "before"]);
    }

    async fn a_read_cannot_write_and_sees_one_snapshot(fresh: &Fresh) {
        prepare(fresh).await;
        let answer = fresh.read(WS, |tx| tx.put(&skill(1, "x"))).await;
        assert!(matches!(answer, Err(StoreError::Sql(_))), "{answer:?}");

        let (begun, is_begun) = mpsc::channel();
        let (release, held) = mpsc::channel::<()>();
        let held = Mutex::new(held);
        let store = fresh.store();
        let reader = tokio::spawn(async move {
            store.read(WS, move |tx| {
                let before = tx.list::<SkillDoc>()?.len();
                begun.send(()).unwrap();
                held.lock().unwrap().recv().unwrap();
                Ok::<_, StoreError>((before, tx.list::<SkillDoc>()?.len()))
            }).await
        });
        tokio::task::spawn_blocking(move || is_begun.recv().unwrap()).await.unwrap();
        fresh.write(WS, |tx| tx.put(&skill(1, "x"))).await.unwrap();
        release.send(()).unwrap();
        assert_eq!(reader.await.unwrap().unwrap(), (0, 0), "the write during the read is not seen");
        assert_eq!(skills(fresh, WS).await, 1, "an answered write is seen by the next read");
    }

    /// Read, then write: without a lock of its own, because the writes of a workspace run one after the other. Here from two
    /// stores, as two nodes of a cluster would.
    async fn read_then_write_loses_no_update(fresh: &Fresh) {
        prepare(fresh).await;
        let second = Store::open(fresh.target()).await.unwrap();
        fresh.write(WS, |tx| tx.exec("INSERT INTO settings (ws, key, value) VALUES ($1, 'n', '0')", params![WS])).await.unwrap();
        let writes: Vec<_> = (0..200).map(|n| {
            let store = if n % 2 == 0 { fresh.store() } else { second.clone() };
            tokio::spawn(async move {
                store.write(WS, |tx| {
                    let n: String = tx.query_one("SELECT value FROM settings WHERE ws = $1 AND key = 'n'", params![WS], |row| row.get(0))?;
                    let next = (n.parse::<i64>().unwrap() + 1).to_string();
                    tx.exec("UPDATE settings SET value = $2 WHERE ws = $1 AND key = 'n'", params![WS, next])
                }).await
            })
        }).collect();
        for write in writes {
            write.await.unwrap().unwrap();
        }
        let n: String = fresh.read(WS, |tx| tx.query_one("SELECT value FROM settings WHERE ws = $1", params![WS], |row| row.get(0))).await.map_err(|e: StoreError| e).unwrap();
        assert_eq!(n, "200");
    }

    /// The values that both databases must return as they were given.
    async fn values_come_back(fresh: &Fresh) {
        prepare(fresh).await;
        let long = "ż".repeat(100_000);
        let text = long.clone();
        fresh.write(WS, move |tx| {
            okno_store::idempotency::save(tx, okno_model::UserId::from_u128(1), "k", &[0, 255], 1, "", at(1))?;
            tx.exec("INSERT INTO settings (ws, key, value) VALUES ($1, $2, $3)", params![WS, "it's $1 \0", text])
        }).await.unwrap();
        let back = fresh.read(WS, |tx| {
            tx.query_one("SELECT ws, key, value, CAST($2 AS DOUBLE PRECISION), (SELECT request_hash FROM idempotency), CAST($3 AS BIGINT), 'it''s $9' FROM settings WHERE ws = $1",
                params![WS, 0.5, None::<i64>],
                |row| {
                    assert!(row.get::<i64>(1).is_err(), "a text is no number");
                    assert!(row.get::<i64>(5).is_err(), "NULL is no number");
                    assert!(row.get::<i64>(17).is_err(), "there is no such column");
                    Ok::<_, StoreError>((row.get::<okno_model::WorkspaceId>(0)?, row.get::<String>(1)?, row.get::<String>(2)?, row.get::<f64>(3)?,
                        row.get::<Vec<u8>>(4)?, row.get::<Option<i64>>(5)?, row.get::<String>(6)?))
                })
        }).await.unwrap();
        assert_eq!(back, (WS, "it's $1 \u{fffd}".into(), long, 0.5, vec![0, 255], None, "it's $9".into()));
    }

    async fn a_closed_store_says_so(fresh: &Fresh) {
        prepare(fresh).await;
        let writes: Vec<_> = (0..50u128).map(|n| {
            let store = fresh.store();
            tokio::spawn(async move { store.write(WS, move |tx| tx.put(&skill(n, "x"))).await })
        }).collect();
        let mut stored = 0;
        fresh.store().close().await;
        for write in writes {
            match write.await.unwrap() {
                Ok(()) => stored += 1,
                Err(StoreError::Closed) => {}
                Err(other) => panic!("{other}"),
            }
        }
        assert!(matches!(fresh.check().await, Err(StoreError::Closed)));
        let again = Store::open(fresh.target()).await.unwrap();
        assert_eq!(skills(&again, WS).await, stored, "what was answered is there, and nothing else");
    }
}

#[tokio::test]
async fn bad_targets_are_refused_in_words() {
    for (text, word) in [("mysql://x", "mysql"), ("sqlite:", "path"), ("", "sqlite:<path>")] {
        let error = Target::parse(text).unwrap_err().to_string();
        assert!(error.contains(word), "{text}: {error}");
    }
    let error = Store::open(Target::Postgres("postgres://okno@127.0.0.1:1/x".into())).await.unwrap_err();
    assert!(error.to_string().contains("cannot be reached"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let error = Store::open(Target::Sqlite(folder.path().into())).await.unwrap_err();
    assert!(matches!(error, StoreError::Setup(_)), "{error}");
    std::fs::write(folder.path().join("x.db"), "this is no database, but it is long enough to look at".repeat(20)).unwrap();
    let error = Store::open(Target::Sqlite(folder.path().join("x.db"))).await.unwrap_err();
    assert!(error.to_string().contains("not a database"), "{error}");
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_undo_the_write() {
    let fresh = okno_store::testing::fresh_sqlite().await;
    prepare(&fresh).await;
    let (release, held) = mpsc::channel::<()>();
    let held = Arc::new(Mutex::new(held));
    let store = fresh.store();
    let caller = tokio::spawn(async move {
        store
            .write(WS, move |tx| {
                held.lock().unwrap().recv().unwrap();
                tx.put(&skill(1, "x"))
            })
            .await
    });
    tokio::task::yield_now().await;
    caller.abort();
    drop(caller.await);
    // The write may not even have been handed over; what must not happen is half of it, or a stuck writer.
    let held = release.send(());
    println!("the closure was {}", if held.is_ok() { "waiting" } else { "never handed over" });
    fresh.write(WS, |tx| tx.put(&skill(2, "y"))).await.unwrap();
    assert!((1..=2).contains(&skills(&fresh, WS).await));
}
