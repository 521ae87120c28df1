//! What a meeting held besides its media, as rows.

use super::{
    Catalog, CatalogError,
    error::Doing as _,
    rights::seen_by,
    row::{Columns as _, stored},
};
use crate::{
    CaptionTrack, ChatMessage, Contents, ExternalVideo, Language, Poll, PollAnswer, RecordingId,
    Slide, SlideShowing, SourcePath, SpeakerNumber, SpeakerTurn, TimeRange, Viewer, VoiceTrack,
    WhiteboardText,
};
use sqlx::{Any, AnyPool, AssertSqlSafe, Transaction, any::AnyRow};

impl Catalog {
    /// What a recording holds besides its media, or `None` if there is none that `viewer` may see.
    ///
    /// Speaker names are for the program alone: for anyone else that list is empty.
    pub async fn contents(
        &self,
        viewer: &Viewer,
        id: &RecordingId,
    ) -> Result<Option<Contents>, CatalogError> {
        if self.recording(viewer, id).await?.is_none() {
            return Ok(None);
        }
        let read = Reader { pool: self.pool(), id };
        Ok(Some(Contents {
            slides: read.rows(SLIDES).await?.iter().map(slide).collect::<Result<_, _>>()?,
            showings: read.rows(SHOWINGS).await?.iter().map(showing).collect::<Result<_, _>>()?,
            chat: read.rows(CHAT).await?.iter().map(message).collect::<Result<_, _>>()?,
            polls: polls(&read).await?,
            shares: read
                .rows(SHARES)
                .await?
                .iter()
                .map(super::row::Columns::range)
                .collect::<Result<_, _>>()?,
            turns: read.rows(TURNS).await?.iter().map(turn).collect::<Result<_, _>>()?,
            captions: read.rows(CAPTIONS).await?.iter().map(track).collect::<Result<_, _>>()?,
            external_videos: read
                .rows(VIDEOS)
                .await?
                .iter()
                .map(video)
                .collect::<Result<_, _>>()?,
            whiteboard: read.rows(WRITTEN).await?.iter().map(written).collect::<Result<_, _>>()?,
            notes: read
                .rows(NOTES)
                .await?
                .first()
                .map_or(Ok(String::new()), |it| it.text("text"))?,
            voice_tracks: read.rows(VOICES).await?.iter().map(voice).collect::<Result<_, _>>()?,
            speaker_names: if *viewer == Viewer::program() {
                read.rows(NAMES).await?.iter().map(name).collect::<Result<_, _>>()?
            } else {
                Vec::new()
            },
        }))
    }
}

