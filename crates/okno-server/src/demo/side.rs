//! The page that shows the customers' side of the demo: their chats, their mailboxes, and a form to write as one of them.

use super::{customers::send_mail, world::World};
use anyhow::Context as _;
use axum::{
    Form, Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use okno_app::App;
use serde::Deserialize;
use std::{net::SocketAddr, sync::Arc};

/// Address that a newcomer writes from when he plays a customer.
const NEWCOMER: &str = "newcomer@mail.example";
/// Longest text of the form, in characters.
const FORM_CHARS: usize = 5_000;

#[derive(Clone)]
struct Side {
    app: Arc<App>,
    world: World,
    smtp: SocketAddr,
    page: String,
}

/// Serves the page until the process ends.
pub(super) async fn serve(listen: SocketAddr, app: Arc<App>, world: World, smtp: SocketAddr, chat_page: String) -> anyhow::Result<()> {
    let page =
        include_str!("side.html").replace("{{chat}}", &chat_page).replace("{{mailbox}}", super::MAILBOX).replace("{{from}}", NEWCOMER);
    let side = Side { app, world, smtp, page };
    let router = Router::new()
        .route("/", get(async |State(side): State<Side>| Html(side.page)))
        .route("/side.js", get(async || ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("side.js"))))
        .route("/threads", get(async |State(side): State<Side>| Json(side.world.threads())))
        .route("/mail", post(write_mail))
        .with_state(side);
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}; choose another --customers-listen"))?;
    axum::serve(listener, router).await?;
    Ok(())
}

#[derive(Deserialize)]
struct Letter {
    subject: String,
    text: String,
}

async fn write_mail(State(side): State<Side>, Form(letter): Form<Letter>) -> Response {
    if letter.text.trim().is_empty() || letter.text.chars().count() > FORM_CHARS || letter.subject.chars().count() > 200 {
        return (StatusCode::UNPROCESSABLE_ENTITY, "Write a text of at most 5,000 characters and a subject of at most 200.")
            .into_response();
    }
    let id = side.app.uuid();
    let number = (id.as_u128() & 0xFFFF_FFFF) as u64 + 1_000_000;
    let subject = if letter.subject.trim().is_empty() { "A question".to_owned() } else { letter.subject.trim().to_owned() };
    let message_id = format!("newcomer.{id}@mail.example");
    let raw = mail_builder::MessageBuilder::new()
        .message_id(message_id.clone())
        .from(("Newcomer", NEWCOMER))
        .to(super::MAILBOX)
        .subject(subject.clone())
        .date(side.app.now().millis() / 1000)
        .text_body(letter.text.clone())
        .write_to_vec();
    let sent = match raw {
        Ok(raw) => send_mail(side.smtp, NEWCOMER, &raw).await,
        Err(error) => Err(error.into()),
    };
    if let Err(error) = sent {
        return (StatusCode::BAD_GATEWAY, format!("The mail was not taken: {error:#}")).into_response();
    }
    side.world.open(number, "email", "Newcomer", NEWCOMER, &subject);
    side.world.say(number, "customer", &letter.text, side.app.now());
    tokio::spawn(await_answers(side, number, message_id));
    Redirect::to("/").into_response()
}

/// Shows what comes back to the newcomer's mail.
async fn await_answers(side: Side, number: u64, message_id: String) {
    let mut mailbox = side.world.mailbox();
    loop {
        match mailbox.recv().await {
            Ok(mail) if mail.to == NEWCOMER && mail.references.contains(&message_id) => {
                side.world.say(number, &mail.from, &mail.text, side.app.now());
            }
            Ok(_) | Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
            Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
        }
    }
}
