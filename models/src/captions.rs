//! `WebVTT` captions of a transcript. Pure.

use archive::{Passage, TimeRange, Transcript};

/// What fits on one line of a small screen, in characters.
const LINE: usize = 42;
const LINES: usize = 2;
/// A caption that is shorter cannot be read.
const MIN_MS: u64 = 1000;

/// A transcript as a `WebVTT` file: cues of two lines at most, in order, none into the next.
///
/// A cue stays for a second at least, unless the next one begins sooner.
pub fn captions(transcript: &Transcript) -> String {
    let mut cues: Vec<Cue> = transcript.passages.iter().flat_map(cues).collect();
    for n in 0..cues.len() {
        let next = cues.get(n + 1).map(|it| it.range.start());
        let range = cues[n].range;
        let wanted = range.end().max(range.start().saturating_add_ms(MIN_MS));
        let end = next.map_or(wanted, |next| wanted.min(next));
        // A cue without length is shown by no player.
        let end = end.max(range.start().saturating_add_ms(1));
        cues[n].range = TimeRange::from_or_at(range.start(), end);
    }
    let mut file = "WEBVTT\n".to_owned();
    for Cue { range, lines } in cues {
        file.push_str(&format!("\n{} --> {}\n", range.start(), range.end()));
        for line in lines {
            file.push_str(&escape(&line));
            file.push('\n');
        }
    }
    file
}

struct Cue {
    range: TimeRange,
    lines: Vec<String>,
}

/// A stretch of a passage's text that is not broken: a word with what separates it from the last.
#[derive(Clone, Copy)]
struct Piece<'a> {
    range: TimeRange,
    text: &'a str,
}

fn cues(passage: &Passage) -> Vec<Cue> {
    let mut cues = Vec::new();
    divide(&pieces(passage), &mut cues);
    cues
}

/// Finds the words of a passage in its text, which knows where there are spaces.
fn pieces(passage: &Passage) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = passage.text.as_str();
    for word in &passage.words {
        let Some(at) = rest.find(&word.text) else { continue };
        let (text, after) = rest.split_at(at + word.text.len());
        rest = after;
        split_long(Piece { range: word.range, text }, &mut pieces);
    }
    match pieces.last() {
        Some(_) if rest.trim().is_empty() => {}
        last => {
            let start = last.map_or(passage.range.start(), |it| it.range.end());
            let range = TimeRange::from_or_at(start, passage.range.end());
            for text in rest.split_inclusive(char::is_whitespace) {
                split_long(Piece { range, text }, &mut pieces);
            }
        }
    }
    pieces
}

/// Cuts a word that fits on no line.
fn split_long<'a>(piece: Piece<'a>, pieces: &mut Vec<Piece<'a>>) {
    let mut rest = piece.text;
    while let Some((at, _)) = rest.char_indices().nth(LINE).filter(|_| width(rest) > LINE) {
        let (text, after) = rest.split_at(at);
        pieces.push(Piece { text, ..piece });
        rest = after;
    }
    pieces.push(Piece { text: rest, ..piece });
}

fn width(text: &str) -> usize {
    text.trim().chars().count()
}

/// Makes one cue, or two halves and so on until each fits.
fn divide(pieces: &[Piece<'_>], cues: &mut Vec<Cue>) {
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return };
    let lines = lines(pieces);
    if lines.len() > LINES && pieces.len() > 1 {
        let (before, after) = pieces.split_at(middle(pieces));
        divide(before, cues);
        divide(after, cues);
        return;
    }
    if !lines.is_empty() {
        let range = TimeRange::from_or_at(first.range.start(), last.range.end());
        cues.push(Cue { range, lines });
    }
}

