//! Who may upload, and in which version of the protocol they ask.

use super::{TUS_VERSION, VERSION};
use crate::{
    failure::Failure, library::Library, refusal::Refusal, uploads::UploadId, visit::Visit,
};
use axum::{
    extract::{FromRequestParts, Path},
    http::{HeaderMap, HeaderName, Method, StatusCode, request::Parts},
    response::{IntoResponse as _, Response},
};
use std::sync::Arc;

pub(super) const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub(super) const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub(super) const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub(super) const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
/// Carries the session's form token, as the hidden field of a form does.
const FORM_TOKEN: HeaderName = HeaderName::from_static("x-form-token");

/// An archivist who uploads. Everybody else gets one answer, whatever they ask for.
pub(crate) struct Uploader {
    pub(super) name: String,
}

impl FromRequestParts<Arc<Library>> for Uploader {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        library: &Arc<Library>,
    ) -> Result<Self, Response> {
        let refused = |failure: Failure| Refusal::from(failure).into_response();
        let visit = Visit::from_request_parts(parts, library).await.map_err(refused)?;
        let name = visit.member_name().filter(|_| visit.viewer.curator().is_some());
        let Some(name) = name else { return Err(refused(Failure::NotAllowed)) };
        // `OPTIONS` is asked before anything is known.
        if parts.method == Method::OPTIONS {
            return Ok(Self { name });
        }
        if parts.headers.get(TUS_RESUMABLE) != Some(&VERSION) {
            let refusal = Refusal::new(
                StatusCode::PRECONDITION_FAILED,
                "this server speaks version 1.0.0 of the tus protocol",
            );
            return Err(([(TUS_VERSION, VERSION)], refusal).into_response());
        }
        let token = parts.headers.get(FORM_TOKEN).and_then(|it| it.to_str().ok());
        let is_own = visit.token().zip(token).is_some_and(|(own, token)| own.wrote(token));
        if parts.method != Method::HEAD && !is_own {
            return Err(refused(Failure::ForeignForm));
        }
        Ok(Self { name })
    }
}

/// The upload that a path names. A path that is no ID is simply not found.
pub(crate) struct UploadPath(pub(crate) UploadId);

impl FromRequestParts<Arc<Library>> for UploadPath {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<Library>) -> Result<Self, Refusal> {
        let path = Path::<String>::from_request_parts(parts, state).await.ok();
        let id = path.and_then(|it| it.parse().ok()).map(Self);
        id.ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "there is no such upload"))
    }
}

/// A header that is a whole number without a sign.
pub(super) fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    let text = headers.get(name)?.to_str().ok()?;
    text.bytes().all(|it| it.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
