//! `metadata.xml`: what BigBlueButton published.

use super::{
    metas::Metas,
    text,
    xml::{Limits, Node, Xml, XmlError},
};
use archive::{MediaTime, Timestamp};
use std::io::BufRead;

const LIMITS: Limits = Limits { bytes: 4 << 20, piece_bytes: 256 << 10, depth: 32 };

/// The part of `metadata.xml` that is read: text as it stands, numbers where they are numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Metadata {
    /// The record ID, not yet checked.
    pub(crate) id: Option<String>,
    /// `presentation`, `podcast`, `notes`, …
    pub(crate) format: Option<String>,
    pub(crate) started_at: Option<Timestamp>,
    /// Length of the published media; `None` also where it says 0.
    pub(crate) duration: Option<MediaTime>,
    pub(crate) participants: Option<u32>,
    pub(crate) meeting_name: Option<String>,
    pub(crate) metas: Metas,
}

impl Metadata {
    /// This, and of `other` what this does not say.
    #[must_use]
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            id: self.id.or(other.id),
            format: self.format.or(other.format),
            started_at: self.started_at.or(other.started_at),
            duration: self.duration.or(other.duration),
            participants: self.participants.or(other.participants),
            meeting_name: self.meeting_name.or(other.meeting_name),
            metas: self.metas.or(other.metas),
        }
    }
}

/// Reads `metadata.xml`. The order of its elements varies, some are missing or empty.
pub(crate) fn parse(input: impl BufRead) -> Result<Metadata, XmlError> {
    let mut xml = Xml::new(input, LIMITS, &["recording"]);
    let mut found = Metadata::default();
    // The element that is open below the root, once its name is known.
    let mut section = String::new();
    while let Some(node) = xml.next()? {
        let Node::Start(element) = node else { continue };
        let name = element.name().to_owned();
        let meeting = match name.as_str() {
            "meeting" => [element.attribute("id")?, element.attribute("name")?],
            _ => [None, None],
        };
        let whole = |text: String| Some(text).filter(|it| !it.is_empty());
        match (xml.depth(), name.as_str()) {
            (1, _) => {}
            (2, "id") => found.id = whole(xml.text()?),
            (2, "start_time") => {
                let started = xml.text()?.parse().ok().filter(|&ms: &i64| ms > 0);
                found.started_at = started.map(Timestamp::from_unix_ms);
            }
            (2, "participants") => found.participants = xml.text()?.parse().ok(),
            (2, "meeting") => {
                let [id, name] = meeting;
                found.id = found.id.or(id.map(|it| it.trim().to_owned()));
                found.meeting_name = name.map(|it| text::line(&it)).and_then(whole);
            }
            (2, "meta" | "playback") => section = name,
            (2, _) => xml.skip()?,
            (3, _) if section == "meta" => {
                let value = xml.text()?;
                found.metas.put(&name, &value);
            }
            (3, "format") => found.format = whole(xml.text()?),
            (3, "duration") => {
                let ms = xml.text()?.parse().ok().filter(|&ms| ms > 0 && i64::try_from(ms).is_ok());
                found.duration = ms.map(MediaTime::from_ms);
            }
            _ => xml.skip()?,
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_is_needed_in_any_order() {
        let xml = r#"<recording>
            <playback><extensions><preview><duration>1</duration></preview></extensions>
              <link> https://localhost/x </link><duration> 89332 </duration><format>presentation</format></playback>
            <meta><plenary-title><![CDATA[Heating & garden]]></plenary-title><gl-token>s3cret</gl-token></meta>
            <meeting id="ab-1" name="Room" breakout="false"/><breakout/>
            <participants>12</participants><start_time>1530718721124</start_time>
            <id>
              cd-2</id><raw_size>5</raw_size></recording>"#;
        let found = parse(xml.as_bytes()).unwrap();
        assert_eq!(found.id.as_deref(), Some("cd-2"));
        assert_eq!(found.format.as_deref(), Some("presentation"));
        assert_eq!(found.started_at, Some(Timestamp::from_unix_ms(1_530_718_721_124)));
        assert_eq!(found.duration, Some(MediaTime::from_ms(89_332)));
        assert_eq!(found.participants, Some(12));
        assert_eq!(found.meeting_name.as_deref(), Some("Room"));
        let declared = found.metas.declared(&mut Vec::new());
        assert_eq!(declared.title.as_deref(), Some("Heating & garden"));
        assert!(!format!("{found:?}").contains("s3cret"));
    }

    #[test]
    fn what_is_missing_or_no_number_is_left_out() {
        let xml = "<recording><id/><participants>many</participants><start_time>-1</start_time>
            <playback><duration>0</duration></playback></recording>";
        let expected = Metadata::default();
        assert_eq!(parse(xml.as_bytes()).unwrap(), expected);
    }

    #[test]
    fn an_entity_bomb_is_refused() {
        let bomb = r#"<?xml version="1.0"?><!DOCTYPE recording [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>
            <recording><id>&b;</id></recording>"#;
        assert!(matches!(parse(bomb.as_bytes()), Err(XmlError::Declarations { .. })));
    }

    proptest! {
        #[test]
        fn never_panics(inside in "(<id>|</id>|<meta>|<a/>|</meta>|<playback>|<duration>|[<>/&;0-9a ]){0,25}") {
            drop(parse(format!("<recording>{inside}</recording>").as_bytes()));
        }
    }
}
