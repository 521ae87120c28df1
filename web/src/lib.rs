//! The library's pages, files and interface for programs, over HTTP.
//!
//! Pages are written on the server and can be read without script; scripts add the player and
//! comfort. `FRONTEND.md` is the border between both. Four things hold everywhere:
//!
//! 1. **Who asks is asked first.** Every read of the catalog takes the request's viewer. What is
//!    hidden from them, what is absent and what cannot be named look the same.
//! 2. **No third party.** No page makes a browser ask another host for anything.
//! 3. **No word outside Fluent.** Every text of the interface is there in every language.
//! 4. **A form counts only where it was written**: its origin and its session's token are checked.

mod announcements;
mod answers;
mod assets;
mod attempts;
mod bearer;
mod conditional;
mod config;
mod cookies;
mod failure;
mod headers;
mod library;
mod links;
mod metrics;
mod origin;
mod pages;
pub mod password;
mod ranges;
mod reading;
mod refusal;
mod ribbon;
mod routes;
mod sessions;
mod tidy;
mod uploads;
mod visit;
mod words;

#[cfg(test)]
mod tests;

pub use announcements::{Announcements, Delivery, Heard, Hearing};
pub use config::WebConfig;
pub use library::Site;

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state, map_response},
    routing::{get, head, options, post, put},
};
use failure::Failure;
use library::Library;
use routes::{
    announced, api, collections, curate, desk, edit, health, home, ingest, media, push, recording,
    search, session, uploads as upload,
};
use std::{io, net::SocketAddr, sync::Arc};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

/// Every route there is.
pub fn router(site: Site) -> Router {
    routes_of(Arc::new(Library::new(site)))
}

fn routes_of(library: Arc<Library>) -> Router {
    // Media is compressed already, and a compressed answer has no byte ranges.
    let files = Router::new()
        .route("/recordings/{id}/files/{part}", get(media::file))
        .route("/recordings/{id}/slides/{part}", get(media::slide))
        .route("/recordings/{id}/slides/{part}/thumbnail", get(media::thumbnail))
        .route("/recordings/{id}/captions/{part}", get(media::captions));
    // tus 1.0; each answer says so.
    let uploads = Router::new()
        .route("/ingest/uploads", options(upload::describe).post(upload::begin))
        .route(
            "/ingest/uploads/{id}",
            head(upload::look).patch(upload::piece).delete(upload::end).post(upload::as_told),
        )
        .layer(map_response(upload::versioned));
    let pages = Router::new()
        .route("/", get(home::show))
        .route("/search", get(search::show))
        .route("/recordings/{id}", get(recording::show))
        .route("/recordings/{id}/edit", get(edit::show).post(edit::save))
        .route("/collections", get(collections::list))
        .route("/collections/new", get(curate::new).post(curate::create))
        .route("/collections/{id}", get(collections::show))
        .route("/collections/{id}/edit", get(curate::edit).post(curate::save))
        .route("/collections/{id}/items", post(curate::arrange))
        .route("/collections/{id}/delete", get(curate::ask_delete).post(curate::delete))
        .route("/desk", get(desk::show))
        .route("/desk/retry", post(desk::retry))
        .route("/ingest", get(ingest::show))
        .route("/ingest/retry", post(ingest::retry))
        .route("/ingest/uploads/{id}/discard", post(ingest::discard))
        .route("/ingest/bbb/webhook", post(announced::webhook))
        .route("/ingest/bbb/recording-ready", post(announced::recording_ready))
        .route("/ingest/push/{name}", put(push::take))
        .route("/sign-in", get(session::ask).post(session::sign_in))
        .route("/sign-out", post(session::sign_out))
        .route("/language", post(session::choose_language))
        .route("/api/v1/search", get(api::search))
        .route("/api/v1/recordings", get(api::recordings))
        .route("/api/v1/recordings/{id}", get(api::recording))
        .route("/assets/{file}", get(assets::show))
        .route("/favicon.ico", get(assets::favicon))
        .route("/robots.txt", get(health::robots))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show))
        .fallback(async || Failure::NotFound)
        .layer(CompressionLayer::new());
    files
        .merge(uploads)
        .merge(pages)
        .layer(CatchPanicLayer::custom(failure::panicked))
        .layer(from_fn_with_state(Arc::clone(&library), origin::check))
        .layer(from_fn_with_state(Arc::clone(&library), failure::say))
        .layer(from_fn(headers::put_on))
        .layer(from_fn_with_state(Arc::clone(&library), metrics::count))
        .with_state(library)
}

/// Serves the site until `drained` is ready; then takes no more connections and ends when the last
/// answer is sent.
///
/// # Errors
///
/// When the listener fails for good.
pub async fn serve(
    listener: tokio::net::TcpListener,
    site: Site,
    drained: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let library = Arc::new(Library::new(site));
    tidy::begin(&library).await;
    let service = routes_of(Arc::clone(&library));
    let service = service.into_make_service_with_connect_info::<SocketAddr>();
    tokio::select! {
        served = axum::serve(listener, service).with_graceful_shutdown(drained) => served,
        () = tidy::go_on(library) => Ok(()),
    }
}
