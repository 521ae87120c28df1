use crate::{
    process,
    task::{Input, Limits, Made, SPEECH_FILE, Task, Work},
};
use archive::{
    Catalog, ClaimedJob, Contents, DerivedFile, JobKind, ObjectKey, Outcome, Progress, RecordingId,
    RenditionKind, Scratch, Slide, SourceFile, SourceRole, Stage, StageError, Store, Track, Viewer,
    store::LocalFile,
};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// The folder in a job's scratch that its child writes to.
const OUT: &str = "out";

/// Where and within which limits media jobs run.
#[derive(Debug, Clone)]
pub struct MediaConfig {
    /// What to start for each job: a program that calls [`crate::child_main`] when it is given
    /// `args`.
    pub program: PathBuf,
    pub args: Vec<String>,
    /// Where unfinished files go. Needs room for the largest recording twice: its original, if the
    /// store is not a folder, and its renditions.
    pub scratch: PathBuf,
    /// The most memory that a job may take, in bytes (`RLIMIT_DATA`). A job needs about 0.5 GiB for
    /// 720 lines, 1 GiB for 1080.
    pub memory_limit_bytes: u64,
    /// The most files that a job may have open.
    pub open_files_limit: u64,
    /// A job that takes longer is killed and counted as failed.
    pub time_limit: Duration,
    /// Threads of each video encoder; 0 lets it take what the machine has.
    pub threads: u32,
}

impl MediaConfig {
    /// The usual limits: 4 GiB, 256 files, 6 hours, all the machine's threads.
    pub fn new(program: PathBuf, args: Vec<String>, scratch: PathBuf) -> Self {
        Self {
            program,
            args,
            scratch,
            memory_limit_bytes: 4 << 30,
            open_files_limit: 256,
            time_limit: Duration::from_secs(6 * 3_600),
            threads: 0,
        }
    }
}

/// Runs the jobs that make media: [`JobKind::Audio`], [`JobKind::Pictures`], [`JobKind::Webcams`]
/// and [`JobKind::Deskshare`].
#[derive(Clone)]
pub struct MediaStage {
    config: MediaConfig,
    catalog: Catalog,
    store: Store,
}

#[derive(Debug, thiserror::Error)]
enum MediaError {
    #[error("`{kind}` is no media job")]
    NotMedia { kind: JobKind },

    #[error("there is no recording `{recording}`")]
    NoRecording { recording: RecordingId },

    #[error("recording `{recording}` has no {} file", role.as_str())]
    NoSource { recording: RecordingId, role: SourceRole },

    #[error("cannot make a folder for unfinished files in `{}`", place.display())]
    Scratch { place: PathBuf, source: std::io::Error },

    #[error("the media process did not do what `{kind}` is")]
    WrongResult { kind: JobKind },
}

impl From<MediaError> for StageError {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::NotMedia { .. }
            | MediaError::NoRecording { .. }
            | MediaError::NoSource { .. }
            | MediaError::WrongResult { .. } => Self::fail(error),
            MediaError::Scratch { .. } => Self::retry(error),
        }
    }
}

impl MediaStage {
    /// Also removes what a killed program left in the scratch folder.
    pub fn new(config: MediaConfig, catalog: Catalog, store: Store) -> Self {
        match Scratch::sweep(&config.scratch) {
            Ok(0) => (),
            Ok(folders) => tracing::info!(folders, "removed what killed jobs left"),
            Err(error) => {
                let place = config.scratch.display();
                tracing::warn!(%error, "cannot tidy the scratch folder `{place}`");
            }
        }
        Self { config, catalog, store }
    }
}

impl Stage for MediaStage {
    /// A safety net under [`MediaConfig::time_limit`].
    const TIME_LIMIT: Duration = Duration::from_secs(24 * 3_600);

    async fn run(
        &self,
        job: &ClaimedJob,
        progress: &Progress,
        cancel: &CancellationToken,
    ) -> Result<Outcome, StageError> {
        // Boxed: the futures of reading, waiting and storing are large together.
        Box::pin(self.make(job, progress, cancel)).await
    }
}

