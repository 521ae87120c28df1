use super::Page;
use crate::understand::text;
use std::{collections::HashMap, io::Read};

const TEXT_LENGTH: usize = 50_000;
const MOST_PAGES: usize = 200_000;
/// The texts together.
const TEXT_BYTES: usize = 64 << 20;

/// What is written on the pages of the presentations.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    texts: HashMap<Page, String>,
    bytes: usize,
}

impl Texts {
    /// Reads `presentation_text.json`: `{"PRESENTATION": {"slide-1": "text", …}, …}`. The keys have
    /// a hyphen also where the pictures are named without one (2.6 and later).
    pub(crate) fn parse(input: impl Read) -> Result<Self, serde_json::Error> {
        let presentations: HashMap<String, serde_json::Value> = serde_json::from_reader(input)?;
        let mut texts = Self::default();
        for (presentation, pages) in presentations {
            let serde_json::Value::Object(pages) = pages else { continue };
            for (key, page) in pages {
                let number = key.strip_prefix("slide").map(|it| it.trim_start_matches('-'));
                let number = number.and_then(|it| it.parse().ok());
                if let (Some(number), serde_json::Value::String(page)) = (number, page) {
                    let presentation = presentation.clone();
                    texts.put(Page { presentation, number }, page);
                }
            }
        }
        Ok(texts)
    }

    /// Takes a page's text from its own file, where the JSON had none.
    pub(crate) fn put(&mut self, page: Page, text: String) {
        if self.texts.len() < MOST_PAGES && self.bytes + text.len() <= TEXT_BYTES {
            self.bytes += text.len();
            self.texts.entry(page).or_insert(text);
        }
    }

    pub(crate) fn has(&self, page: &Page) -> bool {
        self.texts.contains_key(page)
    }

    pub(crate) fn of(&self, page: &Page) -> String {
        let text = self.texts.get(page).map(String::as_str).unwrap_or_default();
        text::short_clean(text, TEXT_LENGTH)
    }
}
