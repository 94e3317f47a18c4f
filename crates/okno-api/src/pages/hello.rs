//! `GET /hello/{key}`: a small page of the company with its widget, for trying it out. The widget shows only if okno's own
//! origin is on its list of sites.

use crate::{
    Answer, ApiState, Problem,
    extract::{Path, Query},
    visitor::{Widget, widget},
};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;

/// The page's words in one language.
struct Words {
    lang: &'static str,
    title: &'static str,
    lead: &'static str,
    chat: &'static str,
    chat_how: &'static str,
    answer: &'static str,
    answer_how: &'static str,
    keep: &'static str,
    keep_how: &'static str,
    refused: &'static str,
    foot: &'static str,
}

const LANGUAGES: [Words; 3] = [
    Words {
        lang: "en",
        title: "How can we help?",
        lead: "Write to us in the chat at the bottom right. A person answers.",
        chat: "Ask",
        chat_how: "Open the chat and write in your own words. You may attach pictures and files.",
        answer: "Get an answer",
        answer_how: "You see your place in the queue and who is with you. Nobody here? Leave a message, we answer by mail.",
        keep: "Come back",
        keep_how: "The conversation stays when you change the page, close the browser or lose the connection.",
        refused: "The chat is not shown here: add this site to the widget's list of sites in the administration.",
        foot: "Answered with okno, the open-source contact center.",
    },
    Words {
        lang: "ru",
        title: "Чем мы можем помочь?",
        lead: "Напишите нам в чат справа внизу. Отвечает человек.",
        chat: "Спросите",
        chat_how: "Откройте чат и напишите своими словами. Можно приложить картинки и файлы.",
        answer: "Получите ответ",
        answer_how: "Вы видите своё место в очереди и кто с вами говорит. Никого нет? Оставьте сообщение, мы ответим по почте.",
        keep: "Вернитесь",
        keep_how: "Разговор сохранится, если вы смените страницу, закроете браузер или потеряете связь.",
        refused: "Чат здесь не показан: добавьте этот сайт в список сайтов виджета в настройках.",
        foot: "Отвечаем с okno, открытым контакт-центром.",
    },
    Words {
        lang: "pl",
        title: "Jak możemy pomóc?",
        lead: "Napisz do nas na czacie w prawym dolnym rogu. Odpowiada człowiek.",
        chat: "Zapytaj",
        chat_how: "Otwórz czat i napisz własnymi słowami. Możesz dołączyć zdjęcia i pliki.",
        answer: "Otrzymaj odpowiedź",
        answer_how: "Widzisz swoje miejsce w kolejce i kto z Tobą rozmawia. Nikogo nie ma? Zostaw wiadomość, odpowiemy e-mailem.",
        keep: "Wróć",
        keep_how: "Rozmowa zostaje, gdy zmienisz stronę, zamkniesz przeglądarkę lub stracisz połączenie.",
        refused: "Czat nie jest tu pokazany: dodaj tę witrynę do listy witryn widżetu w administracji.",
        foot: "Odpowiadamy z okno, otwartym centrum kontaktu.",
    },
];

#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    lang: Option<String>,
}

pub(super) async fn show(
    State(state): State<ApiState>,
    Path(key): Path<String>,
    Query(Wanted { lang }): Query<Wanted>,
    headers: HeaderMap,
) -> Answer<Response> {
    let widget = widget(&state, &key).await?;
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let words = language(lang.as_deref(), accepted, &widget.workspace.language);
    let own = origin(&state, &headers);
    let page = page(words, &widget, &key, widget.sites.allow(&own));
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; \
                  base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    let head = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::VARY, HeaderValue::from_static("accept-language")),
    ];
    Ok((head, Html(page.into_string())).into_response())
}

/// The page's own origin as its visitor sees it: `localhost` and `127.0.0.1` are two.
fn origin(state: &ApiState, headers: &HeaderMap) -> String {
    let scheme = if state.secure() { "https" } else { "http" };
    match headers.get(header::HOST).and_then(|host| host.to_str().ok()) {
        Some(host) => format!("{scheme}://{host}"),
        None => state.app.urls.app.clone(),
    }
}

/// The wanted language, else the first of the browser's that the page speaks, else the company's, else English.
fn language(wanted: Option<&str>, accepted: &str, company: &str) -> &'static Words {
    let browser = accepted.split(',').map(|one| one.split(';').next().unwrap_or(""));
    wanted
        .into_iter()
        .chain(browser)
        .chain([company])
        .find_map(|text| {
            let short: String = text.trim().chars().take(2).collect::<String>().to_ascii_lowercase();
            LANGUAGES.iter().find(|words| words.lang == short)
        })
        .unwrap_or(&LANGUAGES[0])
}

