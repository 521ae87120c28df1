//! What the stages made: renditions, pictures, transcripts.

use super::{
    Catalog, CatalogError,
    error::Doing as _,
    row::{Columns as _, inconsistent, stored},
};
use crate::{
    DerivedFile, JobKind, Language, MediaTime, Outcome, Passage, Pictures, RecordingId, Rendition,
    RenditionKind, Track, Transcript, Viewer,
};
use sqlx::{Any, Transaction, any::AnyRow};

impl Catalog {
    /// What can be played of a recording; nothing if `viewer` may not see it.
    ///
    /// By track, then best first.
    pub async fn renditions(
        &self,
        viewer: &Viewer,
        id: &RecordingId,
    ) -> Result<Vec<Rendition>, CatalogError> {
        if self.recording(viewer, id).await?.is_none() {
            return Ok(Vec::new());
        }
        let rows = sqlx::query(
            "SELECT track, width, height, codecs, peak_bitrate, average_bitrate, media, playlist,
                    size_bytes, duration_ms
             FROM renditions WHERE recording_id = $1 ORDER BY track, ordinal",
        )
        .bind(id.as_str())
        .fetch_all(self.pool())
        .await
        .doing("reading renditions")?;
        rows.iter().map(rendition).collect()
    }

    /// Which pictures exist of a recording; none if `viewer` may not see it.
    pub async fn pictures(
        &self,
        viewer: &Viewer,
        id: &RecordingId,
    ) -> Result<Pictures, CatalogError> {
        if self.recording(viewer, id).await?.is_none() {
            return Ok(Pictures::default());
        }
        let row = sqlx::query("SELECT poster, storyboard FROM recordings WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(self.pool())
            .await
            .doing("reading pictures")?;
        row.map_or(Ok(Pictures::default()), |row| {
            Ok(Pictures { poster: row.flag("poster")?, storyboard: row.flag("storyboard")? })
        })
    }

    /// What was said, or `None` if it is not transcribed yet or `viewer` may not see it.
    pub async fn transcript(
        &self,
        viewer: &Viewer,
        id: &RecordingId,
    ) -> Result<Option<Transcript>, CatalogError> {
        if self.recording(viewer, id).await?.is_none() {
            return Ok(None);
        }
        let head = sqlx::query("SELECT language, model FROM transcripts WHERE recording_id = $1")
            .bind(id.as_str())
            .fetch_optional(self.pool())
            .await
            .doing("reading a transcript")?;
        let Some(head) = head else { return Ok(None) };
        let rows = sqlx::query(
            "SELECT start_ms, end_ms, text, words FROM passages
             WHERE recording_id = $1 ORDER BY ordinal",
        )
        .bind(id.as_str())
        .fetch_all(self.pool())
        .await
        .doing("reading passages")?;
        Ok(Some(Transcript {
            language: head.optional_parsed("language")?,
            model: head.text("model")?,
            passages: rows.iter().map(passage).collect::<Result<_, _>>()?,
        }))
    }
}

fn rendition(row: &AnyRow) -> Result<Rendition, CatalogError> {
    let size = row.optional_number("width")?.zip(row.optional_number("height")?);
    Ok(Rendition {
        track: row.parsed("track")?,
        kind: size
            .map_or(RenditionKind::Audio, |(width, height)| RenditionKind::Video { width, height }),
        codecs: row.text("codecs")?,
        peak_bitrate: row.number("peak_bitrate")?,
        average_bitrate: row.number("average_bitrate")?,
        media: row.parsed("media")?,
        playlist: row.parsed("playlist")?,
        size_bytes: row.number("size_bytes")?,
        duration: row.media_time("duration_ms")?,
    })
}

fn passage(row: &AnyRow) -> Result<Passage, CatalogError> {
    let words = row.text("words")?;
    Ok(Passage {
        range: row.range()?,
        text: row.text("text")?,
        words: serde_json::from_str(&words)
            .map_err(|source| inconsistent("words", &words, source))?,
    })
}

/// Writes down what a job made, in the transaction that takes the job off the queue.
pub(crate) async fn record(
    transaction: &mut Transaction<'_, Any>,
    id: &RecordingId,
    kind: JobKind,
    outcome: &Outcome,
) -> Result<(), CatalogError> {
    match outcome {
        Outcome::Index => Ok(()),
        Outcome::Audio { duration, renditions } => {
            record_duration(transaction, id, *duration).await?;
            record_renditions(transaction, id, Track::Audio, renditions).await
        }
        Outcome::Transcribe(transcript) => record_transcript(transaction, id, transcript).await,
        Outcome::Pictures(pictures) => record_pictures(transaction, id, *pictures).await,
        Outcome::Video(renditions) => {
            let track = match kind {
                JobKind::Deskshare => Track::Deskshare,
                _ => Track::Webcams,
            };
            record_renditions(transaction, id, track, renditions).await
        }
    }
}

async fn record_duration(
    transaction: &mut Transaction<'_, Any>,
    id: &RecordingId,
    duration: MediaTime,
) -> Result<(), CatalogError> {
    sqlx::query("UPDATE recordings SET duration_ms = $1 WHERE id = $2")
        .bind(stored(duration.as_ms()))
        .bind(id.as_str())
        .execute(&mut **transaction)
        .await
        .doing("recording a duration")?;
    Ok(())
}

async fn record_renditions(
    transaction: &mut Transaction<'_, Any>,
    id: &RecordingId,
    track: Track,
    renditions: &[Rendition],
) -> Result<(), CatalogError> {
    sqlx::query("DELETE FROM renditions WHERE recording_id = $1 AND track = $2")
        .bind(id.as_str())
        .bind(track.as_str())
        .execute(&mut **transaction)
        .await
        .doing("replacing renditions")?;
    for (ordinal, it) in (0_i64..).zip(renditions) {
        let size = match it.kind {
            RenditionKind::Audio => None,
            RenditionKind::Video { width, height } => Some((i64::from(width), i64::from(height))),
        };
        sqlx::query(
            "INSERT INTO renditions (recording_id, track, ordinal, width, height, codecs,
                 peak_bitrate, average_bitrate, media, playlist, size_bytes, duration_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(id.as_str())
        .bind(track.as_str())
        .bind(ordinal)
        .bind(size.map(|it| it.0))
        .bind(size.map(|it| it.1))
        .bind(it.codecs.as_str())
        .bind(stored(it.peak_bitrate))
        .bind(stored(it.average_bitrate))
        .bind(DerivedFile::as_str(&it.media))
        .bind(it.playlist.as_str())
        .bind(stored(it.size_bytes))
        .bind(stored(it.duration.as_ms()))
        .execute(&mut **transaction)
        .await
        .doing("recording a rendition")?;
    }
    Ok(())
}

async fn record_transcript(
    transaction: &mut Transaction<'_, Any>,
    id: &RecordingId,
    transcript: &Transcript,
) -> Result<(), CatalogError> {
    // The passages go with it, by the foreign key.
    sqlx::query("DELETE FROM transcripts WHERE recording_id = $1")
        .bind(id.as_str())
        .execute(&mut **transaction)
        .await
        .doing("replacing a transcript")?;
    sqlx::query("INSERT INTO transcripts (recording_id, language, model) VALUES ($1, $2, $3)")
        .bind(id.as_str())
        .bind(transcript.language.as_ref().map(Language::as_str))
        .bind(transcript.model.as_str())
        .execute(&mut **transaction)
        .await
        .doing("recording a transcript")?;
    for (ordinal, it) in (0_i64..).zip(&transcript.passages) {
        let words = serde_json::to_string(&it.words).expect("words are plain data");
        sqlx::query(
            "INSERT INTO passages (recording_id, ordinal, start_ms, end_ms, text, words)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id.as_str())
        .bind(ordinal)
        .bind(stored(it.range.start().as_ms()))
        .bind(stored(it.range.end().as_ms()))
        .bind(it.text.as_str())
        .bind(words)
        .execute(&mut **transaction)
        .await
        .doing("recording a passage")?;
    }
    Ok(())
}

async fn record_pictures(
    transaction: &mut Transaction<'_, Any>,
    id: &RecordingId,
    pictures: Pictures,
) -> Result<(), CatalogError> {
    sqlx::query("UPDATE recordings SET poster = $1, storyboard = $2 WHERE id = $3")
        .bind(i64::from(pictures.poster))
        .bind(i64::from(pictures.storyboard))
        .bind(id.as_str())
        .execute(&mut **transaction)
        .await
        .doing("recording pictures")?;
    Ok(())
}
