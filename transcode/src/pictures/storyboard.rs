use crate::pictures::still::Picture;
use archive::{DerivedFile, MediaTime};
use std::fmt::Write as _;

/// The size that a tile's picture is fitted into.
pub(super) const TILE: (u32, u32) = (160, 90);

const COLUMNS: u32 = 10;
const MOST_TILES: u64 = 100;
const SHORTEST_INTERVAL_MS: u64 = 10_000;

/// Which times the tiles of a storyboard stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    duration: MediaTime,
    interval_ms: u64,
    tiles: u32,
}

impl Plan {
    /// One tile every ten seconds, or every so many whole seconds that a hundred are enough.
    pub(super) fn of(duration: MediaTime) -> Self {
        let whole_seconds = duration.as_ms().div_ceil(MOST_TILES).div_ceil(1_000) * 1_000;
        let interval_ms = whole_seconds.max(SHORTEST_INTERVAL_MS);
        let tiles = duration.as_ms().div_ceil(interval_ms).clamp(1, MOST_TILES);
        let tiles = u32::try_from(tiles).expect("at most a hundred");
        Self { duration, interval_ms, tiles }
    }

    pub(super) const fn tiles(self) -> u32 {
        self.tiles
    }

    pub(super) const fn interval_ns(self) -> u64 {
        self.interval_ms.saturating_mul(1_000_000)
    }

    /// The middle of what tile `n` stands for.
    pub(super) fn middle_ns(self, n: u32) -> u64 {
        crate::clock::nanoseconds(self.start(n)).saturating_add(self.interval_ns() / 2)
    }

    /// How many tiles have their middle at or before `ns`.
    pub(super) fn tiles_before(self, ns: u64) -> u32 {
        let tiles = (ns + self.interval_ns() / 2) / self.interval_ns();
        u32::try_from(tiles).unwrap_or(u32::MAX).min(self.tiles)
    }

    fn start(self, n: u32) -> MediaTime {
        MediaTime::from_ms(u64::from(n) * self.interval_ms)
    }

    fn end(self, n: u32) -> MediaTime {
        self.start(n + 1).min(self.duration.max(self.start(n).saturating_add_ms(1)))
    }

    /// Where tile `n` lies in the picture.
    const fn corner(n: u32) -> (u32, u32) {
        (n % COLUMNS * TILE.0, n / COLUMNS * TILE.1)
    }
}

/// A storyboard that is being filled.
pub(super) struct Sheet {
    plan: Plan,
    picture: Picture,
    filled: Vec<bool>,
}

impl Sheet {
    pub(super) fn new(plan: Plan) -> Self {
        let (columns, rows) = (plan.tiles.min(COLUMNS), plan.tiles.div_ceil(COLUMNS));
        let picture = Picture::black(columns * TILE.0, rows * TILE.1);
        Self { plan, picture, filled: vec![false; plan.tiles as usize] }
    }

    pub(super) const fn plan(&self) -> Plan {
        self.plan
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.filled.contains(&true)
    }

    pub(super) fn has(&self, n: u32) -> bool {
        self.filled.get(n as usize).copied().unwrap_or(true)
    }

    /// Puts a picture into the middle of tile `n`, which must not be smaller than the picture.
    pub(super) fn place(&mut self, n: u32, picture: &Picture) {
        let (x, y) = Plan::corner(n);
        let (width, height) = picture.size();
        let (right, down) = ((TILE.0 - width) / 2, (TILE.1 - height) / 2);
        self.picture.draw(picture, x + right, y + down);
        if let Some(filled) = self.filled.get_mut(n as usize) {
            *filled = true;
        }
    }

    /// `WebVTT` that says where each time's tile is, in the form that players know from DASH and
    /// JW Player. Times without a picture have no cue.
    pub(super) fn index(&self) -> String {
        let file = DerivedFile::storyboard();
        let mut text = String::from("WEBVTT\n");
        for n in (0..self.plan.tiles).filter(|&n| self.has(n)) {
            let ((x, y), (width, height)) = (Plan::corner(n), TILE);
            let (start, end) = (self.plan.start(n), self.plan.end(n));
            write!(text, "\n{start} --> {end}\n{file}#xywh={x},{y},{width},{height}\n")
                .expect("writing to a string does not fail");
        }
        text
    }

    pub(super) fn into_picture(self) -> Picture {
        self.picture
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn short_and_long_meetings() {
        let cases = [
            // seconds, interval in seconds, tiles
            (0, 10, 1),
            (9, 10, 1),
            (95, 10, 10),
            (1_000, 10, 100),
            (1_001, 11, 91),
            (4 * 3_600, 144, 100),
        ];
        for (seconds, interval, tiles) in cases {
            let plan = Plan::of(MediaTime::from_ms(seconds * 1_000));
            assert_eq!((plan.interval_ms / 1_000, plan.tiles), (interval, tiles), "{seconds} s");
        }
    }

    #[test]
    fn the_index_names_only_tiles_that_have_a_picture() {
        let mut sheet = Sheet::new(Plan::of(MediaTime::from_ms(115_000)));
        sheet.place(1, &Picture::black(120, 90));
        sheet.place(11, &Picture::black(160, 90));
        assert_eq!(sheet.picture.size(), (1_600, 180));
        assert_eq!(
            sheet.index(),
            "WEBVTT\n\n\
             00:00:10.000 --> 00:00:20.000\nstoryboard.jpg#xywh=160,0,160,90\n\n\
             00:01:50.000 --> 00:01:55.000\nstoryboard.jpg#xywh=160,90,160,90\n"
        );
    }

    proptest! {
        #[test]
        fn tiles_cover_the_meeting_once(ms in 0_u64..100_000_000, at in 0_u64..100_000_000) {
            let plan = Plan::of(MediaTime::from_ms(ms));
            prop_assert!((1..=100).contains(&plan.tiles()));
            prop_assert!(ms <= u64::from(plan.tiles()) * plan.interval_ms);
            for n in 0..plan.tiles() {
                prop_assert!(plan.start(n) < plan.end(n));
                prop_assert_eq!(plan.tiles_before(plan.middle_ns(n)), n + 1);
            }
            let before = plan.tiles_before(at * 1_000_000);
            prop_assert_eq!(before as usize, (0..plan.tiles())
                .filter(|&n| plan.middle_ns(n) <= at * 1_000_000).count());
        }
    }
}
