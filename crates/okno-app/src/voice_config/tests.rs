//! Trunks, phones, prompts, the dial plan, and what the door gets of them, on both databases.

use super::*;
use crate::{
    AppError, Ctx,
    access::{
        Actor,
        world::{World, set_up},
    },
    audit, channels, routing_config, users,
};
use bytes::Bytes;
use okno_bus::Topic;
use okno_model::{
    AgentId, PhoneId, PromptId, TrunkId,
    doc::{ChannelDoc, ChannelHealth, DialPlanDoc, PhoneDoc, PromptKind, PromptPartDoc, RegistrationDoc, SipTransport, TrunkDoc},
    event::What,
    input::{ChannelInput, DialPlanInput, PhoneChannelInput, PhoneInput, PromptInput, SettingsInput, TrunkInput, UserInput},
    right::Right,
};
use std::time::Duration;

const SECRET: &str = "violet-harbor-91";

fn provider(name: &str) -> TrunkInput {
    TrunkInput {
        name: Some(name.into()),
        host: Some("sip.provider.example".into()),
        register: Some(true),
        user: Some("borealis".into()),
        password: Some(Some(SECRET.into())),
        ..TrunkInput::default()
    }
}

fn desk_phone(owner: &Actor, login: &str) -> PhoneInput {
    PhoneInput {
        agent: Some(owner.agent()),
        name: Some(format!("Phone {login}")),
        login: Some(login.into()),
        password: Some(SECRET.into()),
        ..PhoneInput::default()
    }
}

async fn line(world: &World, owner: &Actor, name: &str, settings: PhoneChannelInput) -> Result<ChannelDoc, AppError> {
    let queue = routing_config::queues(&world.ctx, owner).await.unwrap()[0].id;
    let input = ChannelInput {
        name: Some(name.into()),
        queue: Some(queue),
        settings: Some(SettingsInput::Phone(settings)),
        ..ChannelInput::default()
    };
    channels::create(&world.ctx, owner, input, None).await
}

fn invalid(error: &AppError) -> (&'static str, &'static str) {
    let AppError::Invalid { field, code, .. } = error else { panic!("{error:?}") };
    (field, code)
}

async fn events(ctx: &Ctx) -> Vec<What> {
    let all = ctx.read(|tx| Ok(okno_store::journal::after(tx, 0, 10_000)?)).await.unwrap();
    all.into_iter().map(|event| event.what).collect()
}

#[tokio::test]
async fn a_password_of_a_trunk_goes_nowhere_else() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let made = create_trunk(ctx, &owner, provider("Main"), None).await.unwrap();
        assert!(made.has_password && made.health.state == "connecting" && made.order == 1);
        assert_eq!(door(ctx).await.unwrap().trunks[0].password.as_deref(), Some(SECRET));
        let id = made.id;
        let sealed = ctx.read(move |tx| Ok(okno_store::voice::trunk_secret(tx, id)?)).await.unwrap().unwrap();
        assert!(!sealed.windows(SECRET.len()).any(|w| w == SECRET.as_bytes()));

        // A new name changes nothing else; another server, port, transport, user or realm wants the password again.
        let renamed = TrunkInput { name: Some("Provider".into()), order: Some(7), ..TrunkInput::default() };
        update_trunk(ctx, &owner, id, renamed).await.unwrap();
        assert_eq!(door(ctx).await.unwrap().trunks[0].password.as_deref(), Some(SECRET));
        for stolen in [
            TrunkInput { host: Some("evil.example".into()), ..TrunkInput::default() },
            TrunkInput { port: Some(5099), ..TrunkInput::default() },
            TrunkInput { transport: Some(SipTransport::Tcp), ..TrunkInput::default() },
            TrunkInput { user: Some("other".into()), ..TrunkInput::default() },
            TrunkInput { realm: Some("evil.example".into()), ..TrunkInput::default() },
        ] {
            assert_eq!(invalid(&update_trunk(ctx, &owner, id, stolen).await.unwrap_err()), ("password", "required"));
        }
        // Not even whoever writes into the database moves it.
        let moved = TrunkDoc { host: "evil.example".into(), ..trunk(ctx, &owner, id).await.unwrap() };
        let row = moved.clone();
        ctx.write(move |tx| Ok(tx.put(&row)?)).await.unwrap();
        assert_eq!(door(ctx).await.unwrap().trunks, [], "its password cannot be opened for another host");
        assert_eq!(trunk(ctx, &owner, id).await.unwrap().health.state, "error");

        let entered = TrunkInput { host: Some("two.example".into()), password: Some(Some("another".into())), ..TrunkInput::default() };
        update_trunk(ctx, &owner, id, entered).await.unwrap();
        assert_eq!(door(ctx).await.unwrap().trunks[0].password.as_deref(), Some("another"));
        let gone = TrunkInput { password: Some(None), ..TrunkInput::default() };
        assert!(!update_trunk(ctx, &owner, id, gone).await.unwrap().has_password);
        assert_eq!(door(ctx).await.unwrap().trunks[0].password, None);

        let log = serde_json::to_string(&audit::entries(ctx, &owner, None, 200).await.unwrap()).unwrap();
        assert!(!log.contains(SECRET) && log.contains("trunk.password_changed") && log.contains("trunk.created"), "{log}");
        let told = serde_json::to_string(&events(ctx).await).unwrap();
        assert!(told.contains("trunk.changed") && !told.contains(SECRET));
        assert!(!format!("{:?}", door(ctx).await.unwrap()).contains(SECRET));
    }
}

