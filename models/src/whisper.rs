//! The only file that knows whisper-rs.

use crate::{
    Model,
    audio::SAMPLES_PER_MS,
    recogniser::{
        Care, Listener, MAX_WINDOW_MS, Recogniser, RecogniserError, SpokenWord, Utterance,
    },
};
use archive::{Language, MediaTime, TimeRange};
use std::path::{Path, PathBuf};
use whisper_rs::{
    DtwMode, DtwModelPreset, DtwParameters, FullParams, SamplingStrategy, WhisperContext,
    WhisperContextParameters, WhisperState, WhisperVadContext, WhisperVadContextParams,
};

/// The encoder's frames for a second of sound.
const FRAMES_PER_SECOND: u64 = 50;
/// Whisper's own context is 1500 frames. That is no multiple of 64, which costs ggml its fast
/// kernels, and 28 seconds need less.
const MAX_FRAMES: u64 = 1472;
const MIN_FRAMES: u64 = 384;
/// whisper.cpp passes over sound that is much shorter.
const MIN_SAMPLES: usize = 17_600;

/// OpenAI's Whisper, by whisper.cpp. One set of weights for all listeners.
pub(crate) struct Whisper {
    context: WhisperContext,
    model: &'static Model,
    detection: PathBuf,
}

impl Whisper {
    /// Loads a model of the manifest from `path`, and the one that finds speech from `detection`.
    pub(crate) fn load(
        model: &'static Model,
        path: &Path,
        detection: &Path,
    ) -> Result<Self, RecogniserError> {
        // whisper.cpp talks on standard error otherwise.
        whisper_rs::install_logging_hooks();
        let mut parameters = WhisperContextParameters::default();
        // Flash attention makes ggml's encoder slower on a CPU, and cannot give word times.
        parameters.use_gpu(false).flash_attn(false);
        parameters.dtw_parameters(DtwParameters { mode: alignment(model), ..Default::default() });
        let failed = |path: &Path, source| RecogniserError::Load { path: path.to_owned(), source };
        let context = WhisperContext::new_with_params(path, parameters)
            .map_err(|source| failed(path, source.into()))?;
        let whisper = Self { context, model, detection: detection.to_owned() };
        whisper.detector()?;
        Ok(whisper)
    }

    fn detector(&self) -> Result<WhisperVadContext, RecogniserError> {
        let failed = |source| RecogniserError::Load { path: self.detection.clone(), source };
        let mut parameters = WhisperVadContextParams::default();
        parameters.set_n_threads(1);
        let path = self.detection.to_str().ok_or_else(|| failed("the path is not UTF-8".into()))?;
        WhisperVadContext::new(path, parameters).map_err(|source| failed(source.into()))
    }

    fn state(&self) -> Result<WhisperState, RecogniserError> {
        let state = self.context.create_state();
        state.map_err(|source| RecogniserError::Listener { source: source.into() })
    }
}

/// Which heads of a model follow the sound: found by OpenAI, known to whisper.cpp by name.
fn alignment(model: &Model) -> DtwMode<'static> {
    let model_preset = match model.name.as_str() {
        "tiny.en" => DtwModelPreset::TinyEn,
        "base" => DtwModelPreset::Base,
        "small" => DtwModelPreset::Small,
        "medium" => DtwModelPreset::Medium,
        "large-v3-turbo" => DtwModelPreset::LargeV3Turbo,
        // Nearly as good for a model that nobody has looked into.
        _ => return DtwMode::TopMost { n_top: 2 },
    };
    DtwMode::ModelPreset { model_preset }
}

fn length_ms(samples: &[f32]) -> u64 {
    u64::try_from(samples.len()).expect("a slice's length is a u64") / SAMPLES_PER_MS
}

impl Recogniser for Whisper {
    fn speech(&self, samples: &[f32]) -> Result<Vec<f32>, RecogniserError> {
        if samples.is_empty() {
            return Ok(Vec::new());
        }
        let mut detector = self.detector()?;
        detector.detect_speech(samples).map_err(|source| RecogniserError::Run {
            task: "find speech",
            length_ms: length_ms(samples),
            source: source.into(),
        })?;
        Ok(detector.probabilities().to_vec())
    }

    fn knows(&self, language: Language) -> bool {
        self.model.languages.include(language)
            && whisper_rs::get_lang_id(language.as_str()).is_some()
    }

