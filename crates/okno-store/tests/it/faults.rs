//! Full disks, broken connections: clear errors, nothing half, nothing acknowledged that is not there.

use crate::samples::*;
use okno_model::event::Actor;
use okno_store::{
    Store, StoreError, Target, journal, params,
    testing::{fresh_postgres, fresh_sqlite},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};

/// F12. SQLite's own page limit gives the real SQLITE_FULL without filling a disk.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_writes_and_heals() {
    let fresh = fresh_sqlite().await;
    prepare(&fresh).await;
    let limit = |pages: i64| {
        let store = fresh.store();
        async move {
            let sql = format!("PRAGMA max_page_count = {pages}");
            store.write(WS, move |tx| tx.query_one(&sql, &[], |row| row.get::<i64>(0))).await.map_err(|e: StoreError| e).unwrap()
        }
    };
    let pages = limit(1).await;
    let mut stored = 0;
    let error = loop {
        assert!(stored < 10_000, "the limit of {pages} pages holds");
        let big = "x".repeat(3000);
        match fresh.write(WS, move |tx| tx.put(&skill(stored, &big))).await {
            Ok(()) => stored += 1,
            Err(e) => break e,
        }
    };
    assert!(matches!(error, StoreError::Full) && error.is_transient(), "{error:?}");
    assert_eq!(skills(&fresh, WS).await, stored as usize, "reads go on, and the refused write left nothing");
    fresh.check().await.unwrap();

    let writes: Vec<_> = (0..20u128)
        .map(|n| {
            let store = fresh.store();
            let size = if n % 2 == 0 { 1_000_000 } else { 1 };
            tokio::spawn(async move { store.write(WS, move |tx| tx.put(&skill(20_000 + n, &"y".repeat(size)))).await })
        })
        .collect();
    let mut small = 0;
    for write in writes {
        match write.await.unwrap() {
            Ok(()) => small += 1,
            Err(e) => assert!(matches!(e, StoreError::Full), "{e}"),
        }
    }
    assert_eq!(skills(&fresh, WS).await, stored as usize + small);

    limit(1_000_000).await;
    fresh.write(WS, |tx| tx.put(&skill(99_999, &"z".repeat(100_000)))).await.unwrap();
}

/// F14, the small form: the server ends connections; idle ones are replaced unseen, a running transaction says that it was lost.
#[tokio::test(flavor = "multi_thread")]
async fn lost_connections_are_replaced() {
    let Some(fresh) = fresh_postgres().await else { return };
    prepare(&fresh).await;
    let pid = |store: Store, write: bool| async move {
        let f = |tx: &mut okno_store::Tx<'_>| tx.query_one("SELECT pg_backend_pid()", &[], |row| row.get::<i64>(0));
        if write { store.write(WS, f).await } else { store.read(WS, f).await }
    };
    for round in 0..5u128 {
        let writer = pid(fresh.store(), true).await.unwrap();
        let ended: bool = fresh
            .read(WS, move |tx| tx.query_one("SELECT pg_terminate_backend(CAST($1 AS INT))", params![writer], |row| row.get(0)))
            .await
            .map_err(|e: StoreError| e)
            .unwrap();
        assert!(ended);
        fresh.write(WS, move |tx| tx.append(at(1), event(round), &Actor::System, skill_changed(1))).await.unwrap();
        assert_ne!(pid(fresh.store(), true).await.unwrap(), writer);
    }

    // In the middle of a group: every member is told, none is stored, and the next write works.
    let writes: Vec<_> = (0..30u128)
        .map(|n| {
            let store = fresh.store();
            tokio::spawn(async move {
                store
                    .write(WS, move |tx| {
                        let seq = tx.append(at(1), event(100 + n), &Actor::System, skill_changed(1))?;
                        if n == 10 {
                            tx.query("SELECT pg_terminate_backend(pg_backend_pid())", &[], |_| Ok(()))?;
                        }
                        Ok::<_, StoreError>(seq)
                    })
                    .await
            })
        })
        .collect();
    let mut acknowledged = 5;
    for (n, write) in writes.into_iter().enumerate() {
        match write.await.unwrap() {
            Ok(_) => acknowledged += 1,
            Err(StoreError::Lost(_)) => {}
            Err(e) => panic!("closure {n}: {e}"),
        }
    }
    assert!(acknowledged < 35);
    let seq = fresh.write(WS, |tx| tx.append(at(1), event(999), &Actor::System, skill_changed(1))).await.unwrap();
    assert_eq!(seq, acknowledged + 1);
    let events = fresh.read(WS, |tx| journal::after(tx, 0, 1000)).await.unwrap();
    assert_eq!(events.len() as i64, seq);
}