/// Where the text before and behind is most nearly equally long.
fn middle(pieces: &[Piece<'_>]) -> usize {
    let lengths = pieces.iter().map(|it| it.text.chars().count());
    let total: usize = lengths.clone().sum();
    let mut before = 0;
    let mut best = (usize::MAX, 1);
    for (n, length) in lengths.enumerate().take(pieces.len() - 1) {
        before += length;
        best = best.min((total.abs_diff(2 * before), n + 1));
    }
    best.1
}

fn lines(pieces: &[Piece<'_>]) -> Vec<String> {
    let whole = |pieces: &[Piece<'_>]| -> String { pieces.iter().map(|it| it.text).collect() };
    let text = whole(pieces);
    if width(&text) <= LINE {
        let text = tidy(&text);
        return if text.is_empty() { Vec::new() } else { vec![text] };
    }
    // Two lines of about the same length are read faster than a long and a short one.
    if pieces.len() > 1 {
        let (above, below) = pieces.split_at(middle(pieces));
        let lines = [tidy(&whole(above)), tidy(&whole(below))];
        if lines.iter().all(|it| !it.is_empty() && width(it) <= LINE) {
            return lines.into();
        }
    }
    let mut lines = vec![String::new()];
    for piece in pieces {
        let line = lines.last_mut().expect("there is always a line");
        if width(line) + piece.text.chars().count() > LINE && width(line) > 0 {
            lines.push(piece.text.to_owned());
        } else {
            line.push_str(piece.text);
        }
    }
    lines.iter().map(|it| tidy(it)).filter(|it| !it.is_empty()).collect()
}

/// On one line, since an empty line would end the cue.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `WebVTT` cue text has the entities of HTML. With `>` escaped no text looks like `-->`.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use archive::{MediaTime, Word};
    use proptest::prelude::*;

    fn at(ms: u64) -> MediaTime {
        MediaTime::from_ms(ms)
    }

    /// One passage whose words last 400 ms each.
    fn passage(start: u64, text: &str) -> Passage {
        let words: Vec<Word> = (start..)
            .step_by(400)
            .zip(text.split_whitespace())
            .map(|(from, word)| Word {
                range: TimeRange::from_or_at(at(from), at(from + 400)),
                text: word.to_owned(),
                probability: 1.0,
            })
            .collect();
        let end = words.last().map_or(at(start), |it| it.range.end());
        Passage { range: TimeRange::from_or_at(at(start), end), text: text.to_owned(), words }
    }

    fn transcript(passages: Vec<Passage>) -> Transcript {
        Transcript { language: "en".parse().ok(), model: "test".to_owned(), passages }
    }

    #[test]
    fn a_transcript_becomes_a_file() {
        let passages = vec![
            passage(500, "Good evening."),
            passage(
                1_900,
                "We have three points today: the roof, the budget & the <new> statutes, \
                 and then there is time for questions.",
            ),
        ];
        let expected = "\
WEBVTT

00:00:00.500 --> 00:00:01.500
Good evening.

00:00:01.900 --> 00:00:06.300
We have three points today:
the roof, the budget &amp; the

00:00:06.300 --> 00:00:09.900
&lt;new&gt; statutes, and then
there is time for questions.
";
        assert_eq!(captions(&transcript(passages)), expected);
    }

    #[test]
    fn nothing_said_is_a_file_without_cues() {
        assert_eq!(captions(&transcript(vec![])), "WEBVTT\n");
    }

    #[test]
    fn writing_without_spaces_is_broken_between_words() {
        let words: Vec<Word> = (0..60)
            .map(|n| Word {
                range: TimeRange::from_or_at(at(n * 100), at(n * 100 + 100)),
                text: "会議".to_owned(),
                probability: 1.0,
            })
            .collect();
        let text = "会議".repeat(60);
        let range = TimeRange::from_or_at(at(0), at(6000));
        let file = captions(&transcript(vec![Passage { range, text: text.clone(), words }]));
        let cues = parse(&file);
        assert_eq!(cues.len(), 2);
        assert_eq!(cues.iter().flat_map(|it| it.lines.clone()).collect::<String>(), text);
    }

    /// Reads a file by the specification's rules as far as we write it.
    fn parse(file: &str) -> Vec<Cue> {
        fn time(text: &str) -> MediaTime {
            let (clock, ms) = text.split_once('.').unwrap();
            let seconds = clock.split(':').fold(0, |sum, it| sum * 60 + it.parse::<u64>().unwrap());
            at(seconds * 1000 + ms.parse::<u64>().unwrap())
        }
        let mut blocks = file.trim_end().split("\n\n");
        assert_eq!(blocks.next(), Some("WEBVTT"));
        let cue = |block: &str| {
            let mut lines = block.lines();
            let (start, end) = lines.next().unwrap().split_once(" --> ").unwrap();
            let unescape =
                |it: &str| it.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            let lines: Vec<String> = lines.map(unescape).collect();
            assert!(!block.contains("<") && block.matches("-->").count() == 1, "{block}");
            Cue { range: TimeRange::new(time(start), time(end)).unwrap(), lines }
        };
        blocks.map(cue).collect()
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            texts in prop::collection::vec("[ a-zäñ&<>\\-.,\u{a0}会\n]{0,260}", 0..6),
            gap in 0_u64..3000,
        ) {
            let mut passages: Vec<Passage> = Vec::new();
            for text in &texts {
                let start = passages.last().map_or(0, |it| it.range.end().as_ms() + gap);
                passages.push(passage(start, text));
            }
            let cues = parse(&captions(&transcript(passages)));
            for cue in &cues {
                prop_assert!(cue.lines.len() <= LINES, "{:?}", cue.lines);
                for line in &cue.lines {
                    prop_assert!(!line.trim().is_empty() && width(line) <= LINE, "{line:?}");
                }
            }
            for pair in cues.windows(2) {
                let (cue, next) = (pair[0].range, pair[1].range);
                prop_assert!(cue.end() <= next.start().max(cue.start().saturating_add_ms(1)));
                let long = cue.length().as_millis() >= u128::from(MIN_MS);
                prop_assert!(long || cue.end() >= next.start());
            }
            let letters = |it: &str| it.split_whitespace().collect::<String>();
            let written: String = cues.iter().flat_map(|it| &it.lines).map(|it| letters(it)).collect();
            let said: String = texts.iter().map(|it| letters(it)).collect();
            prop_assert_eq!(written, said);
        }
    }
}
