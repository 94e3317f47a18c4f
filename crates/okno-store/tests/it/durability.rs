//! kill -9 and disk errors: what was acknowledged is there, once; nothing else is.
//!
//! The test binary starts itself again with `OKNO_STORE_CHILD` set; that process writes and prints what was acknowledged.

use crate::samples::*;
use okno_model::{doc::SkillDoc, event::Actor};
use okno_store::{
    Store, StoreError, Target, journal,
    testing::{fresh_all, fresh_sqlite},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
};

/// Kills per database. `cargo xtask soak` kills the whole server a thousand times.
const KILLS: u64 = 10;
/// Writers at once in the child.
const WRITERS: u128 = 16;

fn target_text(target: &Target) -> String {
    match target {
        Target::Sqlite(path) => format!("sqlite:{}", path.display()),
        Target::Postgres(url) => url.clone(),
    }
}

fn spawn_child(target: &Target, role: &str, from: u128, shell: Option<&str>) -> Child {
    let exe = std::env::current_exe().unwrap();
    let mut command = match shell {
        None => Command::new(&exe),
        Some(before) => {
            let mut command = Command::new("sh");
            command.args(["-c", &format!("{before}; exec \"$0\" \"$@\"")]).arg(&exe);
            command
        }
    };
    command
        .args(["--exact", "durability::child", "--nocapture", "--test-threads=1"])
        .env("OKNO_STORE_CHILD", role)
        .env("OKNO_STORE_TARGET", target_text(target))
        .env("OKNO_STORE_FROM", from.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command.spawn().unwrap()
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// What the child process does; nothing in an ordinary run.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Ok(role) = std::env::var("OKNO_STORE_CHILD") else { return };
    let target = Target::parse(&std::env::var("OKNO_STORE_TARGET").unwrap()).unwrap();
    let from: u128 = std::env::var("OKNO_STORE_FROM").unwrap().parse().unwrap();
    say("opening");
    let store = Store::open(target).await.unwrap();
    match role.as_str() {
        "writer" => write_for_ever(store, from).await,
        "limited" => write_until_the_disk_breaks(store).await,
        other => panic!("no role `{other}`"),
    }
}

/// State and event in one transaction, as every act does.
async fn act(store: &Store, n: u128, name: String) -> Result<i64, StoreError> {
    store
        .write(WS, move |tx| {
            if !tx.insert_with(&skill(n, &name), &[])? {
                return Err(StoreError::Conflict { constraint: "the test's number".into() });
            }
            tx.append(at(1), event(n), &Actor::System, skill_changed(n))
        })
        .await
}

async fn write_for_ever(store: Store, from: u128) {
    let writers: Vec<_> = (0..WRITERS)
        .map(|w| {
            let store = store.clone();
            tokio::spawn(async move {
                for n in 0.. {
                    let n = from + w + n * WRITERS;
                    let seq = act(&store, n, "x".repeat(200)).await.unwrap();
                    say(&format!("ack {n} {seq}"));
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
}

/// The process may write files of one megabyte only: SQLite's write fails with a disk error that is not "full".
async fn write_until_the_disk_breaks(store: Store) {
    for n in 1.. {
        match act(&store, n, "x".repeat(20_000)).await {
            Ok(seq) => say(&format!("ack {n} {seq}")),
            Err(e) => {
                say(&format!("first {e}"));
                break;
            }
        }
    }
    let again = act(&store, 1_000_000, "small".into()).await.unwrap_err();
    say(&format!("again {again}"));
    say(&format!("check {}", store.check().await.unwrap_err()));
    say(&format!("read {}", skills(&store, WS).await));
}

/// Checks that exactly what was acknowledged is there, plus at most `open` that were on their way; returns how many there are.
async fn check(store: &Store, acknowledged: &BTreeSet<(u128, i64)>, open: usize) -> usize {
    let skills: BTreeSet<u128> = store
        .read(WS, all_skills)
        .await
        .map(|all: Vec<SkillDoc>| all.into_iter().map(|s| s.id.0.as_u128()).collect())
        .map_err(|e: StoreError| e)
        .unwrap();
    let events = store.read(WS, |tx| journal::after(tx, 0, 1_000_000)).await.unwrap();
    let numbered: BTreeSet<(u128, i64)> = events.iter().map(|e| (e.id.0.as_u128(), e.seq)).collect();
    assert!(acknowledged.is_subset(&numbered), "an acknowledged write is lost or has another number");
    assert_eq!(numbered.iter().map(|n| n.0).collect::<BTreeSet<_>>(), skills, "state and journal agree");
    assert_eq!(events.iter().map(|e| e.seq).collect::<Vec<_>>(), (1..=events.len() as i64).collect::<Vec<_>>(), "no gap, nothing twice");
    assert!(skills.len() - acknowledged.len() <= open, "{} were stored, {} acknowledged", skills.len(), acknowledged.len());
    skills.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_or_doubled_by_kill_9() {
    for fresh in fresh_all().await {
        prepare(&fresh).await;
        let mut acknowledged = BTreeSet::new();
        for kill in 0..KILLS {
            let mut child = spawn_child(&fresh.target(), "writer", u128::from(kill) * 1_000_000, None);
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
            // Killed after a different number of answers each time, in the middle of whatever it does then.
            let after = 1 + (kill * 7919) % 400;
            let mut seen = 0;
            while seen < after {
                let line = lines.next().expect("the child writes until it is killed").unwrap();
                seen += u64::from(note(&line, &mut acknowledged));
            }
            child.kill().unwrap();
            child.wait().unwrap();
            for line in lines {
                note(&line.unwrap(), &mut acknowledged);
            }
            let again = Store::open(fresh.target()).await.unwrap();
            let open = WRITERS as usize * (kill as usize + 1);
            // PostgreSQL may still be ending the dead process's last transaction: a write waits for it.
            again
                .write(WS, |tx| tx.exec("DELETE FROM settings WHERE ws = $1", okno_store::params![WS]))
                .await
                .map_err(|e: StoreError| e)
                .unwrap();
            let stored = check(&again, &acknowledged, open).await;
            println!("{:?} kill {kill}: {} acknowledged, {stored} stored", fresh.dialect(), acknowledged.len());
        }
    }
}

/// Notes an acknowledgement. The test harness prints before the first one; the last line of a killed process may be torn.
fn note(line: &str, acknowledged: &mut BTreeSet<(u128, i64)>) -> bool {
    let Some((_, numbers)) = line.split_once("ack ") else { return false };
    match numbers.split_once(' ').map(|(n, seq)| (n.parse(), seq.parse())) {
        Some((Ok(n), Ok(seq))) => acknowledged.insert((n, seq)),
        _ => false,
    }
}

/// F11: after a disk error nothing more is acknowledged until a restart has read the disk again. The limits let the WAL fail,
/// and the database file when the WAL is written back.
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_error_stops_writing() {
    for blocks in [6_000, 40_000] {
        let fresh = fresh_sqlite().await;
        prepare(&fresh).await;
        let child = spawn_child(&fresh.target(), "limited", 0, Some(&format!("trap '' XFSZ; ulimit -f {blocks}")));
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let mut acknowledged = BTreeSet::new();
        let mut said = BTreeMap::new();
        for line in text.lines() {
            if !note(line, &mut acknowledged)
                && let Some((word, rest)) = line.split_once(' ')
            {
                said.insert(word, rest);
            }
        }
        println!("{blocks} blocks: {} acknowledged", acknowledged.len());
        assert!(acknowledged.len() > 5, "{text}");
        for word in ["first", "again", "check"] {
            assert!(said[word].contains("writing has stopped"), "{word}: {text}");
        }
        assert!(said["read"].parse::<usize>().unwrap() >= acknowledged.len(), "reads go on: {text}");
        let again = Store::open(fresh.target()).await.unwrap();
        check(&again, &acknowledged, 1).await;
        act(&again, 2_000_000, "after the restart".into()).await.unwrap();
    }
}

/// F28: a migration that is killed leaves the old or the new schema, and the next start goes on by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_migration_is_done_again() {
    for step in 0..10u64 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("okno.db");
        let target = Target::Sqlite(path.clone());
        let mut child = spawn_child(&target, "writer", 0, None);
        let wal = path.with_extension("db-wal");
        // Killed when the WAL has come this far: before the migration, in its commit, after it.
        while std::fs::metadata(&wal).map_or(0, |m| m.len()) < step * 50_000 && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let store = Store::open(target).await.unwrap();
        prepare(&store).await;
        act(&store, 1, "after the restart".into()).await.unwrap();
        store.close().await;
    }
}
