//! What a program is told that gets nothing: a status and a sentence, as JSON, whatever language it
//! asks for. A person's browser gets a page instead, from `failure`.

use crate::failure::{Failure, Said};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }
}

/// The cause of what is broken goes to the log.
impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        failure.log();
        Self::new(failure.status(), failure.message())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = serde_json::json!({ "error": { "message": self.message } });
        let mut response = (self.status, Json(body)).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response.extensions_mut().insert(Said);
        response
    }
}
