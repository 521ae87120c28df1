//! Taking a recording in: the one transaction with which a hand-over becomes the library's.

use super::{
    Catalog, CatalogError, contents,
    error::Doing as _,
    rights::raise_revision,
    row::{Columns as _, stored},
};
use crate::{
    Contents, JobKind, Language, Licence, Manifest, Recording, RecordingId, SourceFile, Viewer,
    queue,
};
use sqlx::{Any, Transaction};

/// A recording whose originals are safe in the store, ready to be taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// Title, description, licence, language and visibility count on the first admission only:
    /// afterwards they are the archivists'.
    pub recording: Recording,
    pub manifest: Manifest,
    pub contents: Contents,
}

/// What an admission changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admitted {
    New,
    /// The recording was there with other originals; its stages run again.
    Changed,
    /// Everything was there already; nothing was written and nothing is due.
    Unchanged,
}

impl Catalog {
    /// Takes a recording in and queues its first jobs, in one transaction.
    ///
    /// The originals must be in the store before, so that a row never promises what is not there.
    /// Admitting the same twice changes nothing.
    pub async fn admit(&self, admission: &Admission) -> Result<Admitted, CatalogError> {
        let Admission { recording, manifest, contents } = admission;
        let mut transaction = self.begin().await?;
        // On PostgreSQL another admission of the same recording waits at one of these two.
        let is_new = insert(&mut transaction, recording).await?;
        lock(&mut transaction, &recording.id).await?;
        let kept = sources(&mut transaction, &recording.id).await?;
        if !is_new && kept == manifest.files {
            return Ok(Admitted::Unchanged);
        }
        // In the order in which an edit takes them, so that the two never wait for each other.
        raise_revision(&mut transaction).await?;
        replace_sources(&mut transaction, manifest).await?;
        contents::replace(&mut transaction, &recording.id, contents).await?;
        for &kind in JobKind::AFTER_INGEST {
            queue::enqueue(&mut transaction, &recording.id, kind, self.now()).await?;
        }
        transaction.commit().await.doing("committing an admission")?;
        Ok(if is_new { Admitted::New } else { Admitted::Changed })
    }

    /// The original files of a recording, sorted by path; none if `viewer` may not see it.
    pub async fn sources(
        &self,
        viewer: &Viewer,
        id: &RecordingId,
    ) -> Result<Vec<SourceFile>, CatalogError> {
        if self.recording(viewer, id).await?.is_none() {
            return Ok(Vec::new());
        }
        let mut connection = self.pool().acquire().await.doing("reading sources")?;
        let rows = sqlx::query(SOURCES)
            .bind(id.as_str())
            .fetch_all(&mut *connection)
            .await
            .doing("reading sources")?;
        rows.iter().map(source).collect()
    }
}

const SOURCES: &str =
    "SELECT path, size_bytes, sha256, role FROM sources WHERE recording_id = $1 ORDER BY path";

async fn sources(
    transaction: &mut Transaction<'_, Any>,
    id: &RecordingId,
) -> Result<Vec<SourceFile>, CatalogError> {
    let rows = sqlx::query(SOURCES)
        .bind(id.as_str())
        .fetch_all(&mut **transaction)
        .await
        .doing("reading sources")?;
    let mut files = rows.iter().map(source).collect::<Result<Vec<_>, _>>()?;
    // PostgreSQL sorts by its locale, manifests by bytes.
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn source(row: &sqlx::any::AnyRow) -> Result<SourceFile, CatalogError> {
    Ok(SourceFile {
        path: row.parsed("path")?,
        size_bytes: row.number("size_bytes")?,
        sha256: row.text("sha256")?,
        role: row.parsed("role")?,
    })
}

/// Returns whether the recording was not there before.
async fn insert(
    transaction: &mut Transaction<'_, Any>,
    recording: &Recording,
) -> Result<bool, CatalogError> {
    let inserted = sqlx::query(
        "INSERT INTO recordings (id, title, description, licence, language, visibility,
                                 started_at, duration_ms, participants, ingested_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(recording.id.as_str())
    .bind(recording.title.as_str())
    .bind(recording.description.as_str())
    .bind(recording.licence.map(Licence::as_str))
    .bind(recording.language.as_ref().map(Language::as_str))
    .bind(recording.visibility.as_str())
    .bind(recording.started_at.as_unix_ms())
    .bind(stored(recording.duration.as_ms()))
    .bind(recording.participants.map(i64::from))
    .bind(recording.ingested_at.as_unix_ms())
    .execute(&mut **transaction)
    .await
    .doing("adding a recording")?;
    Ok(inserted.rows_affected() == 1)
}

async fn lock(
    transaction: &mut Transaction<'_, Any>,
    id: &RecordingId,
) -> Result<(), CatalogError> {
    sqlx::query("UPDATE recordings SET id = id WHERE id = $1")
        .bind(id.as_str())
        .execute(&mut **transaction)
        .await
        .doing("locking a recording")?;
    Ok(())
}

async fn replace_sources(
    transaction: &mut Transaction<'_, Any>,
    manifest: &Manifest,
) -> Result<(), CatalogError> {
    sqlx::query("DELETE FROM sources WHERE recording_id = $1")
        .bind(manifest.recording.as_str())
        .execute(&mut **transaction)
        .await
        .doing("replacing sources")?;
    for file in &manifest.files {
        sqlx::query(
            "INSERT INTO sources (recording_id, path, size_bytes, sha256, role)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(manifest.recording.as_str())
        .bind(file.path.as_str())
        .bind(stored(file.size_bytes))
        .bind(file.sha256.as_str())
        .bind(file.role.as_str())
        .execute(&mut **transaction)
        .await
        .doing("adding a source")?;
    }
    Ok(())
}
