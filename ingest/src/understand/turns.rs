//! Who spoke when, from the voice server's talk events.
//!
//! The server says when a microphone begins to talk and when it falls silent, except that muting a
//! talking microphone says nothing more than that it is muted. So a turn also ends there, when its
//! speaker leaves, when the sound's recording stops, and at the end.

use super::{
    events::{Caller, Events, Track, Voice},
    metas::Metas,
    people::People,
    timeline::{EventTime, Piece, Timeline},
};
use archive::{MediaTime, SourcePath, SpeakerNumber, SpeakerTurn, TimeRange, VoiceTrack};
use std::{collections::HashMap, time::Duration};

/// Pieces of one speaker with less than this between them are one turn, as BigBlueButton's own
/// summary script has it.
const PAUSE: Duration = Duration::from_secs(2);

/// Who speaks in a recording, and when.
#[derive(Debug, Default)]
pub(crate) struct Spoken {
    /// In the order of their start.
    pub(crate) turns: Vec<SpeakerTurn>,
    /// In the order of their start; of files that the recording has.
    pub(crate) tracks: Vec<VoiceTrack>,
    /// The speakers' names where they are known. A name is left out, or replaced by `Viewer 3` as
    /// BigBlueButton does in the chat, where the meeting asked for anonymity.
    pub(crate) names: Vec<(SpeakerNumber, String)>,
}

/// Finds speaker turns in the published media, and the recordings of single microphones among those
/// that `has` knows. Nothing lies after `end`.
pub(crate) fn of(
    events: &Events,
    timeline: &Timeline,
    people: &People<'_>,
    metas: &Metas,
    end: Option<MediaTime>,
    has: impl Fn(&SourcePath) -> bool,
) -> Spoken {
    let mut pieces: Vec<(usize, Piece)> = intervals(events)
        .into_iter()
        .flat_map(|it| timeline.pieces(it.start, it.stop).map(move |piece| (it.caller, piece)))
        .map(|(caller, piece)| (people.of_caller(caller), piece))
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

    let mut numbers: HashMap<usize, SpeakerNumber> = HashMap::new();
    let mut names = Vec::new();
    let mut number = |person: usize| {
        let next = SpeakerNumber(u32::try_from(numbers.len() + 1).unwrap_or(u32::MAX));
        *numbers.entry(person).or_insert_with(|| {
            names.extend(people.shown_name(person, metas).map(|name| (next, name)));
            next
        })
    };
    let clipped = |range: TimeRange| {
        let until = end.map_or(range.end(), |end| range.end().min(end));
        TimeRange::new(range.start(), until).filter(|it| !it.length().is_zero())
    };
    let turns = joined.into_iter().filter_map(|(person, _, range)| {
        let range = clipped(range)?;
        Some(SpeakerTurn { speaker: number(person), range })
    });
    let turns = turns.collect();
    // Those who say nothing come after those who do.
    let tracks = tracks(events).into_iter().filter_map(|(caller, file, start, stop)| {
        let range = TimeRange::new(timeline.published(start), timeline.published(stop))?;
        let range = clipped(range)?;
        let file = format!("raw/audio/{file}").parse().ok().filter(&has)?;
        Some(VoiceTrack { speaker: number(people.of_caller(caller)), file, range })
    });
    let tracks = tracks.collect();
    Spoken { turns, tracks, names }
}

/// The recordings of single microphones on the meeting's clock, in the order of their start.
fn tracks(events: &Events) -> Vec<(Caller, &str, EventTime, EventTime)> {
    let Some((_, last)) = events.bounds else { return Vec::new() };
    let mut open: HashMap<&str, usize> = HashMap::new();
    let mut found = Vec::new();
    for (at, Track { caller, file, starts }) in &events.tracks {
        if *starts {
            open.entry(file).or_insert_with(|| {
                found.push((*caller, file.as_str(), *at, last));
                found.len() - 1
            });
        } else if let Some(&track) = open.get(file.as_str()) {
            found[track].3 = *at;
        }
    }
    found
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

#[cfg(test)]
mod tests;
