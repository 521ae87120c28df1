use crate::{Announcements, Site, WebConfig, sessions::SessionToken};
use archive::{
    Arrival, CaptionTrack, DerivedFile, JobKind, MediaTime, ObjectKey, Outcome, Pictures,
    RecordingId, Rendition, RenditionKind, Role, SourceRole, StageError, Timestamp, Track,
    Transcript, Visibility,
    catalog::Admission,
    queue,
    testing::{NOW, TestArchive, admission, member, recording_id, source_file, transcript},
};
use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use http_body_util::BodyExt as _;
use search::{Entry, Index};
use std::{
    path::PathBuf,
    sync::{Arc, LazyLock},
    time::Duration,
};
use tower::ServiceExt as _;

pub(super) const PASSWORD: &str = "correct horse battery";
/// Hashed once, since a good hash is slow.
static HASH: LazyLock<String> = LazyLock::new(|| crate::password::hash(PASSWORD).unwrap());
/// The second passage of every transcript, which starts at ten seconds.
pub(super) const SAID: &str = "The roof garden needs a new pump.";

/// A library with a public, a members' and a private recording (1, 2, 3), each with everything; a
/// collection of each visibility that holds all three; a member and an archivist.
pub(super) struct World {
    pub(super) archive: TestArchive,
    pub(super) router: Router,
    index: Index,
    /// What stands in the cookies of `ada`, the archivist, and `max`, a member.
    pub(super) ada: SessionToken,
    pub(super) max: SessionToken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Visitor,
    Member,
    Archivist,
}

impl Who {
    pub(super) const ALL: [Self; 3] = [Self::Visitor, Self::Member, Self::Archivist];
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }
}

impl World {
    pub(super) async fn new() -> Self {
        Self::with(WebConfig::default()).await
    }

    pub(super) async fn with(config: WebConfig) -> Self {
        Self::heard_by(config, None).await
    }

    pub(super) async fn heard_by(
        config: WebConfig,
        announcements: Option<Arc<dyn Announcements>>,
    ) -> Self {
        let archive = TestArchive::open().await;
        let index = Index::open(&archive.folder.path().join("index")).unwrap();
        let ada = open_session(&archive, "ada", Role::Archivist).await;
        let max = open_session(&archive, "max", Role::Member).await;
        let router = crate::router(Site {
            catalog: archive.catalog.clone(),
            store: archive.store.clone(),
            searcher: index.searcher(),
            config,
            clock: archive.clock.clone(),
            uploads: archive.folder.path().join("uploads"),
            spool: Some(archive.folder.path().join("spool")),
            announcements,
        });
        let world = Self { archive, router, index, ada, max };
        for (n, visibility) in (1..).zip(Visibility::ALL) {
            world.admit(n, &format!("Meeting {n}"), visibility).await;
        }
        world.collect().await;
        world
    }

    /// Takes a recording in and does all its jobs.
    pub(super) async fn admit(&self, n: u32, title: &str, visibility: Visibility) -> RecordingId {
        let mut admission = admission(n, title, visibility);
        admission.contents.captions.push(CaptionTrack {
            language: "fr".parse().unwrap(),
            label: "Français".to_owned(),
            file: "presentation/captions/fr.vtt".parse().unwrap(),
        });
        let captions = source_file("presentation/captions/fr.vtt", SourceRole::Other);
        admission.manifest.files.insert(0, captions);
        self.archive.catalog.admit(&admission).await.unwrap();
        let id = recording_id(n);
        let heard = transcript("en", &["Good morning, everybody.", SAID, "<b>Thanks</b> & bye."]);
        let queue = self.archive.catalog.queue();
        while let Some(job) =
            queue.claim(&JobKind::ALL, "test", Duration::from_secs(60)).await.unwrap()
        {
            let outcome = match job.kind {
                JobKind::Index => Outcome::Index,
                JobKind::Audio => Outcome::Audio {
                    duration: MediaTime::from_ms(60_000),
                    renditions: vec![rendition(Track::Audio)],
                },
                JobKind::Transcribe => Outcome::Transcribe(heard.clone()),
                JobKind::Pictures => Outcome::Pictures(Pictures { poster: true, storyboard: true }),
                JobKind::Webcams => Outcome::Video(vec![rendition(Track::Webcams)]),
                JobKind::Deskshare => Outcome::Video(vec![]),
            };
            queue.complete(&job, &outcome).await.unwrap();
        }
        let entry = Entry {
            recording: admission.recording,
            contents: admission.contents,
            transcript: Some(heard),
        };
        self.index.replace(entry).await.unwrap();
        self.fill_store(&id).await;
        id
    }

