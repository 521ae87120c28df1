//! A recogniser that knows beforehand what is said, for tests of everything around a model.
//!
//! The sound carries the script: samples of level `n` are line `n`, whatever the window, the block
//! or the thread. [`sound`] makes such a sound.

use crate::recogniser::{
    Care, FRAME_MS, Listener, Recogniser, RecogniserError, SpokenWord, Utterance,
};
use archive::{Language, MediaTime, TimeRange};
use std::sync::Arc;

const SAMPLES_PER_MS: usize = 16;
/// What one line is louder than the line before it.
const STEP: f32 = 0.002;

/// Hears lines by their level and spreads their words evenly.
#[derive(Debug, Clone)]
pub struct Scripted {
    language: Language,
    lines: Arc<[String]>,
}

impl Scripted {
    pub fn new(language: Language, lines: &[&str]) -> Self {
        Self { language, lines: lines.iter().map(|&it| it.to_owned()).collect() }
    }
}

/// A sound of so many milliseconds in which somebody says line `n` in each of these ranges.
pub fn sound(length_ms: usize, said: &[(TimeRange, u16)]) -> Vec<f32> {
    (0..length_ms * SAMPLES_PER_MS)
        .map(|sample| {
            let at = u64::try_from(sample / SAMPLES_PER_MS).expect("a length is a u64");
            let line = said.iter().find(|it| it.0.contains(MediaTime::from_ms(at)));
            line.map_or(0.0, |it| f32::from(it.1 + 1) * STEP)
        })
        .collect()
}

/// The line of a sample.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "levels are small")]
fn line(sample: f32) -> Option<usize> {
    ((sample / STEP).round() as usize).checked_sub(1)
}

impl Recogniser for Scripted {
    fn speech(&self, samples: &[f32]) -> Result<Vec<f32>, RecogniserError> {
        let frame = usize::try_from(FRAME_MS).expect("a frame is short") * SAMPLES_PER_MS;
        let spoken = |it: &[f32]| if it.iter().any(|&it| line(it).is_some()) { 1.0 } else { 0.0 };
        Ok(samples.chunks(frame).map(spoken).collect())
    }

    fn knows(&self, language: Language) -> bool {
        language == self.language
    }

    fn languages(&self, _: &[f32]) -> Result<Vec<(Language, f32)>, RecogniserError> {
        Ok(vec![(self.language, 1.0)])
    }

    fn listener(&self) -> Result<Box<dyn Listener>, RecogniserError> {
        Ok(Box::new(self.clone()))
    }
}

impl Listener for Scripted {
    fn hear(
        &mut self,
        samples: &[f32],
        _: Language,
        _: Care,
    ) -> Result<Utterance, RecogniserError> {
        let ms = |it: usize| u64::try_from(it / SAMPLES_PER_MS).expect("a length is a u64");
        let mut words = Vec::new();
        let mut start = 0;
        for part in samples.chunk_by(|one, two| line(*one) == line(*two)) {
            let (from, length) = (ms(start), ms(part.len()));
            start += part.len();
            let Some(text) = part.first().and_then(|&it| self.lines.get(line(it)?)) else {
                continue;
            };
            let spoken: Vec<&str> = text.split_whitespace().collect();
            let count = u64::try_from(spoken.len()).expect("a length is a u64");
            for (n, word) in (0..).zip(spoken) {
                let at = |n: u64| MediaTime::from_ms(from + length * n / count);
                words.push(SpokenWord {
                    range: TimeRange::from_or_at(at(n), at(n + 1)),
                    text: format!(" {word}"),
                    probability: 1.0,
                });
            }
        }
        Ok(Utterance { words, until: MediaTime::from_ms(ms(samples.len())) })
    }
}
