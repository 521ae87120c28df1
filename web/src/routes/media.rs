//! Files of a recording: media by ranges, pictures, captions, slides.
//!
//! Each is served only to who may see the recording, by the same question to the catalog as its
//! page. Originals, manifest and speech audio have no address at all; of the originals only what
//! the catalog lists as slides or captions does.

use super::{Answered, App};
use crate::{
    conditional,
    failure::Failure,
    headers,
    library::Library,
    ranges::{self, Part as Bytes},
    visit::{Part, RecordingPath, Visit},
};
use archive::{DerivedFile, Language, ObjectKey, RecordingId, SourceFile, SourcePath};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header},
};
use futures_util::TryStreamExt as _;

/// A file is kept by the viewer's own browser alone and asked for again each time: a recording that is
/// public today may be private in a minute. Its tag makes the question cheap.
const KEPT: HeaderValue = HeaderValue::from_static("private, no-cache");

/// What a file is served as.
struct Served<'a> {
    key: ObjectKey<'a>,
    media_type: &'static str,
    /// Whether somebody uploaded it, so that a browser must not trust it.
    uploaded: bool,
}

/// `GET /recordings/{id}/files/{file}`
#[tracing::instrument(name = "web.file", skip_all, fields(recording.id = %id, file = %file))]
pub(crate) async fn file(
    State(library): App,
    visit: Visit,
    RecordingPath(id): RecordingPath,
    Part(file): Part<DerivedFile>,
    method: Method,
    request: HeaderMap,
) -> Answered {
    seen(&library, &visit, &id).await?;
    let served = Served {
        key: ObjectKey::Derived { recording: &id, file: &file },
        media_type: file.media_type(),
        uploaded: false,
    };
    serve(&library, served, &method, &request).await
}

/// `GET /recordings/{id}/slides/{number}`
#[tracing::instrument(name = "web.slide", skip_all, fields(recording.id = %id, slide = number))]
pub(crate) async fn slide(
    State(library): App,
    visit: Visit,
    RecordingPath(id): RecordingPath,
    Part(number): Part<u32>,
    method: Method,
    request: HeaderMap,
) -> Answered {
    let slide = library.catalog.slide(&visit.viewer, &id, number).await?;
    let slide = slide.ok_or(Failure::NotFound)?;
    let file = original(&library, &visit, &id, &slide.image).await?;
    serve(&library, served(&id, &file), &method, &request).await
}

/// `GET /recordings/{id}/slides/{number}/thumbnail`: the slide itself where it has none.
#[tracing::instrument(name = "web.thumbnail", skip_all, fields(recording.id = %id, slide = number))]
pub(crate) async fn thumbnail(
    State(library): App,
    visit: Visit,
    RecordingPath(id): RecordingPath,
    Part(number): Part<u32>,
    method: Method,
    request: HeaderMap,
) -> Answered {
    let slide = library.catalog.slide(&visit.viewer, &id, number).await?;
    let slide = slide.ok_or(Failure::NotFound)?;
    let picture = slide.thumbnail.as_ref().unwrap_or(&slide.image);
    let file = original(&library, &visit, &id, picture).await?;
    serve(&library, served(&id, &file), &method, &request).await
}

/// `GET /recordings/{id}/captions/{language}`: captions that came with the recording.
#[tracing::instrument(name = "web.captions", skip_all, fields(recording.id = %id))]
pub(crate) async fn captions(
    State(library): App,
    visit: Visit,
    RecordingPath(id): RecordingPath,
    Part(language): Part<Language>,
    method: Method,
    request: HeaderMap,
) -> Answered {
    let track = library.catalog.caption_track(&visit.viewer, &id, language).await?;
    let track = track.ok_or(Failure::NotFound)?;
    let file = original(&library, &visit, &id, &track.file).await?;
    let served = Served { media_type: "text/vtt; charset=utf-8", ..served(&id, &file) };
    serve(&library, served, &method, &request).await
}

async fn original(
    library: &Library,
    visit: &Visit,
    id: &RecordingId,
    path: &SourcePath,
) -> Result<SourceFile, Failure> {
    library.catalog.source(&visit.viewer, id, path).await?.ok_or(Failure::NotFound)
}

fn served<'a>(recording: &'a RecordingId, file: &'a SourceFile) -> Served<'a> {
    Served { key: file.key(recording), media_type: file.path.media_type(), uploaded: true }
}

async fn seen(library: &Library, visit: &Visit, id: &RecordingId) -> Result<(), Failure> {
    let recording = library.catalog.recording(&visit.viewer, id).await?;
    recording.map(|_| ()).ok_or(Failure::NotFound)
}

async fn serve(
    library: &Library,
    served: Served<'_>,
    method: &Method,
    request: &HeaderMap,
) -> Answered {
    let meta = library.store.head(&served.key).await?.ok_or(Failure::NotFound)?;
    let mut response = Response::builder()
        .header(header::ETAG, meta.etag.as_str())
        .header(header::CACHE_CONTROL, KEPT);
    if conditional::not_modified(request, &meta.etag) {
        return Ok(headers::built(response.status(StatusCode::NOT_MODIFIED).body(Body::empty())));
    }
    response = response
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::CONTENT_TYPE, served.media_type);
    if served.uploaded {
        response = response.header(header::CONTENT_SECURITY_POLICY, headers::UPLOADED);
    }
    let asked = request.get(header::RANGE).and_then(|it| it.to_str().ok());
    let asked = asked.filter(|_| conditional::range_holds(request, &meta.etag));
    let size = meta.size_bytes;
    let range = match ranges::part(asked, size) {
        Bytes::Whole => None,
        Bytes::Bytes(range) => Some(range),
        Bytes::Beyond => {
            response = response
                .status(StatusCode::RANGE_NOT_SATISFIABLE)
                .header(header::CONTENT_RANGE, format!("bytes */{size}"));
            return Ok(headers::built(response.body(Body::empty())));
        }
    };
    let length = range.as_ref().map_or(size, |it| it.end - it.start);
    response = response.header(header::CONTENT_LENGTH, length);
    if let Some(range) = &range {
        // `last` is part of the range in the header and not in ours.
        let last = range.end.saturating_sub(1);
        response = response
            .status(StatusCode::PARTIAL_CONTENT)
            .header(header::CONTENT_RANGE, format!("bytes {}-{last}/{size}", range.start));
    }
    if method == Method::HEAD || length == 0 {
        return Ok(headers::built(response.body(Body::empty())));
    }
    let bytes = library.store.stream(&served.key, range).await?.ok_or(Failure::NotFound)?;
    if bytes.meta().etag != meta.etag {
        // Replaced between the two questions: its length and tag are another's now.
        return Err(Failure::broken("send a file", "it was replaced while it was being opened"));
    }
    let bytes = bytes.inspect_err(|error| {
        tracing::error!(cause = crate::failure::chain(error), "a file broke off while it was sent");
    });
    Ok(headers::built(response.body(Body::from_stream(bytes))))
}