#[tokio::test]
async fn trunks_are_checked_ordered_and_removed() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let with = |change: fn(&mut TrunkInput)| {
            let mut input = provider("Odd");
            change(&mut input);
            input
        };
        for (input, field) in [
            (with(|t| t.name = None), "name"),
            (with(|t| t.host = None), "host"),
            (with(|t| t.host = Some("sip:x@y".into())), "host"),
            (with(|t| t.user = Some(String::new())), "user"),
            (with(|t| t.user = Some("a\r\nVia: b".into())), "user"),
            (with(|t| t.sources = Some(vec!["0.0.0.0/0".into()])), "sources"),
            (with(|t| t.codecs = Some(vec!["G729".into()])), "codecs"),
            (with(|t| t.max_calls = Some(0)), "max_calls"),
            (with(|t| t.calls_per_second = Some(0)), "calls_per_second"),
            (with(|t| t.caller_id = Some("221234567".into())), "caller_id"),
            (with(|t| t.password = Some(Some("x".repeat(500)))), "password"),
        ] {
            assert_eq!(invalid(&create_trunk(ctx, &owner, input, None).await.unwrap_err()).0, field);
        }
        let first = create_trunk(ctx, &owner, provider("First"), None).await.unwrap();
        let second = create_trunk(ctx, &owner, provider("Second"), None).await.unwrap();
        assert_eq!(invalid(&create_trunk(ctx, &owner, provider("first"), None).await.unwrap_err()), ("name", "taken"));
        let last = TrunkInput { order: Some(9), enabled: Some(true), ..TrunkInput::default() };
        update_trunk(ctx, &owner, first.id, last).await.unwrap();
        let ids: Vec<TrunkId> = trunks(ctx, &owner).await.unwrap().iter().map(|t| t.id).collect();
        assert_eq!(ids, [second.id, first.id]);
        let off = TrunkInput { enabled: Some(false), ..TrunkInput::default() };
        assert_eq!(update_trunk(ctx, &owner, second.id, off).await.unwrap().health.state, "off");
        assert_eq!(door(ctx).await.unwrap().trunks.len(), 1, "a trunk that is off is none of the door's business");

        // The same health twice is one event.
        let ok = ChannelHealth { state: "ok".into(), detail: "registered until 12:00".into(), since: ctx.now() };
        trunk_health(ctx, first.id, ok.clone()).await.unwrap();
        let count = events(ctx).await.len();
        world.clock.advance(Duration::from_secs(5));
        trunk_health(ctx, first.id, ChannelHealth { since: ctx.now(), ..ok.clone() }).await.unwrap();
        trunk_health(ctx, TrunkId::from_u128(99), ok.clone()).await.unwrap();
        assert_eq!(events(ctx).await.len(), count);
        assert_eq!(trunk(ctx, &owner, first.id).await.unwrap().health, ok);

        delete_trunk(ctx, &owner, first.id).await.unwrap();
        assert!(matches!(trunk(ctx, &owner, first.id).await.unwrap_err(), AppError::NotFound { .. }));
    }
}

