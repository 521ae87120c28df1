//! Why a request got no answer, and the page or the JSON that says so.

use crate::{library::Library, pages::message::MessagePage, visit::Visit};
use askama::Template as _;
use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use std::{error::Error, sync::Arc};

/// Each variant is one status code and one sentence for the visitor.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Absent, hidden from this viewer, or a path that names nothing: told apart by nobody.
    #[error("there is nothing at this address")]
    NotFound,
    #[error("this is for archivists")]
    NotAllowed,
    #[error("this form belongs to another session")]
    ForeignForm,
    #[error("the request cannot be read")]
    Unreadable,
    /// Nothing the visitor can help. The cause goes to the log, never into the response.
    #[error("cannot {attempted}")]
    Broken { attempted: &'static str, source: Box<dyn Error + Send + Sync> },
}

/// What the outer layer needs to know to say it in the visitor's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    NotFound,
    NotAllowed,
    ForeignForm,
    Unreadable,
    Broken,
}

/// On an answer that says already what went wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said;

impl Failure {
    pub(crate) fn broken(
        attempted: &'static str,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self::Broken { attempted, source: source.into() }
    }

    pub(crate) const fn status(&self) -> StatusCode {
        self.told().status()
    }

    /// For programs.
    pub(crate) const fn message(&self) -> &'static str {
        self.told().message()
    }

    /// Tells the log what nobody else is told.
    pub(crate) fn log(&self) {
        if let Self::Broken { source, .. } = self {
            tracing::error!(cause = chain(source.as_ref()), "{self}");
        }
    }

    const fn told(&self) -> Told {
        match self {
            Self::NotFound => Told::NotFound,
            Self::NotAllowed => Told::NotAllowed,
            Self::ForeignForm => Told::ForeignForm,
            Self::Unreadable => Told::Unreadable,
            Self::Broken { .. } => Told::Broken,
        }
    }
}

impl From<archive::CatalogError> for Failure {
    fn from(error: archive::CatalogError) -> Self {
        Self::broken("ask the catalog", error)
    }
}

impl From<archive::StoreError> for Failure {
    fn from(error: archive::StoreError) -> Self {
        Self::broken("read from the store", error)
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self::broken("write the page", error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        self.log();
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self.told());
        response
    }
}

impl Told {
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NotAllowed | Self::ForeignForm => StatusCode::FORBIDDEN,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// For programs, in one language and without what the visitor asked for.
    const fn message(self) -> &'static str {
        match self {
            Self::NotFound => "there is nothing at this address",
            Self::NotAllowed => "this is for archivists",
            Self::ForeignForm => "this form belongs to another session",
            Self::Unreadable => "the request cannot be read",
            Self::Broken => "something is broken here; the log says what",
        }
    }
}

/// Says a failure as a page in the visitor's language, or as JSON under `/api/`.
pub(crate) async fn say(
    State(library): State<Arc<Library>>,
    request: Request,
    next: Next,
) -> Response {
    let for_programs = request.uri().path().starts_with("/api/");
    let asked = request.headers().clone();
    let response = next.run(request).await;
    if response.extensions().get::<Said>().is_some() {
        return response;
    }
    let told = response.extensions().get::<Told>().copied().or_else(|| untold(&response));
    let Some(told) = told else { return response };
    let status = if response.status().is_success() { told.status() } else { response.status() };
    let mut said = if for_programs {
        let body = serde_json::json!({ "error": { "message": told.message() } });
        (status, Json(body)).into_response()
    } else {
        let visit = Visit::of(&library, &asked).await.unwrap_or_else(|error| {
            tracing::error!(cause = chain(&error), "cannot tell who asks for a page that failed");
            Visit::of_a_stranger(&library, &asked)
        });
        match MessagePage::failure(&visit.frame("page-message"), told).render() {
            Ok(page) => (status, Html(page)).into_response(),
            Err(error) => {
                tracing::error!(%error, "cannot write the page of a failure");
                status.into_response()
            }
        }
    };
    said.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(allow) = response.headers().get(header::ALLOW) {
        said.headers_mut().insert(header::ALLOW, allow.clone());
    }
    said
}

/// What axum itself refuses before a handler sees it, such as a path that is not UTF-8.
fn untold(response: &Response) -> Option<Told> {
    match response.status() {
        StatusCode::BAD_REQUEST
        | StatusCode::PAYLOAD_TOO_LARGE
        | StatusCode::METHOD_NOT_ALLOWED
        | StatusCode::UNSUPPORTED_MEDIA_TYPE => Some(Told::Unreadable),
        _ => None,
    }
}

/// An error with all its causes in one line.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// A bug in a handler costs one request.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over so")]
pub(crate) fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    Failure::broken("answer a request, a bug", message.to_owned()).into_response()
}