    fn languages(&self, samples: &[f32]) -> Result<Vec<(Language, f32)>, RecogniserError> {
        if !self.context.is_multilingual() {
            return Ok("en".parse().ok().map(|it| (it, 1.0)).into_iter().collect());
        }
        let failed = |source: whisper_rs::WhisperError| RecogniserError::Run {
            task: "tell the language",
            length_ms: length_ms(samples),
            source: source.into(),
        };
        let mut state = self.state()?;
        state.pcm_to_mel(&padded(samples), 1).map_err(failed)?;
        let (_, probabilities) = state.lang_detect(0, 1).map_err(failed)?;
        let languages = (0..).zip(probabilities).filter_map(|(id, probability)| {
            let language = whisper_rs::get_lang_str(id)?.parse().ok()?;
            Some((language, probability))
        });
        Ok(languages.collect())
    }

    fn listener(&self) -> Result<Box<dyn Listener>, RecogniserError> {
        let state = self.state()?;
        let marks = Marks { end: self.context.token_eot(), time: self.context.token_beg() };
        Ok(Box::new(Ear { state, marks }))
    }
}

/// Silence is put behind a sound that is too short to be looked at.
fn padded(samples: &[f32]) -> Vec<f32> {
    let mut samples = samples.to_vec();
    samples.resize(samples.len().max(MIN_SAMPLES), 0.0);
    samples
}

/// Where the ids of tokens that are not text begin.
#[derive(Clone, Copy)]
struct Marks {
    /// `<|endoftext|>`: smaller ids are text.
    end: i32,
    /// `<|0.00|>`: each id behind it is 20 ms more.
    time: i32,
}

struct Ear {
    state: WhisperState,
    marks: Marks,
}

impl Listener for Ear {
    fn hear(
        &mut self,
        samples: &[f32],
        language: Language,
        care: Care,
    ) -> Result<Utterance, RecogniserError> {
        let length_ms = length_ms(samples);
        // More would make whisper.cpp abort the whole process when it aligns words.
        if length_ms > MAX_WINDOW_MS {
            return Err(RecogniserError::TooLong { length_ms });
        }
        let samples = padded(samples);
        let parameters = parameters(&samples, &language, care);
        self.state.full(parameters, &samples).map_err(|source| RecogniserError::Run {
            task: "recognise speech",
            length_ms,
            source: source.into(),
        })?;
        Ok(self.utterance(language, MediaTime::from_ms(length_ms)))
    }
}

fn parameters<'a>(samples: &[f32], language: &'a Language, care: Care) -> FullParams<'a, 'static> {
    let english = language.as_str() == "en";
    // A wider search buys little in English, which even small models know well.
    let beam_size = if english { 3 } else { 5 };
    let mut parameters =
        FullParams::new(SamplingStrategy::BeamSearch { beam_size, patience: -1.0 });
    parameters.set_n_threads(1);
    parameters.set_language(Some(language.as_str()));
    parameters.set_no_context(true);
    // One pass over the window: whisper.cpp would listen again behind the last time it wrote, to
    // whatever is left, and repeat itself. Whether there is more to hear is the caller's to say.
    parameters.set_single_segment(true);
    // No "[MUSIC]" and the like, as in OpenAI's own program.
    parameters.set_suppress_nst(true);
    parameters.set_print_special(false);
    parameters.set_print_progress(false);
    parameters.set_print_realtime(false);
    parameters.set_print_timestamps(false);
    if care == Care::Usual {
        let margin = if english { 64 } else { 256 };
        parameters.set_audio_ctx(frames(length_ms(samples), margin));
    }
    parameters
}

/// How many frames the encoder gets. It takes time by their square, so no more than the sound needs.
fn frames(length_ms: u64, margin: u64) -> i32 {
    let needed = (length_ms * FRAMES_PER_SECOND).div_ceil(1000) + margin;
    let frames = needed.next_multiple_of(64).clamp(MIN_FRAMES, MAX_FRAMES);
    i32::try_from(frames).expect("clamped")
}

impl Ear {
    fn utterance(&self, language: Language, length: MediaTime) -> Utterance {
        let mut words = Words { spaced: spaced(language), words: Vec::new(), open: false };
        let mut until = None;
        for segment in self.state.as_iter() {
            for token in (0..segment.n_tokens()).filter_map(|it| segment.get_token(it)) {
                let id = token.token_id();
                if id < self.marks.end {
                    let bytes = token.to_bytes().unwrap_or_default();
                    let end = MediaTime::from_whisper(token.token_data().t_dtw);
                    words.add(bytes, end, token.token_probability());
                } else if id > self.marks.time {
                    let centiseconds = i64::from(id - self.marks.time) * 2;
                    until = MediaTime::from_whisper(centiseconds);
                }
            }
        }
        let until = until.unwrap_or(length).min(length);
        Utterance { words: words.finish(), until }
    }
}

