//! Recordings, on both databases.

use super::*;
use crate::{
    AppError,
    access::Actor,
    audit, calls,
    stage::{ANNA, BORIS, CHIEF, Stage, stages},
};
use okno_model::{
    CallId, SessionId, UserId,
    doc::{CallEnder, RecordingDoc},
    right::{Grant, Right, Scope},
};

const OLGA: &str = "+48221234567";

fn chunk(n: i64) -> RecordingChunk {
    RecordingChunk { n, started_ms: n * 5_000, ms: 5_000, bytes: vec![n as u8; 100] }
}

/// A talk of Anna's.
async fn talk(stage: &Stage) -> CallId {
    stage.line(|settings| settings.record_days = 30).await;
    stage.at_the_phone(ANNA).await;
    let came = stage.incoming("k1", OLGA).await;
    stage.accept(ANNA, came.interaction.id).await;
    came.call.id
}

async fn listened(stage: &Stage) -> usize {
    let auditor = Actor {
        user: UserId::from_u128(0xA0D),
        session: SessionId::from_u128(1),
        name: "Auditor".into(),
        team: None,
        queues: Vec::new(),
        grants: vec![Grant { right: Right::AuditRead, scope: Scope::All }],
    };
    audit::entries(&stage.ctx, &auditor, None, 50).await.unwrap().iter().filter(|e| e.act == "recording.listened").count()
}

#[tokio::test]
async fn chunks_survive_and_a_repeat_is_the_same_chunk() {
    for mut stage in stages().await {
        let call = talk(&stage).await;
        let (id, key) = recording_started(&stage.ctx, call, false).await.unwrap();
        assert_eq!(recording_started(&stage.ctx, call, false).await.unwrap(), (id, key), "it goes on");
        for n in [0, 1, 1, 2] {
            recording_chunk(&stage.ctx, id, chunk(n)).await.unwrap();
        }
        let large = RecordingChunk { bytes: vec![0; 2 * 1024 * 1024], ..chunk(3) };
        assert!(matches!(recording_chunk(&stage.ctx, id, large).await.unwrap_err(), AppError::Invalid { .. }));
        stage.restart().await;
        let anna = stage.actor(ANNA);
        let heard = sound(&stage.ctx, &anna, id).await.unwrap();
        assert_eq!((heard.key, heard.chunks.len(), &heard.chunks[2]), (key, 3, &chunk(2)));
        let done = recording_ended(&stage.ctx, id).await.unwrap();
        assert_eq!((done.ms, done.chunks, done.cut), (15_000, 3, false));
        assert_eq!(recording_ended(&stage.ctx, id).await.unwrap(), done);
        let (second, other) = recording_started(&stage.ctx, call, false).await.unwrap();
        assert!(second != id && other != key, "each has a key of its own");
    }
}

#[tokio::test]
async fn who_listens_is_written_down_once() {
    for stage in stages().await {
        let call = talk(&stage).await;
        let (id, _) = recording_started(&stage.ctx, call, false).await.unwrap();
        recording_chunk(&stage.ctx, id, chunk(0)).await.unwrap();
        let (anna, boris, chief) = (stage.actor(ANNA), stage.actor(BORIS), stage.actor(CHIEF));
        for _ in 0..3 {
            sound(&stage.ctx, &anna, id).await.unwrap();
            waveform(&stage.ctx, &anna, id).await.unwrap();
        }
        assert_eq!(listened(&stage).await, 1, "one player asks many times");
        sound(&stage.ctx, &chief, id).await.unwrap();
        stage.advance(901).await;
        sound(&stage.ctx, &anna, id).await.unwrap();
        assert_eq!(listened(&stage).await, 3);

        // Boris sees the interaction by his queue, but may hear only his own talks.
        let foreign = sound(&stage.ctx, &boris, id).await.unwrap_err();
        assert!(matches!(foreign, AppError::Forbidden { right: Right::RecordingListen }), "{foreign}");
        let outsider = Actor { queues: Vec::new(), ..boris };
        assert!(matches!(show(&stage.ctx, &outsider, id).await.unwrap_err(), AppError::NotFound { .. }));
        assert_eq!(listened(&stage).await, 3);
    }
}

#[tokio::test]
async fn deleting_destroys_the_key_and_the_sound() {
    for stage in stages().await {
        let call = talk(&stage).await;
        let (id, _) = recording_started(&stage.ctx, call, false).await.unwrap();
        recording_chunk(&stage.ctx, id, chunk(0)).await.unwrap();
        let (anna, chief) = (stage.actor(ANNA), stage.actor(CHIEF));
        let own = delete(&stage.ctx, &anna, id).await.unwrap_err();
        assert!(matches!(own, AppError::Forbidden { right: Right::RecordingControl }), "{own}");
        let gone = delete(&stage.ctx, &chief, id).await.unwrap();
        assert!(gone.deleted);
        assert_eq!(delete(&stage.ctx, &chief, id).await.unwrap(), gone);
        assert!(matches!(sound(&stage.ctx, &chief, id).await.unwrap_err(), AppError::NotFound { .. }));
        assert!(matches!(recording_chunk(&stage.ctx, id, chunk(1)).await.unwrap_err(), AppError::NotFound { .. }));
        assert!(nothing_left(&stage, id).await);
        assert!(show(&stage.ctx, &chief, id).await.unwrap().deleted, "the record stays");
    }
}

async fn nothing_left(stage: &Stage, id: okno_model::RecordingId) -> bool {
    stage
        .ctx
        .read(move |tx| Ok((okno_store::recordings::secret(tx, id)?, okno_store::recordings::chunks(tx, id)?)))
        .await
        .map(|(secret, chunks)| secret == Some(Vec::new()) && chunks.is_empty())
        .unwrap()
}

#[tokio::test]
async fn a_recording_whose_time_is_over_loses_its_sound() {
    for stage in stages().await {
        let call = talk(&stage).await;
        let (id, _) = recording_started(&stage.ctx, call, false).await.unwrap();
        recording_chunk(&stage.ctx, id, chunk(0)).await.unwrap();
        let live = stage.live_calls().await.remove(0);
        calls::ended(&stage.ctx, live, CallEnder::Agent, "normal").await.unwrap();
        stage.advance(30 * 24 * 3600 - 1).await;
        stage.conserved().await;
        let kept: RecordingDoc = show(&stage.ctx, &stage.actor(CHIEF), id).await.unwrap();
        assert_eq!((kept.deleted, kept.ms, kept.cut), (false, 5_000, false));
        stage.advance(2).await;
        stage.conserved().await;
        let gone = show(&stage.ctx, &stage.actor(CHIEF), id).await.unwrap();
        assert!(gone.deleted && gone.ended.is_some());
        assert!(nothing_left(&stage, id).await);
        stage.conserved().await;
    }
}
