//! Uploads by archivists' browsers: the server's side of tus 1.0 with the extensions creation,
//! expiration and termination (<https://tus.io/protocols/resumable-upload>).
//!
//! It is written here, as every answer is bound to what others give from outside: who asks, what is on
//! disk for good, and that an arrival is noted before anybody is told that all has arrived.

mod asking;

use super::App;
use crate::{
    failure::{Failure, chain},
    headers::http_date,
    library::Library,
    refusal::Refusal,
    uploads::{About, Appended, Metadata, Stands, Stopped, Upload, UploadError, UploadId},
};
pub(crate) use asking::UploadPath;
use asking::{TUS_RESUMABLE, UPLOAD_LENGTH, UPLOAD_METADATA, UPLOAD_OFFSET, Uploader, number};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use std::{sync::Arc, time::Duration};

const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const TUS_EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const TUS_MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const METHOD_OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");
const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const PIECE: &str = "application/offset+octet-stream";

type Answered = Result<Response, Refusal>;

/// `OPTIONS /ingest/uploads`: what this server can do.
pub(crate) async fn describe(State(library): App, _: Uploader) -> Response {
    let headers = [
        (TUS_VERSION, VERSION),
        (TUS_EXTENSION, HeaderValue::from_static("creation,expiration,termination")),
        (TUS_MAX_SIZE, library.config.upload_limit.into()),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// `POST /ingest/uploads`: begins an upload of `Upload-Length` bytes.
#[tracing::instrument(name = "web.upload.begin", skip_all)]
pub(crate) async fn begin(State(library): App, uploader: Uploader, headers: HeaderMap) -> Answered {
    let length = number(&headers, &UPLOAD_LENGTH)
        .filter(|it| *it > 0)
        .ok_or_else(|| bad("`Upload-Length` must say how many bytes come, at least one"))?;
    let limit = library.config.upload_limit;
    if length > limit {
        let message = format!("at most {limit} bytes are taken");
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message));
    }
    let metadata = headers.get(UPLOAD_METADATA).map_or(Ok(""), |it| it.to_str());
    let metadata = metadata.map_err(|_| bad("`Upload-Metadata` is not plain text"))?;
    let read = Metadata::read(metadata, &library.zone).map_err(|it| bad(&it.to_string()))?;
    let lasts = Duration::from_secs(u64::from(library.config.upload_days) * 86_400);
    let about = About {
        length,
        name: read.name,
        details: read.details,
        metadata: metadata.to_owned(),
        member: uploader.name,
        expires_at_ms: library.clock.now().plus(lasts),
    };
    let id = library.uploads.create(&about).await.map_err(|it| failed(&it))?;
    tracing::info!(upload = %id, "`{}` begins to upload `{}`", about.member, about.name);
    let place = HeaderValue::from_str(&format!("/ingest/uploads/{id}"));
    let place = place.expect("an upload's ID is plain ASCII");
    let headers = [(header::LOCATION, place), (UPLOAD_EXPIRES, expires(&about))];
    Ok((StatusCode::CREATED, headers).into_response())
}

/// `HEAD /ingest/uploads/{id}`: how much has arrived.
#[tracing::instrument(name = "web.upload.look", skip_all, fields(upload = %id))]
pub(crate) async fn look(State(library): App, _: Uploader, UploadPath(id): UploadPath) -> Answered {
    // A connection that its browser has given up may still bring something: first it stops.
    let _turn = library.uploads.turn(&id).await.ok_or_else(busy)?;
    let upload = known(&library, &id).await?;
    finish_if_whole(&library, &upload).await?;
    let About { metadata, length, .. } = &upload.about;
    let metadata = HeaderValue::from_str(metadata);
    let metadata = metadata.map_err(|error| {
        Refusal::from(Failure::broken("say again what was said of an upload", error))
    })?;
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (UPLOAD_OFFSET, upload.offset().into()),
        (UPLOAD_LENGTH, (*length).into()),
        (UPLOAD_METADATA, metadata),
        (UPLOAD_EXPIRES, expires(&upload.about)),
    ];
    Ok((StatusCode::OK, headers).into_response())
}

