//! The project's own samples against their ground truth, `script.toml`.

use super::*;
use std::collections::HashMap;
use toml::{Table, Value};

/// The sample with the meta `bbb-anonymize-chat`.
const ANONYMOUS: &str = "audio-only";
/// How far times may be apart: published files round to 0.1 s.
const NEAR_MS: u64 = 60;

struct Sample {
    name: String,
    script: Table,
    /// All that is there, and only what the raw archive has.
    all: Files,
    raw: Files,
}

/// Every sample that is there.
fn samples() -> Vec<Sample> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../samples"));
    let mut found = Vec::new();
    for folder in [root.to_owned(), root.join("variants")] {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let folder = entry.unwrap().path();
            let Ok(script) = fs::read_to_string(folder.join("script.toml")) else { continue };
            let script: Table = script.parse().unwrap();
            let id = script["record_id"].as_str().unwrap();
            let (mut all, mut raw) = (Files::default(), Files::default());
            for format in fs::read_dir(&folder).unwrap() {
                let format = format.unwrap();
                let (name, lies) = (format.file_name(), format.path().join(id));
                let name = name.to_str().unwrap();
                if lies.is_dir() {
                    put_folder(&mut all, &lies, name);
                }
                if lies.is_dir() && name == "raw" {
                    put_folder(&mut raw, &lies, name);
                }
            }
            let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
            found.push(Sample { name, script, all, raw });
        }
    }
    assert!(found.len() >= 3, "the samples are there");
    found
}

impl Sample {
    fn rows(&self, name: &str) -> Vec<&Table> {
        let rows = self.script.get(name).and_then(Value::as_array);
        rows.into_iter().flatten().map(|it| it.as_table().unwrap()).collect()
    }

    fn text(&self, name: &str) -> &str {
        self.script[name].as_str().unwrap()
    }

    /// Whether the files can tell of something that one of these does.
    fn has(&self, files: &[&str]) -> bool {
        files.iter().any(|it| self.all.has(&it.parse().unwrap()))
    }
}

fn number(row: &Table, name: &str) -> u64 {
    u64::try_from(row[name].as_integer().unwrap()).unwrap()
}

#[track_caller]
fn near(what: &str, found: &[(u64, u64)], expected: &[(u64, u64)]) {
    let apart = |(a, b): (&(u64, u64), &(u64, u64))| a.0.abs_diff(b.0).max(a.1.abs_diff(b.1));
    let near = found.len() == expected.len()
        && found.iter().zip(expected).map(apart).all(|it| it <= NEAR_MS);
    assert!(near, "{what}: {found:?} instead of {expected:?}");
}

