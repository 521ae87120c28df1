//! What recordings are about, in words.

use super::{Catalog, CatalogError, error::Doing as _, row::Columns as _};
use crate::{Recording, RecordingId};
use sqlx::{Any, AssertSqlSafe, Transaction};
use std::collections::HashMap;

/// How many recordings are asked for in one statement.
const AT_ONCE: usize = 500;

impl Catalog {
    /// Puts the subjects to recordings that were read.
    pub(super) async fn add_subjects(
        &self,
        recordings: &mut [Recording],
    ) -> Result<(), CatalogError> {
        for recordings in recordings.chunks_mut(AT_ONCE) {
            let places: Vec<String> = (1..=recordings.len()).map(|n| format!("${n}")).collect();
            let sql = format!(
                "SELECT recording_id, subject FROM subjects WHERE recording_id IN ({})
                 ORDER BY recording_id, ordinal",
                places.join(", ")
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for recording in recordings.iter() {
                query = query.bind(recording.id.as_str().to_owned());
            }
            let rows = query.fetch_all(self.pool()).await.doing("reading subjects")?;
            let mut found: HashMap<String, Vec<String>> = HashMap::new();
            for row in &rows {
                found.entry(row.text("recording_id")?).or_default().push(row.text("subject")?);
            }
            for recording in recordings {
                recording.subjects = found.remove(recording.id.as_str()).unwrap_or_default();
            }
        }
        Ok(())
    }
}

/// Puts these subjects in the place of whatever the recording had.
pub(super) async fn replace(
    transaction: &mut Transaction<'_, Any>,
    id: &RecordingId,
    subjects: &[String],
) -> Result<(), CatalogError> {
    sqlx::query("DELETE FROM subjects WHERE recording_id = $1")
        .bind(id.as_str())
        .execute(&mut **transaction)
        .await
        .doing("replacing subjects")?;
    for (ordinal, subject) in (0_i64..).zip(subjects) {
        sqlx::query("INSERT INTO subjects (recording_id, ordinal, subject) VALUES ($1, $2, $3)")
            .bind(id.as_str())
            .bind(ordinal)
            .bind(subject.as_str())
            .execute(&mut **transaction)
            .await
            .doing("adding a subject")?;
    }
    Ok(())
}