#[tokio::test]
async fn phones_have_their_own_login_and_a_strong_password() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let made = create_phone(ctx, &owner, desk_phone(&owner, "Anna-1"), None).await.unwrap();
        assert_eq!((made.login.as_str(), made.has_password), ("anna-1", true));
        for (input, expected) in [
            (PhoneInput { name: Some("Other".into()), ..desk_phone(&owner, "ANNA-1") }, ("login", "taken")),
            (desk_phone(&owner, "a b"), ("login", "bad_login")),
            (desk_phone(&owner, "x@y"), ("login", "bad_login")),
            (PhoneInput { password: Some("short-but-11".into()), ..desk_phone(&owner, "c1") }, ("", "")),
            (PhoneInput { password: Some("elevenchars".into()), ..desk_phone(&owner, "c2") }, ("password", "too_short")),
            (PhoneInput { password: Some("111111111111".into()), ..desk_phone(&owner, "c3") }, ("password", "too_common")),
            (PhoneInput { password: Some("boris-line-1".into()), ..desk_phone(&owner, "boris-line-1") }, ("password", "own_words")),
            (PhoneInput { password: None, ..desk_phone(&owner, "c4") }, ("password", "required")),
            (PhoneInput { agent: Some(AgentId::from_u128(5)), ..desk_phone(&owner, "c5") }, ("agent", "unknown")),
        ] {
            match create_phone(ctx, &owner, input, None).await {
                Ok(_) => assert_eq!(expected, ("", "")),
                Err(error) => assert_eq!(invalid(&error), expected),
            }
        }
        let login = PhoneInput { login: Some("anna-2".into()), ..PhoneInput::default() };
        assert_eq!(invalid(&update_phone(ctx, &owner, made.id, login.clone()).await.unwrap_err()), ("password", "required"));
        let both = PhoneInput { password: Some("orange-cliff-42".into()), ..login };
        assert_eq!(update_phone(ctx, &owner, made.id, both).await.unwrap().login, "anna-2");
        let ready = door(ctx).await.unwrap().phones;
        assert_eq!(ready.iter().find(|p| p.doc.id == made.id).unwrap().password, "orange-cliff-42");
        let log = serde_json::to_string(&audit::entries(ctx, &owner, None, 200).await.unwrap()).unwrap();
        assert!(!log.contains("orange-cliff") && log.contains("phone.password_changed"));
        delete_phone(ctx, &owner, made.id).await.unwrap();
        assert!(door(ctx).await.unwrap().phones.iter().all(|p| p.doc.id != made.id));
    }
}

