//! `/ingest`: what was handed over, what became of it, and uploading.

use super::{Answered, App, asked, edit::visibilities, page};
use crate::{
    failure::Failure,
    library::Library,
    links,
    pages::{
        ingest::{ArrivalLine, IngestPage, Unfinished},
        titled,
    },
    ribbon::shortened,
    routes::uploads::{self, UploadPath},
    uploads::Upload,
    visit::{Curating, Sent, Visit},
    words::Words,
};
use archive::{Arrival, ArrivalId, ArrivalState, UploadDetails, Visibility, Way};
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use std::path::Path;

/// How many of those that are done are shown.
const DONE: usize = 30;
/// How much of a message is shown.
const MESSAGE: usize = 400;

/// `GET /ingest`
#[tracing::instrument(name = "web.ingest", skip_all)]
pub(crate) async fn show(
    State(library): App,
    Curating { visit, curator }: Curating,
    RawQuery(query): RawQuery,
) -> Answered {
    let words = visit.words;
    let (mut failed, mut running, mut waiting, mut done) = (vec![], vec![], vec![], vec![]);
    for arrival in library.catalog.arrivals().list(&curator).await? {
        let (list, since) = match arrival.state {
            ArrivalState::Failed { at } => (&mut failed, at),
            ArrivalState::Running => (&mut running, arrival.arrived_at),
            ArrivalState::Waiting { .. } => (&mut waiting, arrival.arrived_at),
            ArrivalState::Done { at } => (&mut done, at),
        };
        list.push((since, arrival));
    }
    // What ended last stands first; what waits longest, too.
    for ended in [&mut failed, &mut done] {
        ended.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    }
    waiting.sort_by_key(|(at, _)| *at);
    done.truncate(DONE);
    let lines = async |arrivals: Vec<(archive::Timestamp, Arrival)>| {
        let mut lines = Vec::with_capacity(arrivals.len());
        for (since, arrival) in arrivals {
            lines.push(line(&library, &visit, since, &arrival).await?);
        }
        Ok::<_, Failure>(lines)
    };
    let unfinished = library.uploads.unfinished().await;
    let unfinished = unfinished.map_err(|error| Failure::broken("list uploads", error))?;
    let news = |name| !asked(query.as_deref(), name).is_empty();
    page(&IngestPage {
        frame: visit.frame("page-ingest"),
        failed: lines(failed).await?,
        running: lines(running).await?,
        waiting: lines(waiting).await?,
        done: lines(done).await?,
        unfinished: unfinished_lines(&library, words, unfinished),
        limit: library.config.upload_limit,
        limit_said: words.size(library.config.upload_limit),
        visibilities: visibilities(words, Visibility::Private),
        zone: library.config.time_zone.clone(),
        news: if news("retried") {
            Some(words.say("desk-retried").into_owned())
        } else {
            news("discarded").then(|| words.say("upload-discarded").into_owned())
        },
    })
}

/// `POST /ingest/retry`
#[tracing::instrument(name = "web.ingest.retry", skip_all)]
pub(crate) async fn retry(
    State(library): App,
    Curating { curator, .. }: Curating,
    sent: Sent,
) -> Answered {
    let id: ArrivalId = sent.one("arrival").parse().map_err(|_| Failure::Unreadable)?;
    // One that somebody else has retried already is no failure: the page shows where it stands.
    library.catalog.arrivals().retry(&curator, &id).await?;
    Ok(Redirect::to("/ingest?retried=1").into_response())
}

/// `POST /ingest/uploads/{id}/discard`: as a page's form throws away what has arrived of an upload.
#[tracing::instrument(name = "web.ingest.discard", skip_all, fields(upload = %id))]
pub(crate) async fn discard(
    State(library): App,
    _: Curating,
    UploadPath(id): UploadPath,
    _: Sent,
) -> Answered {
    match uploads::discard(&library, &id).await {
        // What is gone or has arrived meanwhile is no failure either.
        Ok(()) => (),
        Err(refusal) if refusal.status.is_client_error() => (),
        Err(refusal) if refusal.status == StatusCode::INTERNAL_SERVER_ERROR => {
            return Err(Failure::broken("discard an upload", refusal.message));
        }
        Err(refusal) => return Ok(refusal.into_response()),
    }
    Ok(Redirect::to("/ingest?discarded=1").into_response())
}

async fn line(
    library: &Library,
    visit: &Visit,
    since: archive::Timestamp,
    arrival: &Arrival,
) -> Result<ArrivalLine, Failure> {
    let words = visit.words;
    let recording = match &arrival.recording {
        Some(id) => library.catalog.recording(&visit.viewer, id).await?,
        None => None,
    };
    let name = recording.as_ref().map(|it| titled(words, &it.title));
    let next = match arrival.state {
        ArrivalState::Waiting { not_before } if not_before > library.clock.now() => {
            Some(words.day_and_time(not_before, &library.zone))
        }
        _ => None,
    };
    Ok(ArrivalLine {
        id: arrival.id.to_string(),
        name: name.unwrap_or_else(|| called(arrival)),
        url: recording.map(|it| links::recording(&it.id)),
        place: arrival.place.clone(),
        way: way_word(words, arrival.way),
        since: words.day_and_time(since, &library.zone),
        next,
        message: shortened(arrival.message.as_deref().unwrap_or_default(), MESSAGE),
    })
}

/// What somebody who handed it over would call it, as long as there is no recording.
fn called(arrival: &Arrival) -> String {
    if arrival.way == Way::Upload
        && let Ok(details) = serde_json::from_str::<UploadDetails>(&arrival.details)
    {
        let title = Some(details.title).filter(|it| !it.is_empty());
        return title.unwrap_or(details.file);
    }
    let last = Path::new(&arrival.place).file_name().and_then(|it| it.to_str());
    last.unwrap_or(&arrival.place).to_owned()
}

fn way_word(words: Words, way: Way) -> String {
    match way {
        Way::Command => words.say("way-command"),
        Way::Spool => words.say("way-spool"),
        Way::Tree => words.say("way-tree"),
        Way::Server => words.say("way-server"),
        Way::Upload => words.say("way-upload"),
    }
    .into_owned()
}

fn unfinished_lines(library: &Library, words: Words, mut all: Vec<Upload>) -> Vec<Unfinished> {
    let now = library.clock.now();
    all.retain(|it| !it.has_expired(now));
    all.sort_by_key(|it| it.about.expires_at_ms);
    let line = |it: Upload| {
        let permille = it.offset().saturating_mul(1000) / it.about.length.max(1);
        Unfinished {
            discard_url: format!("/ingest/uploads/{}/discard", it.id),
            permille,
            percent: words.tell("desk-percent", &[("percent", (permille / 10).into())]),
            size: words.size(it.about.length),
            until: words.day_and_time(it.about.expires_at_ms, &library.zone),
            file: it.about.details.file,
            member: it.about.member,
        }
    };
    all.into_iter().map(line).collect()
}
