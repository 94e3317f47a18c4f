//! A company in okno, made as an administrator would make it: through the API.

use crate::{Api, MAIL_PASSWORD, Server};
use anyhow::{Context, Result};
use serde_json::{Value, json};

/// Sign-in of the owner.
pub const OWNER: (&str, &str) = ("olga@shop.test", "a-long-enough-password");

/// Where the company's mail goes.
pub struct MailPorts {
    /// IMAP of the company's mailbox; `None`: it has only the SMTP listener.
    pub imap: Option<u16>,
    /// The relay for outgoing mail.
    pub smtp: u16,
}

/// A set-up workspace with one queue that its owner serves.
pub struct Company {
    /// Signed in as the owner.
    pub api: Api,
    /// Id of the owner.
    pub owner: String,
    /// Id of the queue.
    pub queue: String,
    /// Key of the widget.
    pub widget_key: String,
}

impl Company {
    /// Sets up a running, empty server: a queue, a widget for any site, and mailboxes when `mail` is given:
    /// `kill@shop.test` by IMAP, `forward@shop.test` by the SMTP listener.
    pub async fn found(server: &Server, mail: Option<&MailPorts>) -> Result<Self> {
        let api = Api::new(server.port)?;
        let me = api.set_up(&server.setup_token()?, OWNER.0, OWNER.1).await?;
        let owner = text(&me["user"]["id"])?;
        let queue = api.post("/api/v1/queues", &queue_body("Support")).await.context("make a queue")?;
        let queue = text(&queue["id"])?;
        let capacity = json!({"voice": 1, "email": 50, "chat": 50, "message": 3, "task": 3});
        let user = json!({"queues": [queue], "capacity": capacity});
        api.patch(&format!("/api/v1/users/{owner}"), &user).await.context("give the owner a queue")?;
        let widget = api.post("/api/v1/channels", &widget_body(&queue)).await.context("make a widget")?;
        let widget_key = text(&widget["settings"]["key"])?;
        if let Some(mail) = mail {
            let fetched = mailbox_body(&queue, "kill@shop.test", mail);
            api.post("/api/v1/channels", &fetched).await.context("make the IMAP mailbox")?;
            let forwarded = mailbox_body(&queue, "forward@shop.test", &MailPorts { imap: None, smtp: mail.smtp });
            api.post("/api/v1/channels", &forwarded).await.context("make the forwarded mailbox")?;
        }
        Ok(Self { api, owner, queue, widget_key })
    }
}

fn queue_body(name: &str) -> Value {
    json!({
        "name": name, "strategy": "longest_idle", "priority": 5, "ageing_seconds": 60, "skills": [],
        "chat_offer_seconds": 45, "email_offer_seconds": 600, "voice_offer_seconds": 20,
        "no_answer_delay_seconds": 5, "decline_delay_seconds": 5, "wrapup": {"kind": "none"},
        "answer_within_seconds": 3600, "overflows": [],
    })
}

fn widget_body(queue: &str) -> Value {
    json!({
        "kind": "widget", "name": "Web site", "queue": queue, "enabled": true,
        "settings": {
            "kind": "widget", "key": "", "sites": ["*"], "title": "Shop", "greeting": "How can we help?",
            "color": "#1d5fd1", "ask": "no",
        },
    })
}

fn mailbox_body(queue: &str, address: &str, ports: &MailPorts) -> Value {
    let server = |port: u16, user: &str| json!({"host": "127.0.0.1", "port": port, "tls": "none", "user": user, "has_password": false});
    let mut body = json!({
        "kind": "mailbox", "name": address, "queue": queue, "enabled": true,
        "settings": {
            "kind": "mailbox", "address": address, "sender_name": "Shop", "aliases": [],
            "imap": ports.imap.map(|port| server(port, address)), "archive_before": 1,
            "smtp": server(ports.smtp, ""), "signature": "", "auto_reply": "",
        },
    });
    if ports.imap.is_some() {
        body["imap_password"] = json!(MAIL_PASSWORD);
    }
    body
}

fn text(value: &Value) -> Result<String> {
    value.as_str().map(str::to_owned).with_context(|| format!("a text was expected, not {value}"))
}