#[tokio::test]
async fn a_registration_is_kept_and_ends_with_what_allowed_it() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let anna = world.user(&owner, "anna", "agent", UserInput::default()).await;
        let input = PhoneInput { agent: Some(anna.id.into()), ..desk_phone(&owner, "anna") };
        let phone = create_phone(ctx, &owner, input, None).await.unwrap();
        let at = |seconds| RegistrationDoc {
            address: "203.0.113.9:5060".into(),
            user_agent: "baresip".into(),
            until: ctx.now() + Duration::from_secs(seconds),
        };
        phone_registered(ctx, phone.id, vec![at(60)], r#"[{"to":"sip:anna@203.0.113.9"}]"#.into()).await.unwrap();
        let told = events(ctx).await.len();
        phone_registered(ctx, phone.id, vec![at(120)], r#"[{"to":"sip:anna@203.0.113.9","n":2}]"#.into()).await.unwrap();
        assert_eq!(events(ctx).await.len(), told, "a longer registration is no event");
        assert_eq!(super::phone(ctx, &owner, phone.id).await.unwrap().registered, [at(120)]);
        assert_eq!(bindings(ctx).await.unwrap(), [(phone.id, r#"[{"to":"sip:anna@203.0.113.9","n":2}]"#.to_owned())]);
        phone_registered(ctx, PhoneId::from_u128(4), vec![at(1)], "[1]".into()).await.unwrap();

        // Renamed: it stays registered. Another password: it has to come again.
        let renamed = PhoneInput { name: Some("Room 12".into()), ..PhoneInput::default() };
        assert_eq!(update_phone(ctx, &owner, phone.id, renamed).await.unwrap().registered.len(), 1);
        assert_eq!(bindings(ctx).await.unwrap().len(), 1);
        let password = PhoneInput { password: Some("orange-cliff-42".into()), ..PhoneInput::default() };
        assert_eq!(update_phone(ctx, &owner, phone.id, password).await.unwrap().registered, []);
        assert_eq!(bindings(ctx).await.unwrap(), []);

        // Who may not sign in has no phone either, and the door hears of it.
        let mut voice = ctx.app.bus.listen(ctx.ws, Topic::Voice);
        users::update(ctx, &owner, anna.id, UserInput { disabled: Some(true), ..UserInput::default() }).await.unwrap();
        voice.wait().await;
        assert_eq!(door(ctx).await.unwrap().phones, []);
    }
}

#[tokio::test]
async fn a_prompt_has_a_sound_per_language_and_is_not_removed_while_callers_hear_it() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let input = PromptInput { name: Some("Welcome".into()), kind: None };
        let made = create_prompt(ctx, &owner, input, None).await.unwrap();
        assert_eq!((made.kind, made.parts.len()), (PromptKind::Speech, 0));
        let part = |text: &str, ms| PromptPartDoc { language: String::new(), text: text.into(), ms, blob: String::new() };
        let bytes = |text: &'static str| Bytes::from_static(text.as_bytes());
        set_part(ctx, &owner, made.id, "ru", part("", 900), bytes("RIFF ru")).await.unwrap();
        set_part(ctx, &owner, made.id, "en", part("Hello", 1200), bytes("RIFF en")).await.unwrap();
        let now = set_part(ctx, &owner, made.id, "en", part("Hello!", 1300), bytes("RIFF en 2")).await.unwrap();
        assert_eq!(now.parts.iter().map(|p| (p.language.as_str(), p.ms)).collect::<Vec<_>>(), [("en", 1300), ("ru", 900)]);
        assert_eq!(part_bytes(ctx, &owner, made.id, "en").await.unwrap(), bytes("RIFF en 2"));
        assert_eq!(sound(ctx, &now.parts[1].blob).await.unwrap(), bytes("RIFF ru"));
        assert!(matches!(part_bytes(ctx, &owner, made.id, "pl").await.unwrap_err(), AppError::NotFound { .. }));
        for (language, part, sound, expected) in [
            ("de", part("", 10), "x", ("language", "unknown")),
            ("pl", part("", 0), "x", ("audio", "empty")),
            ("pl", part("", 10), "", ("audio", "empty")),
            ("pl", part("", 16 * 60 * 1000), "x", ("audio", "too_long")),
            ("pl", part(&"x".repeat(3000), 10), "x", ("text", "too_long")),
        ] {
            let refused = set_part(ctx, &owner, made.id, language, part, bytes(sound)).await.unwrap_err();
            assert_eq!(invalid(&refused), expected);
        }

        let unknown = PhoneChannelInput { music: Some(PromptId::from_u128(3)), ..PhoneChannelInput::default() };
        assert_eq!(invalid(&line(&world, &owner, "Lost", unknown).await.unwrap_err()), ("music", "unknown"));
        let settings = PhoneChannelInput { greeting: Some(made.id), ..PhoneChannelInput::default() };
        let channel = line(&world, &owner, "Hotline", settings).await.unwrap();
        let refused = delete_prompt(ctx, &owner, made.id).await.unwrap_err();
        assert!(matches!(&refused, AppError::Conflict { code: "in_use", detail } if detail.contains("Hotline")), "{refused}");
        let silent = ChannelInput { settings: Some(SettingsInput::Phone(PhoneChannelInput::default())), ..ChannelInput::default() };
        channels::update(ctx, &owner, channel.id, silent).await.unwrap();
        assert_eq!(delete_part(ctx, &owner, made.id, "ru").await.unwrap().parts.len(), 1);
        assert!(matches!(delete_part(ctx, &owner, made.id, "ru").await.unwrap_err(), AppError::NotFound { .. }));
        delete_prompt(ctx, &owner, made.id).await.unwrap();
        assert_eq!(prompts(ctx, &owner).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_number_leads_to_one_channel_and_the_door_hears_of_changes() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let numbers =
            |all: &[&str]| PhoneChannelInput { numbers: all.iter().map(|&n| n.to_owned()).collect(), ..PhoneChannelInput::default() };
        let mut voice = ctx.app.bus.listen(ctx.ws, Topic::Voice);
        let first = line(&world, &owner, "Hotline", numbers(&["+48 22 123 45 67", "500"])).await.unwrap();
        voice.wait().await;
        let taken = line(&world, &owner, "Sales", numbers(&["501", "+48221234567"])).await.unwrap_err();
        assert_eq!(invalid(&taken), ("numbers", "taken"));
        line(&world, &owner, "Sales", numbers(&["501"])).await.unwrap();
        // It keeps its own numbers.
        let same = ChannelInput { settings: Some(SettingsInput::Phone(numbers(&["500"]))), ..ChannelInput::default() };
        channels::update(ctx, &owner, first.id, same).await.unwrap();
        assert_eq!(door(ctx).await.unwrap().channels.len(), 2);
        let off = ChannelInput { enabled: Some(false), ..ChannelInput::default() };
        channels::update(ctx, &owner, first.id, off).await.unwrap();
        assert_eq!(door(ctx).await.unwrap().channels.len(), 1);
        voice.wait().await;
    }
}

#[tokio::test]
async fn a_widget_may_call_only_where_it_is_allowed_and_somebody_serves_the_telephone() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let settings = PhoneChannelInput { click_to_call: true, ..PhoneChannelInput::default() };
        line(&world, &owner, "A desk line", PhoneChannelInput::default()).await.unwrap();
        let channel = line(&world, &owner, "Hotline", settings).await.unwrap();
        assert_eq!(click_to_call(ctx).await.unwrap(), None, "no telephone runs here");
        let _door = ctx.app.bus.voice.open(ctx.ws);
        assert_eq!(click_to_call(ctx).await.unwrap(), Some(Call { channel: channel.id, name: "Hotline".into() }));
        let off = ChannelInput { enabled: Some(false), ..ChannelInput::default() };
        channels::update(ctx, &owner, channel.id, off).await.unwrap();
        assert_eq!(click_to_call(ctx).await.unwrap(), None);
    }
}

