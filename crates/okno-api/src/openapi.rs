//! The description of the API, generated from the same router that serves it.

use utoipa::{
    OpenApi as _,
    openapi::{
        OpenApi,
        security::{ApiKey, ApiKeyValue, SecurityScheme},
    },
};

/// The whole description, as committed in `openapi.json`.
pub fn openapi() -> OpenApi {
    crate::documented().into_openapi()
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "okno",
        description = "The API of okno, the open contact center. Errors are RFC 9457 problems with a stable `code`. \
                       Requests that change something need the header `x-okno: 1`; those that create something take an `Idempotency-Key`. \
                       Times are milliseconds since 1970-01-01T00:00:00Z.",
    ),
    components(schemas(crate::Problem)),
    security(("session" = []))
)]
struct Head;

pub(crate) fn head() -> OpenApi {
    let mut api = Head::openapi();
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
        "okno_session",
        "Set by `POST /api/v1/sign-in`; named `__Host-okno_session` over https.",
    )));
    api.components.get_or_insert_default().add_security_scheme("session", cookie);
    api
}
