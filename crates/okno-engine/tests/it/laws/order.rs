//! First come, first served; one order over all classes of a queue; one offer at a time.

use super::line::{Line, QUEUE, event};
use okno_engine::routing::QueueProfile;
use okno_model::doc::{Ordering, Strategy, WrapupMode};
use proptest::{collection::vec, prelude::*, sample::select};

/// Every strategy by which the engine offers.
fn offering() -> Vec<Strategy> {
    Strategy::ALL.into_iter().filter(|&strategy| strategy != Strategy::Pull).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever happens between, each offer is of the first of all that its agent may have: within a class, and over all
    /// classes of the queue. Nothing rings twice, and nobody gets more than he has room for.
    #[test]
    fn who_came_first_goes_first(
        strategy in select(offering()),
        order in select(&[Ordering::Fifo, Ordering::Lifo, Ordering::PriorityThenAge, Ordering::PriorityThenAge][..]),
        ageing_seconds in select(&[0, 10, 60][..]),
        events in vec(event(), 1..120),
    ) {
        let mut queue = QueueProfile::new(QUEUE, "q");
        (queue.strategy, queue.order, queue.ageing_seconds, queue.wrapup) = (strategy, order, ageing_seconds, WrapupMode::None);
        (queue.no_answer_delay_seconds, queue.decline_delay_seconds, queue.offer.chat) = (20, 10, 15);
        let mut line = Line::new(queue);
        for event in &events {
            line.happens(event);
        }
    }
}
