//! When a screen was shared.

use super::Events;
use crate::understand::{
    shares,
    timeline::{EventTime, Timeline},
};
use archive::TimeRange;
use std::collections::HashMap;

/// Somebody's screen began or ceased to be shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    /// Names the share; may be empty.
    pub(super) stream: String,
    pub(super) starts: bool,
}

/// The shares in the published media, in order; those that touch or overlap are one. A share that
/// goes on over a pause of the recording is one too.
pub(crate) fn shares(events: &Events, timeline: &Timeline) -> Vec<TimeRange> {
    let Some((_, last)) = events.bounds else { return Vec::new() };
    let mut open: HashMap<&str, EventTime> = HashMap::new();
    let mut found = Vec::new();
    for (at, Event { stream, starts }) in &events.screen {
        if *starts {
            open.entry(stream).or_insert(*at);
        } else if let Some(start) = open.remove(stream.as_str()) {
            found.push((start, *at));
        } else {
            // Only one screen is shared at a time, so it was this one, whatever it is called.
            found.extend(open.drain().map(|(_, start)| (start, *at)));
        }
    }
    found.extend(open.into_values().map(|start| (start, last)));
    let ranges = found.into_iter().map(|(start, stop)| {
        TimeRange::from_or_at(timeline.published(start), timeline.published(stop))
    });
    shares::joined(ranges.filter(|it| !it.length().is_zero()).collect())
}
