//! A client of the REST API, as an administrator's or an agent's program would be.

use anyhow::{Context, Result, bail};
use reqwest::{Client, Method, header};
use serde_json::Value;
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::Duration;

/// A signed-in user.
#[derive(Clone)]
pub struct Api {
    base: String,
    http: Client,
    cookie: Arc<Mutex<String>>,
}

/// Why a call has no good answer.
#[derive(Debug)]
pub enum CallError {
    /// The server answered with an error: it decided, nothing is unknown.
    Refused {
        /// HTTP status.
        status: u16,
        /// The problem document, or what came instead.
        body: Value,
    },
    /// No answer: whether it was done is unknown, and the same request may be sent again.
    Lost(String),
}

impl std::fmt::Display for CallError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused { status, body } => write!(f, "{status} {body}"),
            Self::Lost(why) => write!(f, "no answer: {why}"),
        }
    }
}

impl std::error::Error for CallError {}

impl Api {
    /// A client of the server on this port; nobody is signed in.
    pub fn new(port: u16) -> Result<Self> {
        static RING: Once = Once::new();
        RING.call_once(|| {
            // Another part of the process may have chosen one already; any will do for loopback without TLS.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let http = Client::builder().timeout(Duration::from_secs(20)).no_proxy().build().context("HTTP client")?;
        Ok(Self { base: format!("http://127.0.0.1:{port}"), http, cookie: Arc::default() })
    }

    /// The first set-up: makes the workspace and its owner, and signs him in.
    pub async fn set_up(&self, token: &str, email: &str, password: &str) -> Result<Value> {
        let body = serde_json::json!({
            "token": token, "company": "Shop", "time_zone": "Europe/Warsaw", "language": "en",
            "name": "Olga Owner", "email": email, "password": password,
        });
        self.post("/api/v1/setup", &body).await.context("set up")?;
        self.sign_in(email, password).await
    }

    /// Signs in; later calls carry the session.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<Value> {
        self.post("/api/v1/sign-in", &serde_json::json!({"email": email, "password": password})).await.context("sign in")
    }

    /// `Cookie` header of the session, for sockets.
    pub fn cookie(&self) -> String {
        self.cookie.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Origin of the desk.
    pub fn origin(&self) -> &str {
        &self.base
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Result<Value, CallError> {
        self.call(Method::GET, path, None, None).await
    }

    /// POST.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, CallError> {
        self.call(Method::POST, path, Some(body), None).await
    }

    /// POST with an `Idempotency-Key`: may be repeated until it is answered.
    pub async fn post_once(&self, path: &str, body: &Value, key: &str) -> Result<Value, CallError> {
        self.call(Method::POST, path, Some(body), Some(key)).await
    }

    /// PATCH.
    pub async fn patch(&self, path: &str, body: &Value) -> Result<Value, CallError> {
        self.call(Method::PATCH, path, Some(body), None).await
    }

    /// PUT.
    pub async fn put(&self, path: &str, body: &Value) -> Result<Value, CallError> {
        self.call(Method::PUT, path, Some(body), None).await
    }

    /// Every item of a paged listing. `path` may hold a query.
    pub async fn all(&self, path: &str) -> Result<Vec<Value>> {
        let mut items = Vec::new();
        let mut after = String::new();
        let joiner = if path.contains('?') { '&' } else { '?' };
        loop {
            let mut page = self.get(&format!("{path}{joiner}limit=200{after}")).await.with_context(|| path.to_owned())?;
            let Value::Array(more) = page["items"].take() else { bail!("{path}: no items but {page}") };
            items.extend(more);
            let Some(next) = page["next"].as_str() else { return Ok(items) };
            after = format!("&after={next}");
        }
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>, key: Option<&str>) -> Result<Value, CallError> {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.base)).header(header::COOKIE, self.cookie());
        if method != Method::GET {
            request = request.header("x-okno", "1").header(header::ORIGIN, &self.base);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let lost = |error: reqwest::Error| CallError::Lost(error.to_string());
        let answer = request.send().await.map_err(lost)?;
        let status = answer.status();
        self.keep_cookie(answer.headers());
        let bytes = answer.bytes().await.map_err(lost)?;
        let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        match status.as_u16() {
            200..300 => Ok(body),
            // Not now: a server that starts or drains, or a limit. The request was not carried out.
            429 | 502 | 503 => Err(CallError::Lost(format!("{status} {body}"))),
            status => Err(CallError::Refused { status, body }),
        }
    }

    fn keep_cookie(&self, headers: &header::HeaderMap) {
        for value in headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let pair = value.split(';').next().unwrap_or_default();
            if pair.contains("okno_session=") {
                pair.clone_into(&mut self.cookie.lock().unwrap_or_else(PoisonError::into_inner));
            }
        }
    }
}
