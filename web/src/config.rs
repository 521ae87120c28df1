use crate::{bearer, words::Locale};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the library presents itself and whom it trusts.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WebConfig {
    /// The library's name: at the top of every page and in every page's title.
    pub library_name: String,

    /// The address that people open, such as `https://library.example.org`. With `https://` cookies
    /// are sent over encrypted connections only, unless `secure_cookies` says otherwise. Forms are
    /// accepted from this origin besides the one that a request was sent to.
    pub public_url: Option<String>,

    /// Whether cookies are for encrypted connections only. Left out, it follows `public_url`. With
    /// `true` and without encryption nobody can sign in.
    pub secure_cookies: Option<bool>,

    /// The language of whoever asks for none that the interface is written in: `en`, `es` or `de`.
    pub language: String,

    /// The time zone that dates are shown in, by its IANA name, such as `Europe/Madrid`.
    pub time_zone: String,

    /// How many days somebody stays signed in.
    pub session_days: u32,

    /// Whether a reverse proxy stands in front and writes the visitor's address into
    /// `X-Forwarded-For` as its last entry. Only true if nobody can get round the proxy: the limit on
    /// sign-in attempts goes by that address.
    pub behind_proxy: bool,

    /// The token that `GET /metrics` wants as `Authorization: Bearer TOKEN`. Left out, `/metrics`
    /// answers this machine alone, and only where no proxy can stand in front: with `public_url` or
    /// `behind_proxy` set it is not found. The figures count private recordings too.
    pub metrics_token: Option<String>,

    /// How many recordings stand on one page of a list.
    pub recordings_per_page: u32,

    /// The largest file that is taken over HTTP, uploaded in the browser or pushed by a hook, in
    /// bytes. A proxy in front must let pieces of 16 MiB through for uploads, and whole files for
    /// hooks.
    pub upload_limit: u64,

    /// How many days an upload may take from its beginning on. What has not wholly arrived by then is
    /// thrown away.
    pub upload_days: u32,

    /// The token that `PUT /ingest/push/NAME.tar` wants as `Authorization: Bearer TOKEN`, for hooks
    /// of BigBlueButton servers that send recordings into the spool. Left out, nothing can be pushed.
    pub push_token: Option<String>,
}

impl Default for WebConfig {
    fn default() -> Self {
        Self {
            library_name: "Plenary".to_owned(),
            public_url: None,
            secure_cookies: None,
            language: "en".to_owned(),
            time_zone: "UTC".to_owned(),
            session_days: 14,
            behind_proxy: false,
            metrics_token: None,
            recordings_per_page: 20,
            upload_limit: 64_000_000_000,
            upload_days: 7,
            push_token: None,
        }
    }
}

impl WebConfig {
    /// Says what is wrong with it, each as `field: what must be`. Empty means usable.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut check = |holds: bool, problem: &str| {
            if !holds {
                problems.push(problem.to_owned());
            }
        };
        check(!self.library_name.trim().is_empty(), "library_name: must not be empty");
        check(
            self.public_url.as_deref().is_none_or(|it| origin_of(it).is_some()),
            "public_url: must begin with `http://` or `https://` and have no path",
        );
        check(self.language.parse::<Locale>().is_ok(), "language: must be `en`, `es` or `de`");
        check(
            jiff::tz::TimeZone::get(&self.time_zone).is_ok(),
            "time_zone: must be an IANA name such as `Europe/Madrid`",
        );
        check((1..=365).contains(&self.session_days), "session_days: must be 1 to 365");
        check(
            self.metrics_token.as_deref().is_none_or(|it| it.len() >= bearer::SHORTEST),
            "metrics_token: must have at least 16 characters",
        );
        check(
            (1..=200).contains(&self.recordings_per_page),
            "recordings_per_page: must be 1 to 200",
        );
        check(self.upload_limit > 0, "upload_limit: must be at least 1");
        check((1..=90).contains(&self.upload_days), "upload_days: must be 1 to 90");
        check(
            self.push_token.as_deref().is_none_or(|it| it.len() >= bearer::SHORTEST),
            "push_token: must have at least 16 characters",
        );
        problems
    }

    /// The origin that people open, without a slash at its end.
    pub(crate) fn public_origin(&self) -> Option<&str> {
        self.public_url.as_deref().and_then(origin_of)
    }

    pub(crate) fn cookies_are_secure(&self) -> bool {
        let encrypted = || self.public_origin().is_some_and(|it| it.starts_with("https://"));
        self.secure_cookies.unwrap_or_else(encrypted)
    }

    pub(crate) fn locale(&self) -> Locale {
        self.language.parse().unwrap_or_default()
    }

    pub(crate) fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC)
    }
}

fn origin_of(url: &str) -> Option<&str> {
    let url = url.strip_suffix('/').unwrap_or(url);
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let plain = |b: u8| b.is_ascii_graphic() && !matches!(b, b'/' | b'?' | b'#' | b'@');
    (!host.is_empty() && host.bytes().all(plain)).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_usable() {
        assert_eq!(WebConfig::default().problems(), Vec::<String>::new());
    }

    #[test]
    fn every_problem_is_said_at_once() {
        let config = WebConfig {
            library_name: " ".to_owned(),
            public_url: Some("library.example.org".to_owned()),
            language: "fr".to_owned(),
            time_zone: "Mars/Olympus".to_owned(),
            session_days: 0,
            metrics_token: Some("short".to_owned()),
            recordings_per_page: 0,
            upload_limit: 0,
            upload_days: 0,
            push_token: Some("short".to_owned()),
            ..WebConfig::default()
        };
        assert_eq!(config.problems().len(), 10, "{:?}", config.problems());
    }

    #[test]
    fn cookies_follow_the_public_address_unless_told() {
        let secure = |url: Option<&str>, told| {
            let public_url = url.map(str::to_owned);
            WebConfig { public_url, secure_cookies: told, ..WebConfig::default() }
                .cookies_are_secure()
        };
        assert!(!secure(None, None));
        assert!(secure(Some("https://library.example.org/"), None));
        assert!(!secure(Some("http://localhost:8080"), None));
        assert!(secure(None, Some(true)));
    }
}
