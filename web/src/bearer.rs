//! Tokens of programs, as `Authorization: Bearer TOKEN` (RFC 6750 §2.1).

use axum::http::{HeaderMap, HeaderValue, header};
use subtle::ConstantTimeEq as _;

/// The fewest characters that a configured token may have.
pub(crate) const SHORTEST: usize = 16;

/// Whether a request carries `token`. How long it takes does not tell how much of it was right.
pub(crate) fn carries(headers: &HeaderMap, token: &str) -> bool {
    let sent = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    let sent = sent.and_then(|it| it.strip_prefix(b"Bearer ")).unwrap_or_default();
    sent.ct_eq(token.as_bytes()).into()
}
