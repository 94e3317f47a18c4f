//! Sets the demo company up: configuration through the REST API, as an administrator would; history through the store.

use super::{
    MAILBOX, company,
    history::{self, Cast},
    hours, telephone,
};
use crate::{config::Config, serve::Running};
use anyhow::{Context as _, ensure};
use okno_model::{
    CustomerId, DispositionId, IdentityId, IdentityKind, UserId,
    doc::{CustomerDoc, IdentityDoc},
};
use okno_store::{
    StoreError, Tx,
    ledger::{Envelope, Origin},
    presences,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, net::SocketAddr};

/// Interactions of history that go into one transaction.
const BATCH: usize = 100;

/// What the simulation needs to know of the company.
pub(super) struct Company {
    /// Widget key.
    pub(super) widget: String,
    /// Password of the colleague's phone, new with each start; `None` without a telephone.
    pub(super) phone: Option<String>,
}

/// Makes the company, unless the kept folder has it already.
pub(super) async fn company(
    running: &Running,
    config: &Config,
    mailhost: SocketAddr,
    provider: Option<SocketAddr>,
) -> anyhow::Result<Company> {
    let mut admin = Admin { http: reqwest::Client::new(), base: format!("{}/api/v1", running.local_url()), cookie: String::new() };
    let fresh = match &running.setup_token {
        Some(token) => {
            let owner = json!({
                "token": token, "company": company::COMPANY, "time_zone": "Europe/Warsaw", "language": "en",
                "name": company::YOU.name, "email": company::YOU.email, "password": company::PASSWORD,
            });
            admin.sign_in("/setup", owner).await?;
            true
        }
        None => false,
    };
    admin.sign_in("/sign-in", json!({"email": company::YOU.email, "password": company::PASSWORD})).await?;
    if fresh {
        furnish(&admin, running, config, mailhost).await?;
    } else {
        admin.point_mail_to(mailhost).await?;
    }
    let phone = match provider {
        Some(provider) => Some(admin.lay_lines(provider, running.app.uuid().to_string()).await?),
        None => None,
    };
    let channels = admin.get("/channels").await?;
    let widget = items(&channels).find_map(|c| c["settings"]["key"].as_str()).context("the demo has no widget")?.to_owned();
    Ok(Company { widget, phone })
}

async fn furnish(admin: &Admin, running: &Running, config: &Config, mailhost: SocketAddr) -> anyhow::Result<()> {
    let mut skills = BTreeMap::new();
    for (key, name) in company::SKILLS {
        skills.insert(key, admin.named("/skills", name).await?);
    }
    for name in company::PAUSES {
        admin.named("/pause-codes", name).await?;
    }
    let mut dispositions = Vec::new();
    for name in company::DISPOSITIONS {
        dispositions.push(admin.named("/dispositions", name).await?.parse::<DispositionId>()?);
    }
    let mut queues = BTreeMap::new();
    let (always, office) = (admin.post("/hours", hours::always()).await?, admin.post("/hours", hours::office(running.app.now())).await?);
    for (key, name, within) in company::QUEUES {
        // Whatever comes from outside comes to the first two, and finds somebody at any hour.
        let open = if matches!(key, "sales" | "complaints") { id(&office)? } else { id(&always)? };
        let queue = admin
            .post(
                "/queues",
                json!({"name": name, "answer_within_seconds": within, "chat_offer_seconds": 45, "email_offer_seconds": 300,
                       "wrapup": {"kind": "timed", "seconds": 60}, "priority": if key == "complaints" { 7 } else { 5 }, "ageing_seconds": 60,
                       "hours": open, "closed": {"kind": "promise"}, "closing": {"sweep": {"kind": "promise"}}}),
            )
            .await?;
        queues.insert(key, id(&queue)?);
    }
    // The queue that set-up makes is not needed here.
    for queue in items(&admin.get("/queues").await?).filter(|q| !queues.values().any(|k| q["id"] == k.as_str())) {
        admin.send(reqwest::Method::DELETE, &format!("/queues/{}", id(queue)?), Value::Null).await?;
    }
    let roles = admin.get("/roles").await?;
    let role = |key: &str| items(&roles).find(|r| r["key"] == key).map(|r| r["id"].clone()).with_context(|| format!("no role {key}"));
    let me = admin.get("/me").await?;
    let mut agents = Vec::new();
    for person in std::iter::once(&company::YOU).chain(&company::COLLEAGUES) {
        let profile = json!({
            "name": person.name, "roles": [role(person.role)?], "language": "en",
            "queues": queues.iter().filter(|(k, _)| person.queues.is_empty() || person.queues.contains(k)).map(|(_, id)| id).collect::<Vec<_>>(),
            "skills": person.skills.iter().map(|s| json!({"skill": skills[s], "level": 7})).collect::<Vec<_>>(),
            // The newcomer may take more at once than his colleagues.
            "capacity": if person.role == "owner" { json!({"voice": 1, "email": 3, "chat": 3, "message": 3, "task": 3}) }
                else { json!({"voice": 1, "email": 1, "chat": 1, "message": 1, "task": 1}) },
        });
        let user = if person.email == company::YOU.email {
            admin.send(reqwest::Method::PATCH, &format!("/users/{}", id(&me["user"])?), profile).await?
        } else {
            let mut user = profile;
            user["email"] = person.email.into();
            user["password"] = company::PASSWORD.into();
            admin.post("/users", user).await?
        };
        let keys = person.queues.iter().map(|&q| q.to_owned()).collect();
        if person.role != "auditor" && person.email != company::YOU.email {
            agents.push((id(&user)?.parse::<UserId>()?, person.name.to_owned(), keys));
        }
    }
    let mailbox = admin.post("/channels", mailbox(&queues["orders"], mailhost)).await?;
    let widget = admin.post("/channels", widget(&queues["support"], config)).await?;

    let app = &running.app;
    let cast = Cast {
        customers: company::CUSTOMERS
            .iter()
            .enumerate()
            .map(|(n, c)| (customer(n, c, &|| app.uuid(), app.now()), c.2.to_owned()))
            .collect(),
        queues: company::QUEUES.iter().map(|q| Ok((q.0.to_owned(), queues[q.0].parse()?, q.2))).collect::<anyhow::Result<_>>()?,
        agents,
        mailbox: id(&mailbox)?.parse()?,
        widget: id(&widget)?.parse()?,
        address: MAILBOX.to_owned(),
        dispositions,
    };
    remember(running, cast).await
}

