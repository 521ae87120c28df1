//! Conditional requests (RFC 9110 §13). Every tag here is strong: quoted, without `W/`.

use axum::http::{HeaderMap, header};

/// Whether `If-None-Match` says that the asker has this version already.
pub(crate) fn not_modified(request: &HeaderMap, etag: &str) -> bool {
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(','))
        .map(str::trim)
        // The comparison for `If-None-Match` is the weak one (§13.1.2).
        .any(|it| it == "*" || it.strip_prefix("W/").unwrap_or(it) == etag)
}

/// Whether a range may be answered with a part: there is no `If-Range`, or it names this version.
///
/// A date in `If-Range` is never taken for this version: dates are only known to the second, and
/// the whole file is always a right answer (§13.1.5).
pub(crate) fn range_holds(request: &HeaderMap, etag: &str) -> bool {
    request.get(header::IF_RANGE).is_none_or(|it| it.as_bytes() == etag.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn a_known_version_is_not_sent_again() {
        for value in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"] {
            assert!(not_modified(&headers(header::IF_NONE_MATCH, value), "\"a\""), "{value}");
        }
        for value in ["\"b\"", "a", ""] {
            assert!(!not_modified(&headers(header::IF_NONE_MATCH, value), "\"a\""), "{value}");
        }
        assert!(!not_modified(&HeaderMap::new(), "\"a\""));
    }

    #[test]
    fn a_part_is_sent_only_of_the_version_asked_for() {
        assert!(range_holds(&HeaderMap::new(), "\"a\""));
        assert!(range_holds(&headers(header::IF_RANGE, "\"a\""), "\"a\""));
        for value in ["\"b\"", "W/\"a\"", "Sun, 22 Nov 2026 14:45:07 GMT"] {
            assert!(!range_holds(&headers(header::IF_RANGE, value), "\"a\""), "{value}");
        }
    }
}
