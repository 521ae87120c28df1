use crate::{Recording, Visibility};
use std::{fmt, str::FromStr};

/// Identifies a collection in URLs: 1 to 80 lowercase letters, digits and single dashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CollectionId(Box<str>);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a collection ID: expected lowercase letters, digits and single dashes")]
pub struct InvalidCollectionId {
    text: String,
}

impl CollectionId {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Makes an ID of a title: `Vivienda, 2024` becomes `vivienda-2024`.
    ///
    /// Returns `None` if no letter or digit of ASCII is left of it.
    pub fn from_title(title: &str) -> Option<Self> {
        let mut slug = String::new();
        for letter in title.to_lowercase().chars() {
            match letter {
                'a'..='z' | '0'..='9' => slug.push(letter),
                'á' | 'à' | 'â' | 'ã' | 'å' => slug.push('a'),
                'ä' | 'æ' => slug.push_str("ae"),
                'é' | 'è' | 'ê' | 'ë' => slug.push('e'),
                'í' | 'ì' | 'î' | 'ï' => slug.push('i'),
                'ó' | 'ò' | 'ô' | 'õ' => slug.push('o'),
                'ö' | 'ø' => slug.push_str("oe"),
                'ú' | 'ù' | 'û' => slug.push('u'),
                'ü' => slug.push_str("ue"),
                'ñ' => slug.push('n'),
                'ç' => slug.push('c'),
                'ß' => slug.push_str("ss"),
                _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
                _ => (),
            }
            if slug.len() >= 80 {
                break;
            }
        }
        slug.truncate(80);
        slug.trim_end_matches('-').parse().ok()
    }
}

impl FromStr for CollectionId {
    type Err = InvalidCollectionId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let well_formed = (1..=80).contains(&text.len())
            && text.split('-').all(|part| {
                !part.is_empty() && part.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9'))
            });
        if !well_formed {
            return Err(InvalidCollectionId { text: text.to_owned() });
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for CollectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Recordings that an archivist put together, with the reason why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    pub id: CollectionId,
    pub title: String,
    /// The curator's note: plain text, paragraphs parted by an empty line.
    pub note: String,
    pub visibility: Visibility,
}

/// A recording in its place in a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionItem {
    pub recording: Recording,
    /// Why it is in the collection, may be empty.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_made_of_titles() {
        let cases = [
            ("Housing", Some("housing")),
            ("¿Vivienda, para quién? – 2024", Some("vivienda-para-quien-2024")),
            ("Pflege & Nähe", Some("pflege-naehe")),
            ("日本", None),
            ("", None),
        ];
        for (title, expected) in cases {
            let id = CollectionId::from_title(title);
            assert_eq!(id.as_ref().map(CollectionId::as_str), expected, "{title:?}");
        }
    }

    #[test]
    fn a_long_title_makes_a_valid_id() {
        let id = CollectionId::from_title(&"ä ".repeat(100)).unwrap();
        assert!(id.as_str().parse::<CollectionId>().is_ok());
    }
}
