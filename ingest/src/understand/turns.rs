//! Who spoke when, from the voice server's talk events.
//!
//! The server says when a microphone begins to talk and when it falls silent, except that muting a
//! talking microphone says nothing more than that it is muted. So a turn also ends there, when its
//! speaker leaves, when the sound's recording stops, and at the end.

use super::{
    events::{Caller, CallerInfo, Events, Join, Voice},
    metas::Metas,
    timeline::{EventTime, Piece, Timeline},
};
use archive::{SpeakerNumber, SpeakerTurn, TimeRange};
use std::{collections::HashMap, time::Duration};

/// Pieces of one speaker with less than this between them are one turn, as BigBlueButton's own
/// summary script has it.
const PAUSE: Duration = Duration::from_secs(2);

/// Speaker turns in the published media, in the order of their start, and the speakers' names where
/// they are known. A name is left out, or replaced by `Viewer 3` as BigBlueButton does in the chat,
/// where the meeting asked for anonymity.
pub(crate) fn of(
    events: &Events,
    timeline: &Timeline,
    metas: &Metas,
) -> (Vec<SpeakerTurn>, Vec<(SpeakerNumber, String)>) {
    let people = People::new(&events.joins, &events.callers);
    let mut pieces: Vec<(usize, Piece)> = intervals(events)
        .into_iter()
        .flat_map(|it| timeline.pieces(it.start, it.stop).map(move |piece| (it.caller, piece)))
        .map(|(caller, piece)| (people.of_caller[caller.0], piece))
        .collect();
    pieces.sort_by_key(|&(person, piece)| (piece.span, person, piece.range));

    let mut joined: Vec<(usize, usize, TimeRange)> = Vec::new();
    for (person, Piece { range, span }) in pieces {
        match joined.last_mut() {
            Some((last_person, last_span, last))
                if *last_person == person
                    && *last_span == span
                    && range.start().saturating_since(last.end()) <= PAUSE =>
            {
                *last = TimeRange::from_or_at(last.start(), last.end().max(range.end()));
            }
            _ => joined.push((person, span, range)),
        }
    }
    joined.sort_by_key(|&(person, _, range)| (range, person));

    let mut numbers = HashMap::new();
    let mut names = Vec::new();
    let turns = joined.into_iter().map(|(person, _, range)| {
        let next = SpeakerNumber(u32::try_from(numbers.len() + 1).unwrap_or(u32::MAX));
        let speaker = *numbers.entry(person).or_insert_with(|| {
            if let Some(name) = people.shown_name(person, metas) {
                names.push((next, name));
            }
            next
        });
        SpeakerTurn { speaker, range }
    });
    (turns.collect(), names)
}

/// One microphone's talking, on the meeting's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Interval {
    start: EventTime,
    stop: EventTime,
    caller: Caller,
}

fn intervals(events: &Events) -> Vec<Interval> {
    let mut talking: HashMap<Caller, EventTime> = HashMap::new();
    let mut found = Vec::new();
    for &(at, voice) in &events.voice {
        match voice {
            // Said again while talking, it begins nothing.
            Voice::Talks(caller) => {
                talking.entry(caller).or_insert(at);
            }
            Voice::Stops(caller) => found.extend(talking.remove(&caller).map(|start| Interval {
                start,
                stop: at,
                caller,
            })),
            Voice::AllStop => found.extend(talking.drain().map(|(caller, start)| Interval {
                start,
                stop: at,
                caller,
            })),
        }
    }
    if let Some((_, last)) = events.bounds {
        found.extend(talking.drain().map(|(caller, start)| Interval { start, stop: last, caller }));
    }
    found.sort_by_key(|it| (it.start, it.stop, it.caller.0));
    found
}

/// Who is who: callers of the voice server are users of the meeting, and several users are one
/// person who joined several times.
struct People {
    people: Vec<Person>,
    /// The index of each caller's person.
    of_caller: Vec<usize>,
}

struct Person {
    name: String,
    moderator: bool,
    /// Counts the viewers and the moderators apart from 1, in the order of their first join; 0 for
    /// who never joined (a telephone).
    nth: usize,
}

impl People {
    fn new(joins: &[Join], callers: &[CallerInfo]) -> Self {
        let mut people: Vec<Person> = Vec::new();
        let mut by_external = HashMap::new();
        let mut by_user: HashMap<&str, usize> = HashMap::new();
        let (mut viewers, mut moderators) = (0, 0);
        for join in joins {
            // Guests have their own ID, which is new at every join, for an external one.
            let own = if join.external.is_empty() { &join.user } else { &join.external };
            let person = *by_external.entry(own.as_str()).or_insert_with(|| {
                let count = if join.moderator { &mut moderators } else { &mut viewers };
                *count += 1;
                let moderator = join.moderator;
                people.push(Person { name: join.name.clone(), moderator, nth: *count });
                people.len() - 1
            });
            by_user.insert(&join.user, person);
        }
        let of_caller = callers.iter().map(|caller| {
            by_user.get(caller.id.as_str()).copied().unwrap_or_else(|| {
                let name = if is_number(&caller.name) { "" } else { &caller.name };
                people.push(Person { name: name.to_owned(), moderator: false, nth: 0 });
                people.len() - 1
            })
        });
        let of_caller = of_caller.collect();
        Self { people, of_caller }
    }

    fn shown_name(&self, person: usize, metas: &Metas) -> Option<String> {
        let Person { name, moderator, nth } = &self.people[person];
        let hidden =
            if *moderator { metas.anonymises_moderators() } else { metas.anonymises_viewers() };
        match (hidden, moderator, nth) {
            (true, _, 0) => None,
            (true, true, nth) => Some(format!("Moderator {nth}")),
            (true, false, nth) => Some(format!("Viewer {nth}")),
            (false, ..) => Some(name.clone()).filter(|it| !it.is_empty()),
        }
    }
}

/// Whether a caller's name is a telephone number, which is nobody's business.
fn is_number(name: &str) -> bool {
    name.chars().filter(char::is_ascii_digit).count() >= 4 && !name.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests;