fn page(words: &Words, widget: &Widget, key: &str, allowed: bool) -> Markup {
    let company = &widget.workspace.name;
    let step = |n: u8, title: &str, how: &str| html! { li { span aria-hidden="true" { (n) } h2 { (title) } p { (how) } } };
    html! {
        (DOCTYPE)
        html lang=(words.lang) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (company) " · " (words.title) }
                link rel="icon" href="/favicon.svg" type="image/svg+xml";
                link rel="stylesheet" href={ "/hello/" (key) "/style.css" };
            }
            body {
                header { strong { (company) } nav {
                    @for other in &LANGUAGES {
                        a href={ "?lang=" (other.lang) } hreflang=(other.lang) lang=(other.lang) aria-current=[(other.lang == words.lang).then_some("true")] { (other.lang.to_uppercase()) }
                    }
                } }
                main {
                    h1 { (words.title) }
                    p.lead { (words.lead) }
                    @if !allowed { p.refused role="note" { (words.refused) } }
                    ol {
                        (step(1, words.chat, words.chat_how))
                        (step(2, words.answer, words.answer_how))
                        (step(3, words.keep, words.keep_how))
                    }
                }
                footer { p { (words.foot) } }
                @if allowed { script async src="/w.js" data-okno=(key) data-lang=(words.lang) {} }
            }
        }
    }
}

/// `GET /hello/{key}/style.css`: a file of its own, so that the page needs no inline styles.
pub(super) async fn style(State(state): State<ApiState>, Path(key): Path<String>) -> Answer<Response> {
    let widget = widget(&state, &key).await?;
    let color = &widget.settings.color;
    let is_color = color.len() == 7 && color.starts_with('#') && color[1..].bytes().all(|b| b.is_ascii_hexdigit());
    if !is_color {
        return Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "bad_color", "the widget's color is no #rrggbb; set it again"));
    }
    let css = format!(":root{{--brand:{color}}}{STYLE}");
    Ok(([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], css).into_response())
}

const STYLE: &str = "\
:root{color-scheme:light dark;--panel:light-dark(#fff,#1b1f26);--bg:light-dark(#f6f7f9,#14171c);--text:light-dark(#16191f,#e8ebf0);\
--text-2:light-dark(#4c5564,#a9b3c2);--line:light-dark(#d5dae2,#343c48);--warn:light-dark(#8a5300,#f0b44c);\
--ink:light-dark(color-mix(in oklab,var(--brand) 75%,#000),color-mix(in oklab,var(--brand) 50%,#fff));\
font:16px/1.5 system-ui,'Segoe UI',Roboto,'Noto Sans',sans-serif}\
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:flex;flex-direction:column;background:var(--bg);color:var(--text)}\
header,main,footer{width:min(1040px,100% - 48px);margin-inline:auto}\
header{display:flex;justify-content:space-between;align-items:center;gap:16px;padding:20px 0}header strong{font-size:1.1rem}\
nav{display:flex;gap:4px}nav a{padding:6px 10px;border-radius:6px;color:var(--text-2);text-decoration:none;font-size:.85rem}\
nav a[aria-current]{color:var(--ink);font-weight:600;background:var(--panel)}a:focus-visible{outline:2px solid var(--ink);outline-offset:2px}\
main{flex:1;padding:clamp(32px,8vh,96px) 0}h1{margin:0;max-width:18ch;font-size:clamp(2rem,6vw,3.4rem);line-height:1.1;letter-spacing:-.02em}\
.lead{max-width:46ch;margin:20px 0 0;font-size:1.2rem;color:var(--text-2)}\
.refused{max-width:60ch;padding:12px 16px;border:1px solid var(--warn);border-radius:10px;color:var(--warn)}\
ol{display:grid;grid-template-columns:repeat(auto-fit,minmax(240px,1fr));gap:16px;margin:48px 0 0;padding:0;list-style:none}\
li{padding:20px;border:1px solid var(--line);border-radius:10px;background:var(--panel)}\
li span{display:grid;place-items:center;width:32px;height:32px;border:2px solid var(--ink);border-radius:50%;color:var(--ink);font-weight:600}\
h2{margin:12px 0 4px;font-size:1.05rem}li p{margin:0;color:var(--text-2)}footer{padding:24px 0 96px;color:var(--text-2);font-size:.9rem}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_speaks_the_visitors_language() {
        for (wanted, accepted, company, spoken) in [
            (None, "ru-RU,ru;q=0.9,en;q=0.8", "en", "ru"),
            (None, "de-DE,pl;q=0.7", "en", "pl"),
            (None, "de", "pl", "pl"),
            (None, "", "de", "en"),
            (Some("en"), "ru", "ru", "en"),
            (Some("xx"), "ru", "en", "ru"),
            (Some("ж"), "", "", "en"),
        ] {
            assert_eq!(language(wanted, accepted, company).lang, spoken, "{wanted:?} {accepted} {company}");
        }
    }
}