#[tokio::test]
async fn nobody_can_be_called_until_the_dial_plan_says_so() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let closed = DialPlanDoc::closed(ctx.ws);
        assert_eq!(dial_plan(ctx, &owner).await.unwrap(), closed);
        // As in a database of before the telephone.
        let ws = ctx.ws;
        assert!(ctx.write(move |tx| Ok(tx.delete::<DialPlanDoc>(ws)?)).await.unwrap());
        assert_eq!(dial_plan(ctx, &owner).await.unwrap(), closed);
        assert_eq!(door(ctx).await.unwrap().dial_plan, closed);

        let input = DialPlanInput {
            country: Some("+48".into()),
            national_prefix: Some("0".into()),
            allow: Some(vec!["+48".into(), "+44 20".into()]),
            deny: Some(vec!["+48 70".into()]),
            ..DialPlanInput::default()
        };
        let open = update_dial_plan(ctx, &owner, input).await.unwrap();
        assert_eq!((open.country.as_str(), &open.allow, &open.deny), ("48", &vec!["+4420".into(), "+48".into()], &vec!["+4870".into()]));
        assert_eq!(open.max_calls, closed.max_calls);
        for (input, field) in [
            (DialPlanInput { country: Some("poland".into()), ..DialPlanInput::default() }, "country"),
            (DialPlanInput { allow: Some(vec!["48".into()]), ..DialPlanInput::default() }, "allow"),
            (DialPlanInput { deny: Some(vec!["x".into()]), ..DialPlanInput::default() }, "deny"),
            (DialPlanInput { agent_minutes_per_day: Some(9999), ..DialPlanInput::default() }, "agent_minutes_per_day"),
        ] {
            assert_eq!(invalid(&update_dial_plan(ctx, &owner, input).await.unwrap_err()).0, field);
        }
        assert_eq!(dial_plan(ctx, &owner).await.unwrap(), open);
        assert!(audit::entries(ctx, &owner, None, 50).await.unwrap().iter().any(|e| e.act == "dial_plan.changed"));
    }
}

