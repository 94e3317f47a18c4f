//! The media engine: RTP, SRTP and WebRTC legs, codecs, mixing, prompts, recording. It knows no signaling and no app.
