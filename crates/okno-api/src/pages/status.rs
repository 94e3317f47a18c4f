//! `GET /status/{token}`: what a customer may know about his case, by a signed link. No scripts, no words of ours among ourselves.

use crate::{
    ApiState,
    extract::{Path, Query},
};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, html};
use okno_app::cases::page::{Shown, Stage, shown};
use okno_model::{Timestamp, doc::CaseKind};
use serde::Deserialize;

/// The page's words in one language.
struct Words {
    lang: &'static str,
    title: &'static str,
    kinds: [&'static str; 5],
    received: &'static str,
    working: &'static str,
    yours: &'static str,
    paused: &'static str,
    paused_until: &'static str,
    done: &'static str,
    done_how: &'static str,
    begun: &'static str,
    last: &'static str,
    promised: &'static str,
    missing: &'static str,
    missing_how: &'static str,
}

const LANGUAGES: [Words; 3] = [
    Words {
        lang: "en",
        title: "Your case",
        kinds: ["Question", "Request", "Complaint", "Suggestion", "Order"],
        received: "We have it.",
        working: "We are working on it.",
        yours: "We need an answer from you. Please reply to our last message.",
        paused: "Something has to happen before we can go on.",
        paused_until: "We go on with it on",
        done: "We hold it to be done, since",
        done_how: "It is not? Reply to our last message, and we go on.",
        begun: "Received",
        last: "Last news",
        promised: "You get an answer by",
        missing: "This page is not open",
        missing_how: "The link is incomplete, or it was closed. Ask us for a new one.",
    },
    Words {
        lang: "ru",
        title: "Ваше обращение",
        kinds: ["Вопрос", "Просьба", "Жалоба", "Предложение", "Заказ"],
        received: "Мы его получили.",
        working: "Мы им занимаемся.",
        yours: "Нам нужен ваш ответ. Пожалуйста, ответьте на наше последнее сообщение.",
        paused: "Прежде чем мы продолжим, кое-что должно произойти.",
        paused_until: "Мы продолжим",
        done: "Мы считаем, что всё сделано, с",
        done_how: "Это не так? Ответьте на наше последнее сообщение, и мы продолжим.",
        begun: "Получено",
        last: "Последние новости",
        promised: "Вы получите ответ до",
        missing: "Эта страница не открыта",
        missing_how: "Ссылка неполная, или её закрыли. Попросите у нас новую.",
    },
    Words {
        lang: "pl",
        title: "Twoja sprawa",
        kinds: ["Pytanie", "Prośba", "Reklamacja", "Propozycja", "Zamówienie"],
        received: "Mamy ją.",
        working: "Pracujemy nad nią.",
        yours: "Potrzebujemy odpowiedzi od Ciebie. Odpowiedz na naszą ostatnią wiadomość.",
        paused: "Zanim pójdziemy dalej, coś musi się wydarzyć.",
        paused_until: "Wrócimy do niej",
        done: "Uważamy ją za załatwioną od",
        done_how: "Tak nie jest? Odpowiedz na naszą ostatnią wiadomość, a wrócimy do sprawy.",
        begun: "Otrzymano",
        last: "Ostatnie wieści",
        promised: "Odpowiedź otrzymasz do",
        missing: "Ta strona nie jest otwarta",
        missing_how: "Link jest niepełny albo został zamknięty. Poproś nas o nowy.",
    },
];

#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    lang: Option<String>,
}

pub(super) async fn show(
    State(state): State<ApiState>,
    Path(token): Path<String>,
    Query(Wanted { lang }): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
    match shown(&state.app, &token).await {
        Ok(case) => {
            let words = language(lang.as_deref(), case.language.as_deref(), accepted, &case.company_language);
            answer(StatusCode::OK, &page(words, &case))
        }
        Err(okno_app::AppError::NotFound { .. }) => {
            let words = language(lang.as_deref(), None, accepted, "en");
            answer(StatusCode::NOT_FOUND, &frame(words, "okno", words.missing, &html! { p.lead { (words.missing_how) } }))
        }
        Err(other) => crate::Problem::from(other).into_response(),
    }
}

fn answer(status: StatusCode, page: &Markup) -> Response {
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    let head = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // The address is the key: it must not travel on, and no search engine keeps it.
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow")),
    ];
    (status, head, Html(page.0.clone())).into_response()
}