/// Writes the month of history.
async fn remember(running: &Running, cast: Cast) -> anyhow::Result<()> {
    let (app, ws) = (&running.app, running.home);
    let past = history::month(&cast, &company::dialogues()?, app.now(), &|| app.uuid());
    let shifts = history::shifts(&cast.agents, app.now());
    let customers: Vec<CustomerDoc> = cast.customers.into_iter().map(|c| c.0).collect();
    app.store.write(ws, move |tx| customers.iter().try_for_each(|c| tx.put(c))).await?;
    let there = move |tx: &mut Tx<'_>| shifts.iter().try_for_each(|(agent, at, presence)| presences::began(tx, *agent, *at, presence));
    app.store.write(ws, there).await?;
    let mut past = past.into_iter().peekable();
    while past.peek().is_some() {
        let batch: Vec<_> = past.by_ref().take(BATCH).collect();
        app.store.write(ws, move |tx| batch.iter().try_for_each(|p| write_past(tx, p))).await?;
    }
    // The past has no events, which the index of texts follows.
    okno_app::search::rebuild(&app.at(ws)).await?;
    Ok(())
}

fn write_past(tx: &mut Tx<'_>, past: &history::Past) -> Result<(), StoreError> {
    let envelope = Envelope { to: vec![MAILBOX.to_owned()], archive: false };
    // The past came in nowhere, so there are no raw bytes.
    let origin = Origin { key: &format!("demo:{}", past.unit.id), twin: None, raw_blob: None, envelope: &envelope };
    okno_store::ledger::insert(tx, &past.unit, &origin)?;
    tx.put(&past.interaction)?;
    tx.put(&past.segment)?;
    past.messages.iter().try_for_each(|m| tx.put(m))
}

fn customer(
    number: usize,
    (name, address, language): &(&str, &str, &str),
    ids: &dyn Fn() -> uuid::Uuid,
    now: okno_model::Timestamp,
) -> CustomerDoc {
    let identity = |kind, value| IdentityDoc::new(IdentityId::new(ids()), kind, value, true, "import".into());
    let since = now - std::time::Duration::from_secs(40 * 24 * 3600);
    CustomerDoc {
        language: Some((*language).to_owned()),
        identities: vec![identity(IdentityKind::Email, (*address).to_owned()), identity(IdentityKind::Phone, telephone::customer(number))],
        ..CustomerDoc::new(CustomerId::new(ids()), (*name).to_owned(), since)
    }
}

fn mailbox(queue: &str, mailhost: SocketAddr) -> Value {
    json!({
        "kind": "mailbox", "name": "Mail to help@", "queue": queue, "enabled": true,
        "settings": {"kind": "mailbox", "address": MAILBOX, "sender_name": company::COMPANY, "aliases": [format!("orders@{}", company::DOMAIN)],
            "imap": null, "archive_before": null, "smtp": server(mailhost), "signature": format!("{}\nhttps://www.{}", company::COMPANY, company::DOMAIN),
            "auto_reply": ""},
    })
}

fn server(mailhost: SocketAddr) -> Value {
    json!({"host": mailhost.ip().to_string(), "port": mailhost.port(), "tls": "none", "user": "", "has_password": false})
}

