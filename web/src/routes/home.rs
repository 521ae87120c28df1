use super::{Answered, App, asked, page};
use crate::{
    library::Library,
    links,
    pages::{CollectionLine, Meeting, home::HomePage},
    ribbon::SmallRibbon,
    visit::Visit,
};
use archive::{CatalogError, Recording, RecordingId, Timestamp, catalog::RecordingCursor};
use axum::extract::{RawQuery, State};

/// `GET /?after=CURSOR`
#[tracing::instrument(name = "web.home", skip_all)]
pub(crate) async fn show(State(library): App, visit: Visit, RawQuery(query): RawQuery) -> Answered {
    let after = read_cursor(&asked(query.as_deref(), "after"));
    let (recordings, older) = list(&library, &visit, after.as_ref()).await?;
    let mut newest = Vec::with_capacity(recordings.len());
    for recording in &recordings {
        newest.push(meeting(&library, &visit, recording).await?);
    }
    let first = after.is_none();
    let collections = if first { collection_lines(&library, &visit).await? } else { vec![] };
    page(&HomePage {
        frame: visit.frame("page-home"),
        newest,
        older: older.map(|it| format!("/{}", links::query(&[("after", &it)]))),
        first,
        collections,
    })
}

/// The collections that the viewer sees, with how many recordings they see in each.
pub(crate) async fn collection_lines(
    library: &Library,
    visit: &Visit,
) -> Result<Vec<CollectionLine>, CatalogError> {
    let mut lines = Vec::new();
    for collection in library.catalog.collections(&visit.viewer).await? {
        let items = library.catalog.collection_items(&visit.viewer, &collection.id).await?;
        lines.push(CollectionLine::new(visit.words, &collection, items.len()));
    }
    Ok(lines)
}

/// A page of recordings, and the cursor of the next if there is one.
pub(crate) async fn list(
    library: &Library,
    visit: &Visit,
    after: Option<&RecordingCursor>,
) -> Result<(Vec<Recording>, Option<String>), CatalogError> {
    let limit = library.config.recordings_per_page;
    let mut recordings =
        library.catalog.recordings(&visit.viewer, after, limit.saturating_add(1)).await?;
    let full = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = recordings.len() > full;
    recordings.truncate(full);
    let cursor = recordings.last().filter(|_| more).map(write_cursor);
    Ok((recordings, cursor))
}

/// A recording in a list, with its small ribbon.
pub(crate) async fn meeting(
    library: &Library,
    visit: &Visit,
    recording: &Recording,
) -> Result<Meeting, CatalogError> {
    let contents = library.catalog.contents(&visit.viewer, &recording.id).await?;
    let ribbon = contents.and_then(|contents| {
        let link = |at| links::moment(&recording.id, at, "");
        SmallRibbon::new(visit.words, recording.duration, &contents, &[], link)
    });
    Ok(Meeting::new(visit.words, &library.zone, recording, ribbon))
}

pub(crate) fn write_cursor(recording: &Recording) -> String {
    format!("{}~{}", recording.started_at.as_unix_ms(), recording.id)
}

/// Anything that is no cursor is the beginning of the list.
pub(crate) fn read_cursor(text: &str) -> Option<RecordingCursor> {
    let (started_at, id) = text.split_once('~')?;
    let started_at = Timestamp::from_unix_ms(started_at.parse().ok()?);
    Some(RecordingCursor { started_at, id: id.parse::<RecordingId>().ok()? })
}
