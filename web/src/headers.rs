//! What every response says to browsers about what a page may do.

use archive::Timestamp;
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use jiff::fmt::rfc2822::DateTimePrinter;

/// Pages load from this host and from nowhere else, run no script that stands in them, and are shown
/// in no frame. Players hand media to the element as `blob:`, and hls.js starts its worker from one.
const PAGES: &str = "default-src 'self'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; media-src 'self' blob:; worker-src 'self' blob:; \
    connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

/// For files that somebody uploaded, such as an SVG slide opened in a tab of its own: nothing runs,
/// nothing loads, and the page has no origin.
pub(crate) const UPLOADED: HeaderValue = HeaderValue::from_static(
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; \
     frame-ancestors 'none'",
);

const ALWAYS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Forms and the language go back to the page they were on; no other site learns which it was.
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Puts them on, without touching what a handler has set itself.
pub(crate) async fn put_on(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(const { HeaderValue::from_static(PAGES) });
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    // A page shows what its viewer may see; nobody else's cache may keep it.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(const { HeaderValue::from_static("private, no-cache") });
    response
}

/// A moment as headers have it: `Sun, 22 Nov 2026 14:45:07 GMT` (RFC 9110 §5.6.7).
pub(crate) fn http_date(moment: Timestamp) -> Option<String> {
    let moment = jiff::Timestamp::from_millisecond(moment.as_unix_ms()).ok()?;
    DateTimePrinter::new().timestamp_to_rfc9110_string(&moment).ok()
}

/// A response of parts that are known to be right: names are constants, values are plain ASCII.
pub(crate) fn built(response: axum::http::Result<axum::http::Response<Body>>) -> Response {
    response.unwrap_or_else(|error| {
        tracing::error!(%error, "a header is not well formed");
        axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
    })
}
