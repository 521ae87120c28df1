//! When a screen was shared, from `deskshare.xml`. The deskshare video is as long as the recording
//! and blank elsewhere.

use super::{
    seconds,
    xml::{Limits, Node, Xml, XmlError},
};
use archive::{MediaTime, TimeRange};
use std::io::BufRead;

const LIMITS: Limits = Limits { bytes: 16 << 20, piece_bytes: 64 << 10, depth: 16 };

/// Reads the shares, cut off at `end`, in order; those that touch or overlap are one.
pub(crate) fn parse(
    input: impl BufRead,
    end: Option<MediaTime>,
) -> Result<Vec<TimeRange>, XmlError> {
    let mut xml = Xml::new(input, LIMITS, &["recording"]);
    let mut found = Vec::new();
    while let Some(node) = xml.next()? {
        let Node::Start(element) = node else { continue };
        match element.name() {
            "recording" => continue,
            "event" => {
                let time = |text: Option<String>| text.as_deref().and_then(seconds::parse);
                let start = time(element.attribute("start_timestamp")?);
                // Never stopped, it lasts to the end.
                let stop = time(element.attribute("stop_timestamp")?).or(end);
                let stop = stop.map(|it| end.map_or(it, |end| it.min(end)));
                if let (Some(start), Some(stop)) = (start, stop)
                    && start < stop
                {
                    found.push(TimeRange::from_or_at(start, stop));
                }
            }
            _ => {}
        }
        xml.skip()?;
    }
    Ok(joined(found))
}

/// The shares in order; those that touch or overlap are one.
pub(crate) fn joined(mut shares: Vec<TimeRange>) -> Vec<TimeRange> {
    shares.sort_unstable();
    let mut joined: Vec<TimeRange> = Vec::new();
    for share in shares {
        match joined.last_mut() {
            Some(last) if share.start() <= last.end() => {
                *last = TimeRange::from_or_at(last.start(), last.end().max(share.end()));
            }
            _ => joined.push(share),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(inside: &str) -> Vec<(u64, u64)> {
        let xml = format!(r#"<recording id="deskshare_events">{inside}</recording>"#);
        let shares = parse(xml.as_bytes(), Some(MediaTime::from_ms(60_000))).unwrap();
        shares.iter().map(|it| (it.start().as_ms(), it.end().as_ms())).collect()
    }

    #[test]
    fn shares_are_cut_sorted_and_joined() {
        let cases = [
            ("", vec![]),
            (
                r#"<event start_timestamp="40.0" stop_timestamp="55.3" video_width="1"/>"#,
                vec![(40_000, 55_300)],
            ),
            (r#"<event start_timestamp="40.0" stop_timestamp="95.3"/>"#, vec![(40_000, 60_000)]),
            (r#"<event start_timestamp="40.0"/>"#, vec![(40_000, 60_000)]),
            (
                r#"<event start_timestamp="9" stop_timestamp="9"/><event stop_timestamp="9"/>"#,
                vec![],
            ),
            (
                r#"<event start_timestamp="20" stop_timestamp="30"/><event start_timestamp="5" stop_timestamp="20"/>"#,
                vec![(5_000, 30_000)],
            ),
        ];
        for (inside, expected) in cases {
            assert_eq!(shares(inside), expected, "{inside}");
        }
    }
}
