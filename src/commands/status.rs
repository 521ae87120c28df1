use super::print;
use crate::{config::Config, library::Library};
use anyhow::Context as _;
use archive::{
    Arrival, ArrivalState, RenditionKind, Viewer,
    catalog::RecordingCursor,
    queue::{JobState, JobView},
};
use serde::Serialize;
use std::process::ExitCode;

/// What `plenary status --json` prints. Scripts read it: fields are added, never renamed.
#[derive(Debug, Serialize)]
struct Status {
    /// Nothing waits and nothing runs; failed jobs wait for a person.
    idle: bool,
    recordings: Vec<RecordingStatus>,
    jobs: Vec<JobStatus>,
    /// What was handed over and is not in the library yet, or failed to get in.
    arrivals: Vec<ArrivalStatus>,
}

#[derive(Debug, Serialize)]
struct ArrivalStatus {
    /// `command`, `spool`, `tree`, `server` or `upload`.
    way: &'static str,
    place: String,
    recording: Option<String>,
    /// `waiting`, `running` or `failed`.
    state: &'static str,
    attempt: u32,
    message: Option<String>,
}

#[derive(Debug, Serialize)]
struct RecordingStatus {
    id: String,
    title: String,
    visibility: &'static str,
    started_at_ms: i64,
    duration_ms: u64,
    /// `null` until the recording is transcribed.
    passages: Option<usize>,
    /// Names of what can be played: `audio`, `webcams 480p`, …
    renditions: Vec<String>,
}

#[derive(Debug, Serialize)]
struct JobStatus {
    kind: &'static str,
    recording: String,
    /// `waiting`, `running` or `failed`.
    state: &'static str,
    /// Of a running job, 0 to 1000.
    permille: Option<u16>,
    attempt: u32,
    last_error: Option<String>,
}

/// Says what the library holds and what is being done.
pub(super) async fn status(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let library = Library::open(config).await?;
    let status = Status::read(&library).await?;
    if json {
        return print(&(serde_json::to_string_pretty(&status)? + "\n"));
    }
    print(&status.to_text())
}

impl Status {
    async fn read(library: &Library) -> anyhow::Result<Self> {
        let (catalog, program) = (&library.catalog, Viewer::program());
        let mut recordings = Vec::new();
        let mut cursor = None;
        loop {
            let page = catalog.recordings(&program, cursor.as_ref(), 100).await?;
            let Some(last) = page.last() else { break };
            cursor = Some(RecordingCursor::after(last));
            for it in page {
                let transcript = catalog.transcript(&program, &it.id).await?;
                let renditions = catalog.renditions(&program, &it.id).await?;
                recordings.push(RecordingStatus {
                    id: it.id.to_string(),
                    title: it.title,
                    visibility: it.visibility.as_str(),
                    started_at_ms: it.started_at.as_unix_ms(),
                    duration_ms: it.duration.as_ms(),
                    passages: transcript.map(|it| it.passages.len()),
                    renditions: renditions.iter().map(rendition_name).collect(),
                });
            }
        }
        let jobs: Vec<JobStatus> =
            catalog.queue().overview().await?.into_iter().map(JobStatus::from).collect();
        let curator = program.curator().context("the program may do anything")?;
        let arrivals = catalog.arrivals().list(&curator).await?;
        let arrivals: Vec<_> = arrivals.into_iter().filter_map(ArrivalStatus::of).collect();
        let idle = jobs.iter().all(|it| it.state == "failed")
            && arrivals.iter().all(|it| it.state == "failed");
        Ok(Self { idle, recordings, jobs, arrivals })
    }

    fn to_text(&self) -> String {
        let mut text = String::new();
        for it in &self.recordings {
            let words = match it.passages {
                None => "not transcribed yet".to_owned(),
                Some(passages) => format!("{passages} passages"),
            };
            text.push_str(&format!(
                "{}  {:9} {}\n    {words}; plays: {}\n",
                it.id,
                it.visibility,
                it.title,
                if it.renditions.is_empty() {
                    "nothing yet".to_owned()
                } else {
                    it.renditions.join(", ")
                },
            ));
        }
        for it in &self.jobs {
            let done = it.permille.map(|it| format!(" {} %", it / 10)).unwrap_or_default();
            text.push_str(&format!("{:10} {} {}{done}\n", it.kind, it.recording, it.state));
            if let Some(error) = &it.last_error {
                text.push_str(&format!("    try {}: {error}\n", it.attempt));
            }
            if it.state == "failed" {
                text.push_str(&format!("    plenary redo {} {}\n", it.recording, it.kind));
            }
        }
        for it in &self.arrivals {
            text.push_str(&format!("{:10} {} {}\n", it.way, it.place, it.state));
            if let Some(message) = &it.message {
                text.push_str(&format!("    try {}: {message}\n", it.attempt));
            }
        }
        let failed = self.jobs.iter().filter(|it| it.state == "failed").count();
        let stuck = self.arrivals.iter().filter(|it| it.state == "failed").count();
        if stuck > 0 {
            text.push_str("    plenary ingest --retry\n");
        }
        text.push_str(&format!(
            "{} recordings, {} jobs to do, {failed} failed; {} arrivals to take in, {stuck} failed\n",
            self.recordings.len(),
            self.jobs.len() - failed,
            self.arrivals.len() - stuck,
        ));
        text
    }
}

impl ArrivalStatus {
    /// `None` of one that is in the library.
    fn of(it: Arrival) -> Option<Self> {
        let state = match it.state {
            ArrivalState::Waiting { .. } => "waiting",
            ArrivalState::Running => "running",
            ArrivalState::Failed { .. } => "failed",
            ArrivalState::Done { .. } => return None,
        };
        Some(Self {
            way: it.way.as_str(),
            place: it.place,
            recording: it.recording.map(|it| it.to_string()),
            state,
            attempt: it.attempt,
            message: it.message,
        })
    }
}

fn rendition_name(it: &archive::Rendition) -> String {
    match it.kind {
        RenditionKind::Audio => it.track.as_str().to_owned(),
        RenditionKind::Video { height, .. } => format!("{} {height}p", it.track.as_str()),
    }
}

impl From<JobView> for JobStatus {
    fn from(it: JobView) -> Self {
        let JobView { kind, recording, state, attempt, last_error } = it;
        let (state, permille) = match state {
            JobState::Waiting { .. } => ("waiting", None),
            JobState::Running { permille } => ("running", Some(permille)),
            JobState::Failed { .. } => ("failed", None),
        };
        let recording = recording.to_string();
        Self { kind: kind.as_str(), recording, state, permille, attempt, last_error }
    }
}