impl Catalog {
    /// One slide, or `None` if there is none of that number that `viewer` may see.
    pub async fn slide(
        &self,
        viewer: &Viewer,
        id: &RecordingId,
        number: u32,
    ) -> Result<Option<Slide>, CatalogError> {
        let sql = format!(
            "SELECT slides.number, slides.image, slides.thumbnail, slides.text
             FROM slides JOIN recordings ON recordings.id = slides.recording_id
             WHERE recordings.id = $1 AND slides.number = $2 AND {}",
            seen_by(viewer, "recordings.visibility")
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(id.as_str())
            .bind(i64::from(number))
            .fetch_optional(self.pool())
            .await
            .doing("reading a slide")?;
        row.as_ref().map(slide).transpose()
    }

    /// The captions in a language that came with a recording, or `None` if there are none that
    /// `viewer` may see.
    pub async fn caption_track(
        &self,
        viewer: &Viewer,
        id: &RecordingId,
        language: Language,
    ) -> Result<Option<CaptionTrack>, CatalogError> {
        let sql = format!(
            "SELECT caption_tracks.language, caption_tracks.label, caption_tracks.file
             FROM caption_tracks JOIN recordings ON recordings.id = caption_tracks.recording_id
             WHERE recordings.id = $1 AND caption_tracks.language = $2 AND {}
             ORDER BY caption_tracks.ordinal LIMIT 1",
            seen_by(viewer, "recordings.visibility")
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(id.as_str())
            .bind(language.as_str())
            .fetch_optional(self.pool())
            .await
            .doing("reading a caption track")?;
        row.as_ref().map(track).transpose()
    }
}

const SLIDES: &str = "SELECT number, image, thumbnail, text FROM slides
    WHERE recording_id = $1 ORDER BY number";
const SHOWINGS: &str = "SELECT slide, start_ms, end_ms FROM slide_showings
    WHERE recording_id = $1 ORDER BY ordinal";
const CHAT: &str = "SELECT at_ms, sender, text, reply_to, edited FROM chat_messages
    WHERE recording_id = $1 ORDER BY ordinal";
const POLLS: &str = "SELECT ordinal, at_ms, question FROM polls
    WHERE recording_id = $1 ORDER BY ordinal";
const ANSWERS: &str = "SELECT poll, text, votes FROM poll_answers
    WHERE recording_id = $1 ORDER BY poll, ordinal";
const SHARES: &str = "SELECT start_ms, end_ms FROM shares
    WHERE recording_id = $1 ORDER BY ordinal";
const TURNS: &str = "SELECT speaker, start_ms, end_ms FROM speaker_turns
    WHERE recording_id = $1 ORDER BY ordinal";
const CAPTIONS: &str = "SELECT language, label, file FROM caption_tracks
    WHERE recording_id = $1 ORDER BY ordinal";
const VIDEOS: &str = "SELECT at_ms, url FROM external_videos
    WHERE recording_id = $1 ORDER BY ordinal";
const WRITTEN: &str = "SELECT at_ms, text FROM whiteboard_texts
    WHERE recording_id = $1 ORDER BY ordinal";
const NOTES: &str = "SELECT text FROM shared_notes WHERE recording_id = $1";
const VOICES: &str = "SELECT speaker, file, start_ms, end_ms FROM voice_tracks
    WHERE recording_id = $1 ORDER BY ordinal";
const NAMES: &str = "SELECT speaker, name FROM speaker_names
    WHERE recording_id = $1 ORDER BY speaker";

struct Reader<'a> {
    pool: &'a AnyPool,
    id: &'a RecordingId,
}

impl Reader<'_> {
    async fn rows(&self, sql: &'static str) -> Result<Vec<AnyRow>, CatalogError> {
        sqlx::query(sql)
            .bind(self.id.as_str())
            .fetch_all(self.pool)
            .await
            .doing("reading a recording's contents")
    }
}

fn slide(row: &AnyRow) -> Result<Slide, CatalogError> {
    Ok(Slide {
        number: row.number("number")?,
        image: row.parsed("image")?,
        thumbnail: row.optional_parsed("thumbnail")?,
        text: row.text("text")?,
    })
}

fn showing(row: &AnyRow) -> Result<SlideShowing, CatalogError> {
    Ok(SlideShowing { slide: row.number("slide")?, range: row.range()? })
}

fn message(row: &AnyRow) -> Result<ChatMessage, CatalogError> {
    Ok(ChatMessage {
        at: row.media_time("at_ms")?,
        sender: row.text("sender")?,
        text: row.text("text")?,
        reply_to: row.optional_number("reply_to")?,
        edited: row.flag("edited")?,
    })
}

fn video(row: &AnyRow) -> Result<ExternalVideo, CatalogError> {
    Ok(ExternalVideo { at: row.media_time("at_ms")?, url: row.text("url")? })
}

fn written(row: &AnyRow) -> Result<WhiteboardText, CatalogError> {
    Ok(WhiteboardText { at: row.media_time("at_ms")?, text: row.text("text")? })
}

fn voice(row: &AnyRow) -> Result<VoiceTrack, CatalogError> {
    Ok(VoiceTrack {
        speaker: SpeakerNumber(row.number("speaker")?),
        file: row.parsed("file")?,
        range: row.range()?,
    })
}

fn turn(row: &AnyRow) -> Result<SpeakerTurn, CatalogError> {
    Ok(SpeakerTurn { speaker: SpeakerNumber(row.number("speaker")?), range: row.range()? })
}

fn track(row: &AnyRow) -> Result<CaptionTrack, CatalogError> {
    Ok(CaptionTrack {
        language: row.parsed("language")?,
        label: row.text("label")?,
        file: row.parsed("file")?,
    })
}