fn widget(queue: &str, config: &Config) -> Value {
    json!({
        "kind": "widget", "name": "Chat on the web site", "queue": queue, "enabled": true,
        "settings": {"kind": "widget", "key": "", "sites": [config.url], "title": company::COMPANY, "greeting": "Hello! How can we help?",
            "color": "#17703c", "ask": "optional"},
    })
}

/// An administrator at the REST API.
struct Admin {
    http: reqwest::Client,
    base: String,
    cookie: String,
}

impl Admin {
    async fn sign_in(&mut self, path: &str, body: Value) -> anyhow::Result<()> {
        let answer = self.http.post(format!("{}{path}", self.base)).header("x-okno", "1").json(&body).send().await?;
        let (status, cookie) = (answer.status(), answer.headers().get("set-cookie").cloned());
        ensure!(status.is_success(), "{path}: {status} {}", answer.text().await.unwrap_or_default());
        if let Some(cookie) = cookie {
            cookie.to_str()?.split(';').next().unwrap_or_default().clone_into(&mut self.cookie);
        }
        Ok(())
    }

    /// A kept demo finds its customers' mail server at a new port after each start.
    async fn point_mail_to(&self, mailhost: SocketAddr) -> anyhow::Result<()> {
        for channel in items(&self.get("/channels").await?).filter(|c| c["kind"] == "mailbox") {
            let mut settings = channel["settings"].clone();
            settings["smtp"] = server(mailhost);
            self.send(reqwest::Method::PATCH, &format!("/channels/{}", id(channel)?), json!({"settings": settings})).await?;
        }
        Ok(())
    }

    /// Trunk, number, what may be dialed and a colleague's phone: made once, pointed to where the made-up network is now.
    async fn lay_lines(&self, provider: SocketAddr, secret: String) -> anyhow::Result<String> {
        let (host, port) = (provider.ip().to_string(), provider.port());
        let trunks = self.get("/trunks").await?;
        if let Some(trunk) = items(&trunks).find(|trunk| trunk["host"] == host.as_str()) {
            self.send(reqwest::Method::PATCH, &format!("/trunks/{}", id(trunk)?), json!({"port": port})).await?;
        } else {
            let trunk = json!({"name": "Demo telephone network", "enabled": true, "host": host, "port": port, "transport": "udp", "register": false,
                "sources": [host], "trusted": true, "caller_id": telephone::NUMBER});
            self.post("/trunks", trunk).await?;
            let queues = self.get("/queues").await?;
            let queue = items(&queues).find(|queue| queue["name"] == "Product support").context("no queue for calls")?;
            let channel = json!({"kind": "phone", "name": "Telephone", "queue": queue["id"], "enabled": true,
                "settings": {"kind": "phone", "numbers": [telephone::NUMBER], "answer": "at_once", "language": "en", "announce_position": true,
                    "announce_wait": true, "announce_seconds": 20, "whisper": true, "record": true, "callback": true, "voicemail": true,
                    "click_to_call": true}});
            self.post("/channels", channel).await?;
            let plan = json!({"country": "48", "allow": ["+48", "+44", "+7"], "deny": ["+4870", "+4890"]});
            self.send(reqwest::Method::PATCH, "/dial-plan", plan).await?;
        }
        let phones = self.get("/phones").await?;
        if let Some(phone) = items(&phones).find(|phone| phone["login"] == telephone::LOGIN) {
            self.send(reqwest::Method::PATCH, &format!("/phones/{}", id(phone)?), json!({"password": secret})).await?;
        } else {
            let users = self.get("/users").await?;
            let owner = items(&users).find(|user| user["email"] == telephone::OWNER).context("nobody for the phone")?;
            let phone = json!({"agent": owner["id"], "name": "Desk phone", "login": telephone::LOGIN, "password": secret});
            self.post("/phones", phone).await?;
        }
        Ok(secret)
    }

    /// The id of the thing with this name; it is made if set-up has not made it.
    async fn named(&self, path: &str, name: &str) -> anyhow::Result<String> {
        match items(&self.get(path).await?).find(|x| x["name"] == name) {
            Some(there) => id(there),
            None => id(&self.post(path, json!({"name": name})).await?),
        }
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.send(reqwest::Method::GET, path, Value::Null).await
    }

    async fn post(&self, path: &str, body: Value) -> anyhow::Result<Value> {
        self.send(reqwest::Method::POST, path, body).await
    }

    async fn send(&self, method: reqwest::Method, path: &str, body: Value) -> anyhow::Result<Value> {
        let mut request = self.http.request(method, format!("{}{path}", self.base)).header("x-okno", "1").header("cookie", &self.cookie);
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "{path}: {status} {text}");
        if text.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_str(&text)?) }
    }
}

/// The rows of a listing, as a page or as a plain array.
fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value["items"].as_array().or(value.as_array()).into_iter().flatten()
}

fn id(value: &Value) -> anyhow::Result<String> {
    value["id"].as_str().map(str::to_owned).with_context(|| format!("no id in {value}"))
}
