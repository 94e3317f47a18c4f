//! What is kept of presences.

use crate::samples::*;
use okno_model::{AgentId, Timestamp, doc::Presence};
use okno_store::presences;

both_dbs! {
    async fn a_span_begins_with_what_was_before_it(fresh: &Fresh) {
        prepare(fresh).await;
        let (anna, at) = (AgentId::from_u128(1), Timestamp::from_millis);
        fresh.write(WS, move |tx| {
            presences::began(tx, anna, at(10), &Presence::Available)?;
            presences::began(tx, anna, at(20), &Presence::Paused { code: None })?;
            // The pause was a slip: both in one millisecond.
            presences::began(tx, anna, at(20), &Presence::AvailableOnDemand)?;
            presences::began(tx, anna, at(30), &Presence::Offline)?;
            presences::began(tx, AgentId::from_u128(2), at(15), &Presence::Offline)
        }).await.unwrap();
        let seen = |from, until| async move {
            let rows = fresh.store().read(WS, move |tx| presences::between(tx, anna, at(from), at(until))).await.unwrap();
            rows.iter().map(|row| (row.at.millis(), row.available)).collect::<Vec<_>>()
        };
        assert_eq!(seen(0, 100).await, [(10, true), (20, true), (30, false)]);
        assert_eq!(seen(15, 30).await, [(10, true), (20, true)]);
        assert_eq!(seen(0, 10).await, []);
        assert_eq!(seen(90, 100).await, [(30, false)]);
    }
}