/// The wanted language, else the customer's own, else the browser's, else the company's, else English.
fn language(wanted: Option<&str>, customer: Option<&str>, accepted: &str, company: &str) -> &'static Words {
    let browser = accepted.split(',').map(|one| one.split(';').next().unwrap_or(""));
    wanted
        .into_iter()
        .chain(customer)
        .chain(browser)
        .chain([company])
        .find_map(|text| {
            let short: String = text.trim().chars().take(2).collect::<String>().to_ascii_lowercase();
            LANGUAGES.iter().find(|words| words.lang == short)
        })
        .unwrap_or(&LANGUAGES[0])
}

fn page(words: &Words, case: &Shown) -> Markup {
    let at = |at: Timestamp| html! { time { (case.clock(at)) } };
    let body = html! {
        p.number { (words.kinds[kind(case.kind)]) " · " (case.number) }
        p.lead role="status" {
            @match case.stage {
                Stage::Received => { (words.received) }
                Stage::Working => { (words.working) }
                Stage::Yours => { (words.yours) }
                Stage::Paused(None) => { (words.paused) }
                Stage::Paused(Some(until)) => { (words.paused_until) " " (at(until)) }
                Stage::Done(since) => { (words.done) " " (at(since)) ". " (words.done_how) }
            }
        }
        dl {
            @if let Some(promised) = case.promised { dt { (words.promised) } dd { (at(promised)) } }
            dt { (words.begun) } dd { (at(case.created)) }
            dt { (words.last) } dd { (at(case.updated)) }
        }
    };
    frame(words, &case.company, words.title, &body)
}

fn frame(words: &Words, company: &str, title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(words.lang) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex, nofollow";
                meta name="color-scheme" content="light dark";
                title { (title) " · " (company) }
                link rel="icon" href="/favicon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/status/style.css";
            }
            body {
                header { strong { (company) } nav {
                    @for other in &LANGUAGES {
                        a href={ "?lang=" (other.lang) } hreflang=(other.lang) lang=(other.lang) aria-current=[(other.lang == words.lang).then_some("true")] { (other.lang.to_uppercase()) }
                    }
                } }
                main { h1 { (title) } (body) }
            }
        }
    }
}

const fn kind(kind: CaseKind) -> usize {
    match kind {
        CaseKind::Question => 0,
        CaseKind::Request => 1,
        CaseKind::Complaint => 2,
        CaseKind::Suggestion => 3,
        CaseKind::Order => 4,
    }
}

/// `GET /status/style.css`: a file of its own, so that the page needs no inline styles.
pub(super) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], STYLE).into_response()
}

const STYLE: &str = "\
:root{color-scheme:light dark;--panel:light-dark(#fff,#1b1f26);--bg:light-dark(#f6f7f9,#14171c);--text:light-dark(#16191f,#e8ebf0);\
--text-2:light-dark(#4c5564,#a9b3c2);--line:light-dark(#d5dae2,#343c48);--ink:light-dark(#1d5fd1,#7fb0ff);\
font:16px/1.5 system-ui,'Segoe UI',Roboto,'Noto Sans',sans-serif}\
*{box-sizing:border-box}body{margin:0;min-height:100vh;background:var(--bg);color:var(--text)}\
header,main{width:min(640px,100% - 48px);margin-inline:auto}\
header{display:flex;justify-content:space-between;align-items:center;gap:16px;padding:20px 0}header strong{font-size:1.1rem}\
nav{display:flex;gap:4px}nav a{padding:6px 10px;border-radius:6px;color:var(--text-2);text-decoration:none;font-size:.85rem}\
nav a[aria-current]{color:var(--ink);font-weight:600;background:var(--panel)}a:focus-visible{outline:2px solid var(--ink);outline-offset:2px}\
main{padding:clamp(24px,6vh,64px) 0}h1{margin:0;font-size:clamp(1.6rem,5vw,2.4rem);line-height:1.15}\
.number{margin:8px 0 0;color:var(--text-2);font-variant-numeric:tabular-nums}\
.lead{margin:24px 0;padding:20px;border:1px solid var(--line);border-radius:10px;background:var(--panel);font-size:1.15rem}\
dl{display:grid;grid-template-columns:auto 1fr;gap:8px 24px;margin:0}dt{color:var(--text-2)}dd{margin:0;font-variant-numeric:tabular-nums}";