impl MediaStage {
    async fn make(
        &self,
        job: &ClaimedJob,
        progress: &Progress,
        cancel: &CancellationToken,
    ) -> Result<Outcome, StageError> {
        let place = &self.config.scratch;
        let unmade = |source| MediaError::Scratch { place: place.clone(), source };
        let scratch = Scratch::make(place).map_err(unmade)?;
        let out = scratch.folder().join(OUT);
        fs::create_dir(&out).map_err(unmade)?;
        let mut inputs = Inputs { stage: self, job, scratch: &scratch, kept: Vec::new() };
        let work = match job.kind {
            JobKind::Audio => inputs.audio().await?,
            JobKind::Webcams => inputs.video(Track::Webcams).await?,
            JobKind::Deskshare => inputs.video(Track::Deskshare).await?,
            JobKind::Pictures => inputs.pictures().await?,
            JobKind::Index | JobKind::Transcribe => {
                return Err(MediaError::NotMedia { kind: job.kind }.into());
            }
        };
        if let Work::Audio { inputs } = &work
            && inputs.is_empty()
        {
            return self.without_media(job).await;
        }
        let task = Task {
            limits: Limits {
                memory_bytes: self.config.memory_limit_bytes,
                open_files: self.config.open_files_limit,
            },
            threads: self.config.threads,
            out: out.clone(),
            work,
        };
        let made = process::run(&self.config, &task, progress, cancel).await?;
        let outcome = self.put(job, &out, made, cancel).await?;
        Ok(outcome)
    }

    /// A recording of slides and chat alone lasts as long as its metadata says.
    async fn without_media(&self, job: &ClaimedJob) -> Result<Outcome, StageError> {
        let recording = self.catalog.recording(&Viewer::program(), &job.recording).await;
        let recording = recording
            .map_err(catalog_error)?
            .ok_or_else(|| MediaError::NoRecording { recording: job.recording.clone() })?;
        self.remove_sound(&job.recording).await?;
        Ok(Outcome::Audio { duration: recording.duration, renditions: Vec::new() })
    }

    /// Stores what a child made. Playlists go last, so that none names what is not there yet.
    async fn put(
        &self,
        job: &ClaimedJob,
        out: &Path,
        made: Made,
        cancel: &CancellationToken,
    ) -> Result<Outcome, StageError> {
        let (outcome, mut files, speech) = match (job.kind, made) {
            (JobKind::Audio, Made::Audio { duration, speech, renditions, files }) => {
                (Outcome::Audio { duration, renditions }, files, speech)
            }
            (JobKind::Webcams | JobKind::Deskshare, Made::Video { renditions, files }) => {
                (Outcome::Video(renditions), files, false)
            }
            (JobKind::Pictures, Made::Pictures { pictures, files }) => {
                (Outcome::Pictures(pictures), files, false)
            }
            (kind, _) => return Err(MediaError::WrongResult { kind }.into()),
        };
        let recording = &job.recording;
        if speech {
            let key = ObjectKey::SpeechAudio { recording };
            self.put_file(&key, out.join(SPEECH_FILE), cancel).await?;
        } else if job.kind == JobKind::Audio {
            self.remove_sound(recording).await?;
        }
        files.sort_by_key(|it| it.as_str().ends_with(".m3u8"));
        for file in &files {
            let key = ObjectKey::Derived { recording, file };
            self.put_file(&key, out.join(file.as_str()), cancel).await?;
        }
        Ok(outcome)
    }

    /// Removes what an earlier job made of a sound that the recording has no more: its words would
    /// be written down, and be found.
    async fn remove_sound(&self, recording: &RecordingId) -> Result<(), StageError> {
        let speech = ObjectKey::SpeechAudio { recording };
        self.store.delete(&speech).await.map_err(store_error)?;
        for file in self.store.list_derived(recording).await.map_err(store_error)? {
            if is_of_sound(&file) {
                let key = ObjectKey::Derived { recording, file: &file };
                self.store.delete(&key).await.map_err(store_error)?;
            }
        }
        Ok(())
    }

    async fn put_file(
        &self,
        key: &ObjectKey<'_>,
        path: PathBuf,
        cancel: &CancellationToken,
    ) -> Result<(), StageError> {
        tokio::select! {
            stored = self.store.put_file(key, &path) => {
                stored.map(drop).map_err(store_error)
            }
            () = cancel.cancelled() => Err(process::JobError::Cancelled.into()),
        }
    }
}

/// Gathers what a job reads.
struct Inputs<'a> {
    stage: &'a MediaStage,
    job: &'a ClaimedJob,
    scratch: &'a Scratch,
    /// Local copies, kept for as long as the job runs.
    kept: Vec<LocalFile>,
}

