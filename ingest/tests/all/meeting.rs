//! A small meeting to take in, made here.

use archive::{
    Clock, Contents, Recording, RecordingId, SourceFile, Viewer,
    testing::{TestArchive, s3::S3Server},
};
use ingest::{Found, Ingest, IngestConfig, IngestError, TakenIn, discover};
use sha2::{Digest as _, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

pub(crate) const ID: &str = "5d41402abc4b2a76b9719d911017c592ae2d9e1f-1700000000123";

/// A published directory of a minute's meeting, and an archive to take it into.
pub(crate) struct Meeting {
    pub(crate) archive: TestArchive,
    pub(crate) root: tempfile::TempDir,
    pub(crate) config: IngestConfig,
    /// Where the store is not a folder.
    pub(crate) s3: Option<S3Server>,
}

/// Runs each test with a store in a folder and with one in a bucket.
macro_rules! on_both {
    ($($test:ident)*) => {
        mod folder {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::meeting::Meeting::new().await).await;
            })*
        }
        mod s3 {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::meeting::Meeting::on_s3().await).await;
            })*
        }
    };
}
pub(crate) use on_both;

pub(crate) const METADATA: &str = r#"<recording><id>ID</id><state>published</state><published>true</published>
  <start_time>1700000000123</start_time><end_time>1700000120123</end_time><participants>3</participants>
  <meeting id="ID" externalId="room" name="Room 12" breakout="false"/>
  <meta><meetingName>Room 12</meetingName><endcallbackurl>https://localhost/?salt=s3cret</endcallbackurl>
    <plenary-title>Spring meeting</plenary-title><plenary-language>en-GB</plenary-language></meta>
  <playback><format>presentation</format><link>https://localhost/ID</link><duration>60000</duration></playback>
</recording>"#;

const SHAPES: &str = r#"<?xml version="1.0"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink">
  <image class="slide" in="0.0" out="20.0" xlink:href="presentation/P/slide-1.png"/>
  <image class="slide" in="20.0" out="999.0" xlink:href="presentation/P/slide-2.png"/>
</svg>"#;

const CHAT: &str = r#"<?xml version="1.0"?><popcorn>
  <chattimeline in="5.0" out="30.0" direction="down" name="Ada" message="soup &lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;today&lt;/b&gt;" target="chat"/>
  <chattimeline in="70.0" direction="down" name="Bo" message="late" target="chat"/>
</popcorn>"#;

/// Recorded from 10 s to 70 s on the meeting's clock, the button pressed twice at first.
const EVENTS: &str = r#"<recording meeting_id="ID" bbb_version="2.1.0">
  <metadata meetingName="Room 12" gl-token="s3cret"/>
  <event timestamp="1000" module="PARTICIPANT" eventname="ParticipantJoinEvent"><userId>w_a</userId><externalUserId>a</externalUserId><name>Ada</name><role>MODERATOR</role></event>
  <event timestamp="1001" module="PARTICIPANT" eventname="ParticipantJoinEvent"><userId>w_b</userId><externalUserId>b</externalUserId><name>Bo</name><role>VIEWER</role></event>
  <event timestamp="10000" module="PARTICIPANT" eventname="RecordStatusEvent"><status>true</status></event>
  <event timestamp="10000" module="PARTICIPANT" eventname="RecordStatusEvent"><status>true</status></event>
  <event timestamp="10000" module="PARTICIPANT" eventname="RecordStatusEvent"><status>true</status></event>
  <event timestamp="12000" module="VOICE" eventname="ParticipantTalkingEvent"><participant>w_b</participant><talking>true</talking></event>
  <event timestamp="15000" module="VOICE" eventname="ParticipantMutedEvent"><participant>w_b</participant><muted>true</muted></event>
  <event timestamp="40000" module="VOICE" eventname="ParticipantTalkingEvent"><participant>w_a</participant><talking>true</talking></event>
  <event timestamp="45000" module="VOICE" eventname="ParticipantTalkingEvent"><participant>w_a</participant><talking>false</talking></event>
  <event timestamp="70000" module="PARTICIPANT" eventname="EndAndKickAllEvent"/>
</recording>"#;