/// Languages that put a space before a word. In the others each token is taken for a word.
fn spaced(language: Language) -> bool {
    !matches!(language.as_str(), "zh" | "ja" | "yue" | "th" | "lo" | "my" | "km" | "bo")
}

/// Puts tokens, which are pieces of words and even of letters, together to words.
struct Words {
    spaced: bool,
    /// Bytes, end and least probability of each.
    words: Vec<(Vec<u8>, MediaTime, f32)>,
    /// The last bytes are the beginning of a letter.
    open: bool,
}

impl Words {
    /// `end` is whisper.cpp's aligned time of the token. It counts the decoder's positions, and
    /// what is heard at a position is written at the next one: so this is when the token ends.
    fn add(&mut self, bytes: &[u8], end: Option<MediaTime>, probability: f32) {
        let text = std::str::from_utf8(bytes);
        let mark = text.is_ok_and(|it| !it.chars().any(char::is_alphanumeric));
        let begins = !self.open && if self.spaced { bytes.starts_with(b" ") } else { !mark };
        match self.words.last_mut() {
            Some((word, last, least)) if !begins => {
                word.extend(bytes);
                // A mark is silent: its time is somewhere in the pause.
                if !mark {
                    *last = end.map_or(*last, |it| it.max(*last));
                }
                *least = least.min(probability);
            }
            last => {
                let before = last.map_or(MediaTime::ZERO, |it| it.1);
                let end = end.unwrap_or(before).max(before);
                self.words.push((bytes.to_vec(), end, probability));
            }
        }
        self.open = self.words.last().is_some_and(|it| std::str::from_utf8(&it.0).is_err());
    }

    /// A word begins when the one before ends.
    fn finish(self) -> Vec<SpokenWord> {
        let mut start = MediaTime::ZERO;
        let mut words = Vec::with_capacity(self.words.len());
        for (bytes, end, probability) in self.words {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if !text.trim().is_empty() {
                words.push(SpokenWord {
                    range: TimeRange::from_or_at(start, end),
                    text,
                    probability,
                });
            }
            start = end;
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoder_gets_what_the_sound_needs_in_multiples_of_64() {
        let cases = [
            // milliseconds, margin, frames
            (1_100, 64, 384),
            (10_000, 64, 576),
            (28_000, 64, 1472),
            (28_000, 256, 1472),
            (15_000, 256, 1024),
        ];
        for (length_ms, margin, expected) in cases {
            let frames = frames(length_ms, margin);
            assert_eq!(frames, expected, "{length_ms} ms");
            assert!(u64::try_from(frames).unwrap() * 20 >= length_ms, "aligning would abort");
        }
    }

    #[test]
    fn tokens_make_words() {
        let at = |ms| Some(MediaTime::from_ms(ms));
        let mut words = Words { spaced: true, words: Vec::new(), open: false };
        for (bytes, end) in [
            (&b" co"[..], 100),
            (b"-op", 300),
            (b",", 480),
            (b" caf", 500),
            (b"\xc3", 700),
            (b"\xa9", 720),
        ] {
            words.add(bytes, at(end), 0.5);
        }
        words.add(b" end", None, 0.25);
        let words = words.finish();
        let texts: Vec<&str> = words.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts, [" co-op,", " café", " end"]);
        let times: Vec<_> =
            words.iter().map(|it| (it.range.start().as_ms(), it.range.end().as_ms())).collect();
        assert_eq!(times, [(0, 300), (300, 720), (720, 720)]);
    }

    #[test]
    fn unspaced_languages_have_a_word_a_token_and_marks_stay_with_theirs() {
        let mut words = Words { spaced: false, words: Vec::new(), open: false };
        for token in ["会議", "を"] {
            words.add(token.as_bytes(), None, 1.0);
        }
        let (one, two) = "始".as_bytes().split_at(1);
        words.add(one, None, 1.0);
        words.add(two, None, 1.0);
        words.add("。".as_bytes(), None, 1.0);
        let texts: Vec<String> = words.finish().into_iter().map(|it| it.text).collect();
        assert_eq!(texts, ["会議", "を", "始。"]);
    }
}
