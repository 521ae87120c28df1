//! An S3 server for tests, in this process: it checks signatures, keeps objects in a folder, and can be
//! told to fail, to refuse and to be slow.

use crate::Store;
use hyper::{Response, StatusCode, body::Incoming, service::Service};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use s3s::{
    Body, HttpError,
    auth::SimpleAuth,
    service::{S3Service, S3ServiceBuilder},
};
use std::{
    net::SocketAddr,
    path::Path,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::net::TcpListener;

pub const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
pub const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A server with one bucket. It stops with the test's runtime.
pub struct S3Server {
    address: SocketAddr,
    trouble: Arc<Trouble>,
}

/// What the server does to requests instead of answering them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    #[default]
    Well,
    /// It answers `500 InternalError` to this many requests, then it is well.
    Failing { requests: usize },
    /// It answers `503 SlowDown` to this many requests, then it is well.
    Throttling { requests: usize },
    /// It waits so long before each answer.
    Slow(Duration),
}

#[derive(Default)]
struct Trouble {
    mood: Mutex<Mood>,
    asked: AtomicUsize,
}

impl S3Server {
    /// Starts a server that keeps its objects in the folder `root`, which is empty.
    ///
    /// # Panics
    ///
    /// Where it cannot, as there is no test then.
    pub async fn start(root: &Path) -> Self {
        std::fs::create_dir(root.join("library")).expect("the folder is empty");
        let files = s3s_fs::FileSystem::new(root).expect("the folder can be used");
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let trouble = Arc::new(Trouble::default());
        let service = Moody { inner: service.build(), trouble: Arc::clone(&trouble) };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let service = service.clone();
                tokio::spawn(async move {
                    let server = Builder::new(TokioExecutor::new());
                    // A client that hangs up is no failure of the server.
                    drop(server.serve_connection(TokioIo::new(socket), service).await);
                });
            }
        });
        Self { address, trouble }
    }

    /// The URL of a store in its bucket.
    pub fn url(&self) -> String {
        let address = self.address;
        format!("s3://library/below/here?endpoint=http://{address}&region=eu-central-1")
    }

    /// The environment in which that URL can be opened.
    pub fn environment() -> [(String, String); 2] {
        let environment =
            [("AWS_ACCESS_KEY_ID", ACCESS_KEY), ("AWS_SECRET_ACCESS_KEY", SECRET_KEY)];
        environment.map(|(name, value)| (name.to_owned(), value.to_owned()))
    }

    /// A store in its bucket.
    ///
    /// # Panics
    ///
    /// Never: its own URL is one.
    pub fn store(&self) -> Store {
        Store::open_with(&self.url(), Self::environment()).expect("the URL is right")
    }

    pub fn set(&self, mood: Mood) {
        *self.trouble.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    /// How many requests there were.
    pub fn asked(&self) -> usize {
        self.trouble.asked.load(Ordering::SeqCst)
    }
}

impl Trouble {
    /// What becomes of the next request: how long it waits, and the error that it gets.
    fn next(&self) -> (Duration, Option<(StatusCode, &'static str)>) {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut mood = self.mood.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, error) = match &mut *mood {
            Mood::Well => return (Duration::ZERO, None),
            Mood::Slow(wait) => return (*wait, None),
            Mood::Failing { requests } => {
                (requests, (StatusCode::INTERNAL_SERVER_ERROR, "InternalError"))
            }
            Mood::Throttling { requests } => {
                (requests, (StatusCode::SERVICE_UNAVAILABLE, "SlowDown"))
            }
        };
        match left.checked_sub(1) {
            Some(less) => {
                *left = less;
                (Duration::ZERO, Some(error))
            }
            None => (Duration::ZERO, None),
        }
    }
}

#[derive(Clone)]
struct Moody {
    inner: S3Service,
    trouble: Arc<Trouble>,
}

impl Service<hyper::Request<Incoming>> for Moody {
    type Response = Response<Body>;
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, HttpError>> + Send>>;

    fn call(&self, request: hyper::Request<Incoming>) -> Self::Future {
        let (wait, error) = self.trouble.next();
        let answer = Service::call(&self.inner, request);
        Box::pin(async move {
            tokio::time::sleep(wait).await;
            let Some((status, code)) = error else { return answer.await };
            let xml = format!("<Error><Code>{code}</Code><Message>as told</Message></Error>");
            let mut response = Response::new(Body::from(xml));
            *response.status_mut() = status;
            Ok(response)
        })
    }
}
