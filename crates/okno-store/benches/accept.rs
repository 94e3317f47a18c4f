//! Durable accepts per second: a chat message with its interaction and journal event in one transaction, answered after the fsync.
//!
//! `cargo bench -p okno-store --bench accept`; with `OKNO_TEST_POSTGRES` set also on PostgreSQL. Prints a Markdown table.

#![expect(clippy::print_stdout, reason = "the table is the result")]

use okno_model::{
    ChannelId, CustomerId, EventId, InteractionId, Medium, MessageId, QueueId, Timestamp, WorkspaceId,
    doc::{Author, Delivery, InteractionDoc, InteractionState, MessageDoc, MessageKind, WorkspaceDoc},
    event::{Actor, What},
};
use okno_store::{
    Store, StoreError,
    testing::{Fresh, fresh_all},
};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

const WS: WorkspaceId = WorkspaceId::from_u128(1);
/// Stands for the clock in ids.
static CLOCK: AtomicU64 = AtomicU64::new(1);
/// How long each line of the table is measured.
const SPAN: Duration = Duration::from_secs(4);

fn interaction(n: u128) -> InteractionDoc {
    let at = Timestamp::from_millis(1);
    InteractionDoc {
        id: InteractionId::from_u128(n),
        medium: Medium::Chat,
        channel: ChannelId::from_u128(1),
        customer: Some(CustomerId::from_u128(n)),
        customer_name: "Anna Nowak".into(),
        subject: "Where is my parcel?".into(),
        preview: "Hello, my parcel with number 7731 has not come yet.".into(),
        language: Some("en".into()),
        queue: QueueId::from_u128(1),
        agent: None,
        state: InteractionState::Queued,
        priority: 5,
        created: at,
        enqueued: at,
        due: Some(at),
        answered: None,
        case: None,
        customer_waits: Some(at),
        last_message: 0,
        last_at: at,
        agent_read: 0,
        customer_read: 0,
        previous: None,
        disposition: None,
        customer_online: true,
        outbound: false,
        callback: None,
        promise: None,
        called_back: None,
    }
}

fn message(interaction: &InteractionDoc, id: u128) -> MessageDoc {
    MessageDoc {
        id: MessageId::from_u128(id),
        interaction: interaction.id,
        number: interaction.last_message,
        kind: MessageKind::Inbound,
        author: Author::Customer { id: CustomerId::from_u128(1) },
        text: "Hello, my parcel with number 7731 has not come yet. Can you look where it is?".into(),
        quoted: String::new(),
        has_html: false,
        has_remote: false,
        client_id: Some(format!("c{id}")),
        at: Timestamp::from_millis(1),
        delivery: Delivery::None,
        mail: None,
        attachments: Vec::new(),
    }
}

/// Reads and updates the interaction, inserts the message, appends the event: four statements.
async fn accept(store: &Store, writer: u128, n: u128) {
    let stored = store
        .write(WS, move |tx| {
            // Ordered by time, as UUIDv7 are.
            let id = (u128::from(CLOCK.fetch_add(1, Ordering::Relaxed)) << 64) + writer * 1_000_000_000 + n;
            let mut interaction: InteractionDoc = tx.lock(InteractionId::from_u128(writer))?.ok_or(StoreError::Missing)?;
            interaction.last_message += 1;
            interaction.last_at = Timestamp::from_millis(n as i64);
            let message = message(&interaction, id);
            tx.put(&interaction)?;
            tx.put(&message)?;
            tx.append(message.at, EventId::from_u128(id), &Actor::Customer, What::MessageCreated(message))
        })
        .await;
    assert!(stored.is_ok(), "{stored:?}");
}

/// User and system time of this process: on a shared machine it says more than the clock.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name in brackets; fields 14 and 15 of the whole line, in hundredths of a second.
    let rest = stat.rsplit(')').next().unwrap_or_default();
    rest.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

async fn measure(fresh: &Fresh, round: u128, writers: u128) {
    let (begun, cpu) = (Instant::now(), cpu_seconds());
    let mut tasks = Vec::new();
    for w in 0..writers {
        let writer = (round + 1) * 1000 + w;
        let store = fresh.store();
        store.write(WS, move |tx| tx.put(&interaction(writer))).await.expect("the interaction is stored");
        tasks.push(tokio::spawn(async move {
            let mut took = Vec::new();
            while begun.elapsed() < SPAN {
                let one = Instant::now();
                accept(&store, writer, took.len() as u128).await;
                took.push(one.elapsed());
            }
            took
        }));
    }
    let mut took = Vec::new();
    for task in tasks {
        took.extend(task.await.expect("a writer ends"));
    }
    let seconds = begun.elapsed().as_secs_f64();
    took.sort_unstable();
    let at = |part: f64| took[((took.len() - 1) as f64 * part) as usize].as_secs_f64() * 1000.0;
    let rate = took.len() as f64 / seconds;
    let cpu = (cpu_seconds() - cpu) * 1e6 / took.len() as f64;
    println!("| {:?} | {writers} | {rate:.0} | {:.2} | {:.2} | {:.2} | {cpu:.0} |", fresh.dialect(), at(0.5), at(0.99), at(1.0));
}

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime starts");
    runtime.block_on(async {
        println!("| database | writers | accepts/s | p50 ms | p99 ms | max ms | own CPU us each |\n|---|---|---|---|---|---|---|");
        for fresh in fresh_all().await {
            let doc = WorkspaceDoc { id: WS, name: "Bench".into(), time_zone: "UTC".into(), language: "en".into() };
            fresh.write(WS, move |tx| tx.put(&doc)).await.expect("the workspace is stored");
            for (round, writers) in [1, 32, 128].into_iter().enumerate() {
                measure(&fresh, round as u128, writers).await;
            }
        }
    });
}