    /// Takes a recording in that has neither sound nor picture, does all its jobs, which find
    /// nothing, and puts it into the index.
    pub(super) async fn admit_without_media(&self, mut admission: Admission) -> RecordingId {
        admission.recording.duration = MediaTime::ZERO;
        admission.manifest.files.retain(|it| it.role == SourceRole::Other);
        self.archive.catalog.admit(&admission).await.unwrap();
        let queue = self.archive.catalog.queue();
        let minute = Duration::from_secs(60);
        let heard = Transcript { language: None, ..transcript("en", &[]) };
        while let Some(job) = queue.claim(&JobKind::ALL, "test", minute).await.unwrap() {
            let outcome = match job.kind {
                JobKind::Index => Outcome::Index,
                JobKind::Audio => {
                    Outcome::Audio { duration: MediaTime::ZERO, renditions: Vec::new() }
                }
                JobKind::Transcribe => Outcome::Transcribe(heard.clone()),
                JobKind::Pictures => Outcome::Pictures(Pictures::default()),
                JobKind::Webcams | JobKind::Deskshare => panic!("{:?} has nothing to do", job.kind),
            };
            queue.complete(&job, &outcome).await.unwrap();
        }
        let id = admission.recording.id.clone();
        let Admission { recording, contents, .. } = admission;
        let entry = Entry { recording, contents, transcript: Some(heard) };
        self.index.replace(entry).await.unwrap();
        id
    }