/// The scripts' HTML has links whose text is their address, and nothing else that is bracketed.
fn plain(html: &str) -> String {
    let mut text = String::new();
    for (index, part) in html.split('<').enumerate() {
        text += if index == 0 { part } else { part.split_once('>').unwrap().1 };
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&amp;", "&")
}

#[test]
fn every_sample_is_what_its_script_says() {
    for sample in samples() {
        let name = &sample.name;
        let (Understood { contents, about }, warnings) =
            understood(&sample.all, sample.text("record_id"));
        assert_eq!(warnings, [""; 0], "{name}");
        assert_eq!(about.title.as_deref(), Some(sample.text("title")), "{name}");
        assert_eq!(about.language.unwrap().as_str(), sample.text("language"), "{name}");
        assert_eq!(about.description, sample.text("description"), "{name}");
        assert_eq!(about.duration.as_ms(), number(&sample.script, "duration_ms"), "{name}");
        assert!(!format!("{about:?}{contents:?}").contains("not-for-publication"), "{name}");

        if sample.has(&["presentation/slides_new.xml", "video/video.xml", "raw/events.xml"]) {
            check_chat(&sample, &contents);
        }
        if sample.has(&["raw/events.xml"]) {
            check_speakers(&sample, &contents);
        }
        if sample.has(&["presentation/shapes.svg", "raw/events.xml"]) {
            check_slides(&sample, &contents);
            check_shown(&sample, &contents);
        }
        let captions = sample.script.get("captions").and_then(Value::as_bool).unwrap();
        let listed = sample.has(&["presentation/captions.json", "video/captions.json"]);
        assert_eq!(!contents.captions.is_empty(), captions && listed, "{name}");
        let notes = ["presentation/notes.html", "raw/notes/notes.html", "notes/notes.html"];
        assert_eq!(!contents.notes.is_empty(), sample.has(&notes), "{name}");
        assert!(!contents.notes.contains(['<', '&']) || contents.notes.contains("& "), "{name}");
    }
}

#[test]
fn the_log_alone_tells_the_same() {
    for sample in samples().into_iter().filter(|it| it.raw.below("raw").next().is_some()) {
        let name = &sample.name;
        let (Understood { contents, about }, _) = understood(&sample.raw, sample.text("record_id"));
        assert_eq!(about.title.as_deref(), Some(sample.text("title")), "{name}");
        assert_eq!(about.duration.as_ms(), number(&sample.script, "duration_ms"), "{name}");
        check_speakers(&sample, &contents);
        check_chat(&sample, &contents);
        check_shown(&sample, &contents);
    }
}

fn check_slides(sample: &Sample, contents: &Contents) {
    // What stands there during a screen share is no slide.
    let showings = sample.rows("showing");
    let showings: Vec<_> = showings.into_iter().filter(|it| it["page"].is_integer()).collect();
    let mut numbers = HashMap::new();
    for row in &showings {
        let next = u32::try_from(numbers.len() + 1).unwrap();
        numbers.entry(number(row, "page")).or_insert(next);
    }
    let expected: Vec<_> = showings.iter().map(|it| numbers[&number(it, "page")]).collect();
    let found: Vec<_> = contents.showings.iter().map(|it| it.slide).collect();
    assert_eq!(found, expected, "{}", sample.name);
    let expected: Vec<_> =
        showings.iter().map(|it| (number(it, "in_ms"), number(it, "out_ms"))).collect();
    let found: Vec<_> = contents.showings.iter().map(|it| ms(it.range)).collect();
    near(&sample.name, &found, &expected);
    for row in sample.rows("slide") {
        let Some(number) = numbers.get(&number(row, "page")) else { continue };
        let slide = contents.slides.iter().find(|it| it.number == *number).unwrap();
        let found: Vec<_> = slide.text.split_whitespace().collect();
        let expected: Vec<_> = row["text"].as_str().unwrap().split_whitespace().collect();
        assert_eq!(found, expected, "{}", sample.name);
    }
}

fn check_chat(sample: &Sample, contents: &Contents) {
    let name = &sample.name;
    let rows = sample.rows("chat");
    // What has an end was cleared.
    let mut expected: Vec<_> = rows
        .into_iter()
        .filter(|it| !it.contains_key("out"))
        .map(|it| (it["name"].as_str().unwrap(), plain(it["html"].as_str().unwrap())))
        .collect();
    let mut found: Vec<_> =
        contents.chat.iter().map(|it| (it.sender.as_str(), it.text.clone())).collect();
    // Where the record button was pressed twice, BigBlueButton's chat has a clock of its own.
    expected.sort();
    found.sort();
    assert_eq!(found, expected, "{name}");
    for absent in sample.rows("chat_absent") {
        let absent = plain(absent["html"].as_str().unwrap());
        assert!(!contents.chat.iter().any(|it| it.text == absent), "{name}");
    }
    let kept: Vec<_> =
        sample.rows("chat").into_iter().filter(|it| !it.contains_key("out")).collect();
    // What answers a message that was cleared answers nothing any more.
    let is_kept = |id: &Value| kept.iter().any(|it| it.get("id") == Some(id));
    let replies = kept.iter().filter_map(|it| it.get("reply_to")).filter(|it| is_kept(it)).count();
    assert_eq!(contents.chat.iter().filter(|it| it.reply_to.is_some()).count(), replies, "{name}");
    let edited = kept.iter().filter(|it| it.contains_key("edited_at_epoch_ms")).count();
    assert_eq!(contents.chat.iter().filter(|it| it.edited).count(), edited, "{name}");
}

/// Polls, screens, videos.
fn check_shown(sample: &Sample, contents: &Contents) {
    let name = &sample.name;
    let second = |at: MediaTime| at.as_ms() / 1_000;
    let expected: Vec<_> = sample.rows("poll").iter().map(|it| number(it, "at_s")).collect();
    let found: Vec<_> = contents.polls.iter().map(|it| second(it.at)).collect();
    assert_eq!(found, expected, "{name}");
    for (poll, row) in contents.polls.iter().zip(sample.rows("poll")) {
        let answers: Vec<_> = poll.answers.iter().map(|it| it.text.as_str()).collect();
        let expected: Vec<_> =
            row["answers"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
        assert_eq!(
            (poll.question.as_str(), answers),
            (row["question"].as_str().unwrap(), expected)
        );
    }
    let expected: Vec<_> = sample
        .rows("screen_share")
        .iter()
        .map(|it| (number(it, "start_ms"), number(it, "end_ms")))
        .collect();
    let found: Vec<_> = contents.shares.iter().map(|it| ms(*it)).collect();
    near(name, &found, &expected);
    let expected: Vec<_> = sample
        .rows("external_video")
        .into_iter()
        .map(|it| (number(it, "at_s"), it["url"].as_str().unwrap()))
        .collect();
    let found: Vec<_> =
        contents.external_videos.iter().map(|it| (second(it.at), it.url.as_str())).collect();
    assert_eq!(found, expected, "{name}");
}

fn check_speakers(sample: &Sample, contents: &Contents) {
    // Where the recording was paused, in published time.
    let mut seams = vec![0];
    for span in sample.script["recorded_spans_raw_ms"].as_array().unwrap() {
        let length = span[1].as_integer().unwrap() - span[0].as_integer().unwrap();
        seams.push(seams[seams.len() - 1] + u64::try_from(length).unwrap());
    }
    let mut expected: Vec<(&str, (u64, u64))> = Vec::new();
    for row in sample.rows("talk_event") {
        let who = row["who"].as_str().unwrap();
        let (start, end) = (number(row, "start_ms"), number(row, "end_ms"));
        match expected.iter_mut().rev().find(|it| it.0 == who) {
            Some((_, (_, last)))
                if start <= *last + 2_000
                    && !seams.iter().any(|it| (*last..=start).contains(it)) =>
            {
                *last = end;
            }
            _ => expected.push((who, (start, end))),
        }
    }
    expected.sort_by_key(|it| it.1);
    let found: Vec<_> = contents.turns.iter().map(|it| ms(it.range)).collect();
    let ranges: Vec<_> = expected.iter().map(|it| it.1).collect();
    near(&sample.name, &found, &ranges);
    let mut numbers = HashMap::new();
    for (turn, (who, _)) in contents.turns.iter().zip(&expected) {
        let speaker = *numbers.entry(*who).or_insert(turn.speaker);
        assert_eq!(speaker, turn.speaker, "{}: {who}", sample.name);
    }
    // The truth tells names, also where the meeting asked that they be hidden.
    let mut viewers = 0;
    for row in sample.rows("people") {
        let is_viewer = row["role"].as_str() == Some("VIEWER");
        viewers += u32::from(is_viewer);
        let Some(number) = numbers.get(row["key"].as_str().unwrap()) else { continue };
        let shown = contents.speaker_names.iter().find(|it| it.0 == *number);
        let by_telephone = row.get("dial_in").and_then(Value::as_bool) == Some(true);
        let expected = (!by_telephone).then(|| row["name"].as_str().unwrap());
        let alias = format!("Viewer {viewers}");
        let expected = if is_viewer && sample.name == ANONYMOUS { Some(&*alias) } else { expected };
        assert_eq!(shown.map(|it| it.1.as_str()), expected, "{}", sample.name);
    }

    let tracks = sample.rows("raw_file");
    let tracks = tracks.into_iter().filter(|it| it["kind"].as_str() == Some("microphone"));
    let expected: Vec<_> = tracks
        .map(|it| {
            (numbers[it["who"].as_str().unwrap()], format!("raw/{}", it["path"].as_str().unwrap()))
        })
        .filter(|(_, file)| sample.has(&[file.as_str()]))
        .collect();
    let found: Vec<_> =
        contents.voice_tracks.iter().map(|it| (it.speaker, it.file.to_string())).collect();
    assert_eq!(found, expected, "{}", sample.name);
}

#[test]
fn of_a_broken_sample_nothing_lies_past_its_end() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/variants/broken"));
    let folders = fs::read_dir(root).unwrap().map(|it| it.unwrap().path().join("presentation"));
    let mut seen = 0;
    for folder in folders.filter(|it| it.is_dir()) {
        for recording in fs::read_dir(folder).unwrap() {
            let recording = recording.unwrap();
            let mut files = Files::default();
            put_folder(&mut files, &recording.path(), "presentation");
            let id = recording.file_name().into_string().unwrap();
            let (Understood { contents, about }, _) = understood(&files, &id);
            let end = about.duration;
            assert!(contents.showings.iter().all(|it| it.range.end() <= end), "{id}");
            assert!(contents.showings.iter().all(|it| !it.range.length().is_zero()), "{id}");
            assert!(contents.chat.iter().all(|it| it.at <= end), "{id}");
            assert!(contents.shares.iter().all(|it| it.end() <= end && it.start() < end), "{id}");
            seen += 1;
        }
    }
    assert!(seen > 5);
}
