//! `/api/v1`: the same for programs, as JSON. Times are seconds, moments are ISO 8601.
//!
//! Each response type has exactly the fields that the API promises and is made of the catalog's type
//! field by field, so a new column is never published by accident.

use super::{
    App, asked,
    home::{list, read_cursor},
    search::page_number,
};
use crate::{
    answers::{self, Found, FoundHit, Order, Place, Strictness},
    failure::Failure,
    library::Library,
    links,
    visit::{RecordingPath, Visit},
};
use archive::{
    Contents, DerivedFile, Language, Licence, Recording, RecordingId, Track, Transcript, Visibility,
};
use axum::{
    Json,
    extract::{RawQuery, State},
};
use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct RecordingBody {
    id: RecordingId,
    url: String,
    title: String,
    description: String,
    /// SPDX.
    licence: Option<&'static str>,
    language: Option<Language>,
    visibility: Visibility,
    started_at: String,
    duration_seconds: f64,
    participants: Option<u32>,
    space: Option<String>,
    subjects: Vec<String>,
}

impl RecordingBody {
    fn new(library: &Library, it: Recording) -> Self {
        let Recording {
            id,
            title,
            description,
            licence,
            language,
            visibility,
            started_at,
            duration,
            participants,
            ingested_at: _,
            space,
            subjects,
            server_state: _,
        } = it;
        Self {
            url: absolute(library, &links::recording(&id)),
            id,
            title,
            description,
            licence: licence.map(Licence::as_str),
            language,
            visibility,
            started_at: started_at.to_string(),
            duration_seconds: duration.as_secs_f64(),
            participants,
            space,
            subjects,
        }
    }
}

/// With the public address in front where one is configured.
fn absolute(library: &Library, path: &str) -> String {
    format!("{}{path}", library.config.public_origin().unwrap_or_default())
}

#[derive(Serialize)]
pub(crate) struct RecordingsBody {
    recordings: Vec<RecordingBody>,
    /// For `?after=`, where there is more.
    next: Option<String>,
}

/// `GET /api/v1/recordings?after=CURSOR`
#[tracing::instrument(name = "web.api.recordings", skip_all)]
pub(crate) async fn recordings(
    State(library): App,
    visit: Visit,
    RawQuery(query): RawQuery,
) -> Result<Json<RecordingsBody>, Failure> {
    let after = read_cursor(&asked(query.as_deref(), "after"));
    let (recordings, next) = list(&library, &visit, after.as_ref()).await?;
    let recordings = recordings.into_iter().map(|it| RecordingBody::new(&library, it)).collect();
    Ok(Json(RecordingsBody { recordings, next }))
}

#[derive(Serialize)]
pub(crate) struct RecordingWholeBody {
    #[serde(flatten)]
    recording: RecordingBody,
    media: MediaBody,
    /// `null` until somebody has listened.
    transcript: Option<TranscriptBody>,
}

/// Addresses of playlists that can be played now.
#[derive(Serialize)]
struct MediaBody {
    webcams: Option<String>,
    deskshare: Option<String>,
    audio: Option<String>,
    poster: Option<String>,
}

#[derive(Serialize)]
struct TranscriptBody {
    language: Option<Language>,
    model: String,
    passages: Vec<PassageBody>,
}

#[derive(Serialize)]
struct PassageBody {
    start: f64,
    end: f64,
    /// The recording's speaker of this number; who it is is not told.
    speaker: Option<u32>,
    text: String,
}

/// `GET /api/v1/recordings/{id}`
#[tracing::instrument(name = "web.api.recording", skip_all, fields(recording.id = %id))]
pub(crate) async fn recording(
    State(library): App,
    visit: Visit,
    RecordingPath(id): RecordingPath,
) -> Result<Json<RecordingWholeBody>, Failure> {
    let (catalog, viewer) = (&library.catalog, &visit.viewer);
    let recording = catalog.recording(viewer, &id).await?.ok_or(Failure::NotFound)?;
    let renditions = catalog.renditions(viewer, &id).await?;
    let pictures = catalog.pictures(viewer, &id).await?;
    let contents = catalog.contents(viewer, &id).await?.unwrap_or_default();
    let transcript = catalog.transcript(viewer, &id).await?;
    let file = |file: &DerivedFile| absolute(&library, &links::file(&id, file));
    let playlist = |track: Track| {
        renditions.iter().any(|it| it.track == track).then(|| file(&track.playlist()))
    };
    Ok(Json(RecordingWholeBody {
        media: MediaBody {
            webcams: playlist(Track::Webcams),
            deskshare: playlist(Track::Deskshare),
            audio: playlist(Track::Audio),
            poster: pictures.poster.then(|| file(&DerivedFile::poster())),
        },
        transcript: transcript.map(|it| transcript_body(it, &contents)),
        recording: RecordingBody::new(&library, recording),
    }))
}

