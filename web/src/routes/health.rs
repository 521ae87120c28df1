//! For whoever watches over the program.

use super::App;
use crate::failure::chain;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

/// `GET /healthz`: the program runs and answers. Asks nothing else, so that a slow database gets
/// nobody restarted.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: requests can be answered now.
pub(crate) async fn ready(State(library): App) -> Response {
    match library.catalog.ping().await {
        Ok(()) => "ok\n".into_response(),
        Err(error) => {
            tracing::warn!(cause = chain(&error), "not ready: the catalog does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the catalog does not answer\n").into_response()
        }
    }
}

/// `GET /robots.txt`: what is public may be found; searches and forms are of no use to a robot.
pub(crate) async fn robots() -> impl IntoResponse {
    let rules = "User-agent: *\nDisallow: /search\nDisallow: /sign-in\nDisallow: /desk\n\
                 Disallow: /api/\nDisallow: /recordings/*/files/\n";
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], rules)
}
