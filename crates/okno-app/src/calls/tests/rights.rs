//! Who may do what with a call.

use super::*;

/// The telephone door of a test: answers each request.
fn door(
    ctx: &Ctx,
    answers: impl Fn(&VoiceRequest) -> Result<Option<CallId>, Refused> + Send + 'static,
) -> tokio::task::JoinHandle<Vec<String>> {
    let mut requests = ctx.app.bus.voice.open(ctx.ws);
    tokio::spawn(async move {
        let mut heard = Vec::new();
        while let Some(request) = requests.recv().await {
            let answer = answers(&request);
            match request {
                VoiceRequest::Dial { to, reply, .. } => {
                    heard.push(format!("{to:?}"));
                    let _ = reply.send(answer.map(|call| call.unwrap()));
                }
                VoiceRequest::Command { command, reply, .. } => {
                    heard.push(format!("{command:?}"));
                    let _ = reply.send(answer.map(drop));
                }
                VoiceRequest::DeskGone { .. } => break,
                VoiceRequest::Desk { .. } | VoiceRequest::Widget { .. } => {}
            }
        }
        heard
    })
}

fn forbidden(result: Result<(), AppError>, right: Right) {
    let error = result.unwrap_err();
    assert!(matches!(&error, AppError::Forbidden { right: missing } if *missing == right), "{error}");
}

#[tokio::test]
async fn each_command_needs_its_right() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        stage.at_the_phone(ANNA).await;
        let came = stage.incoming("k1", OLGA).await;
        let id = came.call.id;
        let (anna, boris, chief) = (stage.actor(ANNA), stage.actor(BORIS), stage.actor(CHIEF));
        let mute = CallCommand::Mute { on: true };
        let nobody = command(&stage.ctx, &chief, id, mute.clone()).await.unwrap_err();
        assert!(matches!(nobody, AppError::Conflict { code: "not_yours", .. }), "{nobody}");
        stage.accept(ANNA, came.interaction.id).await;
        stage.connect(id, ANNA).await;
        let closed = command(&stage.ctx, &anna, id, mute.clone()).await.unwrap_err();
        assert!(matches!(closed, AppError::Conflict { code: "no_voice", .. }), "{closed}");

        let heard = door(&stage.ctx, |request| {
            if matches!(request, VoiceRequest::Command { command: CallCommand::Swap, .. }) {
                return Err(Refused { code: "wrong_state", why: "nobody to swap".into() });
            }
            Ok(None)
        });
        let ctx = &stage.ctx;
        for mine in [
            CallCommand::Hold { on: true },
            mute.clone(),
            CallCommand::Digits { digits: "1#".into() },
            CallCommand::Record { on: false, field: Some("card number".into()) },
        ] {
            command(ctx, &anna, id, mine).await.unwrap();
        }
        let swap = command(ctx, &anna, id, CallCommand::Swap).await.unwrap_err();
        assert!(matches!(swap, AppError::Conflict { code: "wrong_state", .. }), "{swap}");
        for bad in ["", "12a", &"1".repeat(65)] {
            let refused = command(ctx, &anna, id, CallCommand::Digits { digits: bad.into() }).await.unwrap_err();
            assert!(matches!(refused, AppError::Invalid { field: "digits", .. }), "{refused}");
        }
        let out = |number: &str| CallCommand::Consult { to: DialTo::Number { number: number.into() } };
        command(ctx, &anna, id, out("22 999 88 77")).await.unwrap();
        let premium = command(ctx, &anna, id, out("700 1234567")).await.unwrap_err();
        assert!(matches!(premium, AppError::Invalid { code: "number_not_allowed", .. }), "{premium}");
        let premium = command(ctx, &anna, id, CallCommand::TransferOut { number: "+1900".into() }).await.unwrap_err();
        assert!(matches!(premium, AppError::Invalid { .. }), "{premium}");
        forbidden(command(ctx, &without(&anna, Right::CallDial), id, out("22 999 88 77")).await, Right::CallDial);
        forbidden(
            command(ctx, &without(&anna, Right::RecordingControl), id, CallCommand::Record { on: true, field: None }).await,
            Right::RecordingControl,
        );

        // Boris sees it by his queue and may do nothing with it.
        for foreign in [CallCommand::Hold { on: false }, CallCommand::Complete, mute.clone()] {
            let refused = command(ctx, &boris, id, foreign).await.unwrap_err();
            assert!(matches!(refused, AppError::Conflict { code: "not_yours", .. }), "{refused}");
        }
        let monitor = |mode| CallCommand::Monitor { mode };
        forbidden(command(ctx, &boris, id, monitor(MonitorMode::Listen)).await, Right::CallMonitor);
        forbidden(command(ctx, &boris, id, CallCommand::TakeOver).await, Right::CallBarge);
        forbidden(command(ctx, &boris, id, CallCommand::Hangup).await, Right::InteractionManage);
        forbidden(command(ctx, &boris, id, CallCommand::Record { on: true, field: None }).await, Right::RecordingControl);
        forbidden(command(ctx, &without(&chief, Right::CallBarge), id, monitor(MonitorMode::Coach)).await, Right::CallBarge);
        command(ctx, &chief, id, monitor(MonitorMode::Listen)).await.unwrap();
        let own = command(ctx, &anna, id, monitor(MonitorMode::Listen)).await.unwrap_err();
        assert!(matches!(own, AppError::Conflict { code: "own_call", .. }), "{own}");
        let outsider = Actor { queues: Vec::new(), ..boris.clone() };
        let unseen = command(ctx, &outsider, id, mute.clone()).await.unwrap_err();
        assert!(matches!(unseen, AppError::NotFound { .. }), "{unseen}");
        assert!(matches!(show(ctx, &outsider, id).await.unwrap_err(), AppError::NotFound { .. }));
        let written: Vec<String> = crate::audit::entries(ctx, &auditor(), None, 50).await.unwrap().into_iter().map(|e| e.act).collect();
        for act in ["call.monitored", "recording.paused"] {
            assert!(written.iter().any(|a| a == act), "{act} is not in {written:?}");
        }
        stage.hang_up(id, CallEnder::Agent).await;
        let over = command(ctx, &anna, id, mute).await.unwrap_err();
        assert!(matches!(over, AppError::Conflict { code: "call_over", .. }), "{over}");
        ctx.app.bus.voice.ask(ctx.ws, VoiceRequest::DeskGone { agent: ANNA.into() }).unwrap();
        let heard = heard.await.unwrap();
        assert!(heard.iter().any(|h| h.contains("+48229998877")), "the door dials what the plan made of it: {heard:?}");
    }
}

