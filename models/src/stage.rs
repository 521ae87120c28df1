use crate::{
    captions,
    config::SpeechConfig,
    transcribe::{Task, TranscribeError, Transcriber},
};
use archive::{
    Catalog, CatalogError, ClaimedJob, DerivedFile, Disposition, JobKind, Lane, LaneError,
    ObjectKey, Outcome, Progress, RecordingId, Scratch, Stage, StageError, Store, StoreError,
    Transcript, Viewer,
};
use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// Speech to text: reads a recording's speech audio, stores its captions and yields its transcript.
///
/// The model is loaded with the first recording and kept. One recording is transcribed at a time,
/// on all the threads that the configuration allows.
pub struct TranscribeStage {
    config: SpeechConfig,
    catalog: Catalog,
    store: Store,
    scratch: PathBuf,
    lane: Lane,
    transcriber: Arc<Mutex<Option<Arc<Transcriber>>>>,
}

/// Why a recording has no transcript.
#[derive(Debug, thiserror::Error)]
enum TranscribeJobError {
    #[error("a `{kind}` job is not for the transcribe stage")]
    OtherJob { kind: JobKind },

    #[error("there is no recording `{recording}`")]
    NoRecording { recording: RecordingId },

    #[error("cannot look up the recording")]
    Catalog(#[source] CatalogError),

    #[error("cannot make a folder for speech audio in `{}`", place.display())]
    Scratch { place: PathBuf, source: io::Error },

    #[error("cannot get the speech audio")]
    Audio(#[source] StoreError),

    #[error("cannot store the captions")]
    Captions(#[source] StoreError),

    #[error("cannot transcribe the recording")]
    Transcribe(#[source] TranscribeError),

    #[error("cannot transcribe the recording")]
    Lane(#[source] LaneError),
}

impl TranscribeJobError {
    fn disposition(&self) -> Disposition {
        match self {
            Self::OtherJob { .. } | Self::NoRecording { .. } => Disposition::Fail,
            Self::Catalog(_) | Self::Scratch { .. } | Self::Lane(_) => Disposition::Retry,
            Self::Audio(error) | Self::Captions(error) => error.disposition(),
            Self::Transcribe(error) => error.disposition(),
        }
    }
}

impl TranscribeStage {
    /// `scratch` is where a copy of remote audio may lie for a while. What a killed program left
    /// there is removed.
    pub fn new(config: SpeechConfig, catalog: Catalog, store: Store, scratch: PathBuf) -> Self {
        match Scratch::sweep(&scratch) {
            Ok(0) => (),
            Ok(folders) => tracing::info!(folders, "removed what killed jobs left"),
            Err(error) => {
                let place = scratch.display();
                tracing::warn!(%error, "cannot tidy the scratch folder `{place}`");
            }
        }
        let transcriber = Arc::new(Mutex::new(None));
        Self { config, catalog, store, scratch, lane: Lane::new("speech", 1), transcriber }
    }

    /// With a recogniser that is there already.
    pub fn with_transcriber(self, transcriber: Transcriber) -> Self {
        Self { transcriber: Arc::new(Mutex::new(Some(Arc::new(transcriber)))), ..self }
    }

    async fn transcribe(
        &self,
        recording: &RecordingId,
        progress: &Progress,
        cancel: &CancellationToken,
    ) -> Result<Transcript, TranscribeJobError> {
        let found = self.catalog.recording(&Viewer::program(), recording).await;
        let found = found.map_err(TranscribeJobError::Catalog)?;
        let Some(found) = found else {
            return Err(TranscribeJobError::NoRecording { recording: recording.clone() });
        };
        let place = &self.scratch;
        let scratch = Scratch::make(place)
            .map_err(|source| TranscribeJobError::Scratch { place: place.clone(), source })?;
        let audio =
            match self.store.local(&ObjectKey::SpeechAudio { recording }, scratch.folder()).await {
                Ok(audio) => audio,
                // A recording without sound is a recording in which nobody speaks.
                Err(StoreError::NotFound { .. }) => {
                    let model = self.config.model.clone();
                    return Ok(Transcript { language: None, model, passages: Vec::new() });
                }
                Err(error) => return Err(TranscribeJobError::Audio(error)),
            };

        let config = self.config.clone();
        let kept = Arc::clone(&self.transcriber);
        let (progress, cancelled) = (progress.clone(), cancel.clone());
        let work = move || {
            let transcriber = loaded(&kept, &config)?;
            let task = Task {
                language: found.language,
                on_progress: &|fraction| progress.set(fraction),
                is_cancelled: &|| cancelled.is_cancelled(),
            };
            let transcript = transcriber.transcribe(audio.path(), &task);
            // Work that was given up on goes on for a moment, and reads that long.
            drop((audio, scratch));
            transcript
        };
        let transcript = self.lane.run(cancel, work).await.map_err(TranscribeJobError::Lane)?;
        let transcript = transcript.map_err(TranscribeJobError::Transcribe)?;

        if let Some(language) = transcript.language {
            let file = DerivedFile::captions(language);
            let key = ObjectKey::Derived { recording, file: &file };
            let put = self.store.put(&key, captions(&transcript).into()).await;
            put.map_err(TranscribeJobError::Captions)?;
        }
        Ok(transcript)
    }
}

/// The kept transcriber; the first call loads it.
fn loaded(
    kept: &Mutex<Option<Arc<Transcriber>>>,
    config: &SpeechConfig,
) -> Result<Arc<Transcriber>, TranscribeError> {
    let mut kept = kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(transcriber) = &*kept {
        return Ok(Arc::clone(transcriber));
    }
    let transcriber = Arc::new(Transcriber::load(config)?);
    *kept = Some(Arc::clone(&transcriber));
    Ok(transcriber)
}

impl Stage for TranscribeStage {
    /// A day's recording with the largest model on a small machine.
    const TIME_LIMIT: Duration = Duration::from_secs(12 * 3600);

    async fn run(
        &self,
        job: &ClaimedJob,
        progress: &Progress,
        cancel: &CancellationToken,
    ) -> Result<Outcome, StageError> {
        let result = if job.kind == JobKind::Transcribe {
            self.transcribe(&job.recording, progress, cancel).await
        } else {
            Err(TranscribeJobError::OtherJob { kind: job.kind })
        };
        result
            .map(Outcome::Transcribe)
            .map_err(|error| StageError { disposition: error.disposition(), source: error.into() })
    }
}

#[cfg(test)]
mod tests;