fn name(row: &AnyRow) -> Result<(SpeakerNumber, String), CatalogError> {
    Ok((SpeakerNumber(row.number("speaker")?), row.text("name")?))
}

async fn polls(read: &Reader<'_>) -> Result<Vec<Poll>, CatalogError> {
    let answers = read.rows(ANSWERS).await?;
    let answers = answers
        .iter()
        .map(|row| {
            let answer = PollAnswer { text: row.text("text")?, votes: row.number("votes")? };
            Ok((row.signed("poll")?, answer))
        })
        .collect::<Result<Vec<_>, CatalogError>>()?;
    read.rows(POLLS)
        .await?
        .iter()
        .map(|row| {
            let ordinal = row.signed("ordinal")?;
            let of_this = answers.iter().filter(|(poll, _)| *poll == ordinal);
            Ok(Poll {
                at: row.media_time("at_ms")?,
                question: row.text("question")?,
                answers: of_this.map(|(_, answer)| answer.clone()).collect(),
            })
        })
        .collect()
}

/// Puts `contents` in the place of whatever the recording held before.
pub(super) async fn replace(
    transaction: &mut Transaction<'_, Any>,
    id: &RecordingId,
    contents: &Contents,
) -> Result<(), CatalogError> {
    let mut write = Writer { transaction, id };
    write.clear().await?;
    for it in &contents.slides {
        let values = [it.image.as_str(), it.text.as_str()];
        write
            .row(
                "INSERT INTO slides (recording_id, number, image, text, thumbnail)
                 VALUES ($1, $2, $3, $4, $5)",
                &[it.number.into()],
                &values,
                Some(it.thumbnail.as_ref().map(SourcePath::as_str)),
            )
            .await?;
    }
    for (ordinal, it) in (0..).zip(&contents.showings) {
        let [start, end] = ends(it.range);
        write
            .numbers(
                "INSERT INTO slide_showings (recording_id, ordinal, slide, start_ms, end_ms)
                 VALUES ($1, $2, $3, $4, $5)",
                &[ordinal, it.slide.into(), start, end],
            )
            .await?;
    }
    for (ordinal, it) in (0..).zip(&contents.chat) {
        write
            .row(
                "INSERT INTO chat_messages
                     (recording_id, ordinal, at_ms, reply_to, edited, sender, text)
                 VALUES ($1, $2, $3, NULLIF($4, -1), $5, $6, $7)",
                &[
                    ordinal,
                    stored(it.at.as_ms()),
                    it.reply_to.map_or(-1, i64::from),
                    i64::from(it.edited),
                ],
                &[&it.sender, &it.text],
                None,
            )
            .await?;
    }
    for (ordinal, it) in (0..).zip(&contents.external_videos) {
        let values = [ordinal, stored(it.at.as_ms())];
        let sql = "INSERT INTO external_videos (recording_id, ordinal, at_ms, url)
                   VALUES ($1, $2, $3, $4)";
        write.row(sql, &values, &[&it.url], None).await?;
    }
    for (ordinal, it) in (0..).zip(&contents.whiteboard) {
        let values = [ordinal, stored(it.at.as_ms())];
        let sql = "INSERT INTO whiteboard_texts (recording_id, ordinal, at_ms, text)
                   VALUES ($1, $2, $3, $4)";
        write.row(sql, &values, &[&it.text], None).await?;
    }
    if !contents.notes.is_empty() {
        let sql = "INSERT INTO shared_notes (recording_id, text) VALUES ($1, $2)";
        write.row(sql, &[], &[&contents.notes], None).await?;
    }
    for (ordinal, it) in (0..).zip(&contents.voice_tracks) {
        let [start, end] = ends(it.range);
        let sql =
            "INSERT INTO voice_tracks (recording_id, ordinal, speaker, start_ms, end_ms, file)
                   VALUES ($1, $2, $3, $4, $5, $6)";
        let values = [ordinal, it.speaker.0.into(), start, end];
        write.row(sql, &values, &[it.file.as_str()], None).await?;
    }
    for (ordinal, it) in (0..).zip(&contents.polls) {
        write.poll(ordinal, it).await?;
    }
    for (ordinal, it) in (0..).zip(&contents.shares) {
        let [start, end] = ends(*it);
        write
            .numbers(
                "INSERT INTO shares (recording_id, ordinal, start_ms, end_ms)
                 VALUES ($1, $2, $3, $4)",
                &[ordinal, start, end],
            )
            .await?;
    }
    for (ordinal, it) in (0..).zip(&contents.turns) {
        let [start, end] = ends(it.range);
        write
            .numbers(
                "INSERT INTO speaker_turns (recording_id, ordinal, speaker, start_ms, end_ms)
                 VALUES ($1, $2, $3, $4, $5)",
                &[ordinal, it.speaker.0.into(), start, end],
            )
            .await?;
    }
    for (speaker, name) in &contents.speaker_names {
        write
            .row(
                "INSERT INTO speaker_names (recording_id, speaker, name) VALUES ($1, $2, $3)",
                &[speaker.0.into()],
                &[name],
                None,
            )
            .await?;
    }
    for (ordinal, it) in (0..).zip(&contents.captions) {
        write
            .row(
                "INSERT INTO caption_tracks (recording_id, ordinal, language, label, file)
                 VALUES ($1, $2, $3, $4, $5)",
                &[ordinal],
                &[Language::as_str(&it.language), &it.label, it.file.as_str()],
                None,
            )
            .await?;
    }
    Ok(())
}

