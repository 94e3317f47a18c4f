//! One of everything in a workspace, for the tests of walls: `{collection -> id}`.

use super::site::Tenant;
use okno_app::{access, cases::Said, promises::NewPromise, voice_config};
use okno_model::{
    AgentId, AttachmentId, AttributeId, ChannelId, CustomerId, IdentityId, IdentityKind, InteractionId, MatchId, MergeId, MessageId,
    NoteId, NoticeId, OrganizationId, QueueId, Timestamp, UnitId,
    doc::{
        AgentDoc, AttachmentDoc, AttributeDoc, AttributeKind, AttributeOn, Author, Capacity, CustomerDoc, Delivery, IdentityDoc,
        InteractionDoc, InteractionState, LedgerDoc, MatchDoc, MergeDoc, MessageDoc, MessageKind, NoteDoc, NoticeDoc, NoticeKind,
        OrganizationDoc, Presence, PresenceBy, PromptPartDoc, UnitKind, UnitState,
    },
    input::{ChannelInput, NewCase, PhoneInput, PromptInput, SettingsInput, SkillInput, TrunkInput, WidgetInput},
};
use std::collections::BTreeMap;

fn named_hours(name: &str) -> okno_model::input::HoursInput {
    okno_model::input::HoursInput { name: Some(name.into()), ..Default::default() }
}

fn simulation() -> okno_sim::Spec {
    let text = r#"{"hours": 1, "replications": 1, "queues": [{"name": "q", "arrivals": {"kind": "rate", "per_hour": 5},
        "handle": {"kind": "constant", "seconds": 60}}], "groups": []}"#;
    okno_sim::parse(text).expect("a model of the tests")
}

/// Makes one of everything and returns its ids by the name of the path segment before `{id}`.
pub(super) async fn one_of_everything(tenant: &Tenant) -> BTreeMap<&'static str, String> {
    let (ctx, owner) = (&tenant.ctx, &tenant.owner);
    let queue = okno_app::routing_config::queues(ctx, owner).await.unwrap()[0].id;
    let skill = okno_app::routing_config::create_skill(ctx, owner, SkillInput { name: Some("Polish".into()) }, None).await.unwrap();
    let hours = okno_app::routing_config::create_hours(ctx, owner, named_hours("Night"), None).await.unwrap();
    let widget = WidgetInput { sites: vec!["*".into()], ..WidgetInput::default() };
    let channel = ChannelInput {
        name: Some("Site".into()),
        queue: Some(queue),
        settings: Some(SettingsInput::Widget(widget)),
        ..ChannelInput::default()
    };
    let channel = okno_app::channels::create(ctx, owner, channel, None).await.unwrap();
    let rows = rows(tenant, queue, channel.id).await;
    let voice = voice(tenant).await;
    let mut ids = BTreeMap::from([
        ("queues", queue.to_string()),
        ("skills", skill.id.to_string()),
        ("hours", hours.id.to_string()),
        ("channels", channel.id.to_string()),
        ("sim", okno_app::sim::start(ctx, owner, simulation(), None, Vec::new()).unwrap().id.to_string()),
        ("users", owner.user.to_string()),
        ("agents", owner.agent().to_string()),
        ("why-not", owner.agent().to_string()),
        ("sessions", access::sessions(ctx, owner).await.unwrap()[0].id.to_string()),
        ("roles", okno_app::users::roles(ctx, owner).await.unwrap()[0].id.to_string()),
        ("teams", okno_app::users::teams(ctx, owner).await.unwrap()[0].id.to_string()),
        ("pause-codes", okno_app::routing_config::pause_codes(ctx, owner).await.unwrap()[0].id.to_string()),
        ("dispositions", okno_app::routing_config::dispositions(ctx, owner).await.unwrap()[0].id.to_string()),
    ]);
    let policy = r#"{"name": "Fast", "targets": [{"kind": "resolution", "minutes": 60}]}"#;
    let policy = okno_app::sla::create(ctx, owner, serde_json::from_str(policy).unwrap(), None).await.unwrap();
    ids.insert("policies", policy.id.to_string());
    ids.extend(rows);
    let interaction = ids["interactions"].parse().unwrap();
    let word = NewPromise { text: "tomorrow 12:00 call about the refund".into(), owner: None };
    let promise = okno_app::promises::make(ctx, owner, interaction, word, None).await.unwrap();
    ids.insert("promises", promise.id.to_string());
    ids.extend(voice);
    ids.extend(call(tenant).await);
    ids.extend(case(tenant).await);
    ids
}

