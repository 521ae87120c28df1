//! JSON that somebody else wrote. Depth is bounded by `serde_json` (128); this bounds the rest.

use serde::{Deserialize, Deserializer, de};
use std::{
    fmt,
    io::{self, Read},
};

/// One string. It bounds the memory that a document can take which is read piece by piece.
const STRING_BYTES: u64 = 4 << 20;

/// Hands a document on until it is too long, or a string in it; then reading it is an error.
pub(crate) struct Bounded<R> {
    input: R,
    limit: u64,
    left: u64,
    string: Option<u64>,
    escaped: bool,
}

impl<R> Bounded<R> {
    pub(crate) fn new(input: R, limit: u64) -> Self {
        Self { input, limit, left: limit, string: None, escaped: false }
    }

    /// Follows the document from one string's end to the next, without understanding it.
    fn watch(&mut self, bytes: &[u8]) -> io::Result<()> {
        for &byte in bytes {
            let Some(length) = self.string else {
                self.string = (byte == b'"').then_some(0);
                continue;
            };
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => {
                    self.string = None;
                    continue;
                }
                _ => {}
            }
            if length >= STRING_BYTES {
                let error = format!("it holds a text of more than {STRING_BYTES} bytes");
                return Err(io::Error::other(error));
            }
            self.string = Some(length + 1);
        }
        Ok(())
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let amount = self.input.read(target)?;
        self.left = self
            .left
            .checked_sub(amount as u64)
            .ok_or_else(|| io::Error::other(format!("it is longer than {} bytes", self.limit)))?;
        self.watch(&target[..amount])?;
        Ok(amount)
    }
}

/// A text, or a number as text; anything else counts as an empty one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Value(String);

impl Value {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

struct Visitor;

impl<'de> de::Visitor<'de> for Visitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value(text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value(number.to_string()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value, E> {
        Ok(Value::default())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::default())
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        while items.next_element::<de::IgnoredAny>()?.is_some() {}
        Ok(Value::default())
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        while items.next_entry::<de::IgnoredAny, de::IgnoredAny>()?.is_some() {}
        Ok(Value::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_numbers_are_texts_and_the_rest_is_nothing() {
        let cases = [
            (r#""a""#, "a"),
            ("7", "7"),
            ("-7", "-7"),
            ("12.5", "12.5"),
            ("1e300", "1000000000000000000000"),
            ("null", ""),
            ("true", ""),
            (r#"["a"]"#, ""),
            (r#"{"a": "b"}"#, ""),
        ];
        for (json, expected) in cases {
            let value: Value = serde_json::from_str(json).unwrap();
            assert!(value.as_str().starts_with(expected), "{json}");
            assert_eq!(value.as_str().is_empty(), expected.is_empty(), "{json}");
        }
    }

    fn read(json: &str, limit: u64) -> Result<de::IgnoredAny, String> {
        let bounded = Bounded::new(json.as_bytes(), limit);
        serde_json::from_reader(bounded).map_err(|it| it.to_string())
    }

    #[test]
    fn what_is_too_long_or_too_deep_is_given_up() {
        assert!(read(r#"{"a": "\"\\", "b": ["c"]}"#, 100).is_ok());
        assert!(read(&"[".repeat(101), 100).unwrap_err().contains("longer than 100 bytes"));
        let deep: Result<Vec<Value>, _> = serde_json::from_str(&"[".repeat(1_000));
        assert!(deep.is_err());
        assert!(serde_json::from_str::<serde_json::Value>(&"[".repeat(1_000)).is_err());
        let long = format!(r#"["{}"]"#, "\\n".repeat(5 << 20));
        assert!(read(&long, 1 << 30).unwrap_err().contains("a text of more than"));
        let many = format!(r#"[{}""]"#, r#""aaaaaaaaa","#.repeat(1 << 19));
        assert!(read(&many, 1 << 30).is_ok());
    }
}
