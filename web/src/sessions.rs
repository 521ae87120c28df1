//! What stands in the session cookie, and what is derived of it.

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// The secret of one session: 256 random bits. The catalog keeps only its SHA-256.
#[derive(Clone)]
pub(crate) struct SessionToken(String);

impl SessionToken {
    /// # Errors
    ///
    /// When the machine has no random bytes.
    pub(crate) fn draw() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(hex::encode(bytes)))
    }

    /// Reads what a cookie says; `None` for what this program never wrote.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 64 && text.bytes().all(hex)).then(|| Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What the catalog knows the session by.
    pub(crate) fn digest(&self) -> String {
        hex::encode(Sha256::digest(self.0.as_bytes()))
    }

    /// What this session's forms carry, so that another site cannot send one: it is derived of the
    /// token, which another site can make the browser send but never read.
    pub(crate) fn form_token(&self) -> String {
        let digest = Sha256::new().chain_update(b"form ").chain_update(self.0.as_bytes());
        hex::encode(digest.finalize())
    }

    /// Whether a form was written for this session.
    pub(crate) fn wrote(&self, form_token: &str) -> bool {
        self.form_token().as_bytes().ct_eq(form_token.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_nothing_else_is() {
        let token = SessionToken::draw().unwrap();
        assert_eq!(SessionToken::read(token.as_str()).unwrap().digest(), token.digest());
        for text in ["", "abc", &"g".repeat(64), &"A".repeat(64), &"0".repeat(65)] {
            assert!(SessionToken::read(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn neither_digest_nor_form_token_gives_the_other() {
        let token = SessionToken::draw().unwrap();
        assert_ne!(token.digest(), token.form_token());
        assert_ne!(token.form_token(), token.as_str());
    }

    #[test]
    fn a_form_of_another_session_is_not_taken() {
        let (one, other) = (SessionToken::draw().unwrap(), SessionToken::draw().unwrap());
        assert!(one.wrote(&one.form_token()));
        assert!(!one.wrote(&other.form_token()));
        assert!(!one.wrote(""));
    }
}
