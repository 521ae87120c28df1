mod written;

use super::{Answered, App, asked, page};
use crate::{
    answers::{self, InRecording},
    failure::Failure,
    library::Library,
    links,
    pages::{
        VisibilityLabel, length, paragraphs,
        recording::{
            About, CaptionLink, Film, LicenceLink, Player, RecordingPage, TranscriptState,
            TranscriptText,
        },
        titled,
    },
    reading,
    ribbon::Ribbon,
    visit::{RecordingPath, Visit},
    words::{Words, read_seconds, seconds},
};
use archive::{
    Contents, DerivedFile, JobKind, Licence, MediaTime, Pictures, Recording, RecordingId,
    Rendition, ServerState, Track, Transcript,
    queue::{JobState, JobView},
};
use axum::extract::{RawQuery, State};

/// Everything that the catalog knows of a recording.
struct Known {
    recording: Recording,
    contents: Contents,
    renditions: Vec<Rendition>,
    pictures: Pictures,
    transcript: Option<Transcript>,
    /// Jobs of this recording that are not done.
    jobs: Vec<JobView>,
}

/// `GET /recordings/{id}?t=SECONDS&q=WORDS`
#[tracing::instrument(name = "web.recording", skip_all, fields(recording.id = %id))]
pub(crate) async fn show(
    State(library): App,
    visit: Visit,
    RecordingPath(id): RecordingPath,
    RawQuery(raw): RawQuery,
) -> Answered {
    let known = know(&library, &visit, &id).await?;
    let query = answers::typed(&asked(raw.as_deref(), "q"));
    let start = read_seconds(&asked(raw.as_deref(), "t"));
    let hits = if query.is_empty() {
        InRecording::default()
    } else {
        InRecording::of(&library, &visit.viewer, &id, &query).await?
    };
    let collections = library.catalog.collections_of(&visit.viewer, &id).await?;
    let collections = collections
        .iter()
        .map(|it| (titled(visit.words, &it.title), links::collection(&it.id)))
        .collect();
    let words = visit.words;
    let Known { recording, contents, .. } = &known;
    let ribbon = Ribbon::new(
        words,
        recording.duration,
        contents,
        &hits.ribbon,
        |at| links::moment_here(at, &query),
        |number| Some(links::thumbnail(&id, number)),
    );
    page(&RecordingPage {
        frame: visit.frame("page-recording"),
        id: id.to_string(),
        title: titled(words, &recording.title),
        datetime: recording.started_at.to_string(),
        date: words.day(recording.started_at, &library.zone),
        length: length(words, recording.duration),
        licence: recording.licence.map(|it| licence_link(words, it)),
        visibility: VisibilityLabel::unless_public(words, recording.visibility),
        edit_url: visit.viewer.curator().map(|_| links::edit_recording(&id)),
        taken_down: visit.viewer.curator().and_then(|_| taken_down(words, recording.server_state)),
        film: film(&known, start),
        ribbon,
        transcript: transcript(words, &known, &hits, &query),
        found: (!query.is_empty())
            .then(|| words.tell("recording-found", &[("count", hits.total.into())])),
        slides: written::slides(words, &id, contents, &query),
        chat: written::chat(contents, &query),
        polls: written::polls(words, contents, &query),
        whiteboard: written::whiteboard(contents, &query),
        notes: paragraphs(&contents.notes),
        videos: written::videos(contents, &query),
        about: about(&library, words, &known, collections),
        query,
    })
}

async fn know(library: &Library, visit: &Visit, id: &RecordingId) -> Result<Known, Failure> {
    let (catalog, viewer) = (&library.catalog, &visit.viewer);
    let recording = catalog.recording(viewer, id).await?.ok_or(Failure::NotFound)?;
    let jobs = catalog.queue().of_recording(id).await?;
    Ok(Known {
        recording,
        contents: catalog.contents(viewer, id).await?.unwrap_or_default(),
        renditions: catalog.renditions(viewer, id).await?,
        pictures: catalog.pictures(viewer, id).await?,
        transcript: catalog.transcript(viewer, id).await?,
        jobs,
    })
}

