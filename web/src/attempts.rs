use archive::Timestamp;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How often somebody may fail to sign in within [`WINDOW`] before they have to wait.
const FAILURES: usize = 8;
/// The same for everybody at one address, where many may sit behind one router.
const FAILURES_FROM_ADDRESS: usize = 40;
const WINDOW: Duration = Duration::from_secs(10 * 60);
/// Keys remembered at most: what is older than the window is forgotten when there are more.
const REMEMBERED: usize = 20_000;

/// Remembers failed attempts to sign in, by name and address, in this process.
///
/// A name alone would let anybody lock anybody out; an address alone would let one guess from many.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    failures: Mutex<HashMap<Key, Vec<Timestamp>>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Name(String, Option<IpAddr>),
    Address(IpAddr),
}

impl Attempts {
    /// Whether another attempt may be made now.
    pub(crate) fn allows(&self, name: &str, from: Option<IpAddr>, now: Timestamp) -> bool {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        keys(name, from).all(|(key, most)| {
            let recent = failures.get(&key).map_or(0, |it| recent(it, now).count());
            recent < most
        })
    }

    /// Notes a failed attempt.
    pub(crate) fn failed(&self, name: &str, from: Option<IpAddr>, now: Timestamp) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= REMEMBERED {
            failures.retain(|_, it| recent(it, now).next().is_some());
        }
        if failures.len() >= REMEMBERED {
            // Somebody tries names by the thousand: forgetting all of it keeps memory bounded, and
            // their address runs into its own limit again soon.
            failures.clear();
        }
        for (key, most) in keys(name, from) {
            let noted = failures.entry(key).or_default();
            noted.push(now);
            if noted.len() > most {
                noted.remove(0);
            }
        }
    }

    /// Forgets the failures of somebody who has signed in now.
    pub(crate) fn succeeded(&self, name: &str, from: Option<IpAddr>) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(&Key::Name(name.to_lowercase(), from));
    }
}

fn keys(name: &str, from: Option<IpAddr>) -> impl Iterator<Item = (Key, usize)> {
    let address = from.map(|it| (Key::Address(it), FAILURES_FROM_ADDRESS));
    std::iter::once((Key::Name(name.to_lowercase(), from), FAILURES)).chain(address)
}

fn recent(failures: &[Timestamp], now: Timestamp) -> impl Iterator<Item = &Timestamp> {
    failures.iter().filter(move |it| it.plus(WINDOW) > now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_unix_ms(minutes * 60_000)
    }

    const HOME: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)));
    const AWAY: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2)));

    #[test]
    fn who_fails_too_often_waits_and_nobody_else() {
        let attempts = Attempts::default();
        for _ in 0..FAILURES {
            assert!(attempts.allows("ada", HOME, at(0)));
            attempts.failed("ada", HOME, at(0));
        }
        assert!(!attempts.allows("Ada", HOME, at(9)));
        assert!(attempts.allows("ada", AWAY, at(9)), "the owner may be somewhere else");
        assert!(attempts.allows("grace", HOME, at(9)));
        assert!(attempts.allows("ada", HOME, at(10)), "the wait is over");
    }

    #[test]
    fn one_address_cannot_try_every_name() {
        let attempts = Attempts::default();
        for n in 0..FAILURES_FROM_ADDRESS {
            attempts.failed(&format!("name{n}"), HOME, at(0));
        }
        assert!(!attempts.allows("another", HOME, at(1)));
        assert!(attempts.allows("another", AWAY, at(1)));
    }

    #[test]
    fn signing_in_forgets_the_failures() {
        let attempts = Attempts::default();
        for _ in 0..FAILURES {
            attempts.failed("ada", HOME, at(0));
        }
        attempts.succeeded("ada", HOME);
        assert!(attempts.allows("ada", HOME, at(0)));
    }

    #[test]
    fn memory_is_bounded() {
        let attempts = Attempts::default();
        for n in 0..REMEMBERED * 2 {
            attempts.failed(&n.to_string(), None, at(0));
        }
        assert!(attempts.failures.lock().unwrap().len() <= REMEMBERED + 2);
    }
}
