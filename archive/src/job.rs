use crate::{ClaimedJob, MediaTime, Pictures, Rendition, SourceRole, Transcript};
use std::{
    fmt,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// How often a job is tried before it waits for a person.
pub const MAX_ATTEMPTS: u32 = 5;

/// The work that the queue knows. The text form is stored in the database: append, never rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobKind {
    /// Puts what the catalog says of a recording into the search index.
    Index,
    /// 16 kHz speech audio, the audio rendition and the waveform.
    Audio,
    /// Speech to text.
    Transcribe,
    /// Poster and storyboard.
    Pictures,
    /// The cameras' renditions.
    Webcams,
    /// The shared screen's renditions.
    Deskshare,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a kind of job")]
pub struct InvalidJobKind {
    text: String,
}

impl JobKind {
    pub const ALL: [Self; 6] = [
        Self::Index,
        Self::Audio,
        Self::Transcribe,
        Self::Pictures,
        Self::Webcams,
        Self::Deskshare,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Audio => "audio",
            Self::Transcribe => "transcribe",
            Self::Pictures => "pictures",
            Self::Webcams => "webcams",
            Self::Deskshare => "deskshare",
        }
    }

    /// What becomes due when a job of this kind succeeds. The whole pipeline is this one table.
    ///
    /// Sound comes first, since the words come of it; the video renditions' playlists name the
    /// audio rendition, so they come after it too.
    pub const fn then(self) -> &'static [Self] {
        match self {
            Self::Audio => &[Self::Transcribe, Self::Pictures, Self::Webcams, Self::Deskshare],
            Self::Transcribe => &[Self::Index],
            Self::Index | Self::Pictures | Self::Webcams | Self::Deskshare => &[],
        }
    }

    /// Which job goes first when several are due: lower before higher.
    pub const fn priority(self) -> i64 {
        match self {
            Self::Index => 0,
            Self::Audio => 10,
            Self::Transcribe => 20,
            Self::Pictures => 30,
            Self::Webcams => 40,
            Self::Deskshare => 50,
        }
    }

    /// The original file without which there is nothing to do.
    pub const fn needs(self) -> Option<SourceRole> {
        match self {
            Self::Webcams => Some(SourceRole::Webcams),
            Self::Deskshare => Some(SourceRole::Deskshare),
            Self::Index | Self::Audio | Self::Transcribe | Self::Pictures => None,
        }
    }
}

impl FromStr for JobKind {
    type Err = InvalidJobKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|it| it.as_str() == text)
            .ok_or_else(|| InvalidJobKind { text: text.to_owned() })
    }
}

impl fmt::Display for JobKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a job made, for the catalog to record in the transaction that takes the job off the queue.
///
/// The objects themselves are in the store by then.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Index,
    Audio {
        /// Length of the media as decoded, which is the truth; metadata may say otherwise.
        duration: MediaTime,
        /// Empty where the recording has no sound.
        renditions: Vec<Rendition>,
    },
    Transcribe(Transcript),
    Pictures(Pictures),
    /// The renditions of the job's track, as [`JobKind::Webcams`] or [`JobKind::Deskshare`] made.
    Video(Vec<Rendition>),
}

/// One step of the pipeline.
///
/// A stage reads objects that an earlier stage stored and stores its own. Nothing passes between
/// stages in memory, so each can be rerun alone, and running one twice must leave the archive as
/// running it once does.
pub trait Stage: Send + Sync {
    /// Longer than the slowest honest run; a run past it is cancelled and counted as a failure.
    const TIME_LIMIT: Duration;

    /// Runs one job. Returns soon after `cancel` fires, leaving nothing that a rerun trips over.
    fn run(
        &self,
        job: &ClaimedJob,
        progress: &Progress,
        cancel: &CancellationToken,
    ) -> impl Future<Output = Result<Outcome, StageError>> + Send;
}

/// How far a running job is; the stage tells it, the worker writes it down when it renews the lease.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<AtomicU16>);

impl Progress {
    /// Says how far the job is, 0 to 1; anything else is taken for the nearer end.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=1000 before"
    )]
    pub fn set(&self, fraction: f64) {
        self.0.store((fraction.clamp(0.0, 1.0) * 1000.0) as u16, Ordering::Relaxed);
    }

    /// Thousandths.
    pub fn permille(&self) -> u16 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Whether trying again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// The cause may pass: a full disk, a killed process, a network.
    Retry,
    /// The input is at fault; it will be at fault tomorrow.
    Fail,
}

/// Why a stage did not finish its job, and whether trying again can help.
#[derive(Debug, thiserror::Error)]
#[error("the stage failed, will {}", match disposition {
    Disposition::Retry => "be tried again",
    Disposition::Fail => "not be tried again",
})]
pub struct StageError {
    pub disposition: Disposition,
    pub source: anyhow::Error,
}

impl StageError {
    pub fn retry(source: impl Into<anyhow::Error>) -> Self {
        Self { disposition: Disposition::Retry, source: source.into() }
    }

    pub fn fail(source: impl Into<anyhow::Error>) -> Self {
        Self { disposition: Disposition::Fail, source: source.into() }
    }
}

/// What happens to a claimed job after its run failed. Pure, so that the policy has a table for a
/// test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    RetryAfter(Duration),
    GiveUp,
}

const FIRST_RETRY: Duration = Duration::from_secs(10);

/// Decides over a failed run. `attempt` is 1 for the first.
pub fn verdict(attempt: u32, failure: Disposition) -> Verdict {
    match failure {
        Disposition::Retry if attempt < MAX_ATTEMPTS => {
            Verdict::RetryAfter(FIRST_RETRY * 4_u32.pow(attempt.saturating_sub(1)))
        }
        Disposition::Retry | Disposition::Fail => Verdict::GiveUp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts() {
        use Disposition::{Fail, Retry};
        let secs = Duration::from_secs;
        let cases = [
            // what, attempt, failure, expected
            ("the first failure waits briefly", 1, Retry, Verdict::RetryAfter(secs(10))),
            ("each wait is four times the last", 3, Retry, Verdict::RetryAfter(secs(160))),
            ("the last attempt is the last", MAX_ATTEMPTS, Retry, Verdict::GiveUp),
            ("a bad input is not tried again", 1, Fail, Verdict::GiveUp),
        ];
        for (what, attempt, failure, expected) in cases {
            assert_eq!(verdict(attempt, failure), expected, "{what}");
        }
    }

    #[test]
    fn the_pipeline_ends() {
        fn depth(kind: JobKind, so_far: usize) -> usize {
            assert!(so_far <= JobKind::ALL.len(), "{kind} leads back to itself");
            kind.then().iter().map(|&it| depth(it, so_far + 1)).max().unwrap_or(so_far)
        }
        assert_eq!(JobKind::ALL.iter().map(|&it| depth(it, 1)).max(), Some(3));
    }

    #[test]
    fn sound_and_words_go_before_pictures() {
        assert!(JobKind::Audio.priority() < JobKind::Webcams.priority());
        assert!(JobKind::Transcribe.priority() < JobKind::Pictures.priority());
    }

    #[test]
    fn progress_stays_between_nothing_and_all() {
        let progress = Progress::default();
        for (fraction, expected) in [(0.25, 250), (7.0, 1000), (-1.0, 0), (f64::NAN, 0)] {
            progress.set(fraction);
            assert_eq!(progress.permille(), expected, "{fraction}");
        }
    }
}