impl Known {
    fn has(&self, track: Track) -> bool {
        self.renditions.iter().any(|it| it.track == track)
    }

    fn is_due(&self, kinds: &[JobKind]) -> bool {
        let due = |it: &JobView| !matches!(it.state, JobState::Failed { .. });
        self.jobs.iter().any(|it| kinds.contains(&it.kind) && due(it))
    }

    fn has_failed(&self, kinds: &[JobKind]) -> bool {
        let failed = |it: &JobView| matches!(it.state, JobState::Failed { .. });
        self.jobs.iter().any(|it| kinds.contains(&it.kind) && failed(it))
    }
}

fn taken_down(words: Words, state: ServerState) -> Option<String> {
    match state {
        ServerState::Published => None,
        ServerState::Unpublished => Some(words.say("recording-unpublished").into_owned()),
        ServerState::Deleted => Some(words.say("recording-deleted").into_owned()),
    }
}

pub(crate) fn licence_link(words: Words, licence: Licence) -> LicenceLink {
    let label = match licence {
        Licence::AllRightsReserved => words.say("licence-all-rights-reserved").into_owned(),
        // The others are called by their short names in every language.
        _ => licence.as_str().replace("CC-", "CC ").replace("CC0-", "CC0 ").replace("-4.0", " 4.0"),
    };
    LicenceLink { label, url: licence.url() }
}

fn film(known: &Known, start: Option<MediaTime>) -> Film {
    const MEDIA: [JobKind; 3] = [JobKind::Audio, JobKind::Webcams, JobKind::Deskshare];
    const PICTURES: [JobKind; 2] = [JobKind::Webcams, JobKind::Deskshare];
    let id = &known.recording.id;
    let playlist = |track: Track| known.has(track).then(|| links::file(id, &track.playlist()));
    let hls = playlist(Track::Webcams);
    let deskshare_hls = playlist(Track::Deskshare);
    let audio_hls = playlist(Track::Audio);
    let source = hls.clone().or_else(|| audio_hls.clone()).or_else(|| deskshare_hls.clone());
    let Some(source) = source else {
        return match (known.is_due(&MEDIA), known.has_failed(&MEDIA)) {
            // What is still being made may be seen or heard soon, whatever else has failed.
            (true, _) => Film::Waiting,
            (false, true) => Film::Failed,
            (false, false) => Film::Nothing,
        };
    };
    let recording = &known.recording;
    let contents = &known.contents;
    let picture = |there: bool, file: DerivedFile| there.then(|| links::file(id, &file));
    let longest = known.renditions.iter().map(|it| it.duration).max();
    let duration = longest.unwrap_or(recording.duration).max(recording.duration);
    let start = start.filter(|it| *it < duration);
    let shares: Vec<_> = contents
        .shares
        .iter()
        .map(|it| (it.start().as_secs_f64(), it.end().as_secs_f64()))
        .collect();
    let showings: Vec<_> = contents
        .showings
        .iter()
        .map(|it| {
            let (start, end) = (it.range.start().as_secs_f64(), it.range.end().as_secs_f64());
            (start, end, it.slide, links::slide(id, it.slide))
        })
        .collect();
    Film::Ready(Box::new(Player {
        source,
        duration: seconds(duration),
        start: start.map(seconds),
        // Peaks are made together with the audio renditions.
        peaks: picture(audio_hls.is_some(), DerivedFile::peaks()),
        hls,
        deskshare_hls,
        audio_hls,
        shares: json(&shares),
        slides: json(&showings),
        storyboard: picture(known.pictures.storyboard, DerivedFile::storyboard_index()),
        poster: picture(known.pictures.poster, DerivedFile::poster()),
        captions: captions(known),
        more_to_come: known.is_due(&PICTURES),
        pictures_failed: known.has_failed(&PICTURES),
    }))
}

