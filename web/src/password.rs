//! Passwords, as argon2id (RFC 9106) in PHC strings.

use archive::{Lane, LaneError};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use std::sync::LazyLock;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;

/// The fewest characters a password may have.
pub const SHORTEST: usize = 10;
/// The most bytes that are looked at; more is refused, so that nobody keeps a lane busy with them.
pub const LONGEST: usize = 1024;

#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error("the password is too short: expected at least {SHORTEST} characters")]
    TooShort,
    #[error("the password is too long: expected at most {LONGEST} bytes")]
    TooLong,
    /// The machine gave no random bytes for the salt.
    #[error("cannot hash the password")]
    Hash,
}

/// Hashes a new password to the string that the catalog keeps.
///
/// Takes tens of milliseconds and 19 MiB: never call it on the async runtime.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    if password.chars().count() < SHORTEST {
        return Err(PasswordError::TooShort);
    }
    if password.len() > LONGEST {
        return Err(PasswordError::TooLong);
    }
    // The defaults of the crate are the first choice of OWASP's password storage cheat sheet:
    // argon2id, 19 MiB, two passes, one lane.
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|it| it.to_string()).map_err(|_| PasswordError::Hash)
}

/// What an unknown name is checked against, so that it takes as long as a known one.
static NOBODYS: LazyLock<String> =
    LazyLock::new(|| hash("nobody has this password").expect("the machine has random bytes"));

/// Checks that may go on at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;
/// Checks that may go on or wait: about two seconds of work.
pub(crate) const PLACES: usize = 32;

/// Where passwords are checked, a few at a time. Whoever finds no place is told so at once, so that a
/// flood of attempts keeps neither memory nor those who come after it.
pub(crate) struct Checks {
    lane: Lane,
    places: Semaphore,
}

/// A place among those who wait.
pub(crate) struct Place<'a> {
    lane: &'a Lane,
    _permit: SemaphorePermit<'a>,
}

impl Checks {
    pub(crate) fn new() -> Self {
        Self { lane: Lane::new("passwords", AT_ONCE), places: Semaphore::new(PLACES) }
    }

    /// `None`: too many wait already.
    pub(crate) fn place(&self) -> Option<Place<'_>> {
        let permit = self.places.try_acquire().ok()?;
        Some(Place { lane: &self.lane, _permit: permit })
    }
}

impl Place<'_> {
    /// Whether `password` is the one behind `stored`; `None` is checked in the same time and is false.
    ///
    /// # Errors
    ///
    /// When the work was cancelled, or a stored hash made the check panic.
    pub(crate) async fn verify(
        self,
        cancel: &CancellationToken,
        password: String,
        stored: Option<String>,
    ) -> Result<bool, LaneError> {
        let check = move || {
            let known = stored.is_some();
            let stored = stored.as_deref().unwrap_or(&NOBODYS);
            let matches = password.len() <= LONGEST
                && PasswordHash::new(stored).is_ok_and(|hash| {
                    Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
                });
            known && matches
        };
        self.lane.run(cancel, check).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_name_is_right() {
        let checks = Checks::new();
        let stored = hash("correct horse battery").unwrap();
        assert!(stored.starts_with("$argon2id$"), "{stored}");
        let cases = [
            ("correct horse battery", Some(stored.clone()), true),
            ("correct horse batterx", Some(stored), false),
            ("nobody has this password", None, false),
            ("anything", Some("not a hash".to_owned()), false),
        ];
        for (password, stored, expected) in cases {
            let cancel = CancellationToken::new();
            let place = checks.place().unwrap();
            let right = place.verify(&cancel, password.to_owned(), stored).await.unwrap();
            assert_eq!(right, expected, "{password}");
        }
    }

    #[test]
    fn there_are_places_for_some_and_a_place_is_given_back() {
        let checks = Checks::new();
        let mut taken: Vec<_> = (0..PLACES).map(|_| checks.place().unwrap()).collect();
        assert!(checks.place().is_none());
        taken.pop();
        assert!(checks.place().is_some());
    }

    #[test]
    fn a_password_that_is_too_short_or_too_long_is_refused() {
        assert!(matches!(hash("ñandú"), Err(PasswordError::TooShort)));
        assert!(matches!(hash(&"x".repeat(LONGEST + 1)), Err(PasswordError::TooLong)));
    }
}