fn transcript_body(transcript: Transcript, contents: &Contents) -> TranscriptBody {
    let speakers = crate::reading::Speakers::of(&contents.turns);
    let Transcript { language, model, passages } = transcript;
    let passages = passages.into_iter().map(|it| PassageBody {
        start: it.range.start().as_secs_f64(),
        end: it.range.end().as_secs_f64(),
        speaker: speakers.of_passage(&it).map(|it| it.0),
        text: it.text,
    });
    TranscriptBody { language, model, passages: passages.collect() }
}

#[derive(Serialize)]
pub(crate) struct SearchBody {
    query: String,
    total_recordings: u64,
    total_hits: u64,
    /// `all` or `some` of the words.
    matching: &'static str,
    recordings: Vec<FoundBody>,
}

#[derive(Serialize)]
struct FoundBody {
    recording: RecordingBody,
    hits: Vec<HitBody>,
    more_hits: u64,
}

#[derive(Serialize)]
struct HitBody {
    /// `title`, `spoken`, `slide`, `chat`, `poll`, `whiteboard` or `notes`.
    source: &'static str,
    slide: Option<u32>,
    sender: Option<String>,
    /// Where the passage begins, in seconds; 0 for what belongs to no moment.
    start: f64,
    /// Where to play from: shortly before the first marked word.
    play_from: f64,
    end: Option<f64>,
    /// The recording's page at this second.
    url: String,
    /// Pieces of plain text; they join to the passage or to the part of it around the words.
    text: Vec<PieceBody>,
}

#[derive(Serialize)]
struct PieceBody {
    text: String,
    marked: bool,
}

/// `GET /api/v1/search?q=&sort=&page=`
#[tracing::instrument(name = "web.api.search", skip_all)]
pub(crate) async fn search(
    State(library): App,
    visit: Visit,
    RawQuery(raw): RawQuery,
) -> Result<Json<SearchBody>, Failure> {
    let query = answers::typed(&asked(raw.as_deref(), "q"));
    let order = Order::read(&asked(raw.as_deref(), "sort"));
    let page = page_number(&asked(raw.as_deref(), "page")) - 1;
    let answer = answers::ask(&library, &visit.viewer, &query, order, page).await?;
    let mut recordings = Vec::with_capacity(answer.recordings.len());
    for Found { recording: id, hits, more } in answer.recordings {
        let Some(recording) = library.catalog.recording(&visit.viewer, &id).await? else {
            continue;
        };
        let hits = hits.into_iter().map(|it| hit_body(&library, &id, &query, it)).collect();
        let recording = RecordingBody::new(&library, recording);
        recordings.push(FoundBody { recording, hits, more_hits: more });
    }
    Ok(Json(SearchBody {
        query,
        total_recordings: answer.total_recordings,
        total_hits: answer.total_hits,
        matching: match answer.strictness {
            Strictness::All => "all",
            Strictness::Some => "some",
        },
        recordings,
    }))
}

fn hit_body(library: &Library, id: &RecordingId, query: &str, hit: FoundHit) -> HitBody {
    let url = links::hit(id, &hit, query);
    let FoundHit { place, at, play_from, end, text } = hit;
    let source = place.as_str();
    let (slide, sender) = match place {
        Place::Slide { number } => (Some(number), None),
        Place::Chat { sender } => (None, Some(sender)),
        Place::Title | Place::Spoken | Place::Poll | Place::Whiteboard | Place::Notes => {
            (None, None)
        }
    };
    HitBody {
        source,
        slide,
        sender,
        start: at.as_secs_f64(),
        play_from: play_from.as_secs_f64(),
        end: end.map(archive::MediaTime::as_secs_f64),
        url: absolute(library, &url),
        text: text.into_iter().map(|(text, marked)| PieceBody { text, marked }).collect(),
    }
}