impl Meeting {
    pub(crate) async fn new() -> Self {
        let it = Self {
            archive: TestArchive::open().await,
            root: tempfile::tempdir().unwrap(),
            config: IngestConfig::default(),
            s3: None,
        };
        it.write("metadata.xml", METADATA);
        it.write("shapes.svg", SHAPES);
        it.write("slides_new.xml", CHAT);
        it.write(
            "deskshare.xml",
            r#"<recording><event start_timestamp="8.0" stop_timestamp="9.5"/></recording>"#,
        );
        it.write("presentation_text.json", r#"{"P": {"slide-1": "Agenda"}}"#);
        it.write("polls.json", r#"[{"timestamp": 50, "question": "Tea?", "answers": [{"key": "Yes", "numVotes": 2}]}]"#);
        it.write(
            "captions.json",
            r#"[{"locale": "en", "localeName": "English"}, {"locale": "de"}]"#,
        );
        it.write("caption_en.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nsoup\n");
        it.write("caption_de.vtt", "WEBVTT\n");
        it.write("presentation/P/slide-1.png", "png 1");
        it.write("presentation/P/slide-2.png", "png 2");
        it.write("presentation/P/thumbnails/thumb-1.png", "thumb 1");
        it.write("presentation/P/textfiles/slide-2.txt", "Heating");
        it.write("video/webcams.webm", "not really video");
        it.write(&format!("../../raw/{ID}/events.xml"), EVENTS);
        it
    }

    pub(crate) async fn on_s3() -> Self {
        let mut it = Self::new().await;
        let root = it.archive.folder.path().join("bucket");
        fs::create_dir(&root).unwrap();
        let server = S3Server::start(&root).await;
        it.archive.store = server.store();
        it.s3 = Some(server);
        it
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.root.path().join("presentation").join(ID)
    }

    /// Writes a file of the published directory; `ID` stands for the recording's.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<str>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content.as_ref().replace("ID", ID)).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        let mut path = self.folder();
        for part in Path::new(name) {
            if part == ".." {
                path.pop();
            } else {
                path.push(part);
            }
        }
        path
    }

    pub(crate) fn ingest(&self) -> Ingest {
        let TestArchive { catalog, store, clock, .. } = &self.archive;
        let clock: Arc<dyn Clock> = clock.clone();
        Ingest::new(catalog.clone(), store.clone(), self.config, clock)
    }

    /// The published directory, to be taken in.
    pub(crate) fn found(&self) -> Result<Found, IngestError> {
        let mut found = discover(&self.folder())?;
        assert_eq!(found.len(), 1, "{found:?}");
        Ok(found.remove(0))
    }

    pub(crate) async fn take_in(&self) -> Result<TakenIn, IngestError> {
        self.ingest().take_in(&self.found()?, |_| ()).await
    }

    /// Takes it in, and says nothing was out of order.
    pub(crate) async fn taken_in(&self) -> TakenIn {
        self.take_in().await.unwrap_or_else(|it| panic!("{it}: {it:?}"))
    }

    pub(crate) async fn recording(&self) -> Option<Recording> {
        self.archive.catalog.recording(&Viewer::program(), &id()).await.unwrap()
    }

    pub(crate) async fn contents(&self) -> Contents {
        self.archive.catalog.contents(&Viewer::program(), &id()).await.unwrap().unwrap()
    }

    pub(crate) async fn sources(&self) -> Vec<SourceFile> {
        self.archive.catalog.sources(&Viewer::program(), &id()).await.unwrap()
    }

    /// The bytes of an original in the store.
    pub(crate) async fn stored(&self, path: &str) -> Option<Vec<u8>> {
        let sources = self.sources().await;
        let source = sources.iter().find(|it| it.path.as_str() == path)?;
        self.archive.store.get(&source.key(&id())).await.unwrap().map(|it| it.to_vec())
    }

    /// Makes sure that everything the catalog lists can be read, and is what it says.
    pub(crate) async fn check_whole(&self) {
        for source in self.sources().await {
            let bytes = self.archive.store.get(&source.key(&id())).await.unwrap();
            let bytes = bytes.unwrap_or_else(|| panic!("{} is lost", source.path));
            assert_eq!(hex::encode(Sha256::digest(&bytes)), source.sha256, "{}", source.path);
        }
    }
}

pub(crate) fn id() -> RecordingId {
    ID.parse().unwrap()
}
