//! The sample recordings against their ground truth, `script.toml`.

use archive::{Contents, TimeRange, Viewer, Visibility, catalog::Admitted, testing::TestArchive};
use ingest::{Ingest, IngestConfig, discover};
use std::{collections::HashMap, fs, path::Path};
use toml::Table;

#[tokio::test]
async fn assembly_en_is_what_its_script_says() {
    check("assembly-en").await;
}

#[tokio::test]
async fn asamblea_es_is_what_its_script_says() {
    check("asamblea-es").await;
}

#[tokio::test]
async fn pflegekreis_de_is_what_its_script_says() {
    check("pflegekreis-de").await;
}

async fn check(sample: &str) {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../samples")).join(sample);
    let script: Table = fs::read_to_string(folder.join("script.toml")).unwrap().parse().unwrap();
    let script = Script(script);

    let archive = TestArchive::open().await;
    let ingest = Ingest::new(
        archive.catalog.clone(),
        archive.store.clone(),
        IngestConfig::default(),
        archive.clock.clone(),
    );
    let found = discover(&folder).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    let taken_in = ingest.take_in(&found[0], |_| ()).await.unwrap();
    assert_eq!((taken_in.admitted, &taken_in.warnings[..]), (Admitted::New, &[][..]));
    let again = ingest.take_in(&found[0], |_| ()).await.unwrap();
    assert_eq!(again.admitted, Admitted::Unchanged);

    let program = Viewer::program();
    let id = script.text("record_id").parse().unwrap();
    let recording = archive.catalog.recording(&program, &id).await.unwrap().unwrap();
    assert_eq!(recording.title, script.text("title"));
    assert_eq!(recording.description, script.text("description"));
    assert_eq!(recording.language.unwrap().as_str(), script.text("language"));
    assert_eq!(recording.visibility, Visibility::Public);
    assert_eq!(recording.duration.as_ms(), script.number("duration_ms"));
    assert_eq!(recording.started_at, recording.id.created_at().unwrap());

    let contents = archive.catalog.contents(&program, &id).await.unwrap().unwrap();
    assert!(!format!("{recording:?}{contents:?}").contains("not-for-publication"));
    slides(&script, &contents);
    chat(&script, &contents);
    turns(&script, &contents);

    let shares = script.rows("screen_share").into_iter().map(|it| it.range("start_ms", "end_ms"));
    near("shares", contents.shares.iter().map(ms), shares);
    let polls = script.rows("poll");
    assert_eq!(contents.polls.len(), polls.len());
    for (poll, expected) in contents.polls.iter().zip(polls) {
        assert_eq!(poll.at.as_ms(), expected.number("at_s") * 1_000);
        assert_eq!(poll.question, expected.text("question"));
        let answers: Vec<_> = poll.answers.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(answers, expected.texts("answers"));
    }
    let captions = script.0.get("captions").and_then(toml::Value::as_bool).unwrap();
    assert_eq!(!contents.captions.is_empty(), captions);
}

fn slides(script: &Script, contents: &Contents) {
    // What stands there during a screen share is no slide.
    let mut showings = script.rows("showing");
    showings.retain(|it| it.0["page"].is_integer());
    let mut number_of_page = HashMap::new();
    for showing in &showings {
        let next = number_of_page.len() as u64 + 1;
        number_of_page.entry(showing.number("page")).or_insert(next);
    }
    let expected: Vec<_> = showings.iter().map(|it| number_of_page[&it.number("page")]).collect();
    let found: Vec<_> = contents.showings.iter().map(|it| u64::from(it.slide)).collect();
    assert_eq!(found, expected);
    let expected = showings.iter().map(|it| it.range("in_ms", "out_ms"));
    near("showings", contents.showings.iter().map(|it| ms(&it.range)), expected);

    for slide in script.rows("slide") {
        let Some(number) = number_of_page.get(&slide.number("page")) else { continue };
        let found = contents.slides.iter().find(|it| u64::from(it.number) == *number).unwrap();
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words(&found.text), words(slide.text("text")));
        assert!(found.thumbnail.is_some());
    }
}

