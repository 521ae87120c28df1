//! Builds each stage and maps each kind of job to it: the only place that names them all.

use crate::{config::Config, library::Library, work::WorkLane};
use archive::{ClaimedJob, JobKind, Outcome, Progress, Stage as _, StageError};
use search::IndexStage;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The stages that this process can run.
pub(crate) struct Stages {
    #[cfg(feature = "media")]
    media: transcode::MediaStage,
    #[cfg(feature = "speech")]
    transcribe: models::TranscribeStage,
    /// Only in the process that owns the search index.
    index: Option<IndexStage>,
}

impl Stages {
    #[cfg_attr(
        not(any(feature = "media", feature = "speech")),
        expect(unused_variables, reason = "the index alone needs no settings")
    )]
    pub(crate) fn new(
        config: &Config,
        library: &Library,
        index: Option<IndexStage>,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            #[cfg(feature = "media")]
            media: media_stage(config, library)?,
            #[cfg(feature = "speech")]
            transcribe: transcribe_stage(config, library),
            index,
        })
    }

    /// The lanes of work for what these stages can do.
    ///
    /// Sound has a lane of its own: words shall not wait behind the encode of another meeting.
    pub(crate) fn lanes(&self, config: &Config) -> Vec<WorkLane> {
        use JobKind::{Audio, Deskshare, Pictures, Transcribe, Webcams};
        let mut lanes = self.index_lane();
        let mut lane = |kinds, slots| lanes.push(WorkLane { kinds, slots });
        if cfg!(feature = "media") {
            lane(&[Audio], 1);
            lane(&[Pictures, Webcams, Deskshare], config.worker.media_slots);
        }
        if cfg!(feature = "speech") {
            lane(&[Transcribe], config.worker.speech_slots);
        }
        lanes
    }

    /// The one lane that no other process can work on: the index belongs to whoever serves.
    pub(crate) fn index_lane(&self) -> Vec<WorkLane> {
        self.index.iter().map(|_| WorkLane { kinds: &[JobKind::Index], slots: 1 }).collect()
    }

    /// Longer than the slowest honest run of that kind.
    pub(crate) const fn time_limit(&self, kind: JobKind) -> Duration {
        match kind {
            JobKind::Index => IndexStage::TIME_LIMIT,
            #[cfg(feature = "media")]
            JobKind::Audio | JobKind::Pictures | JobKind::Webcams | JobKind::Deskshare => {
                transcode::MediaStage::TIME_LIMIT
            }
            #[cfg(feature = "speech")]
            JobKind::Transcribe => models::TranscribeStage::TIME_LIMIT,
            #[cfg(not(all(feature = "media", feature = "speech")))]
            _ => Duration::from_secs(1),
        }
    }

    pub(crate) async fn run(
        &self,
        job: &ClaimedJob,
        progress: &Progress,
        cancel: &CancellationToken,
    ) -> Result<Outcome, StageError> {
        match (job.kind, &self.index) {
            (JobKind::Index, Some(index)) => index.run(job, progress, cancel).await,
            #[cfg(feature = "media")]
            (JobKind::Audio | JobKind::Pictures | JobKind::Webcams | JobKind::Deskshare, _) => {
                self.media.run(job, progress, cancel).await
            }
            #[cfg(feature = "speech")]
            (JobKind::Transcribe, _) => self.transcribe.run(job, progress, cancel).await,
            // A worker claims the kinds of its lanes only, and has no lane for these.
            (kind, _) => {
                Err(StageError::retry(anyhow::anyhow!("this process does no {kind} jobs")))
            }
        }
    }
}

#[cfg(feature = "media")]
fn media_stage(config: &Config, library: &Library) -> anyhow::Result<transcode::MediaStage> {
    use anyhow::Context as _;
    let program = std::env::current_exe().context("cannot tell where this program lies")?;
    let media = transcode::MediaConfig {
        memory_limit_bytes: config.worker.media_memory,
        ..transcode::MediaConfig::new(program, vec!["media-job".to_owned()], config.scratch())
    };
    Ok(transcode::MediaStage::new(media, library.catalog.clone(), library.store.clone()))
}

#[cfg(feature = "speech")]
fn transcribe_stage(config: &Config, library: &Library) -> models::TranscribeStage {
    let speech = models::SpeechConfig {
        model: config.speech.model.clone(),
        folder: config.models(),
        threads: config.speech.threads,
    };
    models::TranscribeStage::new(
        speech,
        library.catalog.clone(),
        library.store.clone(),
        config.scratch(),
    )
}