fn auditor() -> Actor {
    let grants = vec![okno_model::right::Grant { right: Right::AuditRead, scope: Scope::All }];
    Actor {
        user: UserId::from_u128(0xA0D),
        session: okno_model::SessionId::from_u128(1),
        name: "Auditor".into(),
        team: None,
        queues: Vec::new(),
        grants,
    }
}

#[tokio::test]
async fn dialing_twice_with_one_key_calls_once() {
    use crate::access::Once;
    for stage in stages().await {
        stage.line(|_| {}).await;
        stage.available(ANNA).await;
        let anna = stage.actor(ANNA);
        let request = |number: &str| DialRequest { to: DialTo::Number { number: number.into() }, channel: LINE };
        let once = |key: &str| Some(Once::new(key.into(), "POST /calls", b"1"));
        let ctx = &stage.ctx;
        let no_right = dial(ctx, &without(&anna, Right::CallDial), request(OLGA), None).await.unwrap_err();
        assert!(matches!(no_right, AppError::Forbidden { right: Right::CallDial }), "{no_right}");
        let closed = dial(ctx, &anna, request(OLGA), once("a")).await.unwrap_err();
        assert!(matches!(closed, AppError::Conflict { code: "no_voice", .. }), "{closed}");

        let out = dialed(ctx, dialing("d1", None)).await.unwrap();
        let id = out.call.id;
        let heard = door(ctx, move |request| {
            if matches!(request, VoiceRequest::Dial { to: DialTo::Number { number }, .. } if number == "+48111111111") {
                return Err(Refused { code: "unreachable", why: "no trunk".into() });
            }
            Ok(Some(id))
        });
        // The key was released, since nothing had been dialed.
        let call = dial(ctx, &anna, request(OLGA), once("a")).await.unwrap();
        let again = dial(ctx, &anna, request(OLGA), once("a")).await.unwrap();
        assert_eq!((call.id, again.id), (id, id));
        let mismatch = dial(ctx, &anna, request(OLGA), Some(Once::new("a".into(), "POST /calls", b"2"))).await.unwrap_err();
        assert!(matches!(mismatch, AppError::Conflict { code: "idempotency_mismatch", .. }), "{mismatch}");
        let refused = dial(ctx, &anna, request("+48111111111"), None).await.unwrap_err();
        assert!(matches!(refused, AppError::Conflict { code: "unreachable", .. }), "{refused}");
        for (number, code) in [("+1 202 555 0100", "number_not_allowed"), ("sales", "bad_number")] {
            let refused = dial(ctx, &anna, request(number), None).await.unwrap_err();
            assert!(matches!(&refused, AppError::Invalid { code: found, .. } if *found == code), "{refused}");
        }
        let wrong = DialRequest { channel: crate::stage::WIDGET, ..request(OLGA) };
        assert!(matches!(dial(ctx, &anna, wrong, None).await.unwrap_err(), AppError::Invalid { field: "channel", .. }));
        ctx.app.bus.voice.ask(ctx.ws, VoiceRequest::DeskGone { agent: ANNA.into() }).unwrap();
        assert_eq!(heard.await.unwrap().len(), 2, "the repeat was not dialed");

        // Enough for today.
        let ws = ctx.ws;
        ctx.write(move |tx| {
            let plan = tx.get::<DialPlanDoc>(ws)?.unwrap();
            Ok(tx.put(&DialPlanDoc { agent_calls_per_day: 1, ..plan })?)
        })
        .await
        .unwrap();
        let enough = number_to_dial(ctx, ANNA.into(), OLGA).await.unwrap_err();
        assert!(matches!(enough, AppError::Conflict { code: "limit", .. }), "{enough}");
    }
}

