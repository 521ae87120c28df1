//! For whoever watches over the program.

use super::App;
use crate::failure::chain;
use archive::{ObjectKey, RecordingId};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use std::error::Error;

/// `GET /healthz`: the program runs and answers. Asks nothing else, so that a slow database gets
/// nobody restarted.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: requests can be answered now. Catalog and store are asked; nothing is written.
pub(crate) async fn ready(State(library): App) -> Response {
    match library.catalog.ping().await {
        Ok(()) => (),
        Err(error) => return not_ready("the catalog does not answer", &error),
    }
    // Whether there is such a recording does not matter: a store that says so answers.
    let recording = &nobodys();
    match library.store.head(&ObjectKey::Manifest { recording }).await {
        Ok(_) => "ok\n".into_response(),
        Err(error) => not_ready("the store does not answer", &error),
    }
}

fn nobodys() -> RecordingId {
    "0000000000000000000000000000000000000000-0000000000000"
        .parse()
        .expect("forty digits, a dash, thirteen")
}

fn not_ready(why: &'static str, error: &(dyn Error + 'static)) -> Response {
    tracing::warn!(cause = chain(error), "not ready: {why}");
    (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")).into_response()
}

/// `GET /robots.txt`: what is public may be found; searches and forms are of no use to a robot.
pub(crate) async fn robots() -> impl IntoResponse {
    let rules = "User-agent: *\nDisallow: /search\nDisallow: /sign-in\nDisallow: /desk\n\
                 Disallow: /api/\nDisallow: /recordings/*/files/\n";
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], rules)
}
