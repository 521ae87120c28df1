use crate::{
    audio::SAMPLES_PER_MS,
    recogniser::{Care, Listener, RecogniserError, SpokenWord, Utterance},
};
use archive::{Language, MediaTime, TimeRange};
use std::{collections::HashSet, time::Duration};

/// A model may stop listening before the window ends. If so much speech is left, it listens again
/// from there; less is a breath, and it would only repeat itself.
const WORTH_HEARING: Duration = Duration::from_millis(1500);
/// Nobody says more. In writing without spaces a word is a letter or two.
const MAX_WORDS_PER_SECOND: f64 = 6.0;
const MAX_LETTERS_PER_SECOND: f64 = 15.0;
/// Of a text's runs of three words at least so many are different, unless it goes round in circles.
const MIN_DISTINCT: f64 = 0.7;

/// The words of one window, with times of the recording.
///
/// `spoken` is where somebody speaks in the recording.
pub(super) fn hear(
    listener: &mut dyn Listener,
    samples: &[f32],
    window: TimeRange,
    spoken: &[TimeRange],
    language: Language,
) -> Result<Vec<SpokenWord>, RecogniserError> {
    let mut words = Vec::new();
    let mut start = window.start();
    loop {
        let skipped = (start.as_ms() - window.start().as_ms()) * SAMPLES_PER_MS;
        let rest = &samples[usize::try_from(skipped).unwrap_or(usize::MAX).min(samples.len())..];
        let Utterance { words: heard, until } = hear_carefully(listener, rest, language)?;
        words.extend(heard.into_iter().map(|it| later(it, start)));
        let until = start.saturating_add_ms(until.as_ms());
        let left = TimeRange::from_or_at(until, window.end());
        let unheard: Duration = spoken.iter().map(|it| it.overlap(left)).sum();
        // Without a step forward this would never end.
        if unheard < WORTH_HEARING || until.saturating_since(start) < WORTH_HEARING {
            return Ok(words);
        }
        start = until;
    }
}

/// Hears with the usual care, and with full care if the result cannot be right.
fn hear_carefully(
    listener: &mut dyn Listener,
    samples: &[f32],
    language: Language,
) -> Result<Utterance, RecogniserError> {
    let seconds = Duration::from_millis(
        u64::try_from(samples.len()).expect("a slice's length is a u64") / SAMPLES_PER_MS,
    );
    let usual = listener.hear(samples, language, Care::Usual)?;
    if !is_nonsense(&usual.words, seconds) {
        return Ok(usual);
    }
    tracing::debug!("a window came out wrong, hearing it again");
    let full = listener.hear(samples, language, Care::Full)?;
    // Where both are wrong the shorter one says the wrong thing less often.
    let better = full.words.len() <= usual.words.len() || !is_nonsense(&full.words, seconds);
    Ok(if better { full } else { usual })
}

/// Whether a model talks to itself: it repeats a phrase, or says more than a mouth can.
fn is_nonsense(words: &[SpokenWord], length: Duration) -> bool {
    let count = f64::from(u32::try_from(words.len()).unwrap_or(u32::MAX));
    let spaced = words.iter().any(|it| it.text.contains(' '));
    let most = if spaced { MAX_WORDS_PER_SECOND } else { MAX_LETTERS_PER_SECOND };
    if count > most * length.as_secs_f64().max(1.0) {
        return true;
    }
    if words.len() < 10 {
        return false;
    }
    let words: Vec<String> = words.iter().map(|it| it.text.to_lowercase()).collect();
    let different: HashSet<&[String]> = words.windows(3).collect();
    f64::from(u32::try_from(different.len()).unwrap_or(u32::MAX)) < MIN_DISTINCT * (count - 2.0)
}

fn later(word: SpokenWord, start: MediaTime) -> SpokenWord {
    let at = |it: MediaTime| it.saturating_add_ms(start.as_ms());
    let range = TimeRange::from_or_at(at(word.range.start()), at(word.range.end()));
    SpokenWord { range, ..word }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<SpokenWord> {
        let words = text.split_inclusive(' ');
        words
            .map(|it| SpokenWord {
                range: TimeRange::from_or_at(MediaTime::ZERO, MediaTime::ZERO),
                text: it.to_owned(),
                probability: 1.0,
            })
            .collect()
    }

    #[test]
    fn nonsense_is_told_from_speech() {
        let speech = "we begin with the report of the board and then we go on to the budget";
        let circle = "thank you very much ".repeat(6);
        let cases = [
            (speech, 6, false),
            (speech, 2, true),
            (circle.as_str(), 12, true),
            ("no no no no", 2, false),
            ("", 1, false),
        ];
        for (text, seconds, expected) in cases {
            assert_eq!(is_nonsense(&words(text), Duration::from_secs(seconds)), expected, "{text}");
        }
    }

    /// Says one word a second, and hears no more than these at once.
    struct Drowsy {
        seconds: u64,
        calls: Vec<Care>,
        nonsense: usize,
    }

    impl Listener for Drowsy {
        fn hear(
            &mut self,
            samples: &[f32],
            _: Language,
            care: Care,
        ) -> Result<Utterance, RecogniserError> {
            self.calls.push(care);
            let ms = u64::try_from(samples.len()).unwrap() / SAMPLES_PER_MS;
            let until = MediaTime::from_ms(ms.min(self.seconds * 1000));
            if self.nonsense > 0 {
                self.nonsense -= 1;
                return Ok(Utterance { words: words(&"no ".repeat(500)), until });
            }
            let words = (0..until.as_ms())
                .step_by(1000)
                .map(|it| SpokenWord {
                    range: TimeRange::from_or_at(
                        MediaTime::from_ms(it),
                        MediaTime::from_ms(it + 900),
                    ),
                    text: " word".to_owned(),
                    probability: 1.0,
                })
                .collect();
            Ok(Utterance { words, until })
        }
    }

    fn run(drowsy: &mut Drowsy) -> Vec<u64> {
        let at = MediaTime::from_ms;
        let window = TimeRange::from_or_at(at(10_000), at(20_000));
        let samples = vec![0.0; 160_000];
        let words = hear(drowsy, &samples, window, &[window], "en".parse().unwrap()).unwrap();
        words.iter().map(|it| it.range.start().as_ms()).collect()
    }

    #[test]
    fn what_the_model_left_out_is_heard_again_from_there() {
        let mut drowsy = Drowsy { seconds: 4, calls: Vec::new(), nonsense: 0 };
        assert_eq!(run(&mut drowsy), (10..20).map(|it| it * 1000).collect::<Vec<_>>());
        assert_eq!(drowsy.calls, [Care::Usual; 3]);
    }

    #[test]
    fn a_model_that_hears_nothing_is_not_asked_for_ever() {
        let mut deaf = Drowsy { seconds: 0, calls: Vec::new(), nonsense: 0 };
        assert_eq!(run(&mut deaf), [0; 0]);
        assert_eq!(deaf.calls.len(), 1);
    }

    #[test]
    fn nonsense_is_heard_once_more_with_full_care() {
        let mut once = Drowsy { seconds: 10, calls: Vec::new(), nonsense: 1 };
        assert_eq!(run(&mut once).len(), 10);
        assert_eq!(once.calls, [Care::Usual, Care::Full]);
    }
}