struct Writer<'a, 't> {
    transaction: &'a mut Transaction<'t, Any>,
    id: &'a RecordingId,
}

impl Writer<'_, '_> {
    async fn clear(&mut self) -> Result<(), CatalogError> {
        for sql in [
            "DELETE FROM slides WHERE recording_id = $1",
            "DELETE FROM slide_showings WHERE recording_id = $1",
            "DELETE FROM chat_messages WHERE recording_id = $1",
            "DELETE FROM polls WHERE recording_id = $1",
            "DELETE FROM poll_answers WHERE recording_id = $1",
            "DELETE FROM shares WHERE recording_id = $1",
            "DELETE FROM speaker_turns WHERE recording_id = $1",
            "DELETE FROM speaker_names WHERE recording_id = $1",
            "DELETE FROM caption_tracks WHERE recording_id = $1",
            "DELETE FROM external_videos WHERE recording_id = $1",
            "DELETE FROM whiteboard_texts WHERE recording_id = $1",
            "DELETE FROM shared_notes WHERE recording_id = $1",
            "DELETE FROM voice_tracks WHERE recording_id = $1",
        ] {
            self.numbers(sql, &[]).await?;
        }
        Ok(())
    }

    async fn poll(&mut self, ordinal: i64, poll: &Poll) -> Result<(), CatalogError> {
        self.row(
            "INSERT INTO polls (recording_id, ordinal, at_ms, question) VALUES ($1, $2, $3, $4)",
            &[ordinal, stored(poll.at.as_ms())],
            &[&poll.question],
            None,
        )
        .await?;
        for (place, answer) in (0..).zip(&poll.answers) {
            self.row(
                "INSERT INTO poll_answers (recording_id, poll, ordinal, votes, text)
                 VALUES ($1, $2, $3, $4, $5)",
                &[ordinal, place, answer.votes.into()],
                &[&answer.text],
                None,
            )
            .await?;
        }
        Ok(())
    }

    async fn numbers(&mut self, sql: &'static str, numbers: &[i64]) -> Result<(), CatalogError> {
        self.row(sql, numbers, &[], None).await
    }

    /// Binds the recording, then the numbers, then the texts, then the last text if one is given.
    async fn row(
        &mut self,
        sql: &'static str,
        numbers: &[i64],
        texts: &[&str],
        last: Option<Option<&str>>,
    ) -> Result<(), CatalogError> {
        let mut query = sqlx::query(sql).bind(self.id.as_str());
        for &number in numbers {
            query = query.bind(number);
        }
        for &text in texts {
            query = query.bind(text);
        }
        if let Some(last) = last {
            query = query.bind(last);
        }
        query.execute(&mut **self.transaction).await.doing("writing a recording's contents")?;
        Ok(())
    }
}

fn ends(range: TimeRange) -> [i64; 2] {
    [stored(range.start().as_ms()), stored(range.end().as_ms())]
}
