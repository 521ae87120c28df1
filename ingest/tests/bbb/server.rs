use archive::RecordingId;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use futures_util::{StreamExt as _, stream};
use ingest::bbb::{
    BbbServer, ChecksumAlgorithm, DownloadLimits, Downloader, Patience, PlaybackFormat, Secret,
    ServerRecording,
};
use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{net::TcpListener, task::JoinHandle};

pub(crate) const SECRET: &str = "mysharedsecret";

/// A request as it came: path, query, headers.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
}

impl Asked {
    pub(crate) fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name).map(|it| it.to_str().unwrap())
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = form_urlencoded::parse(self.query.as_bytes());
        pairs.find(|(it, _)| it == name).map(|(_, value)| value.into_owned())
    }
}

type Answer = dyn Fn(&Asked) -> Response + Send + Sync;

/// A server on a free port of this machine, until it is dropped.
pub(crate) struct Server {
    /// `http://127.0.0.1:PORT`
    pub(crate) address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Shared {
    asked: Arc<Mutex<Vec<Asked>>>,
    answer: Box<Answer>,
}

impl Server {
    pub(crate) async fn start(answer: impl Fn(&Asked) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let shared = Shared { asked: Arc::clone(&asked), answer: Box::new(answer) };
        let app = Router::new().fallback(handle).with_state(Arc::new(shared));
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, asked, task }
    }

    /// What was asked for since the last time.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    pub(crate) fn client(&self, algorithm: Option<ChecksumAlgorithm>) -> BbbServer {
        let secret = Secret::new(SECRET).unwrap();
        BbbServer::new(&self.address, secret, algorithm).unwrap().with_patience(PATIENCE).unwrap()
    }

    pub(crate) fn downloader(&self) -> Downloader {
        Downloader::new(&self.client(None), limits()).unwrap()
    }
}

/// No test waits for a clock, and none depends on one.
pub(crate) const PATIENCE: Patience =
    Patience { tries: 3, first_pause: Duration::from_millis(1), silence: Duration::from_secs(60) };

pub(crate) fn limits() -> DownloadLimits {
    DownloadLimits { patience: PATIENCE, ..DownloadLimits::default() }
}

async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let asked = Asked {
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        headers: request.headers().clone(),
    };
    shared.asked.lock().unwrap().push(asked.clone());
    (shared.answer)(&asked)
}

pub(crate) fn status(status: u16) -> Response {
    Response::builder().status(status).body(Body::from("an answer")).unwrap()
}

pub(crate) fn xml(text: impl Into<String>) -> Response {
    let response = Response::builder().header(header::CONTENT_TYPE, "text/xml;charset=utf-8");
    response.body(Body::from(text.into())).unwrap()
}

pub(crate) fn redirect(to: &str) -> Response {
    Response::builder().status(302).header(header::LOCATION, to).body(Body::empty()).unwrap()
}

/// A file as a web server serves it: tagged, whole or the part that is asked for if it is the same.
#[derive(Clone)]
pub(crate) struct Served {
    pub(crate) bytes: Bytes,
    pub(crate) etag: Option<&'static str>,
    /// The connection breaks after so many bytes of an answer.
    pub(crate) breaks_after: Option<usize>,
}

impl Served {
    pub(crate) fn new(bytes: impl Into<Bytes>) -> Self {
        Self { bytes: bytes.into(), etag: Some("\"one\""), breaks_after: None }
    }

    pub(crate) fn answer(&self, asked: &Asked) -> Response {
        let mut response = Response::builder();
        if let Some(etag) = self.etag {
            response = response.header(header::ETAG, etag);
        }
        if self.etag.is_some() && asked.header(header::IF_NONE_MATCH) == self.etag {
            return response.status(304).body(Body::empty()).unwrap();
        }
        let range = asked.header(header::RANGE).filter(|_| match asked.header(header::IF_RANGE) {
            Some(tag) => Some(tag) == self.etag,
            None => true,
        });
        let mut bytes = self.bytes.clone();
        if let Some(range) = range {
            let from: usize =
                range.strip_prefix("bytes=").unwrap().strip_suffix('-').unwrap().parse().unwrap();
            if from >= bytes.len() {
                return response.status(416).body(Body::empty()).unwrap();
            }
            let whole = bytes.len();
            let range = format!("bytes {from}-{}/{whole}", whole - 1);
            response =
                response.status(StatusCode::PARTIAL_CONTENT).header(header::CONTENT_RANGE, range);
            bytes = bytes.slice(from..);
        }
        response = response.header(header::CONTENT_LENGTH, bytes.len());
        let body = match self.breaks_after {
            Some(after) if after < bytes.len() => {
                let broken = io::Error::other("the test cuts the connection");
                let pieces = [Ok(bytes.slice(..after)), Err(broken)];
                // Sent apart, or the first would never leave.
                let pieces = stream::iter(pieces).then(|piece| async {
                    if piece.is_err() {
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                    piece
                });
                Body::from_stream(pieces)
            }
            Some(_) | None => Body::from(bytes),
        };
        response.body(body).unwrap()
    }
}

/// Files by their paths; everything else is 404.
#[derive(Clone, Default)]
pub(crate) struct Files(pub(crate) HashMap<String, Served>);

impl Files {
    /// The files of a published presentation with one slide, in the manner of 2.5.
    pub(crate) fn presentation(id: &RecordingId) -> Self {
        let mut files = Self::default();
        for (name, bytes) in PRESENTATION {
            files.put(&format!("/presentation/{id}/{name}"), bytes.as_bytes());
        }
        files
    }

    pub(crate) fn put(&mut self, path: &str, bytes: &'static [u8]) {
        self.0.insert(path.to_owned(), Served::new(bytes));
    }

    pub(crate) fn answer(&self, asked: &Asked) -> Response {
        self.0.get(&asked.path).map_or_else(|| status(404), |it| it.answer(asked))
    }
}

pub(crate) const PRESENTATION: [(&str, &str); 12] = [
    ("metadata.xml", "<recording/>"),
    (
        "shapes.svg",
        r#"<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image in="0.0" out="9.0" xlink:href="presentation/P/slide-1.png" text="presentation/P/textfiles/slide-1.txt"/></svg>"#,
    ),
    ("slides_new.xml", "<popcorn/>"),
    ("presentation_text.json", r#"{"P":{"slide-1":"Hello","slide-2":"Never shown"}}"#),
    ("captions.json", r#"[{"locale":"en","localeName":"English"}]"#),
    ("caption_en.vtt", "WEBVTT\n"),
    ("presentation/P/slide-1.png", "first slide"),
    ("presentation/P/slide-2.png", "second slide"),
    ("presentation/P/thumbnails/thumb-1.png", "first thumbnail"),
    ("presentation/P/textfiles/slide-1.txt", "Hello"),
    ("video/webcams.webm", "the sound and the cameras"),
    ("deskshare/deskshare.webm", "the screen"),
];

/// A recording in these formats, each by the address that it is played from.
pub(crate) fn recording(id: &RecordingId, playback: &[(&str, String)]) -> ServerRecording {
    let format = |(kind, url): &(&str, String)| PlaybackFormat {
        kind: (*kind).to_owned(),
        url: url.clone(),
        length: None,
        size_bytes: None,
    };
    ServerRecording {
        id: id.clone(),
        name: None,
        state: None,
        published: true,
        protected: false,
        started_at: None,
        ended_at: None,
        participants: None,
        playback: playback.iter().map(format).collect(),
    }
}
