use archive::Timestamp;
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How often somebody may fail to sign in within [`WINDOW`] before they have to wait.
const FAILURES: usize = 8;
/// The same for everybody at one address, where many may sit behind one router.
const FAILURES_FROM_ADDRESS: usize = 40;
const WINDOW: Duration = Duration::from_secs(10 * 60);
/// Keys remembered at most: where there would be more, the oldest tenth is forgotten.
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
        let failures = self.failures();
        keys(name, from).all(|(key, most)| {
            let recent = failures.get(&key).map_or(0, |it| recent(it, now).count());
            recent < most
        })
    }

    /// Notes a failed attempt.
    pub(crate) fn failed(&self, name: &str, from: Option<IpAddr>, now: Timestamp) {
        let mut failures = self.failures();
        if failures.len() >= REMEMBERED {
            make_room(&mut failures, now);
        }
        for (key, most) in keys(name, from) {
            let noted = failures.entry(key).or_default();
            noted.push(now);
            if noted.len() > most {
                noted.remove(0);
            }
        }
    }

    /// Forgets the failures of somebody who has signed in now, and takes the attempt noted at `noted`
    /// back from their address: an office may sign in as one.
    pub(crate) fn succeeded(&self, name: &str, from: Option<IpAddr>, noted: Timestamp) {
        let mut failures = self.failures();
        for (key, _) in keys(name, from) {
            let Some(attempts) = failures.get_mut(&key) else { continue };
            match key {
                Key::Name(..) => attempts.clear(),
                Key::Address(_) => {
                    if let Some(own) = attempts.iter().rposition(|it| *it == noted) {
                        attempts.remove(own);
                    }
                }
            }
            if attempts.is_empty() {
                failures.remove(&key);
            }
        }
    }

    fn failures(&self) -> MutexGuard<'_, HashMap<Key, Vec<Timestamp>>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets what is over, and the oldest tenth where that is not enough: who tries names by the
/// thousand pushes out names of long ago, and their own address stays.
fn make_room(failures: &mut HashMap<Key, Vec<Timestamp>>, now: Timestamp) {
    failures.retain(|_, it| recent(it, now).next().is_some());
    if failures.len() < REMEMBERED {
        return;
    }
    let latest = |it: &Vec<Timestamp>| it.last().copied();
    let mut by_age: Vec<_> = failures.iter().map(|(key, it)| (latest(it), key.clone())).collect();
    by_age.sort_by_key(|(last, _)| *last);
    for (_, key) in by_age.into_iter().take(REMEMBERED / 10) {
        failures.remove(&key);
    }
}

fn keys(name: &str, from: Option<IpAddr>) -> impl Iterator<Item = (Key, usize)> {
    let from = from.map(network);
    let address = from.map(|it| (Key::Address(it), FAILURES_FROM_ADDRESS));
    std::iter::once((Key::Name(name.to_lowercase(), from), FAILURES)).chain(address)
}

/// An IPv6 address stands for its /64: that much every subscriber is given, to change addresses in as
/// often as they like.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(it) => Ipv6Addr::from_bits(it.to_bits() & (u128::MAX << 64)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
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
        attempts.succeeded("ada", HOME, at(0));
        assert!(attempts.allows("ada", HOME, at(0)));
    }

    #[test]
    fn an_office_may_sign_in_as_one() {
        let attempts = Attempts::default();
        attempts.failed("wrong", HOME, at(0));
        for n in 0..3 * FAILURES_FROM_ADDRESS {
            let name = format!("member{n}");
            assert!(attempts.allows(&name, HOME, at(1)), "{name}");
            attempts.failed(&name, HOME, at(1));
            attempts.succeeded(&name, HOME, at(1));
        }
        let left = attempts.failures();
        assert_eq!(left[&Key::Address(HOME.unwrap())], [at(0)], "only one's own is taken back");
        assert_eq!(left.len(), 2);
    }

    #[test]
    fn one_network_is_one_address() {
        let attempts = Attempts::default();
        let from = |text: &str| Some(text.parse().unwrap());
        for n in 0..FAILURES {
            attempts.failed("ada", from(&format!("2001:db8:0:1::{n:x}")), at(0));
        }
        assert!(!attempts.allows("ada", from("2001:db8:0:1:ffff::"), at(0)));
        assert!(attempts.allows("ada", from("2001:db8:0:2::"), at(0)));
        for _ in 0..FAILURES {
            attempts.failed("max", from("::ffff:192.0.2.1"), at(0));
        }
        assert!(!attempts.allows("max", HOME, at(0)), "the same address, written as IPv6");
        assert!(attempts.allows("max", AWAY, at(0)));
    }

    #[test]
    fn memory_is_bounded() {
        let attempts = Attempts::default();
        for n in 0..REMEMBERED {
            attempts.failed(&n.to_string(), None, at(0));
        }
        for _ in 0..FAILURES {
            attempts.failed("ada", AWAY, at(1));
        }
        for n in 0..REMEMBERED / 2 {
            attempts.failed(&format!("more{n}"), HOME, at(2));
        }
        assert!(attempts.failures().len() <= REMEMBERED + 2);
        assert!(!attempts.allows("another", HOME, at(2)), "their address is not forgotten");
        assert!(!attempts.allows("ada", AWAY, at(2)), "the oldest are forgotten first");
    }
}
