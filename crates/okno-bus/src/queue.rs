//! A queue in front of one slow reader, bounded by weight.
//!
//! Whoever pushes never waits: one sleeping laptop must not hold up a thousand others. A reader that falls too far behind
//! loses the whole queue at once ([`Lost`]) and has to fetch the state anew; that is cheaper and safer than dropping single
//! items, which would leave a hole that nobody sees.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// The reader was too slow; everything that waited for him is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost;

/// The end that pushes. Clones push into the same queue.
#[derive(Debug)]
pub struct Pusher<T>(Arc<Shared<T>>);

impl<T> Clone for Pusher<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// The end that pulls. Dropping it closes the queue.
#[derive(Debug)]
pub struct Puller<T>(Arc<Shared<T>>);

#[derive(Debug)]
struct Shared<T> {
    limit: usize,
    state: Mutex<State<T>>,
    news: Notify,
}

#[derive(Debug)]
enum State<T> {
    Open { items: VecDeque<(T, usize)>, weight: usize },
    Lost,
    Closed,
}

/// A queue that holds at most `limit` of weight (bytes, as a rule).
pub fn queue<T>(limit: usize) -> (Pusher<T>, Puller<T>) {
    let state = Mutex::new(State::Open { items: VecDeque::new(), weight: 0 });
    let shared = Arc::new(Shared { limit, state, news: Notify::new() });
    (Pusher(Arc::clone(&shared)), Puller(shared))
}

impl<T> Pusher<T> {
    /// Adds an item; says whether the queue still lives. When the item does not fit, the queue is lost.
    pub fn push(&self, item: T, weight: usize) -> bool {
        let mut state = self.0.lock();
        let alive = match &mut *state {
            State::Open { items, weight: sum } if *sum + weight <= self.0.limit => {
                items.push_back((item, weight));
                *sum += weight;
                true
            }
            State::Open { .. } => {
                *state = State::Lost;
                false
            }
            State::Lost | State::Closed => return false,
        };
        drop(state);
        self.0.news.notify_one();
        alive
    }

    /// Ends the queue as if its reader had been too slow: he has to come back.
    pub fn lose(&self) {
        *self.0.lock() = State::Lost;
        self.0.news.notify_one();
    }
}

impl<T> Puller<T> {
    /// The next item; waits for one.
    ///
    /// # Errors
    /// [`Lost`] when the reader was too slow.
    pub async fn pull(&mut self) -> Result<T, Lost> {
        loop {
            if let Some(found) = self.try_pull()? {
                return Ok(found);
            }
            self.0.news.notified().await;
        }
    }

    /// The next item, if one waits.
    ///
    /// # Errors
    /// [`Lost`] when the reader was too slow.
    pub fn try_pull(&mut self) -> Result<Option<T>, Lost> {
        match &mut *self.0.lock() {
            State::Open { items, weight } => Ok(items.pop_front().map(|(item, w)| {
                *weight -= w;
                if items.is_empty() {
                    // An idle reader costs nothing: the space of a burst is given back.
                    items.shrink_to(0);
                }
                item
            })),
            State::Lost | State::Closed => Err(Lost),
        }
    }

    /// Returns when the queue is lost; for use beside a write that may hang.
    pub async fn lost(&mut self) {
        while !matches!(&*self.0.lock(), State::Lost) {
            self.0.news.notified().await;
        }
        // Whoever pulls next must see it too.
        self.0.news.notify_one();
    }
}

impl<T> Drop for Puller<T> {
    fn drop(&mut self) {
        *self.0.lock() = State::Closed;
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // A panic while holding the lock cannot leave the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn items_come_in_order_and_free_their_weight() {
        let (pusher, mut puller) = queue(10);
        for round in 0..100 {
            assert!(pusher.push(round, 6));
            assert!(pusher.push(round + 1000, 4));
            assert_eq!(puller.pull().await, Ok(round));
            assert_eq!(puller.pull().await, Ok(round + 1000));
        }
        assert_eq!(puller.try_pull(), Ok(None));
    }

    #[tokio::test]
    async fn a_slow_reader_loses_everything_at_once() {
        let (pusher, mut puller) = queue(10);
        assert!(pusher.push('a', 8));
        assert!(!pusher.push('b', 8));
        assert!(!pusher.push('c', 1));
        puller.lost().await;
        assert_eq!(puller.pull().await, Err(Lost));
    }

    #[tokio::test]
    async fn a_waiting_reader_is_woken_by_a_push_from_another_task() {
        let (pusher, mut puller) = queue(10);
        let reader = tokio::spawn(async move { puller.pull().await });
        tokio::task::yield_now().await;
        assert!(pusher.push(7, 1));
        assert_eq!(reader.await.unwrap(), Ok(7));
    }

    #[test]
    fn nobody_pushes_to_a_reader_that_went() {
        let (pusher, puller) = queue(10);
        drop(puller);
        assert!(!pusher.push(1, 1));
    }
}
