//! The parent's side of a child process: start it, listen to it, end it.

use crate::{
    stage::MediaConfig,
    task::{Made, Report, Task},
};
use archive::{Disposition, Progress, StageError};
use std::{
    io,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child, Command},
};
use tokio_util::sync::CancellationToken;

/// Why a child process brought no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JobError {
    #[error("cannot start `{}`", program.display())]
    Start { program: PathBuf, source: io::Error },

    #[error("cannot talk to the media process")]
    Talk { source: io::Error },

    #[error("the media process crashed ({status}){}{said}", if said.is_empty() { "" } else { ": " })]
    Crashed { status: ExitStatus, said: String },

    #[error("the media job took longer than {limit:?}")]
    TooSlow { limit: Duration },

    #[error("the media job was cancelled")]
    Cancelled,

    /// What the child said of itself or of the file.
    #[error("{message}")]
    Failed { retry: bool, message: String },
}

impl JobError {
    /// The match names every variant on purpose: a new one must choose.
    pub(crate) fn disposition(&self) -> Disposition {
        match self {
            Self::Start { .. }
            | Self::Talk { .. }
            | Self::Crashed { .. }
            | Self::TooSlow { .. }
            | Self::Cancelled
            | Self::Failed { retry: true, .. } => Disposition::Retry,
            Self::Failed { retry: false, .. } => Disposition::Fail,
        }
    }
}

impl From<JobError> for StageError {
    fn from(error: JobError) -> Self {
        Self { disposition: error.disposition(), source: error.into() }
    }
}

/// Runs a task in a child process and waits for what it made.
///
/// The child is killed when this returns early or its future is dropped. It has a process group of
/// its own: an interrupt from the terminal goes to the whole group, and would end the job that the
/// program still waits for.
pub(crate) async fn run(
    config: &MediaConfig,
    task: &Task,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Made, JobError> {
    let mut child = Command::new(&config.program)
        .args(&config.args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .process_group(0)
        .spawn()
        .map_err(|source| JobError::Start { program: config.program.clone(), source })?;
    let result = tokio::select! {
        result = converse(&mut child, task, progress) => result,
        () = cancel.cancelled() => Err(JobError::Cancelled),
        () = tokio::time::sleep(config.time_limit) => {
            Err(JobError::TooSlow { limit: config.time_limit })
        }
    };
    if result.is_err() {
        // It may have ended already, which is as good. Waiting keeps it from becoming a zombie, and
        // its folder from being removed under its hands.
        child.kill().await.ok();
    }
    result
}

async fn converse(child: &mut Child, task: &Task, progress: &Progress) -> Result<Made, JobError> {
    let talk = |source| JobError::Talk { source };
    let mut line = serde_json::to_vec(task).expect("a task is plain data");
    line.push(b'\n');
    // Held open until the end: the child takes its end for ours.
    let mut input = child.stdin.take().expect("it was asked for");
    let output = child.stdout.take().expect("it was asked for");
    let errors = child.stderr.take().expect("it was asked for");

    let told = async {
        // A child that is gone already does not read; its status says more than this error.
        input.write_all(&line).await.ok();
        let mut result = None;
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next_line().await.map_err(talk)? {
            match serde_json::from_str(&line) {
                Ok(Report::Progress { fraction }) => progress.set(fraction),
                Ok(Report::Warning { message }) => tracing::warn!("{message}"),
                Ok(Report::Done { made }) => {
                    progress.set(1.0);
                    result = Some(Ok(made));
                }
                Ok(Report::Failed { retry, message }) => {
                    result = Some(Err(JobError::Failed { retry, message }));
                }
                // A library that prints.
                Err(_) => tracing::debug!(line, "the media process said"),
            }
        }
        Ok(result)
    };
    let (told, said) = tokio::join!(told, last_words(errors));
    let told = told?;
    let status = child.wait().await.map_err(talk)?;
    match told {
        Some(result) if status.success() => result,
        Some(Err(error)) => Err(error),
        Some(Ok(_)) | None => Err(JobError::Crashed { status, said }),
    }
}

/// Reads to the end and keeps the last of it, which is what a crash is explained by.
async fn last_words(mut errors: impl AsyncRead + Unpin) -> String {
    const KEPT: usize = 2_000;
    let mut kept = Vec::new();
    let mut part = [0; 4_096];
    while let Ok(read @ 1..) = errors.read(&mut part).await {
        kept.extend_from_slice(&part[..read]);
        kept.drain(..kept.len().saturating_sub(KEPT));
    }
    let text = String::from_utf8_lossy(&kept).trim().to_owned();
    if !text.is_empty() {
        tracing::debug!(text, "the media process complained");
    }
    text
}