/// A list for a data attribute; nothing for an empty one.
fn json<T: serde::Serialize>(list: &[T]) -> Option<String> {
    if list.is_empty() { None } else { serde_json::to_string(list).ok() }
}

/// Captions made of the transcript, then those that came with the recording in other languages.
fn captions(known: &Known) -> Vec<CaptionLink> {
    let id = &known.recording.id;
    let spoken = known.transcript.as_ref().filter(|it| !it.passages.is_empty());
    let own = spoken.and_then(|it| it.language).map(|language| CaptionLink {
        language: language.to_string(),
        label: language_name(language),
        url: links::file(id, &DerivedFile::captions(language)),
        default: false,
    });
    let came = known.contents.captions.iter().map(|it| CaptionLink {
        language: it.language.to_string(),
        label: if it.label.is_empty() { language_name(it.language) } else { it.label.clone() },
        url: links::captions(id, it.language),
        default: false,
    });
    own.into_iter().chain(came).collect()
}

/// A language's name in itself where this library speaks it, else its tag.
fn language_name(language: archive::Language) -> String {
    let tag = language.as_str();
    tag.parse::<crate::words::Locale>()
        .map_or_else(|_| tag.to_owned(), |it| it.own_name().to_owned())
}

fn transcript(words: Words, known: &Known, hits: &InRecording, query: &str) -> TranscriptState {
    const SPEECH: [JobKind; 2] = [JobKind::Audio, JobKind::Transcribe];
    let has_sound = known.has(Track::Audio);
    match &known.transcript {
        // Nothing was heard where no sound has come: that says nothing about who spoke.
        Some(it) if it.passages.is_empty() && has_sound => TranscriptState::Silent,
        Some(it) if it.passages.is_empty() => match known.is_due(&SPEECH) {
            true => TranscriptState::Waiting,
            false => TranscriptState::Nothing,
        },
        Some(it) => TranscriptState::Words(TranscriptText {
            language: it.language.map(|it| it.to_string()).unwrap_or_default(),
            turns: reading::set(words, it, &known.contents, hits, query),
        }),
        None if known.has_failed(&SPEECH) => TranscriptState::Failed,
        // Words come of sound that is there or on its way.
        None if known.is_due(&SPEECH) || has_sound => TranscriptState::Waiting,
        None => TranscriptState::Nothing,
    }
}

fn about(
    library: &Library,
    words: Words,
    known: &Known,
    collections: Vec<(String, String)>,
) -> About {
    let Known { recording, transcript, .. } = known;
    let mut facts = Vec::new();
    let mut fact = |name: std::borrow::Cow<'_, str>, value: String| {
        facts.push((name.into_owned(), value));
    };
    fact(words.say("about-date"), words.day_and_time(recording.started_at, &library.zone));
    if recording.duration > MediaTime::ZERO {
        fact(words.say("about-length"), words.length(recording.duration));
    }
    if let Some(space) = &recording.space {
        fact(words.say("field-space"), space.clone());
    }
    if !recording.subjects.is_empty() {
        fact(words.say("field-subjects"), recording.subjects.join(", "));
    }
    if let Some(participants) = recording.participants {
        fact(words.say("about-participants"), participants.to_string());
    }
    let licence = recording.licence.map(|it| licence_link(words, it).label);
    fact(
        words.say("about-licence"),
        licence.unwrap_or_else(|| words.say("licence-none").into_owned()),
    );
    let heard = transcript.as_ref().and_then(|it| it.language);
    if let Some(language) = heard.or(recording.language) {
        fact(words.say("about-language"), language_name(language));
    }
    if let Some(transcript) = transcript.as_ref().filter(|it| !it.passages.is_empty()) {
        fact(words.say("about-speech-model"), transcript.model.clone());
    }
    About { description: paragraphs(&recording.description), facts, collections }
}
