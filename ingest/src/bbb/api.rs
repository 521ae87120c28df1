//! Calls to a server's API. Only `getRecordings` is needed.

mod answer;
mod error;
mod listing;
mod query;
#[cfg(test)]
mod tests;

pub use error::{ApiError, MessageKey};
pub use listing::{Listing, ListingProblem, PlaybackFormat, RecordingState, ServerRecording};
pub use query::{RecordingQuery, States, Which};

use super::{
    ChecksumAlgorithm, Patience, Secret, call_checksum,
    http::{self, Origin},
};
use answer::{Answer, Page};
use archive::Lane;
use reqwest::{Client, Response, Url};
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio_util::sync::CancellationToken;

/// Recordings asked for at once; BigBlueButton allows no more.
const PAGE: usize = 100;
/// A page has a few hundred kilobytes, a server before 2.6 answers everything at once.
const MOST_BYTES: usize = 64 << 20;
const MOST_RECORDINGS: usize = 200_000;

/// What is tried where no algorithm is set, in this order.
const AUTO: [ChecksumAlgorithm; 3] =
    [ChecksumAlgorithm::Sha256, ChecksumAlgorithm::Sha1, ChecksumAlgorithm::Sha512];

/// A BigBlueButton server, or a Scalelite in front of several.
///
/// It is asked by GET, signed with the shared secret. Answers are followed to no other host.
#[derive(Debug)]
pub struct BbbServer {
    /// Ends in `/api/`.
    api: Url,
    secret: Secret,
    algorithm: Option<ChecksumAlgorithm>,
    /// Which of [`AUTO`] the server took the last time.
    taken: AtomicUsize,
    client: Client,
    patience: Patience,
    /// The API's own, and others that recordings are played from.
    origins: Vec<Origin>,
    parsing: Parsing,
}

/// Answers may be long, so they are read on a lane.
struct Parsing(Lane);

impl std::fmt::Debug for Parsing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Parsing")
    }
}

impl BbbServer {
    /// A server by the address that `bbb-conf --secret` prints: `https://HOST/bigbluebutton/`.
    /// `https://HOST` and `https://HOST/bigbluebutton/api` do as well.
    ///
    /// Without an `algorithm`, SHA-256 is tried first, and where the server answers
    /// `checksumError`, SHA-1 (old servers) and SHA-512 (those that allow nothing less). What it
    /// took is remembered as long as this value lives. A wrong secret gives the same answer, so it
    /// shows only when all three were refused.
    ///
    /// # Errors
    ///
    /// [`ApiError::Address`] if it is no address of a server; [`ApiError::Client`] if this machine
    /// cannot do HTTPS.
    pub fn new(
        address: &str,
        secret: Secret,
        algorithm: Option<ChecksumAlgorithm>,
    ) -> Result<Self, ApiError> {
        let invalid = || ApiError::Address { address: address.escape_debug().to_string() };
        let mut api: Url = address.trim().parse().map_err(|_| invalid())?;
        let origin = Origin::of(&api).ok_or_else(invalid)?;
        let bare = api.query().is_none() && api.fragment().is_none();
        // A password in an address would be shown with it.
        if !bare || !api.username().is_empty() || api.password().is_some() {
            return Err(ApiError::Address { address: http::shown(&without_user(&api)) });
        }
        let path = api.path().trim_end_matches('/');
        let path = path.strip_suffix("/api").unwrap_or(path);
        let path = if path.is_empty() { "/bigbluebutton" } else { path };
        let path = format!("{path}/api/");
        api.set_path(&path);
        let server = Self {
            api,
            secret,
            algorithm,
            taken: AtomicUsize::new(0),
            client: http::client(Patience::default().silence)
                .map_err(|source| ApiError::Client { source })?,
            patience: Patience::default(),
            origins: vec![origin],
            parsing: Parsing(Lane::new("answers", 1)),
        };
        Ok(server)
    }

    /// Has it tried more or less often.
    ///
    /// # Errors
    ///
    /// [`ApiError::Client`] as from [`new`](Self::new).
    pub fn with_patience(mut self, patience: Patience) -> Result<Self, ApiError> {
        self.client =
            http::client(patience.silence).map_err(|source| ApiError::Client { source })?;
        self.patience = patience;
        Ok(self)
    }

    /// Lets recordings be downloaded from a further server, `https://HOST`, where the API's own
    /// names it as the place they are played from.
    ///
    /// # Errors
    ///
    /// [`ApiError::Address`] if it is no address of a server.
    pub fn with_playback_host(mut self, address: &str) -> Result<Self, ApiError> {
        let url: Option<Url> = address.trim().parse().ok();
        let origin = url.as_ref().and_then(Origin::of);
        let invalid = || ApiError::Address { address: address.escape_debug().to_string() };
        self.origins.push(origin.ok_or_else(invalid)?);
        Ok(self)
    }

    /// The address of the API, which ends in `/api/`.
    pub fn address(&self) -> &str {
        self.api.as_str()
    }

    pub(super) fn origins(&self) -> &[Origin] {
        &self.origins
    }