fn chat(script: &Script, contents: &Contents) {
    let found: Vec<_> =
        contents.chat.iter().map(|it| (it.sender.as_str(), it.text.clone())).collect();
    let mut rows = script.rows("chat");
    // What has an end was cleared.
    let all = rows.len();
    rows.retain(|it| !it.0.contains_key("out"));
    assert!(rows.len() < all, "something was cleared");
    let expected: Vec<_> =
        rows.iter().map(|it| (it.text("name"), plain(it.text("html")))).collect();
    assert_eq!(found, expected);
    for absent in script.rows("chat_absent") {
        assert!(!found.iter().any(|(_, text)| *text == plain(absent.text("html"))));
    }
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

fn turns(script: &Script, contents: &Contents) {
    // Where the recording was paused, in published time.
    let spans = script.0["recorded_spans_raw_ms"].as_array().unwrap();
    let lengths = spans.iter().map(|it| {
        u64::try_from(it[1].as_integer().unwrap() - it[0].as_integer().unwrap()).unwrap()
    });
    let seams: Vec<u64> = lengths
        .scan(0, |sum, it| {
            *sum += it;
            Some(*sum)
        })
        .collect();

    let mut expected: Vec<(String, (u64, u64))> = Vec::new();
    for event in script.rows("talk_event") {
        let (who, (start, end)) = (event.text("who"), event.range("start_ms", "end_ms"));
        match expected.iter_mut().rev().find(|it| it.0 == who) {
            Some((_, (_, last)))
                if start <= *last + 2_000
                    && !seams.iter().any(|it| (*last..=start).contains(it)) =>
            {
                *last = end;
            }
            _ => expected.push((who.to_owned(), (start, end))),
        }
    }
    let ranges = expected.iter().map(|it| it.1);
    near("turns", contents.turns.iter().map(|it| ms(&it.range)), ranges);

    let mut people: Vec<&str> = Vec::new();
    let speakers = expected.iter().map(|(who, _)| {
        if !people.contains(&who.as_str()) {
            people.push(who);
        }
        people.iter().position(|it| it == who).unwrap() + 1
    });
    let speakers: Vec<_> = speakers.collect();
    let found: Vec<_> = contents.turns.iter().map(|it| it.speaker.0 as usize).collect();
    assert_eq!(found, speakers);
    for (number, name) in &contents.speaker_names {
        let key = people[number.0 as usize - 1];
        let rows = script.rows("people");
        let person = rows.iter().find(|it| it.text("key") == key).unwrap();
        assert_eq!(name, person.text("name"));
    }
    assert_eq!(contents.speaker_names.len(), people.len());
}

fn ms(range: &TimeRange) -> (u64, u64) {
    (range.start().as_ms(), range.end().as_ms())
}

/// Published files count in tenths of a second.
#[track_caller]
fn near(
    what: &str,
    found: impl Iterator<Item = (u64, u64)>,
    expected: impl Iterator<Item = (u64, u64)>,
) {
    let (found, expected): (Vec<_>, Vec<_>) = (found.collect(), expected.collect());
    let close = |a: u64, b: u64| a.abs_diff(b) <= 60;
    let same = found.len() == expected.len()
        && found.iter().zip(&expected).all(|(a, b)| close(a.0, b.0) && close(a.1, b.1));
    assert!(same, "{what}: {found:?} is not {expected:?}");
}

/// The ground truth, or a row of it.
struct Script(Table);

impl Script {
    fn rows(&self, name: &str) -> Vec<Self> {
        let rows = self.0.get(name).and_then(toml::Value::as_array).cloned().unwrap_or_default();
        rows.into_iter().map(|it| Self(it.as_table().unwrap().clone())).collect()
    }

    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap()
    }

    fn texts(&self, name: &str) -> Vec<&str> {
        self.0[name].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect()
    }

    fn number(&self, name: &str) -> u64 {
        self.0[name].as_integer().unwrap().try_into().unwrap()
    }

    fn range(&self, start: &str, end: &str) -> (u64, u64) {
        (self.number(start), self.number(end))
    }
}
