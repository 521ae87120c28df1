//! Videos from elsewhere that were played to everyone.

use super::Events;
use crate::understand::{external_videos, timeline::Timeline};
use archive::ExternalVideo;

/// The videos that played while it was recorded, in order. One that had begun before stands where
/// the recording begins or goes on.
pub(crate) fn external_videos(events: &Events, timeline: &Timeline) -> Vec<ExternalVideo> {
    let Some((_, last)) = events.bounds else { return Vec::new() };
    let mut found = Vec::new();
    for (index, (start, url)) in events.videos.iter().enumerate() {
        let Some(url) = url.as_deref().and_then(external_videos::address) else { continue };
        // The next one ends it if nothing else does.
        let stop = events.videos.get(index + 1).map_or(last, |&(at, _)| at);
        if let Some(piece) = timeline.pieces(*start, stop).next() {
            found.push(ExternalVideo { at: piece.range.start(), url });
        }
    }
    found
}