    /// Lists recordings, each once with all its formats, in the order in which the server names
    /// them.
    ///
    /// It asks page by page. Servers before 2.6, which answer everything to every page, are noticed
    /// by that. A recording that comes or goes between two pages may be missed; the next listing has
    /// it. What cannot be used of an answer is reported beside the recordings.
    ///
    /// # Errors
    ///
    /// [`ApiError::Refused`] with what the server answered; the others say why there is no answer.
    /// No error shows the checksum or the secret.
    pub async fn list(&self, query: &RecordingQuery) -> Result<Listing, ApiError> {
        let mut listing = listing::Collected::default();
        for asked in query.parameters()? {
            let mut offset = 0;
            loop {
                let (at, limit) = (offset.to_string(), PAGE.to_string());
                let mut parameters: Vec<(&str, &str)> =
                    asked.iter().map(|(name, value)| (*name, value.as_str())).collect();
                parameters.extend([("offset", at.as_str()), ("limit", limit.as_str())]);
                let page = self.get_recordings(&parameters).await?;
                let (elements, total) = (page.elements, page.total);
                let anything_new = listing.add(page);
                if listing.len() > MOST_RECORDINGS {
                    let url = self.api.to_string();
                    return Err(ApiError::TooMany { url, limit: MOST_RECORDINGS });
                }
                match next_offset(offset, elements, total, anything_new) {
                    Some(next) => offset = next,
                    None => break,
                }
            }
        }
        Ok(listing.finish())
    }

    async fn get_recordings(&self, parameters: &[(&str, &str)]) -> Result<Page, ApiError> {
        let call = "getRecordings";
        let refused =
            |key, message| Err(ApiError::Refused { url: self.api.to_string(), call, key, message });
        if let Some(algorithm) = self.algorithm {
            return match self.call(call, parameters, algorithm).await? {
                Answer::Recordings(page) => Ok(page),
                Answer::Failed { key, message } => refused(key, message),
            };
        }
        let first = self.taken.load(Ordering::Relaxed);
        for turn in 0.. {
            let index = (first + turn) % AUTO.len();
            match self.call(call, parameters, AUTO[index]).await? {
                Answer::Recordings(page) => {
                    self.taken.store(index, Ordering::Relaxed);
                    return Ok(page);
                }
                Answer::Failed { key: MessageKey::ChecksumError, .. } if turn + 1 < AUTO.len() => {}
                Answer::Failed { key, message } => return refused(key, message),
            }
        }
        unreachable!("the last turn returns")
    }

    /// Asks, again if need be, and reads the answer.
    async fn call(
        &self,
        call: &'static str,
        parameters: &[(&str, &str)],
        algorithm: ChecksumAlgorithm,
    ) -> Result<Answer, ApiError> {
        let signed = self.sign(call, parameters, algorithm)?;
        let mut failures = 0;
        let body = loop {
            let (error, asked) = match self.ask(&signed).await {
                Ok(body) => break body,
                Err(Unanswered::ForGood(error)) => return Err(error),
                Err(Unanswered::ForNow(error, asked)) => (error, asked),
            };
            failures += 1;
            match self.patience.pause(failures, asked) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(error),
            }
        };
        let url = http::shown(&signed);
        let lane = &self.parsing.0;
        lane.run(&CancellationToken::new(), move || answer::read(&body, url))
            .await
            .map_err(|source| ApiError::BrokenOff { source })?
    }

    /// The address of a call with its checksum, which is of the query exactly as it stands there.
    fn sign(
        &self,
        call: &'static str,
        parameters: &[(&str, &str)],
        algorithm: ChecksumAlgorithm,
    ) -> Result<Url, ApiError> {
        let invalid = |_| ApiError::Address { address: self.api.to_string() };
        let mut url = self.api.join(call).map_err(invalid)?;
        url.query_pairs_mut().extend_pairs(parameters);
        let query = url.query().unwrap_or_default();
        let checksum = call_checksum(algorithm, call, query, &self.secret);
        url.query_pairs_mut().append_pair("checksum", &checksum);
        Ok(url)
    }

    async fn ask(&self, signed: &Url) -> Result<Vec<u8>, Unanswered> {
        let url = http::shown(signed);
        let response = match self.client.get(signed.clone()).send().await {
            Ok(response) => response,
            Err(error) => return Err(Unanswered::from(url, http::failed(error))),
        };
        let status = response.status().as_u16();
        let asked = http::asked_pause(response.headers());
        if http::status_passes(status) {
            return Err(Unanswered::ForNow(ApiError::Status { url, status }, asked));
        }
        let body = whole(response, &url).await?;
        // Some answer with the status that fits, and with the reason in the body.
        if status == 200 || answer::is_one(&body) {
            return Ok(body);
        }
        Err(Unanswered::ForGood(ApiError::Status { url, status }))
    }
}

/// Whether asking again may help, after what pause at least.
enum Unanswered {
    ForNow(ApiError, Option<std::time::Duration>),
    ForGood(ApiError),
}

impl Unanswered {
    fn from(url: String, source: super::HttpError) -> Self {
        let passes = source.passes();
        let error = ApiError::Unanswered { url, source };
        if passes { Self::ForNow(error, None) } else { Self::ForGood(error) }
    }
}

async fn whole(mut response: Response, url: &str) -> Result<Vec<u8>, Unanswered> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= MOST_BYTES => {
                body.extend_from_slice(&chunk);
            }
            Ok(Some(_)) => {
                let url = url.to_owned();
                return Err(Unanswered::ForGood(ApiError::TooLong { url, limit: MOST_BYTES }));
            }
            Ok(None) => return Ok(body),
            Err(error) => return Err(Unanswered::from(url.to_owned(), http::failed(error))),
        }
    }
}

fn without_user(url: &Url) -> Url {
    let mut url = url.clone();
    // Addresses that can have neither cannot have had one.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// Where the page after this one begins, if there is one.
///
/// A server that does not know paging answers everything at once: more than a page, or the same
/// again, or less than a page. `total` is `totalElements`, where the server says it.
fn next_offset(
    offset: usize,
    elements: usize,
    total: Option<usize>,
    anything_new: bool,
) -> Option<usize> {
    if elements == 0 || elements > PAGE || !anything_new {
        return None;
    }
    let next = offset + elements;
    let more = total.map_or(elements == PAGE, |total| next < total);
    more.then_some(next)
}
