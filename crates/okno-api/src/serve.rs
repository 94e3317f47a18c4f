//! The listeners: one task per connection with time-outs, and a shutdown that drains.

use crate::{ApiState, files_router, router};
use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use std::{future::Future, io, net::SocketAddr, time::Duration};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

/// A peer that has not sent its headers by then is slow on purpose.
const HEADER_TIMEOUT: Duration = Duration::from_secs(15);
/// Read buffer of a connection, grown to by need; idle sockets must stay small.
const BUFFER_BYTES: usize = 64 * 1024;
/// After accepting failed (no file descriptors): do not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Serves the main and the files listener until `shutdown` resolves, then drains: readiness goes off, long polls and sockets
/// are told to end, requests in progress finish, at most for `drain_limit`.
///
/// # Errors
/// None today; a listener that fails to accept is tried again.
pub async fn serve(state: ApiState, listener: TcpListener, files: TcpListener, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    let graceful = GracefulShutdown::new();
    let (main, other) = (router(&state), files_router(&state));
    state.set_ready(true);
    {
        tokio::pin!(shutdown);
        let draining = async {
            shutdown.await;
            tracing::info!("stopping: readiness is off, requests in progress finish");
            state.close();
            tokio::time::sleep(state.config.drain_delay).await;
        };
        tokio::select! {
            () = draining => {}
            () = accept(&listener, &main, &graceful) => {}
            () = accept(&files, &other, &graceful) => {}
        }
    }
    drop((listener, files));
    let drained = async { tokio::join!(graceful.shutdown(), state.sockets_gone()) };
    if tokio::time::timeout(state.config.drain_limit, drained).await.is_err() {
        tracing::warn!("some requests or sockets did not end in time and were cut");
    }
    Ok(())
}

async fn accept(listener: &TcpListener, app: &Router, graceful: &GracefulShutdown) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => connection(stream, peer, app.clone(), graceful),
            Err(error) => {
                // Out of descriptors or memory: the next connection may work. The peer's own faults come here too.
                tracing::debug!(%error, "accepting a connection failed");
                metrics::counter!("okno_accept_errors_total").increment(1);
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn connection(stream: TcpStream, peer: SocketAddr, app: Router, graceful: &GracefulShutdown) {
    // Small frames of the sockets must not wait for each other.
    let _ = stream.set_nodelay(true);
    let service = hyper_util::service::TowerToHyperService::new(app.map_request(move |mut request: Request<_>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(Body::new)
    }));
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT).max_buf_size(BUFFER_BYTES);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(100);
    let served = graceful.watch(builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned());
    tokio::spawn(async move {
        if let Err(error) = served.await {
            tracing::debug!(%error, "a connection ended badly");
        }
    });
}
