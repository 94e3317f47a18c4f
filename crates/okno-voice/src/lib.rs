//! The telephone door: calls put together from signaling (okno-sip), media (okno-media) and acts (okno-app).
mod call;
