//! The media threads.

pub(crate) mod cross;
pub(crate) mod message;
pub(crate) mod ports;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;

use tokio::sync::mpsc;

use crate::config::{MediaConfig, MediaError};
use crate::event::MediaEvent;
use message::Door;

/// How many legs a thread has.
#[derive(Clone, Default)]
pub(crate) struct Load(Arc<AtomicUsize>);

impl Load {
    pub(crate) fn legs(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// What [`start`] has made.
pub(crate) struct Started {
    pub(crate) doors: Arc<[Door]>,
    pub(crate) loads: Vec<Load>,
    pub(crate) webrtc: Vec<SocketAddr>,
    pub(crate) threads: Vec<JoinHandle<()>>,
}

pub(crate) fn start(_config: &MediaConfig, _advertised: IpAddr, _events: &mpsc::Sender<MediaEvent>) -> Result<Started, MediaError> {
    Err(MediaError::Stopped)
}
