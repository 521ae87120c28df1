use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A language, as the primary subtag of BCP 47: two or three lowercase letters, such as `de`.
///
/// Regions and scripts are cut off on parsing (`pt-BR`, `en_US`): recognition, stemming and
/// interface texts all go by the primary subtag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language {
    letters: [u8; 3],
    length: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a language: expected a tag such as `de` or `pt-BR`")]
pub struct InvalidLanguage {
    text: String,
}

impl Language {
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.letters[..usize::from(self.length)])
            .expect("a language is ASCII letters")
    }
}

impl FromStr for Language {
    type Err = InvalidLanguage;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let primary = text.trim().split(['-', '_']).next().unwrap_or_default();
        let well_formed = matches!(primary.len(), 2..=3)
            && primary.bytes().all(|letter| letter.is_ascii_alphabetic());
        if !well_formed {
            return Err(InvalidLanguage { text: text.to_owned() });
        }
        let mut letters = [0; 3];
        for (to, from) in letters.iter_mut().zip(primary.bytes()) {
            *to = from.to_ascii_lowercase();
        }
        Ok(Self { letters, length: if primary.len() == 2 { 2 } else { 3 } })
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Language {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_primary_subtag() {
        for (text, expected) in [("de", "de"), ("pt-BR", "pt"), ("EN_us", "en"), (" ast ", "ast")] {
            assert_eq!(text.parse::<Language>().unwrap().as_str(), expected, "{text:?}");
        }
    }

    #[test]
    fn refuses_what_is_no_tag() {
        for text in ["", "e", "english", "d1", "../", "日本"] {
            assert!(text.parse::<Language>().is_err(), "{text:?}");
        }
    }
}