    async fn fill_store(&self, id: &RecordingId) {
        let put = async |key: ObjectKey<'_>, bytes: Vec<u8>| {
            self.archive.store.put(&key, bytes.into()).await.unwrap();
        };
        let (slide, captions) = (
            "presentation/p/slide-1.png".parse().unwrap(),
            "presentation/captions/fr.vtt".parse().unwrap(),
        );
        let (metadata, video) = (
            "presentation/metadata.xml".parse().unwrap(),
            "presentation/video/webcams.webm".parse().unwrap(),
        );
        for path in [&slide, &captions, &metadata, &video] {
            put(ObjectKey::Source { recording: id, path }, path.as_str().into()).await;
        }
        put(ObjectKey::Manifest { recording: id }, b"manifest".to_vec()).await;
        put(ObjectKey::SpeechAudio { recording: id }, b"speech".to_vec()).await;
        for name in [
            "webcams.m3u8",
            "webcams-480p.m3u8",
            "audio.m3u8",
            "poster.jpg",
            "storyboard.vtt",
            "storyboard.jpg",
            "peaks.json",
            "captions-en.vtt",
        ] {
            let file: DerivedFile = name.parse().unwrap();
            put(ObjectKey::Derived { recording: id, file: &file }, name.into()).await;
        }
        let file: DerivedFile = "webcams-480p.mp4".parse().unwrap();
        put(ObjectKey::Derived { recording: id, file: &file }, (0..=255).collect()).await;
    }

    async fn collect(&self) {
        let curator = archive::Viewer::program().curator().unwrap();
        let catalog = &self.archive.catalog;
        for visibility in Visibility::ALL {
            let id: archive::CollectionId = format!("c-{visibility}").parse().unwrap();
            let collection = archive::Collection {
                id: id.clone(),
                title: format!("Collection {visibility}"),
                note: "First.\n\nSecond.".to_owned(),
                visibility,
            };
            assert!(catalog.create_collection(&curator, &collection).await.unwrap());
            for n in 1..=3 {
                let reason = format!("Because of {n}.");
                assert!(
                    catalog
                        .put_in_collection(&curator, &id, &recording_id(n), &reason)
                        .await
                        .unwrap()
                );
            }
        }
    }

    /// A failed job of the first recording.
    pub(super) async fn fail_a_job(&self) {
        let queue = self.archive.catalog.queue();
        queue.enqueue(&recording_id(1), JobKind::Webcams).await.unwrap();
        let job = queue.claim(&JobKind::ALL, "test", Duration::from_secs(60)).await.unwrap();
        let error = StageError::fail(std::io::Error::other("no key frame"));
        let verdict = archive::verdict(1, error.disposition);
        queue.fail(&job.unwrap(), "no <b>key</b> frame", verdict).await.unwrap();
    }

    pub(super) async fn jobs(&self) -> Vec<queue::JobView> {
        self.archive.catalog.queue().overview().await.unwrap()
    }

    pub(super) fn folder(&self, name: &str) -> PathBuf {
        self.archive.folder.path().join(name)
    }

    pub(super) fn form_token(&self, who: Who) -> String {
        match who {
            Who::Visitor => String::new(),
            Who::Member => self.max.form_token(),
            Who::Archivist => self.ada.form_token(),
        }
    }

    pub(super) async fn arrivals(&self) -> Vec<Arrival> {
        let curator = archive::Viewer::program().curator().unwrap();
        self.archive.catalog.arrivals().list(&curator).await.unwrap()
    }

    fn cookie(&self, who: Who) -> Option<String> {
        match who {
            Who::Visitor => None,
            Who::Member => Some(format!("session={}", self.max.as_str())),
            Who::Archivist => Some(format!("session={}", self.ada.as_str())),
        }
    }

    pub(super) fn request(
        &self,
        who: Who,
        method: &str,
        path: &str,
    ) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(path).header("host", "localhost");
        match self.cookie(who) {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        }
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(super) async fn get(&self, who: Who, path: &str) -> Answer {
        self.send(self.request(who, "GET", path).body(Body::empty()).unwrap()).await
    }

    pub(super) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.request(Who::Visitor, "GET", path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form as a page of this library would, with the session's token.
    pub(super) async fn post(&self, who: Who, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.form_token(who);
        let mut fields = fields.to_vec();
        fields.push(("form_token", &token));
        let request = self.request(who, "POST", path).header("origin", "http://localhost");
        self.send(form(request, &fields)).await
    }
}

pub(super) fn form(
    request: axum::http::request::Builder,
    fields: &[(&str, &str)],
) -> Request<Body> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    request
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap()
}

async fn open_session(archive: &TestArchive, name: &str, role: Role) -> SessionToken {
    let member = member(name, role);
    assert!(archive.catalog.create_member(&member, &HASH).await.unwrap());
    let token = SessionToken::draw().unwrap();
    let expires: Timestamp = NOW.plus(Duration::from_secs(30 * 86_400));
    archive.catalog.open_session(&token.digest(), &member.id, expires).await.unwrap();
    token
}

fn rendition(track: Track) -> Rendition {
    let name = track.as_str();
    Rendition {
        track,
        kind: match track {
            Track::Audio => RenditionKind::Audio,
            Track::Webcams | Track::Deskshare => RenditionKind::Video { width: 640, height: 480 },
        },
        codecs: "avc1.64001f".to_owned(),
        peak_bitrate: 1_000_000,
        average_bitrate: 800_000,
        media: format!("{name}-480p.mp4").parse().unwrap(),
        playlist: format!("{name}-480p.m3u8").parse().unwrap(),
        size_bytes: 256,
        duration: MediaTime::from_ms(60_000),
    }
}
