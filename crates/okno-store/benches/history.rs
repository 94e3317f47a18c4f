//! How long the segments of a day and of a week are looked for among a million, with and without the index.
//!
//! `cargo bench -p okno-store --bench history`; with `OKNO_TEST_POSTGRES` set also on PostgreSQL. Prints a Markdown table.

#![expect(clippy::print_stdout, reason = "the table is the result")]

use okno_model::{
    ChannelId, InteractionId, Medium, QueueId, SegmentId, Timestamp, WorkspaceId,
    doc::{Closed, InteractionDoc, InteractionState, SegmentDoc, SegmentOutcome, WorkspaceDoc},
};
use okno_store::{StoreError, Tx, interactions, testing::fresh_all};
use std::time::Instant;

const WS: WorkspaceId = WorkspaceId::from_u128(1);
const SEGMENTS: u32 = 1_000_000;
/// A hundred days of 10,000 segments.
const PER_DAY: u32 = 10_000;
const DAY: i64 = 86_400_000;
/// Rows of one transaction: as the demo writes its history, but larger.
const BATCH: u32 = 20_000;

fn put(tx: &mut Tx<'_>, n: u32) -> Result<(), StoreError> {
    // They come in an order that is not that of time, as ids do.
    let enqueued = Timestamp::from_millis((i64::from(n) * 7_919 % i64::from(SEGMENTS)) * DAY / i64::from(PER_DAY));
    let id = u128::from(n) + 1;
    tx.put(&InteractionDoc {
        id: InteractionId::from_u128(id),
        medium: Medium::Chat,
        channel: ChannelId::from_u128(1),
        customer: None,
        customer_name: "Anna Nowak".into(),
        subject: "Where is my parcel?".into(),
        preview: "Hello, my parcel with number 7731 has not come yet.".into(),
        language: Some("en".into()),
        queue: QueueId::from_u128(1),
        agent: None,
        state: InteractionState::Closed { at: enqueued, how: Closed::Finished },
        priority: 5,
        created: enqueued,
        enqueued,
        due: None,
        answered: None,
        case: None,
        customer_waits: None,
        last_message: 4,
        last_at: enqueued,
        agent_read: 4,
        customer_read: 4,
        previous: None,
        disposition: None,
        customer_online: false,
        outbound: false,
        callback: None,
        promise: None,
        called_back: None,
    })?;
    tx.put(&SegmentDoc {
        id: SegmentId::from_u128(id),
        interaction: InteractionId::from_u128(id),
        queue: QueueId::from_u128(1),
        agent: None,
        enqueued,
        answered: Some(enqueued),
        wrapup: Some(enqueued),
        wrapup_ended: None,
        ended: Some(enqueued),
        outcome: Some(SegmentOutcome::Handled),
        offers: 1,
    })
}

fn workspace() -> WorkspaceDoc {
    WorkspaceDoc { id: WS, name: "Blue Fern".into(), time_zone: "UTC".into(), language: "en".into() }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    println!("| database | index | segments | found | ms |\n|---|---|---|---|---|");
    for fresh in fresh_all().await {
        let store = fresh.store();
        store.write(WS, |tx| tx.put(&workspace())).await.expect("a workspace");
        for from in (0..SEGMENTS).step_by(BATCH as usize) {
            store.write(WS, move |tx| (from..from + BATCH).try_for_each(|n| put(tx, n))).await.expect("a batch");
        }
        for indexed in [true, false] {
            if !indexed {
                store.write(WS, |tx| tx.exec("DROP INDEX segments_enqueued", &[])).await.expect("no index");
            }
            for days in [1, 7] {
                let (from, until) = (Timestamp::from_millis(50 * DAY), Timestamp::from_millis((50 + days) * DAY));
                let mut best = f64::INFINITY;
                let mut found = 0;
                for _ in 0..3 {
                    let begun = Instant::now();
                    let all = store.read(WS, move |tx| interactions::segments_between(tx, from, until, 300_000)).await.expect("segments");
                    (best, found) = (best.min(begun.elapsed().as_secs_f64() * 1000.0), all.len());
                }
                let index = if indexed { "with" } else { "without" };
                println!("| {:?} | {index} | {SEGMENTS} | {found} | {best:.1} |", fresh.dialect());
            }
        }
    }
}