/// `PATCH /ingest/uploads/{id}`: the next piece.
#[tracing::instrument(name = "web.upload.piece", skip_all, fields(upload = %id))]
pub(crate) async fn piece(
    State(library): App,
    _: Uploader,
    UploadPath(id): UploadPath,
    request: Request,
) -> Answered {
    let is_piece = request.headers().get(header::CONTENT_TYPE).is_some_and(|it| it == PIECE);
    if !is_piece {
        let message = format!("a piece of an upload is `{PIECE}`");
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    let offset = number(request.headers(), &UPLOAD_OFFSET)
        .ok_or_else(|| bad("`Upload-Offset` must say where the piece begins"))?;
    let announced = number(request.headers(), &header::CONTENT_LENGTH).unwrap_or_default();
    // On its own: whoever comes next must find what this one has written, all of it.
    let library = Arc::clone(&library);
    let taking = async move { take(&library, &id, offset, announced, request.into_body()).await };
    let taken = tokio::spawn(taking).await;
    taken.map_err(|error| Refusal::from(Failure::broken("take a piece of an upload", error)))?
}

async fn take(
    library: &Library,
    id: &UploadId,
    offset: u64,
    announced: u64,
    body: Body,
) -> Answered {
    let turn = library.uploads.turn(id).await.ok_or_else(busy)?;
    let mut upload = known(library, id).await?;
    if offset != upload.offset() {
        let message = format!("the upload stands at {}, not at {offset}", upload.offset());
        return Err(Refusal::new(StatusCode::CONFLICT, message));
    }
    if announced > upload.about.length - offset {
        return Err(too_long());
    }
    if let Stands::Under { .. } = upload.stands {
        let taken = library.uploads.append(&turn, &mut upload, body.into_data_stream()).await;
        let Appended { stopped, .. } = taken.map_err(|it| failed(&it))?;
        match stopped {
            Stopped::End => (),
            Stopped::Broken => return Err(bad("the piece broke off")),
            Stopped::Superseded => return Err(busy()),
            Stopped::TooLong => return Err(too_long()),
        }
    }
    finish_if_whole(library, &upload).await?;
    let headers =
        [(UPLOAD_OFFSET, upload.offset().into()), (UPLOAD_EXPIRES, expires(&upload.about))];
    Ok((StatusCode::NO_CONTENT, headers).into_response())
}

/// `DELETE /ingest/uploads/{id}`: throws away what has arrived of an upload.
#[tracing::instrument(name = "web.upload.end", skip_all, fields(upload = %id))]
pub(crate) async fn end(State(library): App, _: Uploader, UploadPath(id): UploadPath) -> Answered {
    discard(&library, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Throws away what has arrived of an upload that is not whole.
pub(crate) async fn discard(library: &Library, id: &UploadId) -> Result<(), Refusal> {
    let _turn = library.uploads.turn(id).await.ok_or_else(busy)?;
    match known(library, id).await?.stands {
        Stands::Under { .. } => library.uploads.remove(id).await.map_err(|it| failed(&it)),
        Stands::Whole | Stands::Taken => {
            Err(Refusal::new(StatusCode::CONFLICT, "the upload has arrived"))
        }
    }
}

/// `POST /ingest/uploads/{id}` of somebody whose network knows neither `PATCH` nor `DELETE`.
pub(crate) async fn as_told(
    app: App,
    uploader: Uploader,
    id: UploadPath,
    request: Request,
) -> Answered {
    match request.headers().get(METHOD_OVERRIDE).map(HeaderValue::as_bytes) {
        Some(b"PATCH") => piece(app, uploader, id, request).await,
        Some(b"DELETE") => end(app, uploader, id).await,
        _ => Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "an upload is sent with `PATCH`")),
    }
}

/// Every answer says which version of the protocol it is of.
pub(crate) async fn versioned(mut response: Response) -> Response {
    response.headers_mut().insert(TUS_RESUMABLE, VERSION);
    response
}

async fn known(library: &Library, id: &UploadId) -> Result<Upload, Refusal> {
    let found = library.uploads.find(id).await.map_err(|it| failed(&it))?;
    let Some(upload) = found else {
        return Err(Refusal::new(StatusCode::NOT_FOUND, "there is no such upload"));
    };
    if upload.has_expired(library.clock.now()) {
        return Err(Refusal::new(StatusCode::GONE, "the upload took too long and is given up"));
    }
    Ok(upload)
}

/// Also where it was whole before: what a killed program did not note is noted now.
async fn finish_if_whole(library: &Library, upload: &Upload) -> Result<(), Refusal> {
    if upload.offset() < upload.about.length {
        return Ok(());
    }
    let arrivals = library.catalog.arrivals();
    library.uploads.finish(upload, &arrivals).await.map_err(|it| failed(&it))
}

fn expires(about: &About) -> HeaderValue {
    let date = http_date(about.expires_at_ms).and_then(|it| HeaderValue::from_str(&it).ok());
    date.unwrap_or(const { HeaderValue::from_static("Fri, 31 Dec 9999 23:59:59 GMT") })
}

fn bad(message: &str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, message)
}

fn busy() -> Refusal {
    Refusal::new(StatusCode::LOCKED, "somebody else goes on with this upload")
}

fn too_long() -> Refusal {
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "more came than the upload was to have")
}

fn failed(error: &UploadError) -> Refusal {
    tracing::error!(cause = chain(error), "an upload cannot go on");
    if error.is_full_disk() {
        return Refusal::new(StatusCode::INSUFFICIENT_STORAGE, "there is no room left");
    }
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "something is broken here; the log says what")
}
