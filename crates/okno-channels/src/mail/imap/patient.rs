//! A stream that gives up when the other side is silent for too long: half-open connections end by themselves.

use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep},
};

/// Any connection.
pub(super) trait Connection: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Connection for T {}

/// A connection with patience: a read or write that waits longer than `limit` without any byte is an error.
pub(super) struct Patient {
    inner: Box<dyn Connection>,
    limit: Duration,
    reading: Wait,
    writing: Wait,
}

#[derive(Default)]
struct Wait(Option<Pin<Box<Sleep>>>);

impl Wait {
    fn poll<T>(&mut self, done: Poll<io::Result<T>>, limit: Duration, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        if done.is_ready() {
            self.0 = None;
            return done;
        }
        let sleep = self.0.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(Instant::now() + limit)));
        ready!(sleep.as_mut().poll(cx));
        self.0 = None;
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the server was silent for too long")))
    }
}

impl Patient {
    pub(super) fn new(inner: Box<dyn Connection>, limit: Duration) -> Self {
        Self { inner, limit, reading: Wait::default(), writing: Wait::default() }
    }

    pub(super) fn into_inner(self) -> Box<dyn Connection> {
        self.inner
    }
}

impl fmt::Debug for Patient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patient").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl AsyncRead for Patient {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let done = Pin::new(&mut this.inner).poll_read(cx, buf);
        this.reading.poll(done, this.limit, cx)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let done = Pin::new(&mut this.inner).poll_write(cx, buf);
        this.writing.poll(done, this.limit, cx)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let done = Pin::new(&mut this.inner).poll_flush(cx);
        this.writing.poll(done, this.limit, cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test(start_paused = true)]
    async fn silence_is_an_error_and_words_are_not() {
        let (ours, mut theirs) = tokio::io::duplex(64);
        let mut patient = Patient::new(Box::new(ours), Duration::from_secs(80));
        theirs.write_all(b"* OK").await.unwrap();
        let mut buffer = [0; 4];
        patient.read_exact(&mut buffer).await.unwrap();
        let start = Instant::now();
        assert_eq!(patient.read(&mut buffer).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(start.elapsed().as_secs(), 80);
        theirs.write_all(b"late").await.unwrap();
        patient.read_exact(&mut buffer).await.unwrap();
        assert_eq!(patient.write_all(&[0; 1000]).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
