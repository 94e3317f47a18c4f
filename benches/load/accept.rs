//! Messages in: sent by visitors' sockets, counted when acknowledged after the commit.

use anyhow::{Context, Result, bail};
use okno_testkit::visitor::{Socket, visit};
use okno_testkit::{Company, Server};
use serde_json::json;
use std::time::{Duration, Instant};

/// How many connect at the same time.
const CONNECTING: usize = 50;
/// How long one acknowledgement may take before the run is worthless.
const LOST: Duration = Duration::from_secs(30);

/// A connected visitor, and how many messages he has sent.
pub(crate) struct Talker {
    socket: Socket,
    name: usize,
    sent: usize,
}

/// What came of a run.
pub(crate) struct Figures {
    pub(crate) per_second: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

/// Connects so many visitors; each has said hello and his first words, so that his interaction is there.
pub(crate) async fn connect(server: &Server, company: &Company, count: usize) -> Result<Vec<Talker>> {
    let mut all = Vec::with_capacity(count);
    while all.len() < count {
        let some = CONNECTING.min(count - all.len());
        let started = all.len();
        let tasks: Vec<_> = (0..some)
            .map(|n| {
                let (port, key) = (server.port, company.widget_key.clone());
                tokio::spawn(async move {
                    let (socket, _) = visit(port, &key, None, None, 0).await?;
                    let mut talker = Talker { socket, name: started + n, sent: 0 };
                    talker.say().await?;
                    anyhow::Ok(talker)
                })
            })
            .collect();
        for task in tasks {
            all.push(task.await??);
        }
    }
    Ok(all)
}

/// Every visitor sends the next message as soon as the last one is acknowledged.
pub(crate) async fn as_fast_as_possible(visitors: Vec<Talker>, time: Duration) -> Result<(Vec<Talker>, Figures)> {
    run(visitors, time, |_, _| None).await
}

/// Every visitor sends one message a second, evenly spread over the second.
pub(crate) async fn once_a_second(visitors: Vec<Talker>, time: Duration) -> Result<(Vec<Talker>, Figures)> {
    let count = visitors.len() as u32;
    run(visitors, time, move |name, turn| Some(Duration::from_secs(turn) + Duration::from_secs(1) * (name as u32 % count) / count)).await
}

/// `when` gives the time since the start at which a visitor's n-th message is due; `None`: at once.
async fn run(
    visitors: Vec<Talker>,
    time: Duration,
    when: impl Fn(usize, u64) -> Option<Duration> + Copy + Send + 'static,
) -> Result<(Vec<Talker>, Figures)> {
    let start = Instant::now();
    let tasks: Vec<_> = visitors
        .into_iter()
        .map(|mut talker| {
            tokio::spawn(async move {
                let mut times = Vec::new();
                for turn in 0.. {
                    // A message that is due and cannot go out yet has waited already: time counts from when it was due.
                    let due = when(talker.name, turn).map_or_else(Instant::now, |due| start + due);
                    if due.saturating_duration_since(start) >= time || start.elapsed() >= time {
                        break;
                    }
                    tokio::time::sleep_until(due.into()).await;
                    talker.say().await?;
                    times.push(due.elapsed());
                }
                anyhow::Ok((talker, times))
            })
        })
        .collect();
    let (mut back, mut times) = (Vec::new(), Vec::new());
    for task in tasks {
        let (talker, some) = task.await??;
        back.push(talker);
        times.extend(some);
    }
    let took = start.elapsed();
    times.sort_unstable();
    let at = |percent: usize| times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default();
    Ok((back, Figures { per_second: times.len() as f64 / took.as_secs_f64(), p50: at(50), p99: at(99) }))
}

impl Talker {
    /// Sends one message and waits for its acknowledgement.
    pub(crate) async fn say(&mut self) -> Result<()> {
        let id = format!("{}-{}", self.name, self.sent);
        self.sent += 1;
        let text = format!("visitor {} has one more question, number {}", self.name, self.sent);
        self.socket.send(&json!({"t": "say", "client_id": id, "text": text, "attachments": []})).await?;
        let wait = async {
            loop {
                let frame = self.socket.next().await?;
                if frame["client_id"] != id.as_str() {
                    continue;
                }
                match frame["t"].as_str() {
                    Some("ack") => return Ok(()),
                    Some("refused") => bail!("refused: {frame}"),
                    _ => {}
                }
            }
        };
        tokio::time::timeout(LOST, wait).await.context("no acknowledgement")?
    }
}
