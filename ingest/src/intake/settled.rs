//! Since when something has looked as it does now: what goes on changing is not whole.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Remembers since when things have looked as they do now.
///
/// It does not go by the files' own times: rsync sets old ones, and clocks differ between machines.
#[derive(Debug, Default)]
pub(crate) struct Unchanged(Mutex<HashMap<String, (String, Instant)>>);

impl Unchanged {
    /// For how long what lies at `place` has had this fingerprint, as far as was looked.
    pub(crate) fn since(&self, place: &str, fingerprint: &str) -> Duration {
        let now = Instant::now();
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = seen.entry(place.to_owned()).or_insert_with(|| (fingerprint.to_owned(), now));
        if known.0 != fingerprint {
            *known = (fingerprint.to_owned(), now);
        }
        now.duration_since(known.1)
    }

    /// Forgets a place: it was noted.
    pub(crate) fn forget(&self, place: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_changes_begins_anew() {
        let unchanged = Unchanged::default();
        let wait = Duration::from_secs(10);
        assert_eq!(unchanged.since("a", "1"), Duration::ZERO);
        tokio::time::advance(wait).await;
        assert_eq!(unchanged.since("a", "1"), wait);
        assert_eq!(unchanged.since("a", "2"), Duration::ZERO);
        tokio::time::advance(wait).await;
        assert_eq!(unchanged.since("a", "2"), wait);
        unchanged.forget("a");
        assert_eq!(unchanged.since("a", "2"), Duration::ZERO);
    }
}
