//! Texts of tldraw's shapes: `tldraw.json` (2.6 and later), and the event log's pieces of it.
//!
//! A shape is a record of tldraw 1 (2.6, 2.7) or tldraw 2 (3.0). Of both only what can be read is
//! taken, whatever else is in them, and whatever shape it has.

mod record;

pub(crate) use record::Text;

use super::{
    json::{Bounded, Value},
    seconds,
    whiteboard::{MOST_TEXTS, Version},
};
use record::Loose;
use serde::{
    Deserialize, Deserializer as _,
    de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use std::{fmt, io::Read};

/// Every change of a stroke repeats the stroke: the file grows with the square of the drawing.
const BYTES: u64 = 1 << 30;

/// Reads the texts of `tldraw.json`:
/// `{"bbb_version": "…", "image1": {"timestamp": 0.0, "shapes": [{"timestamp": 1.5, "undo": -1,
/// "shape_data": {…}}]}}`. The file is read as a stream.
pub(crate) fn parse(input: impl Read) -> Result<Vec<Version>, serde_json::Error> {
    let input = std::io::BufReader::new(Bounded::new(input, BYTES));
    let mut json = serde_json::Deserializer::from_reader(input);
    let mut found = Vec::new();
    json.deserialize_map(Images(&mut found))?;
    json.end()?;
    Ok(found)
}

struct Images<'a>(&'a mut Vec<Version>);

impl<'de> Visitor<'de> for Images<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of the pictures of shapes.svg")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut images: A) -> Result<(), A::Error> {
        while let Some(key) = images.next_key::<Value>()? {
            if key.as_str() == "bbb_version" {
                images.next_value::<IgnoredAny>()?;
            } else {
                images.next_value_seed(Image(self.0))?;
            }
        }
        Ok(())
    }
}

struct Image<'a>(&'a mut Vec<Version>);

impl<'de> de::DeserializeSeed<'de> for Image<'_> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Image<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a picture with its shapes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(key) = fields.next_key::<Value>()? {
            if key.as_str() == "shapes" {
                fields.next_value_seed(Shapes(self.0))?;
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Shapes<'a>(&'a mut Vec<Version>);

impl<'de> de::DeserializeSeed<'de> for Shapes<'_> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

/// A shape as it was for a while.
#[derive(Deserialize, Default)]
struct Shape {
    #[serde(default)]
    timestamp: Value,
    /// Seconds, or -1.
    #[serde(default)]
    undo: Value,
    #[serde(default)]
    shape_data: Loose<Text>,
}

impl<'de> Visitor<'de> for Shapes<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of shapes")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut shapes: A) -> Result<(), A::Error> {
        while let Some(Loose(shape)) = shapes.next_element::<Loose<Shape>>()? {
            self.0.extend(version(&shape));
            if self.0.len() > MOST_TEXTS {
                let error = format!("it holds more than {MOST_TEXTS} texts");
                return Err(de::Error::custom(error));
            }
        }
        Ok(())
    }
}

fn version(shape: &Shape) -> Option<Version> {
    let text = &shape.shape_data.0;
    // A form whose text is empty counts: there may have been one before.
    if !text.says_anything() {
        return None;
    }
    let from = seconds::parse(shape.timestamp.as_str())?;
    let undo = shape.undo.as_str();
    let until = seconds::parse(undo).filter(|_| !undo.trim_start().starts_with('-'));
    let shape = text.id().unwrap_or_default().to_owned();
    Some(Version { shape, from, until, text: text.shown(), is_poll: text.is_poll() })
}

#[cfg(test)]
mod tests;
