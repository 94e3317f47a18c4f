//! The thread that makes all recordings of the process.

use std::{
    collections::BTreeMap,
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread,
    time::Instant,
};

use tokio::sync::mpsc;

use super::{
    Chunk, PER_MS, RecorderConfig,
    tap::{Batch, Mark, PAUSE, RUNNING, Recorder},
    track::Track,
};

/// Batches on the way to the writer: 2 s of 100 recordings.
const BATCHES: usize = 1_000;

/// Chunks that a store may leave waiting in its own queue.
const CHUNKS: usize = 4;

/// A recording as the thread has it.
struct Job {
    track: Track,
    start: Instant,
    ended: Arc<AtomicU64>,
    chunks: mpsc::Sender<Chunk>,
}

#[derive(Default)]
struct Arrivals {
    next: u64,
    jobs: BTreeMap<u64, Job>,
}

/// A handle to the recording thread. It ends after the last handle and the last [`Recorder`] are gone and all chunks are taken.
#[derive(Clone)]
pub struct Recorders {
    writer: SyncSender<Batch>,
    arrivals: Arc<Mutex<Arrivals>>,
}

impl std::fmt::Debug for Recorders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Recorders")
    }
}

impl Recorders {
    /// Starts the thread.
    pub fn start() -> io::Result<Self> {
        let (writer, batches) = sync_channel(BATCHES);
        let arrivals = Arc::new(Mutex::new(Arrivals::default()));
        let theirs = Arc::clone(&arrivals);
        thread::Builder::new().name("okno-record".to_owned()).spawn(move || run(&batches, &theirs))?;
        Ok(Self { writer, arrivals })
    }

    /// Begins a recording at `at`. The recorder goes to the media thread; the chunks belong to the store. If the store takes them slower than they come, a minute of
    /// them waits, and what is beyond is dropped and marked.
    pub fn open(&self, config: &RecorderConfig, at: Instant) -> (Recorder, mpsc::Receiver<Chunk>) {
        let (chunks, taken) = mpsc::channel(CHUNKS);
        let ended = Arc::new(AtomicU64::new(RUNNING));
        let job = Job { track: Track::new(config), start: at, ended: Arc::clone(&ended), chunks };
        let mut arrivals = lock(&self.arrivals);
        let id = arrivals.next;
        arrivals.next += 1;
        arrivals.jobs.insert(id, job);
        drop(arrivals);
        (Recorder::new(id, at, self.writer.clone(), ended), taken)
    }
}

fn lock(arrivals: &Mutex<Arrivals>) -> MutexGuard<'_, Arrivals> {
    arrivals.lock().unwrap_or_else(PoisonError::into_inner)
}

fn run(batches: &Receiver<Batch>, arrivals: &Mutex<Arrivals>) {
    let mut jobs = BTreeMap::<u64, Job>::new();
    let mut swept = Instant::now();
    loop {
        let received = batches.recv_timeout(PAUSE);
        jobs.append(&mut lock(arrivals).jobs);
        let (idle, closed) = match received {
            Ok(batch) => {
                if let Some(job) = jobs.get_mut(&batch.id) {
                    take(job, &batch);
                    if batch.last {
                        job.track.finish(job.ended.load(Ordering::Acquire));
                    }
                    if !hand_over(job) || job.track.done() {
                        jobs.remove(&batch.id);
                    }
                }
                (false, false)
            }
            Err(error) => (true, error == RecvTimeoutError::Disconnected),
        };
        let now = Instant::now();
        if idle || now.saturating_duration_since(swept) >= PAUSE {
            swept = now;
            // While batches wait in the queue, the clock would run ahead of them: only what they say counts then.
            jobs.retain(|_, job| sweep(job, idle.then_some(now)));
            metrics::gauge!("okno_recordings").set(jobs.len() as f64);
        }
        if closed && jobs.is_empty() {
            return;
        }
        if closed {
            thread::sleep(PAUSE);
        }
    }
}

fn take(job: &mut Job, batch: &Batch) {
    // Frames of a batch are older than what happened at its end.
    for frame in batch.frames() {
        job.track.frame(frame.side, frame.codec, frame.timestamp, frame.payload, frame.at);
    }
    for mark in &batch.marks {
        match *mark {
            Mark::Paused(at) => job.track.pause(true, at),
            Mark::Resumed(at) => job.track.pause(false, at),
            Mark::Dropped { from, to } => {
                metrics::counter!("okno_recording_dropped_ms_total").increment((to - from) / PER_MS);
                job.track.dropped(from, to);
            }
        }
    }
}

/// Seals what is due and hands it over; false when the recording is done or nobody wants it.
fn sweep(job: &mut Job, now: Option<Instant>) -> bool {
    if let Some(now) = now {
        match job.ended.load(Ordering::Acquire) {
            RUNNING => job.track.advance(now.saturating_duration_since(job.start).as_micros() as u64 * PER_MS / 1000),
            // The queue is empty, so all of its batches are here.
            end => job.track.finish(end),
        }
    }
    hand_over(job) && !job.track.done()
}

/// False if nobody takes chunks any more.
fn hand_over(job: &mut Job) -> bool {
    while let Some(chunk) = job.track.next() {
        match job.chunks.try_send(chunk) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(chunk)) => {
                job.track.put_back(chunk);
                return true;
            }
            Err(mpsc::error::TrySendError::Closed(_)) => return false,
        }
    }
    true
}
