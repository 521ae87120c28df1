//! Recordings: reading them as a viewer, editing them as a curator.

use super::{
    Catalog, CatalogError,
    error::Doing as _,
    rights::{raise_revision, seen_by},
    row::Columns as _,
    subjects,
};
use crate::{
    Curator, JobKind, Language, Licence, Recording, RecordingId, Timestamp, Viewer, Visibility,
    queue,
};
use sqlx::{AssertSqlSafe, any::AnyRow};

/// The columns that [`recording`] reads.
pub(super) const COLUMNS: &str = "recordings.id, recordings.title, recordings.description,
    recordings.licence, recordings.language, recordings.visibility, recordings.started_at,
    recordings.duration_ms, recordings.participants, recordings.ingested_at, recordings.space,
    recordings.server_state";

/// The last recording of a page; the next page begins after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingCursor {
    pub started_at: Timestamp,
    pub id: RecordingId,
}

impl RecordingCursor {
    pub fn after(recording: &Recording) -> Self {
        Self { started_at: recording.started_at, id: recording.id.clone() }
    }
}

/// What an archivist decides about a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingEdit {
    pub title: String,
    pub description: String,
    pub licence: Option<Licence>,
    pub language: Option<Language>,
    /// Once an archivist has decided, what becomes of the recording on its server changes nothing
    /// until it changes again.
    pub visibility: Visibility,
    pub space: Option<String>,
    pub subjects: Vec<String>,
}

impl Catalog {
    /// One recording, or `None` if there is none that `viewer` may see.
    pub async fn recording(
        &self,
        viewer: &Viewer,
        id: &RecordingId,
    ) -> Result<Option<Recording>, CatalogError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM recordings WHERE id = $1 AND {}",
            seen_by(viewer, "visibility")
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(id.as_str())
            .fetch_optional(self.pool())
            .await
            .doing("reading a recording")?;
        let Some(row) = row else { return Ok(None) };
        let mut found = vec![recording(&row)?];
        self.add_subjects(&mut found).await?;
        Ok(found.pop())
    }

    /// The recordings that `viewer` may see, newest first, at most `limit` of them after `after`.
    ///
    /// Pages neither overlap nor skip, also where several meetings began at once.
    pub async fn recordings(
        &self,
        viewer: &Viewer,
        after: Option<&RecordingCursor>,
        limit: u32,
    ) -> Result<Vec<Recording>, CatalogError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM recordings
             WHERE {} AND ($1 = 1 OR (started_at, id) < ($2, $3))
             ORDER BY started_at DESC, id DESC
             LIMIT $4",
            seen_by(viewer, "visibility")
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(i64::from(after.is_none()))
            .bind(after.map_or(0, |it| it.started_at.as_unix_ms()))
            .bind(after.map_or("", |it| it.id.as_str()))
            .bind(i64::from(limit))
            .fetch_all(self.pool())
            .await
            .doing("listing recordings")?;
        let mut found = rows.iter().map(recording).collect::<Result<Vec<_>, _>>()?;
        self.add_subjects(&mut found).await?;
        Ok(found)
    }

    /// Takes over what an archivist decided, and has the index follow. Returns `false` if there is
    /// no such recording.
    ///
    /// Rights change with the commit; search and files ask for them anew on every request.
    pub async fn edit_recording(
        &self,
        _: &Curator,
        id: &RecordingId,
        edit: &RecordingEdit,
    ) -> Result<bool, CatalogError> {
        let mut transaction = self.begin().await?;
        let edited = sqlx::query(
            "UPDATE recordings
             SET title = $1, description = $2, licence = $3, language = $4, visibility = $5,
                 space = $6, visibility_before = NULL
             WHERE id = $7",
        )
        .bind(edit.title.as_str())
        .bind(edit.description.as_str())
        .bind(edit.licence.map(Licence::as_str))
        .bind(edit.language.map(|it| it.as_str().to_owned()))
        .bind(edit.visibility.as_str())
        .bind(edit.space.as_deref())
        .bind(id.as_str())
        .execute(&mut *transaction)
        .await
        .doing("editing a recording")?
        .rows_affected();
        if edited == 0 {
            return Ok(false);
        }
        subjects::replace(&mut transaction, id, &edit.subjects).await?;
        raise_revision(&mut transaction).await?;
        queue::enqueue(&mut transaction, id, JobKind::Index, self.now()).await?;
        transaction.commit().await.doing("committing an edited recording")?;
        Ok(true)
    }
}

/// Without its subjects, which lie in a table of their own.
pub(super) fn recording(row: &AnyRow) -> Result<Recording, CatalogError> {
    Ok(Recording {
        id: row.parsed("id")?,
        title: row.text("title")?,
        description: row.text("description")?,
        licence: row.optional_parsed("licence")?,
        language: row.optional_parsed("language")?,
        visibility: row.parsed("visibility")?,
        started_at: row.timestamp("started_at")?,
        duration: row.media_time("duration_ms")?,
        participants: row.optional_number("participants")?,
        ingested_at: row.timestamp("ingested_at")?,
        space: row.optional_text("space")?,
        subjects: Vec::new(),
        server_state: row.parsed("server_state")?,
    })
}
