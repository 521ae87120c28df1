//! Taking a recording in: the one transaction with which a hand-over becomes the library's.

use super::{
    Catalog, CatalogError, collections, contents,
    error::Doing as _,
    rights::{raise_revision, seen_by},
    row::{Columns as _, stored},
    server_state, subjects,
};
use crate::{
    Collection, CollectionId, Contents, JobKind, Language, Licence, Manifest, Recording,
    RecordingId, SourceFile, SourcePath, SourceRole, Viewer, queue,
};
use sqlx::{Any, AssertSqlSafe, Transaction};

/// A recording whose originals are safe in the store, ready to be taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// Title, description, licence, language, visibility, space and subjects count on the first
    /// admission only: afterwards they are the archivists'. (Where nothing was known at first, and
    /// the title is the ID for want of another, they count once more, but for the visibility.)
    pub recording: Recording,
    pub manifest: Manifest,
    pub contents: Contents,
    /// The title of the collection to put it in when it is new; made if there is none of that name,
    /// as visible as the recording.
    pub collection: Option<String>,
    /// What the archive had of the recording when `manifest` was made of it and of what came now.
    pub former: Vec<SourceFile>,
    /// The jobs that are due if anything has changed.
    pub due: Vec<JobKind>,
    /// Which version of the parsers `contents` is from.
    pub understanding: u32,
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
    ///
    /// # Errors
    ///
    /// [`CatalogError::Overtaken`] if somebody else admitted other files of the recording since
    /// [`Admission::former`] was read: read it again, merge again, admit again.
    pub async fn admit(&self, admission: &Admission) -> Result<Admitted, CatalogError> {
        let Admission { recording, manifest, contents, former, .. } = admission;
        let mut transaction = self.begin().await?;
        // On PostgreSQL another admission of the same recording waits at one of these two.
        let is_new = insert(&mut transaction, recording).await?;
        lock(&mut transaction, &recording.id).await?;
        let kept = sources(&mut transaction, &recording.id).await?;
        let read = understanding(&mut transaction, &recording.id).await?;
        if !is_new && kept == manifest.files && read == admission.understanding {
            return Ok(Admitted::Unchanged);
        }
        if kept != *former && kept != manifest.files {
            return Err(CatalogError::Overtaken { recording: recording.id.to_string() });
        }
        // In the order in which an edit takes them, so that the two never wait for each other.
        raise_revision(&mut transaction).await?;
        replace_sources(&mut transaction, manifest).await?;
        contents::replace(&mut transaction, &recording.id, contents).await?;
        follow(&mut transaction, admission).await?;
        if is_new {
            subjects::replace(&mut transaction, &recording.id, &recording.subjects).await?;
            self.put_in_its_collection(&mut transaction, admission).await?;
            server_state::arrive(&mut transaction, &recording.id).await?;
        }
        for &kind in &admission.due {
            queue::enqueue(&mut transaction, &recording.id, kind, self.now()).await?;
        }
        transaction.commit().await.doing("committing an admission")?;
        Ok(if is_new { Admitted::New } else { Admitted::Changed })
    }

    async fn put_in_its_collection(
        &self,
        transaction: &mut Transaction<'_, Any>,
        admission: &Admission,
    ) -> Result<(), CatalogError> {
        let Some(title) = &admission.collection else { return Ok(()) };
        let Some(id) = CollectionId::from_title(title) else { return Ok(()) };
        let visibility = admission.recording.visibility;
        let collection = Collection { id, title: title.clone(), note: String::new(), visibility };
        collections::create(transaction, &collection, self.now()).await?;
        collections::put(transaction, &collection.id, &admission.recording.id, "").await?;
        Ok(())
    }

    /// One original file of a recording, or `None` if there is none that `viewer` may see.
    pub async fn source(
        &self,
        viewer: &Viewer,
        id: &RecordingId,
        path: &SourcePath,
    ) -> Result<Option<SourceFile>, CatalogError> {
        let sql = format!(
            "SELECT sources.path, sources.size_bytes, sources.sha256, sources.role, sources.kept
             FROM sources JOIN recordings ON recordings.id = sources.recording_id
             WHERE recordings.id = $1 AND sources.path = $2 AND {}",
            seen_by(viewer, "recordings.visibility")
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(id.as_str())
            .bind(path.as_str())
            .fetch_optional(self.pool())
            .await
            .doing("reading a source")?;
        row.as_ref().map(source).transpose()
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

const SOURCES: &str = "SELECT path, size_bytes, sha256, role, kept FROM sources WHERE recording_id = $1 ORDER BY path";

async fn understanding(
    transaction: &mut Transaction<'_, Any>,
    id: &RecordingId,
) -> Result<u32, CatalogError> {
    let row = sqlx::query("SELECT understanding FROM recordings WHERE id = $1")
        .bind(id.as_str())
        .fetch_one(&mut **transaction)
        .await
        .doing("reading a recording's understanding")?;
    row.number("understanding")
}

/// Takes over what later hand-overs may change of a recording.
async fn follow(
    transaction: &mut Transaction<'_, Any>,
    admission: &Admission,
) -> Result<(), CatalogError> {
    let Admission { recording, manifest, due, .. } = admission;
    // Once the media were decoded, their length is the truth; metadata may say otherwise.
    let is_measured = manifest.files.iter().any(|it| it.role != SourceRole::Other)
        && !due.contains(&JobKind::Audio);
    sqlx::query(
        "UPDATE recordings
         SET duration_ms = CASE WHEN $1 = 1 THEN duration_ms ELSE $2 END,
             participants = COALESCE($3, participants), started_at = $4, understanding = $5,
             description = CASE WHEN title = id THEN $6 ELSE description END,
             licence = CASE WHEN title = id THEN $7 ELSE licence END,
             language = CASE WHEN title = id THEN $8 ELSE language END,
             space = CASE WHEN title = id THEN $9 ELSE space END,
             title = CASE WHEN title = id THEN $10 ELSE title END
         WHERE id = $11",
    )
    .bind(i64::from(is_measured))
    .bind(stored(recording.duration.as_ms()))
    .bind(recording.participants.map(i64::from))
    .bind(recording.started_at.as_unix_ms())
    .bind(i64::from(admission.understanding))
    .bind(recording.description.as_str())
    .bind(recording.licence.map(Licence::as_str))
    .bind(recording.language.as_ref().map(Language::as_str))
    .bind(recording.space.as_deref())
    .bind(recording.title.as_str())
    .bind(recording.id.as_str())
    .execute(&mut **transaction)
    .await
    .doing("updating a recording")?;
    Ok(())
}

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
        kept: row.parsed("kept")?,
    })
}

/// Returns whether the recording was not there before.
async fn insert(
    transaction: &mut Transaction<'_, Any>,
    recording: &Recording,
) -> Result<bool, CatalogError> {
    let inserted = sqlx::query(
        "INSERT INTO recordings (id, title, description, licence, language, visibility,
                                 started_at, duration_ms, participants, ingested_at, space,
                                 server_state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
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
    .bind(recording.space.as_deref())
    .bind(recording.server_state.as_str())
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
            "INSERT INTO sources (recording_id, path, size_bytes, sha256, role, kept)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(manifest.recording.as_str())
        .bind(file.path.as_str())
        .bind(stored(file.size_bytes))
        .bind(file.sha256.as_str())
        .bind(file.role.as_str())
        .bind(file.kept.as_str())
        .execute(&mut **transaction)
        .await
        .doing("adding a source")?;
    }
    Ok(())
}
