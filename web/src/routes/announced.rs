//! `POST /ingest/bbb/webhook` and `/ingest/bbb/recording-ready`: what BigBlueButton servers announce.
//!
//! No cookie is read here and no form's token asked for: what is sent carries its own proof. Bodies
//! are short, and few are heard at once.

use super::App;
use crate::{
    announcements::{Announcements, Delivery, Heard},
    failure::Failure,
    library::Library,
    refusal::Refusal,
};
use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
};
use futures_util::StreamExt as _;
use std::{sync::Arc, time::Duration};
use tokio::{sync::SemaphorePermit, time::timeout};

/// The longest body that is read, in bytes.
const LONGEST: usize = 1 << 20;
/// How long a body may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many are heard at once; who comes then is asked to come again.
pub(crate) const AT_ONCE: usize = 16;

type Told = Result<StatusCode, Refusal>;

/// `POST /ingest/bbb/webhook`
#[tracing::instrument(name = "web.announced.webhook", skip_all)]
pub(crate) async fn webhook(State(library): App, request: Request) -> Result<Told, Failure> {
    let listener = listener(&library)?;
    let (url, query) = address(&library, &request);
    let authorization = text(&request, header::AUTHORIZATION);
    let heard = async {
        let _place = place(&library)?;
        let body = body(request).await?;
        let delivery = Delivery { url, query, authorization, body };
        told(listener.webhook(delivery).await)
    };
    Ok(heard.await)
}

/// `POST /ingest/bbb/recording-ready`
#[tracing::instrument(name = "web.announced.recording_ready", skip_all)]
pub(crate) async fn recording_ready(
    State(library): App,
    request: Request,
) -> Result<Told, Failure> {
    let listener = listener(&library)?;
    let heard = async {
        let _place = place(&library)?;
        let body = body(request).await?;
        told(listener.recording_ready(body).await)
    };
    Ok(heard.await)
}

/// Where no server is configured there is nothing at this address.
fn listener(library: &Library) -> Result<Arc<dyn Announcements>, Failure> {
    library.announcements.clone().ok_or(Failure::NotFound)
}

/// Where it was sent to, and the query of that.
fn address(library: &Library, request: &Request) -> (String, Option<String>) {
    let host = || format!("http://{}", text(request, header::HOST).unwrap_or_default());
    let origin = library.config.public_origin().map_or_else(host, str::to_owned);
    let query = request.uri().query().map(str::to_owned);
    (format!("{origin}{}", request.uri().path()), query)
}

fn text(request: &Request, name: HeaderName) -> Option<String> {
    request.headers().get(name)?.to_str().ok().map(str::to_owned)
}

fn place(library: &Library) -> Result<SemaphorePermit<'_>, Refusal> {
    let too_many = |_| Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "too much is announced");
    library.announced.try_acquire().map_err(too_many)
}

fn told(heard: Heard) -> Told {
    match heard {
        Heard::Heard => Ok(StatusCode::NO_CONTENT),
        Heard::Unreadable => {
            Err(Refusal::new(StatusCode::BAD_REQUEST, "the announcement cannot be read"))
        }
        Heard::Refused => {
            Err(Refusal::new(StatusCode::UNAUTHORIZED, "the announcement is not believed"))
        }
        Heard::NotNoted => Err(Refusal::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "the announcement could not be noted",
        )),
    }
}

async fn body(request: Request) -> Result<Bytes, Refusal> {
    let too_long = || Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "the announcement is too long");
    if length(request.headers()).is_some_and(|it| it > LONGEST) {
        return Err(too_long());
    }
    let read = timeout(PATIENCE, read(request.into_body())).await;
    let read = read.map_err(|_| {
        Refusal::new(StatusCode::REQUEST_TIMEOUT, "the announcement did not come in time")
    })?;
    match read {
        Some(body) if body.len() > LONGEST => Err(too_long()),
        Some(body) => Ok(body.into()),
        None => Err(Refusal::new(StatusCode::BAD_REQUEST, "the announcement broke off")),
    }
}

fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Stops at the first piece beyond the limit; `None` if the body breaks off.
async fn read(body: Body) -> Option<Vec<u8>> {
    let mut pieces = body.into_data_stream();
    let mut read = Vec::new();
    while let Some(piece) = pieces.next().await {
        read.extend_from_slice(&piece.ok()?);
        if read.len() > LONGEST {
            break;
        }
    }
    Some(read)
}