/// A process that stands still in the middle of a transaction does not stop the others for ever (F15, F18).
#[tokio::test(flavor = "multi_thread")]
async fn a_held_workspace_gives_busy_and_not_a_pile_up() {
    let Some(fresh) = fresh_postgres().await else { return };
    prepare(&fresh).await;
    let second = Store::open(fresh.target()).await.unwrap();
    let (begun, is_begun) = std::sync::mpsc::channel();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let store = fresh.store();
    let holder = tokio::spawn(async move {
        store
            .write(WS, move |tx| {
                tx.put(&skill(1, "x"))?;
                begun.send(()).unwrap();
                held.lock().unwrap().recv().unwrap();
                Ok::<_, StoreError>(())
            })
            .await
    });
    tokio::task::spawn_blocking(move || is_begun.recv().unwrap()).await.unwrap();
    let answer = second.write(WS, |tx| tx.put(&skill(2, "y"))).await;
    assert!(matches!(&answer, Err(e @ StoreError::Busy(_)) if e.is_transient()), "{answer:?}");
    second.write(OTHER, |tx| tx.put(&skill(3, "another workspace does not wait"))).await.unwrap();
    release.send(()).unwrap();
    holder.await.unwrap().unwrap();
    second.write(WS, |tx| tx.put(&skill(2, "y"))).await.unwrap();
}

/// F14: the server goes away, refuses for a while and comes back. Writes that had not begun wait for it; nothing is lost or doubled.
#[tokio::test(flavor = "multi_thread")]
async fn writes_wait_while_the_server_restarts() {
    let Some(fresh) = fresh_postgres().await else { return };
    prepare(&fresh).await;
    let Target::Postgres(url) = fresh.target() else { panic!("it is PostgreSQL") };
    let (scheme, rest) = url.split_once("://").unwrap();
    let (authority, rest) = rest.split_once('/').unwrap();
    let (user, server) = authority.rsplit_once('@').unwrap_or(("", authority));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let store = {
        let server = server.to_owned();
        let serving = tokio::spawn(serve(listener, server, 0));
        let store = Store::open(Target::Postgres(format!("{scheme}://{user}@127.0.0.1:{port}/{rest}"))).await.unwrap();
        act(&store, 1).await.unwrap();
        serving.abort();
        drop(serving.await);
        store
    };
    let writes: Vec<_> = (2..50u128)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move { act(&store, n).await })
        })
        .collect();
    // The same port answers again, but the first connections break at once, as those of a starting server do.
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let serving = tokio::spawn(serve(listener, server.to_owned(), 3));
    for write in writes {
        write.await.unwrap().unwrap();
    }
    serving.abort();
    let events = fresh.read(WS, |tx| journal::after(tx, 0, 1000)).await.unwrap();
    assert_eq!(events.iter().map(|e| e.seq).collect::<Vec<_>>(), (1..50).collect::<Vec<_>>());
}

async fn act(store: &Store, n: u128) -> Result<i64, StoreError> {
    store.write(WS, move |tx| tx.append(at(1), event(n), &Actor::System, skill_changed(n))).await
}

/// Passes connections on to the server, after it has dropped some. All end with it.
async fn serve(listener: TcpListener, server: String, drop_first: usize) {
    let mut passing = tokio::task::JoinSet::new();
    for n in 0.. {
        let (mut near, _) = listener.accept().await.unwrap();
        if n < drop_first {
            continue;
        }
        let server = server.clone();
        passing.spawn(async move {
            let mut far = TcpStream::connect(server).await.unwrap();
            // Either side may end it.
            drop(copy_bidirectional(&mut near, &mut far).await);
        });
    }
}
