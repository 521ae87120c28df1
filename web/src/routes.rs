//! One file a resource: what is asked, what is answered.

pub(crate) mod announced;
pub(crate) mod api;
pub(crate) mod collections;
pub(crate) mod curate;
pub(crate) mod desk;
pub(crate) mod edit;
pub(crate) mod health;
pub(crate) mod home;
pub(crate) mod ingest;
pub(crate) mod media;
pub(crate) mod push;
pub(crate) mod recording;
pub(crate) mod search;
pub(crate) mod session;
pub(crate) mod uploads;

use crate::{failure::Failure, library::Library};
use askama::Template;
use axum::{
    extract::State,
    response::{Html, IntoResponse as _, Response},
};
use std::sync::Arc;

pub(crate) type App = State<Arc<Library>>;
pub(crate) type Answered = Result<Response, Failure>;

/// Writes a page.
pub(crate) fn page(page: &impl Template) -> Answered {
    Ok(Html(page.render()?).into_response())
}

/// The value of a query's parameter, the first if there are several; anything unreadable is empty.
pub(crate) fn asked(query: Option<&str>, name: &str) -> String {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(it, _)| it == name)
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
