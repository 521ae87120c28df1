use std::{fmt, sync::Arc};
use subtle::ConstantTimeEq as _;

/// What a server and we both know: `securitySalt` in its `bbb-web.properties`, printed by
/// `bbb-conf --secret`. Whoever has it may do anything on that server, so it is never shown.
#[derive(Clone)]
pub struct Secret(Arc<str>);

/// With an empty secret everybody could sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server's shared secret is empty")]
pub struct EmptySecret;

impl Secret {
    /// Takes the text without white space around it, as a file ends in a line break.
    ///
    /// # Errors
    ///
    /// [`EmptySecret`] if nothing is left.
    pub fn new(text: &str) -> Result<Self, EmptySecret> {
        match text.trim() {
            "" => Err(EmptySecret),
            text => Ok(Self(text.into())),
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Whether it is this text, in a time that does not depend on how much of it is right.
    pub(super) fn is(&self, text: &str) -> bool {
        same(self.as_bytes(), text.as_bytes())
    }
}

/// Compares in a time that depends on the lengths alone.
pub(super) fn same(ours: &[u8], theirs: &[u8]) -> bool {
    ours.ct_eq(theirs).into()
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_never_shown_and_never_empty() {
        let secret = Secret::new(" s3cret\n").unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert!(secret.is("s3cret"));
        for other in ["s3cre", "s3cret\n", "s3creT", ""] {
            assert!(!secret.is(other), "{other:?}");
        }
        assert_eq!(Secret::new(" \n").unwrap_err(), EmptySecret);
    }
}
