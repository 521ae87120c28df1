//! Where a request comes from: refuses forms that another site sent, and finds the page to go back to.

use crate::{failure::Failure, library::Library};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, Uri, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use std::sync::Arc;

/// Lets through what reads, and what a page of this library sends.
///
/// Browsers say with every form where it comes from, by `Sec-Fetch-Site` or `Origin`. A request
/// with neither comes from no browser, so no other site is behind it. This stands beside the
/// forms' tokens and also covers signing in, which has no session yet.
pub(crate) async fn check(
    State(library): State<Arc<Library>>,
    request: Request,
    next: Next,
) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if reads || is_own(request.headers(), library.config.public_origin()) {
        return next.run(request).await;
    }
    Failure::ForeignForm.into_response()
}

fn is_own(headers: &HeaderMap, public_origin: Option<&str>) -> bool {
    let text = |name| headers.get(name).and_then(|it| it.to_str().ok());
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site"))
        && !matches!(site, "same-origin" | "none")
    {
        return false;
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    public_origin.is_some_and(|it| it.eq_ignore_ascii_case(origin))
        || text(header::HOST).is_some_and(|host| {
            let own = origin.split_once("://").map(|(_, rest)| rest);
            own.is_some_and(|own| own.eq_ignore_ascii_case(host))
        })
}

/// A path of this library to go to: begins with one slash, so that it can name no other host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnPath(String);

impl OwnPath {
    /// Reads what a form or a query says; `None` for everything that could lead elsewhere.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let plain = text.len() <= 2000 && text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
        (plain && text.starts_with('/') && !text.starts_with("//"))
            .then(|| text.parse::<Uri>().ok())
            .flatten()
            .map(|_| Self(text.to_owned()))
    }

    /// The page that a request was sent from, if it is one of this library: at the host that was
    /// asked, or at the public origin, which a proxy may ask us for by another name.
    pub(crate) fn of_referer(headers: &HeaderMap, public_origin: Option<&str>) -> Option<Self> {
        let host = headers.get(header::HOST).and_then(|it| it.to_str().ok());
        let referer: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
        let (scheme, authority) = (referer.scheme_str()?, referer.authority()?.as_str());
        let is_own = host.is_some_and(|it| it.eq_ignore_ascii_case(authority))
            || public_origin
                .is_some_and(|it| it.eq_ignore_ascii_case(&format!("{scheme}://{authority}")));
        is_own.then(|| Self::read(referer.path_and_query()?.as_str())).flatten()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn forms_of_other_sites_are_refused() {
        let host = ("host", "library.example.org");
        let cases: [(&[(&str, &str)], bool); 8] = [
            (&[host], true),
            (&[host, ("origin", "https://library.example.org")], true),
            (
                &[
                    host,
                    ("origin", "https://library.example.org"),
                    ("sec-fetch-site", "same-origin"),
                ],
                true,
            ),
            (&[host, ("origin", "https://evil.example")], false),
            (&[host, ("origin", "null")], false),
            (&[host, ("sec-fetch-site", "cross-site")], false),
            (
                &[host, ("sec-fetch-site", "same-site"), ("origin", "https://library.example.org")],
                false,
            ),
            (&[("host", "10.0.0.7:8080"), ("origin", "https://public.example.org")], true),
        ];
        for (lines, expected) in cases {
            let lines: Vec<_> = lines
                .iter()
                .map(|&(name, value)| match name {
                    "host" => ("host", value),
                    "origin" => ("origin", value),
                    _ => ("sec-fetch-site", value),
                })
                .collect();
            let own = is_own(&headers(&lines), Some("https://public.example.org"));
            assert_eq!(own, expected, "{lines:?}");
        }
    }

    #[test]
    fn a_path_never_leads_to_another_host() {
        for text in ["/", "/recordings/x?t=1&q=a%20b", "/a//b"] {
            assert!(OwnPath::read(text).is_some(), "{text:?}");
        }
        for text in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: x",
            "/\t/evil.example",
            "recordings",
            "\\\\evil",
            "/ñ",
        ] {
            assert!(OwnPath::read(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn only_an_own_page_is_gone_back_to() {
        let back = |referer| {
            let headers = headers(&[("host", "localhost:8080"), ("referer", referer)]);
            OwnPath::of_referer(&headers, Some("https://public.example.org")).map(|it| it.0)
        };
        assert_eq!(back("https://public.example.org/a?b").as_deref(), Some("/a?b"));
        assert_eq!(back("http://public.example.org/a?b"), None, "another scheme, another origin");
        assert_eq!(back("http://localhost:8080/search?q=a").as_deref(), Some("/search?q=a"));
        assert_eq!(back("http://evil.example/search"), None);
        assert_eq!(back("rubbish"), None);
    }

    proptest! {
        #[test]
        fn what_is_read_stays_on_this_host(text in "[/\\\\a-z:@?#.]{0,12}") {
            if let Some(path) = OwnPath::read(&text) {
                let uri: Uri = path.as_str().parse().unwrap();
                prop_assert!(uri.authority().is_none() && path.as_str().starts_with('/'));
            }
        }
    }
}
