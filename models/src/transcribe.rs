//! From speech audio to a transcript, whichever recogniser listens.

mod spread;
mod window;

use crate::{
    audio::{AudioError, SpeechAudio},
    config::SpeechConfig,
    folder::{self, ModelProblem},
    manifest, passages,
    recogniser::{FRAME_MS, MAX_WINDOW_MS, Recogniser, RecogniserError},
    whisper::Whisper,
    windows::{Rules, Speech},
};
use archive::{Disposition, Language, MediaTime, TimeRange, Transcript};
use spread::spread;
use std::{collections::HashMap, path::Path, sync::Mutex};

/// Why a recording was not transcribed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TranscribeError {
    #[error(transparent)]
    Model(#[from] ModelProblem),

    #[error("the speech model cannot be used")]
    Load(#[source] RecogniserError),

    #[error(transparent)]
    Audio(#[from] AudioError),

    #[error("recognition failed at {at}")]
    Recogniser { at: MediaTime, source: RecogniserError },

    #[error("the speech model `{model}` does not know the language `{language}`")]
    Language { model: String, language: Language },

    #[error("transcription was cancelled")]
    Cancelled,
}

impl TranscribeError {
    /// A missing model can be fetched and a machine can have a bad day; a model that does not know
    /// the language will not learn it.
    pub fn disposition(&self) -> Disposition {
        match self {
            Self::Model(problem) => problem.disposition(),
            Self::Load(_) | Self::Recogniser { .. } | Self::Cancelled => Disposition::Retry,
            Self::Audio(AudioError::Read { .. }) => Disposition::Retry,
            Self::Audio(AudioError::Format { .. }) | Self::Language { .. } => Disposition::Fail,
        }
    }
}

/// Speech is looked for in blocks of this many milliseconds, a whole number of frames.
const BLOCK_MS: u64 = 9_600 * FRAME_MS;
/// How many windows are listened to for the language.
const EXCERPTS: usize = 3;

/// Turns speech audio into transcripts with one model, which it keeps loaded.
pub struct Transcriber {
    recogniser: Box<dyn Recogniser>,
    model: String,
    threads: usize,
}

/// How one recording is to be transcribed.
pub struct Task<'a> {
    /// `None` to find out.
    pub language: Option<Language>,
    /// Told how far the work is, 0 to 1.
    pub on_progress: &'a (dyn Fn(f64) + Sync),
    /// Asked between windows.
    pub is_cancelled: &'a (dyn Fn() -> bool + Sync),
}

impl Transcriber {
    /// Loads the model that the configuration names from the model folder, once its digest was
    /// found right: whisper.cpp trusts its file.
    ///
    /// Blocks for a second or so.
    pub fn load(config: &SpeechConfig) -> Result<Self, TranscribeError> {
        let model = manifest::model(&config.model).map_err(ModelProblem::from)?;
        let path = folder::verify(&config.folder, model)?;
        let detection = manifest::model(manifest::SPEECH_DETECTION).map_err(ModelProblem::from)?;
        let detection = folder::verify(&config.folder, detection)?;
        let whisper = Whisper::load(model, &path, &detection).map_err(TranscribeError::Load)?;
        Ok(Self::new(Box::new(whisper), &model.name, config.threads()))
    }

    /// With any recogniser. `model` is the name that transcripts bear; windows are heard on
    /// `threads` threads at once.
    pub fn new(recogniser: Box<dyn Recogniser>, model: &str, threads: usize) -> Self {
        Self { recogniser, model: model.to_owned(), threads }
    }

    /// Transcribes a WAV file: 16 kHz, mono, signed 16 bit. Blocks.
    ///
    /// A file in which nobody speaks gives a transcript without language and passages.
    ///
    /// # Errors
    ///
    /// [`TranscribeError::Cancelled`] soon after `is_cancelled` says so; a window that is being
    /// heard is heard to its end.
    pub fn transcribe(&self, audio: &Path, task: &Task<'_>) -> Result<Transcript, TranscribeError> {
        let audio = SpeechAudio::open(audio)?;
        let speech = self.find_speech(&audio, task)?;
        let model = self.model.clone();
        if speech.ranges().is_empty() {
            return Ok(Transcript { language: None, model, passages: Vec::new() });
        }
        let language = match self.declared(task.language)? {
            Some(language) => language,
            None => self.detect_language(&audio, &speech, task)?,
        };
        let windows = speech.windows(Rules::of(language));
        let spoken = speech.ranges();
        let lengths = windows.iter().map(|it| it.length()).sum::<std::time::Duration>();
        let heard = Mutex::new(std::time::Duration::ZERO);
        let words = spread(
            self.threads,
            &windows,
            || None,
            |listener, window| {
                task.go_on()?;
                let at = window.start();
                let failed = |source| TranscribeError::Recogniser { at, source };
                let listener = match listener {
                    Some(listener) => listener,
                    empty => empty.insert(self.recogniser.listener().map_err(failed)?),
                };
                let samples = audio.read(window.start(), window.end())?;
                let words = window::hear(&mut **listener, &samples, *window, &spoken, language)
                    .map_err(failed)?;
                let mut heard = heard.lock().expect("nothing panics while it is held");
                *heard += window.length();
                (task.on_progress)(heard.as_secs_f64() / lengths.as_secs_f64());
                Ok::<_, TranscribeError>(words)
            },
        )?;
        let passages = passages::passages(passages::settle(words.concat(), &spoken));
        let language = (!passages.is_empty()).then_some(language);
        Ok(Transcript { language, model, passages })
    }

    fn find_speech(&self, audio: &SpeechAudio, task: &Task<'_>) -> Result<Speech, TranscribeError> {
        let length = audio.length();
        let starts = (0..length.as_ms()).step_by(usize::try_from(BLOCK_MS).expect("minutes"));
        let blocks: Vec<TimeRange> = starts
            .map(MediaTime::from_ms)
            .map(|it| TimeRange::from_or_at(it, it.saturating_add_ms(BLOCK_MS).min(length)))
            .collect();
        let frames = spread(
            self.threads,
            &blocks,
            || (),
            |(), block| {
                task.go_on()?;
                let samples = audio.read(block.start(), block.end())?;
                let frames = self.recogniser.speech(&samples);
                frames.map_err(|source| TranscribeError::Recogniser { at: block.start(), source })
            },
        )?;
        Ok(Speech { frames: frames.concat(), length })
    }

    /// The language that was declared, if the model can do something with it.
    ///
    /// Whisper's multilingual models know most languages of the world's assemblies but not all: for
    /// one that they do not know the nearest is detected.
    fn declared(&self, language: Option<Language>) -> Result<Option<Language>, TranscribeError> {
        let Some(language) = language else { return Ok(None) };
        if self.recogniser.knows(language) {
            return Ok(Some(language));
        }
        let english_only = "de".parse().is_ok_and(|it| !self.recogniser.knows(it));
        if english_only {
            return Err(TranscribeError::Language { model: self.model.clone(), language });
        }
        tracing::warn!(%language, "the speech model does not know the language, taking the nearest");
        Ok(None)
    }

    /// Listens to the longest windows of the beginning, the middle and the end: a meeting may be
    /// opened in another language than it is held in.
    fn detect_language(
        &self,
        audio: &SpeechAudio,
        speech: &Speech,
        task: &Task<'_>,
    ) -> Result<Language, TranscribeError> {
        let windows = speech.windows(Rules::longest());
        let thirds = windows.chunks(windows.len().div_ceil(EXCERPTS));
        let excerpts: Vec<TimeRange> =
            thirds.filter_map(|it| it.iter().max_by_key(|it| it.length()).copied()).collect();
        let heard = spread(
            self.threads,
            &excerpts,
            || (),
            |(), window| {
                task.go_on()?;
                debug_assert!(window.length().as_millis() <= u128::from(MAX_WINDOW_MS));
                let samples = audio.read(window.start(), window.end())?;
                let languages = self.recogniser.languages(&samples);
                let failed = |source| TranscribeError::Recogniser { at: window.start(), source };
                let languages = languages.map_err(failed)?;
                Ok::<_, TranscribeError>((languages, window.length().as_secs_f32()))
            },
        )?;
        let mut votes: HashMap<Language, f32> = HashMap::new();
        for (languages, seconds) in heard {
            for (language, probability) in languages {
                *votes.entry(language).or_default() += probability * seconds;
            }
        }
        let best = votes
            .into_iter()
            .max_by(|one, two| one.1.total_cmp(&two.1).then_with(|| two.0.cmp(&one.0)));
        Ok(best.map_or_else(|| "en".parse().expect("it is a language"), |it| it.0))
    }
}

impl Task<'_> {
    fn go_on(&self) -> Result<(), TranscribeError> {
        if (self.is_cancelled)() { Err(TranscribeError::Cancelled) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