/// A case with a comment.
async fn case(tenant: &Tenant) -> Vec<(&'static str, String)> {
    let (ctx, owner) = (&tenant.ctx, &tenant.owner);
    let new: NewCase = serde_json::from_str(r#"{"kind": "question", "title": "Where is it"}"#).unwrap();
    let case = okno_app::cases::create(ctx, owner, new, None).await.unwrap();
    let entry = okno_app::cases::comment(ctx, owner, case.id, Said { text: "Hello".into(), mentions: Vec::new() }, None).await.unwrap();
    let topic = serde_json::from_str(r#"{"name": "Parcels"}"#).unwrap();
    let topic = okno_app::cases::create_topic(ctx, owner, topic, None).await.unwrap();
    let department = r#"{"name": "Repair", "department": {"head": null, "accept_minutes": 60, "answer_minutes": 60, "hours": null}}"#;
    let department = okno_app::users::create_team(ctx, owner, serde_json::from_str(department).unwrap(), None).await.unwrap();
    let asked = okno_app::cases::forward(ctx, owner, case.id, None, department.id, "Is it there?".into()).await.unwrap();
    let notice = NoticeDoc {
        id: ctx.id(NoticeId::new),
        to: owner.user,
        case: case.id,
        number: case.number,
        title: case.title,
        kind: NoticeKind::Mention,
        by: None,
        text: String::new(),
        at: ctx.now(),
        seen: None,
    };
    let id = notice.id;
    ctx.write(move |tx| Ok(tx.put(&notice)?)).await.unwrap();
    vec![
        ("cases", case.id.to_string()),
        ("entries", entry.id.to_string()),
        ("topics", topic.id.to_string()),
        ("forwards", asked.forward.unwrap().to_string()),
        ("notices", id.to_string()),
    ]
}

/// A call that rings, with a recording.
async fn call(tenant: &Tenant) -> Vec<(&'static str, String)> {
    let channel = super::calls::line(tenant).await;
    let call = super::calls::ringing(tenant, channel).await;
    let (recording, _) = okno_app::calls::recording_started(&tenant.ctx, call, false).await.unwrap();
    vec![("calls", call.to_string()), ("recordings", recording.to_string())]
}

async fn voice(tenant: &Tenant) -> Vec<(&'static str, String)> {
    let (ctx, owner) = (&tenant.ctx, &tenant.owner);
    let name = || Some("One".to_owned());
    let trunk = TrunkInput { name: name(), host: Some("sip.example.com".into()), ..TrunkInput::default() };
    let trunk = voice_config::create_trunk(ctx, owner, trunk, None).await.unwrap();
    let phone = PhoneInput {
        name: name(),
        agent: Some(owner.agent()),
        login: Some("desk-1".into()),
        password: Some("violet-harbor-91".into()),
        ..PhoneInput::default()
    };
    let phone = voice_config::create_phone(ctx, owner, phone, None).await.unwrap();
    let prompt = voice_config::create_prompt(ctx, owner, PromptInput { name: name(), kind: None }, None).await.unwrap();
    let part = PromptPartDoc { language: String::new(), text: "Hello".into(), ms: 10, blob: String::new() };
    voice_config::set_part(ctx, owner, prompt.id, "en", part, "sound".into()).await.unwrap();
    vec![("trunks", trunk.id.to_string()), ("phones", phone.id.to_string()), ("prompts", prompt.id.to_string()), ("parts", "en".to_owned())]
}

async fn rows(tenant: &Tenant, queue: QueueId, channel: ChannelId) -> Vec<(&'static str, String)> {
    let ctx = tenant.ctx.clone();
    let at: Timestamp = ctx.now();
    let agent_id: AgentId = tenant.owner.agent();
    let customer = customer(ctx.id(CustomerId::new), ctx.id(IdentityId::new), at);
    let other = CustomerDoc { id: ctx.id(CustomerId::new), identities: Vec::new(), ..customer.clone() };
    let found = MatchDoc {
        id: ctx.id(MatchId::new),
        customer: customer.id,
        other: other.id,
        other_name: other.name.clone(),
        confidence: 50,
        reason: "same_email_unverified".into(),
        reasons: Vec::new(),
        state: "open".into(),
        created: at,
    };
    let merge = MergeDoc {
        id: ctx.id(MergeId::new),
        from: other.id,
        from_name: other.name.clone(),
        into: customer.id,
        into_name: customer.name.clone(),
        reason: String::new(),
        by: None,
        by_name: String::new(),
        at,
        proved: Vec::new(),
        undone: None,
    };
    let organization = OrganizationDoc {
        id: ctx.id(OrganizationId::new),
        name: "Lamps".into(),
        domains: Vec::new(),
        notes: String::new(),
        attributes: std::collections::BTreeMap::new(),
        created: at,
    };
    let attribute = AttributeDoc {
        id: ctx.id(AttributeId::new),
        key: "tier".into(),
        label: "Tier".into(),
        on: AttributeOn::Customer,
        kind: AttributeKind::Text,
        required: false,
        choices: Vec::new(),
        pattern: String::new(),
        position: 0,
    };
    let note = NoteDoc {
        id: ctx.id(NoteId::new),
        customer: customer.id,
        text: "tall".into(),
        pinned: false,
        by: tenant.owner.user,
        by_name: tenant.owner.name.clone(),
        created: at,
        edited: None,
    };
    let interaction = interaction(ctx.id(InteractionId::new), queue, channel, customer.id, agent_id, at);
    let message = message(ctx.id(MessageId::new), &interaction, at);
    let file = AttachmentDoc { id: ctx.id(AttachmentId::new), name: "a.txt".into(), mime: "text/plain".into(), size: 1, inline: false };
    let unit = unit(ctx.id(UnitId::new), &interaction, at);
    let agent = AgentDoc {
        id: agent_id,
        name: tenant.owner.name.clone(),
        team: None,
        presence: Presence::Offline,
        since: at,
        by: PresenceBy::Agent,
        next: None,
        connected: false,
        phone: false,
        slots: Vec::new(),
        wrapups: Vec::new(),
        queues: vec![queue],
        skills: Vec::new(),
        capacity: Capacity::default(),
    };
    let ids = vec![
        ("customers", customer.id.to_string()),
        ("matches", found.id.to_string()),
        ("merges", merge.id.to_string()),
        ("organizations", organization.id.to_string()),
        ("attributes", attribute.id.to_string()),
        ("notes", note.id.to_string()),
        ("identities", customer.identities[0].id.to_string()),
        ("interactions", interaction.id.to_string()),
        ("messages", message.id.to_string()),
        ("attachments", file.id.to_string()),
        ("ledger", unit.id.to_string()),
    ];
    ctx.write(move |tx| {
        tx.put(&customer)?;
        tx.put(&other)?;
        tx.put(&found)?;
        tx.put(&merge)?;
        tx.put(&organization)?;
        tx.put(&attribute)?;
        tx.put(&note)?;
        tx.put(&interaction)?;
        tx.put(&message)?;
        tx.put(&agent)?;
        let extras = [("blob", "00".into()), ("created", at.into()), ("message", message.id.into())];
        assert!(tx.insert_with(&file, &extras)?);
        assert!(tx.insert_with(&unit, &[("key", unit.id.to_string().into())])?);
        Ok(())
    })
    .await
    .unwrap();
    ids
}

fn customer(id: CustomerId, identity: IdentityId, created: Timestamp) -> CustomerDoc {
    let value = "ewa@example.com".to_owned();
    let identity = IdentityDoc::new(identity, IdentityKind::Email, value, true, "mail".into());
    CustomerDoc { identities: vec![identity], ..CustomerDoc::new(id, "Ewa".into(), created) }
}

fn interaction(
    id: InteractionId,
    queue: QueueId,
    channel: ChannelId,
    customer: CustomerId,
    agent: AgentId,
    at: Timestamp,
) -> InteractionDoc {
    InteractionDoc {
        id,
        medium: okno_model::Medium::Chat,
        channel,
        customer: Some(customer),
        customer_name: "Ewa".into(),
        subject: "Parcel".into(),
        preview: "Where is it?".into(),
        language: None,
        queue,
        agent: Some(agent),
        state: InteractionState::Active { agent, since: at, wrapup_requested: false },
        priority: 5,
        created: at,
        enqueued: at,
        due: None,
        answered: None,
        case: None,
        customer_waits: None,
        last_message: 1,
        last_at: at,
        agent_read: 0,
        customer_read: 0,
        previous: None,
        disposition: None,
        customer_online: false,
        outbound: false,
        callback: None,
        promise: None,
        called_back: None,
    }
}

fn message(id: MessageId, interaction: &InteractionDoc, at: Timestamp) -> MessageDoc {
    MessageDoc {
        id,
        interaction: interaction.id,
        number: 1,
        kind: MessageKind::Inbound,
        author: Author::System { key: "test".into() },
        text: "Where is it?".into(),
        quoted: String::new(),
        has_html: false,
        has_remote: false,
        client_id: None,
        at,
        delivery: Delivery::None,
        mail: None,
        attachments: Vec::new(),
    }
}

fn unit(id: UnitId, interaction: &InteractionDoc, at: Timestamp) -> LedgerDoc {
    LedgerDoc {
        id,
        kind: UnitKind::ChatOpening,
        channel: interaction.channel,
        received: at,
        state: UnitState::Open,
        cause: None,
        recovering: false,
        detail: String::new(),
        queue: Some(interaction.queue),
        owner: None,
        deadline: at,
        interaction: Some(interaction.id),
        customer: interaction.customer,
        from: "Ewa".into(),
        subject: "Parcel".into(),
        ended: None,
    }
}