#[tokio::test]
async fn everything_needs_the_right() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let trunk_id = create_trunk(ctx, &owner, provider("Main"), None).await.unwrap().id;
        let phone_id = create_phone(ctx, &owner, desk_phone(&owner, "anna"), None).await.unwrap().id;
        let prompt_id = create_prompt(ctx, &owner, PromptInput { name: Some("Hi".into()), kind: None }, None).await.unwrap().id;
        let grants = owner.grants.iter().copied().filter(|g| g.right != Right::VoiceConfigure).collect();
        let other = Actor { grants, ..owner.clone() };
        let part = PromptPartDoc { language: String::new(), text: String::new(), ms: 1, blob: String::new() };
        let all: Vec<Result<(), AppError>> = vec![
            trunks(ctx, &other).await.map(drop),
            trunk(ctx, &other, trunk_id).await.map(drop),
            create_trunk(ctx, &other, provider("X"), None).await.map(drop),
            update_trunk(ctx, &other, trunk_id, TrunkInput::default()).await.map(drop),
            delete_trunk(ctx, &other, trunk_id).await,
            phones(ctx, &other).await.map(drop),
            phone(ctx, &other, phone_id).await.map(drop),
            create_phone(ctx, &other, desk_phone(&owner, "x1"), None).await.map(drop),
            update_phone(ctx, &other, phone_id, PhoneInput::default()).await.map(drop),
            delete_phone(ctx, &other, phone_id).await,
            prompts(ctx, &other).await.map(drop),
            prompt(ctx, &other, prompt_id).await.map(drop),
            create_prompt(ctx, &other, PromptInput { name: Some("Y".into()), kind: None }, None).await.map(drop),
            update_prompt(ctx, &other, prompt_id, PromptInput::default()).await.map(drop),
            set_part(ctx, &other, prompt_id, "en", part, Bytes::from_static(b"x")).await.map(drop),
            delete_part(ctx, &other, prompt_id, "en").await.map(drop),
            part_bytes(ctx, &other, prompt_id, "en").await.map(drop),
            delete_prompt(ctx, &other, prompt_id).await,
            dial_plan(ctx, &other).await.map(drop),
            update_dial_plan(ctx, &other, DialPlanInput::default()).await.map(drop),
        ];
        for (n, result) in all.into_iter().enumerate() {
            let refused = matches!(result, Err(AppError::Forbidden { right: Right::VoiceConfigure }));
            assert!(refused, "act {n}: {result:?}");
        }
    }
}

#[test]
fn what_the_door_gets_shows_no_password() {
    let doc = PhoneDoc {
        id: PhoneId::from_u128(1),
        agent: AgentId::from_u128(2),
        name: "x".into(),
        login: "x".into(),
        has_password: true,
        sha256: false,
        srtp: okno_model::doc::SrtpPolicy::No,
        enabled: true,
        registered: Vec::new(),
    };
    assert!(!format!("{:?}", DoorPhone { doc, password: SECRET.into() }).contains(SECRET));
}