#[tokio::test]
async fn calls_are_listed_as_far_as_one_sees() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        for n in 0..5 {
            let came = stage.incoming(&format!("k{n}"), &format!("+4822000000{n}")).await;
            stage.advance(10).await;
            if n % 2 == 0 {
                stage.hang_up(came.call.id, CallEnder::Customer).await;
            }
        }
        let (chief, anna) = (stage.actor(CHIEF), stage.actor(ANNA));
        let ctx = &stage.ctx;
        let first = list(ctx, &chief, Filter::default(), None, 3).await.unwrap();
        let rest = list(ctx, &chief, Filter::default(), first.last().map(Position::from), 3).await.unwrap();
        let numbers: Vec<_> = first.iter().chain(&rest).map(|c| c.number.as_str()).collect();
        assert_eq!(numbers, ["+48220000004", "+48220000003", "+48220000002", "+48220000001", "+48220000000"]);
        assert_eq!(list(ctx, &anna, Filter { shown: Shown::Live, ..Filter::default() }, None, 9).await.unwrap().len(), 2);
        assert_eq!(list(ctx, &anna, Filter { shown: Shown::Ended, ..Filter::default() }, None, 9).await.unwrap().len(), 3);
        let one = Filter { interaction: Some(first[0].interaction), ..Filter::default() };
        assert_eq!(list(ctx, &anna, one, None, 9).await.unwrap().len(), 1);
        let found = async |filter: Filter| {
            let calls = list(ctx, &chief, filter, None, 9).await.unwrap();
            calls.iter().map(|c| c.number.trim_start_matches("+482200000").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(found(Filter { text: Some("+48 22 000-0003".into()), ..Filter::default() }).await, ["03"]);
        assert_eq!(found(Filter { text: Some("00002".into()), ..Filter::default() }).await, ["02"]);
        assert!(found(Filter { text: Some("%".into()), ..Filter::default() }).await.is_empty(), "no wildcard");
        assert!(found(Filter { direction: Some(CallDirection::Outbound), ..Filter::default() }).await.is_empty());
        let missed = Filter { direction: Some(CallDirection::Inbound), talked: Some(false), shown: Shown::Ended, ..Filter::default() };
        assert_eq!(found(missed.clone()).await, ["04", "02", "00"]);
        assert_eq!(list(ctx, &chief, missed.clone(), first.first().map(Position::from), 1).await.unwrap()[0].number, "+48220000002");
        assert!(found(Filter { talked: Some(true), ..Filter::default() }).await.is_empty());
        assert_eq!(found(Filter { from: Some(first[1].started), until: Some(first[0].started), ..Filter::default() }).await, ["03"]);
        let outsider = Actor { queues: Vec::new(), ..anna.clone() };
        assert!(list(ctx, &outsider, Filter::default(), None, 9).await.unwrap().is_empty());
        let blind = without(&anna, Right::InteractionRead);
        assert!(matches!(list(ctx, &blind, Filter::default(), None, 9).await.unwrap_err(), AppError::Forbidden { .. }));
        let deaf = without(&anna, Right::RecordingListen);
        assert!(of_interaction(ctx, &deaf, first[0].interaction).await.unwrap().recordings.is_empty());
    }
}
