//! What tests of this crate and of others start from: a catalog and a store in a temporary folder,
//! and recordings to put in. Feature `testing`; never part of the program.

pub mod postgres;
pub mod s3;

use crate::{
    Catalog, ChatMessage, Contents, Manifest, ManualClock, MediaTime, Member, MemberId, Passage,
    Recording, RecordingId, Role, Slide, SlideShowing, SourceFile, SourceRole, SpeakerNumber,
    SpeakerTurn, Store, TimeRange, Timestamp, Transcript, Visibility, Word,
    catalog::{Admission, sqlite_url},
};
use std::sync::Arc;

/// A catalog on `SQLite` and a store in one temporary folder, which goes when this is dropped.
pub struct TestArchive {
    pub catalog: Catalog,
    pub store: Store,
    /// Stands at [`NOW`] until it is moved.
    pub clock: Arc<ManualClock>,
    pub folder: tempfile::TempDir,
}

/// 2023-11-14T22:13:20Z
pub const NOW: Timestamp = Timestamp::from_unix_ms(1_700_000_000_000);

impl TestArchive {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let url = sqlite_url(&folder.path().join("catalog.sqlite"));
        Self::on(&url, folder).await
    }

    /// The same on the catalog `url`.
    pub async fn on(url: &str, folder: tempfile::TempDir) -> Self {
        let clock = Arc::new(ManualClock::at(NOW));
        let catalog =
            Catalog::open(url, clock.clone()).await.unwrap_or_else(|it| panic!("{it}: {it:?}"));
        let objects = format!("file://{}", folder.path().join("objects").display());
        let store = Store::open(&objects).expect("a store can be opened in a temporary folder");
        Self { catalog, store, clock, folder }
    }
}

/// The `n`th of many well-formed IDs; meetings of higher numbers began later.
pub fn recording_id(n: u32) -> RecordingId {
    format!("{n:040x}-{}", 1_600_000_000_000_u64 + u64::from(n) * 1_000)
        .parse()
        .expect("the form is right")
}

/// A range in milliseconds.
pub fn range(start: u64, end: u64) -> TimeRange {
    TimeRange::new(MediaTime::from_ms(start), MediaTime::from_ms(end)).expect("start before end")
}

/// A minute's meeting with cameras, one slide, one chat message and one speaker.
pub fn admission(n: u32, title: &str, visibility: Visibility) -> Admission {
    let id = recording_id(n);
    Admission {
        recording: Recording {
            id: id.clone(),
            title: title.to_owned(),
            description: format!("What {title} is about."),
            licence: Some(crate::Licence::CcBySa),
            language: "en".parse().ok(),
            visibility,
            started_at: id.created_at().expect("it is in the ID"),
            duration: MediaTime::from_ms(60_000),
            participants: Some(3),
            ingested_at: NOW,
            space: None,
            subjects: Vec::new(),
            server_state: crate::ServerState::Published,
        },
        manifest: Manifest {
            recording: id,
            ingested_at: NOW,
            files: vec![
                source_file("presentation/metadata.xml", SourceRole::Other),
                source_file("presentation/p/slide-1.png", SourceRole::Other),
                source_file("presentation/video/webcams.webm", SourceRole::Webcams),
            ],
        },
        contents: Contents {
            slides: vec![Slide {
                number: 1,
                image: "presentation/p/slide-1.png".parse().expect("a path"),
                thumbnail: None,
                text: format!("{title}: agenda"),
            }],
            showings: vec![SlideShowing { slide: 1, range: range(0, 60_000) }],
            chat: vec![ChatMessage {
                at: MediaTime::from_ms(5_000),
                sender: "Ada".to_owned(),
                text: "Good morning".to_owned(),
                reply_to: None,
                edited: false,
            }],
            turns: vec![SpeakerTurn { speaker: SpeakerNumber(1), range: range(0, 30_000) }],
            speaker_names: vec![(SpeakerNumber(1), "Ada Lovelace".to_owned())],
            ..Contents::default()
        },
        collection: None,
        former: Vec::new(),
        due: vec![crate::JobKind::Index, crate::JobKind::Audio],
        understanding: 1,
    }
}

pub fn source_file(path: &str, role: SourceRole) -> SourceFile {
    SourceFile {
        path: path.parse().expect("a path"),
        size_bytes: 1_000,
        sha256: "0".repeat(64),
        role,
        kept: crate::Kept::Path,
    }
}

/// A transcript of the given passages, ten seconds each, their words evenly spread.
pub fn transcript(language: &str, passages: &[&str]) -> Transcript {
    let passage = |(n, text): (u64, &&str)| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let step = 10_000 / u64::try_from(words.len().max(1)).expect("few words");
        Passage {
            range: range(n * 10_000, (n + 1) * 10_000),
            text: (*text).to_owned(),
            words: (0..)
                .zip(words)
                .map(|(w, word): (u64, _)| Word {
                    range: range(n * 10_000 + w * step, n * 10_000 + (w + 1) * step),
                    text: word.to_owned(),
                    probability: 0.9,
                })
                .collect(),
        }
    };
    Transcript {
        language: language.parse().ok(),
        model: "scripted".to_owned(),
        passages: (0..).zip(passages).map(passage).collect(),
    }
}

/// Says that a test leaves something out, past the test harness, which would keep it to itself: what
/// was not tested must be seen in a log.
pub fn skipped(why: &str) {
    use std::io::Write as _;
    // Nobody is left to tell where even standard error is gone.
    writeln!(std::io::stderr(), "skipped: {why}").ok();
}

pub fn member(name: &str, role: Role) -> Member {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(name.bytes()) {
        *to = from;
    }
    Member {
        id: MemberId::from_bytes(bytes),
        name: name.parse().expect("a sign-in name"),
        role,
        created_at: NOW,
    }
}