impl Inputs<'_> {
    /// The files whose sound may be the room's, likeliest first.
    async fn audio(&mut self) -> Result<Work, StageError> {
        let sources = self.sources().await?;
        let mut inputs = Vec::new();
        for role in [SourceRole::Webcams, SourceRole::Audio, SourceRole::Deskshare] {
            if let Some(path) = first(&sources, role) {
                inputs.push(self.input(path).await?);
            }
        }
        Ok(Work::Audio { inputs })
    }

    async fn video(&mut self, track: Track) -> Result<Work, StageError> {
        let recording = &self.job.recording;
        let role = track.picture_source().expect("only tracks with a picture are asked for");
        let sources = self.sources().await?;
        let path = first(&sources, role)
            .ok_or_else(|| MediaError::NoSource { recording: recording.clone(), role })?;
        let input = self.input(path).await?;
        // The shared screen is looked at beside the cameras, which sound already.
        let audio = if track == Track::Webcams {
            let renditions = self.stage.catalog.renditions(&Viewer::program(), recording).await;
            let mut renditions = renditions.map_err(catalog_error)?.into_iter();
            renditions.find(|it| it.track == Track::Audio && it.kind == RenditionKind::Audio)
        } else {
            None
        };
        Ok(Work::Video { track, input, audio })
    }

    async fn pictures(&mut self) -> Result<Work, StageError> {
        let contents = self.stage.catalog.contents(&Viewer::program(), &self.job.recording).await;
        let contents = contents.map_err(catalog_error)?.unwrap_or_default();
        let sources = self.sources().await?;
        let mut slide = None;
        if let Some(poster) = poster_slide(&contents)
            && let Some(image) = sources.iter().find(|it| it.path == poster.image)
        {
            slide = Some(self.input(image).await?);
        }
        let mut deskshare = None;
        if let Some(path) = first(&sources, SourceRole::Deskshare) {
            deskshare = Some(self.input(path).await?);
        }
        let mut webcams = None;
        if let Some(path) = first(&sources, SourceRole::Webcams) {
            webcams = Some(self.input(path).await?);
        }
        let shares = contents.shares.into_iter().map(Into::into).collect();
        Ok(Work::Pictures { slide, deskshare, webcams, shares })
    }

    async fn sources(&self) -> Result<Vec<SourceFile>, StageError> {
        let sources = self.stage.catalog.sources(&Viewer::program(), &self.job.recording).await;
        sources.map_err(catalog_error)
    }

    async fn input(&mut self, file: &SourceFile) -> Result<Input, StageError> {
        let key = file.key(&self.job.recording);
        let local = self.stage.store.local(&key, self.scratch.folder()).await;
        let local = local.map_err(store_error)?;
        let input = Input { path: local.path().to_owned(), name: file.path.to_string() };
        self.kept.push(local);
        Ok(input)
    }
}

/// Whether a derived file is the sound's: `audio.m3u8`, `audio.m4a`, `audio-media.m3u8`, the
/// waveform.
fn is_of_sound(file: &DerivedFile) -> bool {
    let stem = file.as_str().split(['.', '-']).next();
    stem == Some(Track::Audio.as_str()) || *file == DerivedFile::peaks()
}

fn first(sources: &[SourceFile], role: SourceRole) -> Option<&SourceFile> {
    sources.iter().find(|it| it.role == role)
}

/// The slide that stands for the meeting: the first that was shown for a while, else the first.
///
/// What is shown for a moment is what a presenter clicked past.
fn poster_slide(contents: &Contents) -> Option<&Slide> {
    const A_WHILE: Duration = Duration::from_secs(5);
    let shown = contents.showings.iter().filter(|it| A_WHILE <= it.range.length());
    let number = shown.map(|it| it.slide).next();
    let slides = &contents.slides;
    slides.iter().find(|it| Some(it.number) == number).or_else(|| slides.first())
}

fn catalog_error(error: archive::CatalogError) -> StageError {
    StageError { disposition: error.disposition(), source: error.into() }
}

fn store_error(error: archive::StoreError) -> StageError {
    StageError { disposition: error.disposition(), source: error.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use archive::{MediaTime, SlideShowing, TimeRange};

    #[test]
    fn the_poster_is_the_first_slide_that_stayed() {
        let slide = |number: u32| Slide {
            number,
            image: format!("presentation/slide-{number}.png").parse().unwrap(),
            thumbnail: None,
            text: String::new(),
        };
        let showing = |slide, start, end| SlideShowing {
            slide,
            range: TimeRange::from_or_at(MediaTime::from_ms(start), MediaTime::from_ms(end)),
        };
        let cases = [
            // what, showings, expected
            ("clicked past", vec![showing(1, 0, 900), showing(2, 900, 60_000)], Some(2)),
            ("none stayed", vec![showing(2, 0, 900)], Some(1)),
            ("never shown", vec![], Some(1)),
        ];
        for (what, showings, expected) in cases {
            let contents =
                Contents { slides: vec![slide(1), slide(2)], showings, ..Contents::default() };
            assert_eq!(poster_slide(&contents).map(|it| it.number), expected, "{what}");
        }
        assert_eq!(poster_slide(&Contents::default()), None);
    }

    #[test]
    fn the_limits_are_those_that_are_documented() {
        let config = MediaConfig::new("plenary".into(), vec!["media-job".into()], "/tmp".into());
        assert_eq!((config.memory_limit_bytes, config.open_files_limit), (4_294_967_296, 256));
        assert_eq!(config.time_limit, Duration::from_secs(21_600));
    }
}
