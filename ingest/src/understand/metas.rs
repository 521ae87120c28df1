//! What a meeting's metas may say about its recording.
//!
//! Front ends pass metas (`meta_NAME=VALUE` of the create call) for themselves: callback addresses
//! with secrets, room tokens, e-mail addresses. Only the names below are ever read; every other one
//! is dropped where it is parsed. `docs/metadata.md` is the table for users.

use super::text;
use crate::Warning;
use archive::{Language, Licence, Visibility};
use std::str::FromStr;

const TITLE_LENGTH: usize = 300;
const DESCRIPTION_LENGTH: usize = 10_000;

/// The metas that are read, as they stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Metas {
    meeting_name: Option<String>,
    title: Option<String>,
    description: Option<String>,
    language: Option<String>,
    licence: Option<String>,
    visibility: Option<String>,
    anonymise_chat: bool,
    anonymise_moderators: bool,
}

/// What the metas say about the recording, where they do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Declared {
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) language: Option<Language>,
    pub(crate) licence: Option<Licence>,
    pub(crate) visibility: Option<Visibility>,
}

impl Metas {
    /// Takes a meta, if it is one that is read.
    ///
    /// Its name counts in any case, with `-` or `_`, with or without the `meta_` of the create call.
    pub(crate) fn put(&mut self, name: &str, value: &str) {
        let name = name.to_ascii_lowercase().replace('_', "-");
        let name = name.strip_prefix("meta-").unwrap_or(&name);
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        let field = match name {
            "meetingname" | "meeting-name" => &mut self.meeting_name,
            "plenary-title" => &mut self.title,
            "plenary-description" => &mut self.description,
            "plenary-language" => &mut self.language,
            "plenary-licence" | "plenary-license" => &mut self.licence,
            "plenary-visibility" => &mut self.visibility,
            "bbb-anonymize-chat" => {
                self.anonymise_chat |= value.eq_ignore_ascii_case("true");
                return;
            }
            "bbb-anonymize-chat-moderators" => {
                self.anonymise_moderators |= value.eq_ignore_ascii_case("true");
                return;
            }
            _ => return,
        };
        field.get_or_insert_with(|| value.to_owned());
    }

    /// These metas, and of `other` those that these do not have.
    #[must_use]
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            meeting_name: self.meeting_name.or(other.meeting_name),
            title: self.title.or(other.title),
            description: self.description.or(other.description),
            language: self.language.or(other.language),
            licence: self.licence.or(other.licence),
            visibility: self.visibility.or(other.visibility),
            anonymise_chat: self.anonymise_chat || other.anonymise_chat,
            anonymise_moderators: self.anonymise_moderators || other.anonymise_moderators,
        }
    }

    /// Whether viewers' names are not to be shown.
    pub(crate) fn anonymises_viewers(&self) -> bool {
        self.anonymise_chat
    }

    /// Whether moderators' names are not to be shown either.
    pub(crate) fn anonymises_moderators(&self) -> bool {
        self.anonymise_chat && self.anonymise_moderators
    }

    /// Understands the metas. What is not understood is as if it were not there, with a warning.
    pub(crate) fn declared(&self, warnings: &mut Vec<Warning>) -> Declared {
        let title = self.title.as_ref().or(self.meeting_name.as_ref());
        let title = title.map(|it| text::line(it)).filter(|it| !it.is_empty());
        let description = self.description.as_deref().map(text::clean);
        Declared {
            title: title.map(|it| shortened("plenary-title", it, TITLE_LENGTH, warnings)),
            description: description
                .map(|it| shortened("plenary-description", it, DESCRIPTION_LENGTH, warnings)),
            language: understood("plenary-language", self.language.as_deref(), warnings),
            licence: understood("plenary-licence", self.licence.as_deref(), warnings),
            visibility: understood(
                "plenary-visibility",
                self.visibility.as_deref().map(str::to_ascii_lowercase).as_deref(),
                warnings,
            ),
        }
    }
}

fn understood<T: FromStr>(
    field: &'static str,
    value: Option<&str>,
    warnings: &mut Vec<Warning>,
) -> Option<T> {
    let value = value?;
    let understood = value.parse().ok();
    if understood.is_none() {
        let shown = text::line(value);
        let shown = text::cut(&shown, 80).map(ToOwned::to_owned).unwrap_or(shown);
        warnings.push(Warning::Meta { field, value: shown });
    }
    understood
}

fn shortened(
    field: &'static str,
    value: String,
    most: usize,
    warnings: &mut Vec<Warning>,
) -> String {
    match text::cut(&value, most) {
        Some(cut) => {
            warnings.push(Warning::MetaTooLong { field, most });
            cut.to_owned()
        }
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metas(pairs: &[(&str, &str)]) -> Metas {
        let mut metas = Metas::default();
        for (name, value) in pairs {
            metas.put(name, value);
        }
        metas
    }

    #[test]
    fn reads_its_own_names_in_any_spelling() {
        let mut warnings = Vec::new();
        let declared = metas(&[
            ("meetingName", "Room 12"),
            ("Plenary-Title", " Autumn \n assembly "),
            ("meta_plenary_description", "Heating & garden"),
            ("plenary-language", "es-MX"),
            ("plenary-license", "cc-by-sa-4.0"),
            ("plenary-visibility", "Members"),
        ])
        .declared(&mut warnings);
        let expected = Declared {
            title: Some("Autumn assembly".into()),
            description: Some("Heating & garden".into()),
            language: Some("es".parse().unwrap()),
            licence: Some(Licence::CcBySa),
            visibility: Some(Visibility::Members),
        };
        assert_eq!((declared, warnings), (expected, vec![]));
    }

    #[test]
    fn warns_of_what_it_does_not_understand_and_goes_on_without() {
        let mut warnings = Vec::new();
        let declared = metas(&[
            ("plenary-language", "klingon"),
            ("plenary-licence", "MIT"),
            ("plenary-visibility", "everyone"),
            ("plenary-title", &"x".repeat(301)),
        ])
        .declared(&mut warnings);
        assert_eq!(declared.title.unwrap().len(), 300);
        assert_eq!((declared.language, declared.licence, declared.visibility), (None, None, None));
        let said: Vec<_> = warnings.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 4);
        assert!(said.iter().any(|it| it.contains("plenary-licence") && it.contains("MIT")));
    }

    #[test]
    fn no_other_name_leaves_a_trace() {
        let secrets = metas(&[
            ("endcallbackurl", "https://x/?salt=s3cret"),
            ("gl-token", "s3cret"),
            ("plenary-titles", "s3cret"),
        ]);
        assert_eq!(secrets, Metas::default());
    }

    #[test]
    fn moderators_are_anonymous_only_where_viewers_are() {
        let both = [("bbb-anonymize-chat", "true"), ("bbb-anonymize-chat-moderators", "TRUE")];
        assert!(metas(&both).anonymises_moderators());
        assert!(!metas(&both[1..]).anonymises_moderators());
        assert!(metas(&both[..1]).anonymises_viewers());
    }
}
