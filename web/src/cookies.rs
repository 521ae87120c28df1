//! The two cookies: the session and the chosen language (RFC 6265).

use axum::http::{HeaderMap, HeaderValue, header};

/// How this library names and writes its cookies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cookies {
    pub(crate) secure: bool,
}

impl Cookies {
    /// With `__Host-` a browser takes the cookie only from this very host, over an encrypted
    /// connection and for the whole site (RFC 6265bis §4.1.3.2), so no neighbour can plant one.
    const fn session_name(self) -> &'static str {
        if self.secure { "__Host-session" } else { "session" }
    }

    const fn language_name(self) -> &'static str {
        if self.secure { "__Host-language" } else { "language" }
    }

    pub(crate) fn session(self, request: &HeaderMap) -> Option<&str> {
        read(request, self.session_name())
    }

    pub(crate) fn language(self, request: &HeaderMap) -> Option<&str> {
        read(request, self.language_name())
    }

    pub(crate) fn set_session(self, token: &str, days: u32) -> HeaderValue {
        self.written(self.session_name(), token, u64::from(days) * 86_400)
    }

    pub(crate) fn clear_session(self) -> HeaderValue {
        self.written(self.session_name(), "", 0)
    }

    pub(crate) fn set_language(self, language: &str) -> HeaderValue {
        self.written(self.language_name(), language, 365 * 86_400)
    }

    /// `value` must be plain ASCII without `;`, `,` and spaces.
    fn written(self, name: &str, value: &str, seconds: u64) -> HeaderValue {
        let secure = if self.secure { "; Secure" } else { "" };
        let cookie =
            format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
        HeaderValue::from_str(&cookie).expect("tokens and language tags are plain ASCII")
    }
}

fn read<'a>(request: &'a HeaderMap, name: &str) -> Option<&'a str> {
    request
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(';'))
        .find_map(|it| it.trim().strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(cookie: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, cookie.parse().unwrap())])
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let cookies = Cookies { secure: false };
        assert_eq!(cookies.session(&request("a=1; session=abc;language=de")), Some("abc"));
        assert_eq!(cookies.session(&request("xsession=abc; session2=d")), None);
        assert_eq!(cookies.session(&request("session")), None);
        let secure = Cookies { secure: true };
        assert_eq!(secure.session(&request("session=planted; __Host-session=own")), Some("own"));
    }

    #[test]
    fn the_session_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        let cookie = Cookies { secure: true }.set_session("abc", 1);
        assert_eq!(
            cookie,
            "__Host-session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=86400; Secure"
        );
    }
}
