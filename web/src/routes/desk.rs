use super::{
    Answered, App, asked,
    home::{list, read_cursor},
    page,
};
use crate::{
    failure::Failure,
    library::Library,
    links,
    pages::{
        VisibilityLabel,
        desk::{DeskPage, DeskRecording, FailedJob, RunningJob},
        length, titled,
    },
    ribbon::shortened,
    visit::{Curating, Sent, Visit},
    words::Words,
};
use archive::{
    JobKind, Recording, RecordingId,
    queue::{JobState, JobView},
};
use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse as _, Redirect},
};
use std::collections::HashMap;

/// `GET /desk?after=CURSOR`
#[tracing::instrument(name = "web.desk", skip_all)]
pub(crate) async fn show(
    State(library): App,
    Curating { visit, .. }: Curating,
    RawQuery(query): RawQuery,
) -> Answered {
    let words = visit.words;
    let after = read_cursor(&asked(query.as_deref(), "after"));
    let (recordings, older) = list(&library, &visit, after.as_ref()).await?;
    let jobs = library.catalog.queue().overview().await?;
    let waiting = jobs.iter().filter(|it| matches!(it.state, JobState::Waiting { .. })).count();
    let mut titles = Titles::of(&recordings);
    let (mut failed, mut running) = (Vec::new(), Vec::new());
    for job in &jobs {
        match job.state {
            JobState::Waiting { .. } => (),
            JobState::Running { permille } => {
                let title = titles.title(&library, &visit, &job.recording).await?;
                running.push(running_job(words, job, title, permille));
            }
            JobState::Failed { at } => failed.push(FailedJob {
                kind: job_word(words, job.kind),
                kind_value: job.kind.as_str(),
                recording: job.recording.to_string(),
                url: links::recording(&job.recording),
                title: titles.title(&library, &visit, &job.recording).await?,
                failed_at: words.day_and_time(at, &library.zone),
                cause: shortened(job.last_error.as_deref().unwrap_or_default(), 400),
            }),
        }
    }
    let done = (!asked(query.as_deref(), "retried").is_empty())
        .then(|| words.say("desk-retried").into_owned());
    page(&DeskPage {
        frame: visit.frame("page-desk"),
        failed,
        running,
        waiting: words.tell("desk-waiting", &[("count", waiting.into())]),
        recordings: recordings.iter().map(|it| line(&library, words, it, &jobs)).collect(),
        older: older.map(|it| format!("/desk{}", links::query(&[("after", &it)]))),
        done,
    })
}

/// `POST /desk/retry`
#[tracing::instrument(name = "web.desk.retry", skip_all)]
pub(crate) async fn retry(State(library): App, _: Curating, sent: Sent) -> Answered {
    let recording: RecordingId = sent.one("recording").parse().map_err(|_| Failure::Unreadable)?;
    let kind: JobKind = sent.one("kind").parse().map_err(|_| Failure::Unreadable)?;
    // One that somebody else has retried already is no failure: the desk shows where it stands.
    library.catalog.queue().retry(&recording, kind).await?;
    Ok(Redirect::to("/desk?retried=1").into_response())
}

fn running_job(words: Words, job: &JobView, title: String, permille: u16) -> RunningJob {
    RunningJob {
        kind: job_word(words, job.kind),
        url: links::recording(&job.recording),
        title,
        permille,
        percent: words.tell("desk-percent", &[("percent", u32::from(permille / 10).into())]),
    }
}

fn line(library: &Library, words: Words, recording: &Recording, jobs: &[JobView]) -> DeskRecording {
    let own = || jobs.iter().filter(|it| it.recording == recording.id);
    let failed = own().any(|it| matches!(it.state, JobState::Failed { .. }));
    let state = match own().count() {
        _ if failed => words.say("state-failed").into_owned(),
        0 => words.say("state-ready").into_owned(),
        count => words.tell("state-working", &[("count", count.into())]),
    };
    DeskRecording {
        url: links::recording(&recording.id),
        edit_url: links::edit_recording(&recording.id),
        title: titled(words, &recording.title),
        datetime: recording.started_at.to_string(),
        date: words.day(recording.started_at, &library.zone),
        length: length(words, recording.duration),
        visibility: VisibilityLabel::of(words, recording.visibility),
        arrived: words.day_and_time(recording.ingested_at, &library.zone),
        state,
    }
}

/// Titles of recordings that jobs are for, each asked for once.
struct Titles(HashMap<RecordingId, String>);

impl Titles {
    fn of(recordings: &[Recording]) -> Self {
        Self(recordings.iter().map(|it| (it.id.clone(), it.title.clone())).collect())
    }

    async fn title(
        &mut self,
        library: &Library,
        visit: &Visit,
        id: &RecordingId,
    ) -> Result<String, Failure> {
        if !self.0.contains_key(id) {
            let recording = library.catalog.recording(&visit.viewer, id).await?;
            self.0.insert(id.clone(), recording.map(|it| it.title).unwrap_or_default());
        }
        Ok(titled(visit.words, self.0.get(id).map_or("", String::as_str)))
    }
}

fn job_word(words: Words, kind: JobKind) -> String {
    match kind {
        JobKind::Index => words.say("job-index"),
        JobKind::Audio => words.say("job-audio"),
        JobKind::Transcribe => words.say("job-transcribe"),
        JobKind::Pictures => words.say("job-pictures"),
        JobKind::Webcams => words.say("job-webcams"),
        JobKind::Deskshare => words.say("job-deskshare"),
    }
    .into_owned()
}
