//! How a server is talked to: to nobody else than it, without cookies, and with patience.

use reqwest::{Client, Url, header, redirect};
use std::{error::Error, fmt, time::Duration};

/// The longest pause before another try.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
const MOST_REDIRECTS: usize = 5;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    #[error("it leads on to {to}, and no other server is contacted")]
    LeadsAway { to: String },
    #[error("it leads on and on")]
    LeadsOnAndOn,
    #[error("the connection failed")]
    Connection { source: Box<dyn Error + Send + Sync> },
}

impl HttpError {
    /// Whether the same may be answered another time.
    pub(super) const fn may_pass(&self) -> bool {
        match self {
            Self::Connection { .. } => true,
            Self::LeadsAway { .. } | Self::LeadsOnAndOn => false,
        }
    }
}

/// How often something is tried again, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Tries in a row that may come to nothing, the first one included; at least one is made.
    pub tries: u32,
    /// The pause before the second try. Each further one is twice as long, up to a minute.
    pub first_pause: Duration,
    /// How long a server may keep silent in the middle of an answer.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let (first_pause, silence) = (Duration::from_secs(1), Duration::from_secs(60));
        Self { tries: 5, first_pause, silence }
    }
}

impl Patience {
    /// The pause after so many tries in a row came to nothing, or `None` if that was the last one.
    /// What the server asks for (`Retry-After`) is given to it within bounds.
    pub(super) fn pause(&self, failures: u32, asked: Option<Duration>) -> Option<Duration> {
        if failures >= self.tries {
            return None;
        }
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        let pause = self.first_pause.saturating_mul(doubled);
        Some(pause.max(asked.unwrap_or_default()).min(LONGEST_PAUSE))
    }
}

/// A server by its host and port. `https` in the place of `http` is the same server if both are at
/// their own ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    host: String,
    port: u16,
}

impl Origin {
    pub(super) fn of(url: &Url) -> Option<Self> {
        let known = matches!(url.scheme(), "http" | "https");
        let host = url.host_str().filter(|_| known)?.to_owned();
        Some(Self { host, port: url.port_or_known_default()? })
    }

    /// Whether `url` is of this server.
    pub(super) fn has(&self, url: &Url) -> bool {
        let default = |port| matches!(port, 80 | 443);
        Self::of(url).is_some_and(|it| {
            it.host == self.host && (it.port == self.port || default(it.port) && default(self.port))
        })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        write!(f, "`{host}:{port}`")
    }
}

/// A client that follows an answer to no other server and never from `https` to `http`. It keeps no
/// cookies and says nowhere where it comes from, as the address before may hold a checksum.
pub(super) fn client(silence: Duration) -> Result<Client, HttpError> {
    let policy = redirect::Policy::custom(|attempt| {
        let from = attempt.previous();
        let Some(first) = from.first() else { return attempt.stop() };
        let stays = Origin::of(first).is_some_and(|it| it.has(attempt.url()));
        let falls_back = first.scheme() == "https" && attempt.url().scheme() != "https";
        if !stays || falls_back {
            let to = Origin::of(attempt.url()).map(|it| it.to_string());
            let to = to.unwrap_or_else(|| "something else".to_owned());
            return attempt.error(HttpError::LeadsAway { to });
        }
        if from.len() > MOST_REDIRECTS {
            return attempt.error(HttpError::LeadsOnAndOn);
        }
        attempt.follow()
    });
    // What is kept must be the very bytes.
    let identity = header::HeaderValue::from_static("identity");
    Client::builder()
        .user_agent(concat!("Plenary/", env!("CARGO_PKG_VERSION")))
        .default_headers([(header::ACCEPT_ENCODING, identity)].into_iter().collect())
        .redirect(policy)
        .referer(false)
        .connect_timeout(Duration::from_secs(20))
        .read_timeout(silence)
        .build()
        .map_err(failed)
}

/// What became of a request, without its address, which may hold a checksum.
pub(super) fn failed(error: reqwest::Error) -> HttpError {
    let error = error.without_url();
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(it) = cause {
        match it.downcast_ref() {
            Some(HttpError::LeadsAway { to }) => return HttpError::LeadsAway { to: to.clone() },
            Some(HttpError::LeadsOnAndOn) => return HttpError::LeadsOnAndOn,
            Some(HttpError::Connection { .. }) | None => cause = it.source(),
        }
    }
    HttpError::Connection { source: error.into() }
}

impl HttpError {
    /// Whether the next try may go better.
    pub(super) fn passes(&self) -> bool {
        match self {
            Self::LeadsAway { .. } | Self::LeadsOnAndOn => false,
            Self::Connection { .. } => true,
        }
    }
}

/// Whether a status says that the next try may go better.
pub(super) const fn status_passes(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..=599)
}

/// How long the server asks to be left alone, where it says so in seconds.
pub(super) fn asked_pause(headers: &header::HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// An address as it may be shown: without its query, which may hold a checksum or a token.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn one_server_is_one_host_and_port() {
        let cases = [
            ("https://a.example/x", "https://A.example:443/y", true),
            ("http://a.example/x", "https://a.example/y", true),
            ("https://a.example", "https://b.example", false),
            ("https://a.example", "https://a.example:8443", false),
            ("https://a.example:8443", "https://a.example", false),
            ("https://a.example", "https://a.example.evil.example", false),
            ("https://a.example", "ftp://a.example:443", false),
            ("https://a.example", "data:text/plain,x", false),
        ];
        for (from, to, expected) in cases {
            assert_eq!(Origin::of(&url(from)).unwrap().has(&url(to)), expected, "{from} {to}");
        }
        assert_eq!(Origin::of(&url("file:///etc/passwd")), None);
    }

    #[test]
    fn pauses_grow_and_end() {
        let seconds = Duration::from_secs;
        let patience = Patience { tries: 9, first_pause: seconds(1), silence: seconds(60) };
        let cases = [
            (1, None, Some(seconds(1))),
            (2, None, Some(seconds(2))),
            (4, Some(seconds(5)), Some(seconds(8))),
            (2, Some(seconds(5)), Some(seconds(5))),
            (1, Some(seconds(86_400)), Some(LONGEST_PAUSE)),
            (8, None, Some(LONGEST_PAUSE)),
            (9, None, None),
            (u32::MAX, Some(seconds(1)), None),
        ];
        for (failures, asked, expected) in cases {
            assert_eq!(patience.pause(failures, asked), expected, "{failures}");
        }
    }

    #[test]
    fn an_address_is_shown_without_what_it_signs_with() {
        let shown =
            shown(&url("https://a.example/bigbluebutton/api/getRecordings?x&checksum=ab#c"));
        assert_eq!(shown, "https://a.example/bigbluebutton/api/getRecordings");
    }
}
