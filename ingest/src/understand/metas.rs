//! What a meeting's metas may say about its recording.
//!
//! Front ends pass metas (`meta_NAME=VALUE` of the create call) for themselves: callback addresses
//! with secrets, room tokens, e-mail addresses. Only the names below are ever read; every other one
//! is dropped where it is parsed. `docs/metadata.md` is the table for users.

mod spelling;

use super::text;
use crate::Warning;
use archive::{Language, Licence, Visibility};

const TITLE_LENGTH: usize = 300;
const DESCRIPTION_LENGTH: usize = 10_000;
const NAME_LENGTH: usize = 200;
const SUBJECT_LENGTH: usize = 100;
const MOST_SUBJECTS: usize = 50;

/// The metas that are read, as they stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Metas {
    meeting_name: Option<String>,
    own: Named,
    /// Under the names of Opencast's BigBlueButton integration (`opencast-dc-…`).
    opencast: Named,
    /// `opencast-dc-isPartOf`, where `opencast-series-dc-title` does not say what it is called.
    series: Option<String>,
    /// `opencast-dc-rights`, which may be anything.
    rights: Option<String>,
    anonymise_chat: bool,
    anonymise_moderators: bool,
}

/// The metas of one vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Named {
    title: Option<String>,
    description: Option<String>,
    language: Option<String>,
    licence: Option<String>,
    visibility: Option<String>,
    space: Option<String>,
    collection: Option<String>,
    subjects: Option<String>,
}

/// What the metas say about the recording, where they do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Declared {
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) language: Option<Language>,
    pub(crate) licence: Option<Licence>,
    pub(crate) visibility: Option<Visibility>,
    pub(crate) space: Option<String>,
    pub(crate) collection: Option<String>,
    pub(crate) subjects: Vec<String>,
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
        let (own, opencast) = (&mut self.own, &mut self.opencast);
        let field = match name {
            "meetingname" | "meeting-name" => &mut self.meeting_name,
            "plenary-title" => &mut own.title,
            "plenary-description" => &mut own.description,
            "plenary-language" => &mut own.language,
            "plenary-licence" | "plenary-license" => &mut own.licence,
            "plenary-visibility" => &mut own.visibility,
            "plenary-space" => &mut own.space,
            "plenary-collection" => &mut own.collection,
            "plenary-subjects" | "plenary-subject" => &mut own.subjects,
            "opencast-dc-title" => &mut opencast.title,
            "opencast-dc-description" => &mut opencast.description,
            "opencast-dc-language" => &mut opencast.language,
            "opencast-dc-license" => &mut opencast.licence,
            "opencast-dc-rights" => &mut self.rights,
            "opencast-dc-subject" => &mut opencast.subjects,
            "opencast-series-dc-title" => &mut opencast.collection,
            "opencast-dc-ispartof" => &mut self.series,
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
            own: self.own.or(other.own),
            opencast: self.opencast.or(other.opencast),
            series: self.series.or(other.series),
            rights: self.rights.or(other.rights),
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

    /// Also hides the names of viewers, and of moderators: the server's own settings may ask for it,
    /// and only what it published tells.
    pub(crate) fn anonymise(&mut self, viewers: bool, moderators: bool) {
        self.anonymise_chat |= viewers || moderators;
        self.anonymise_moderators |= moderators;
    }

    /// Understands the metas. What is not understood is as if it were not there, with a warning.
    pub(crate) fn declared(&self, warnings: &mut Vec<Warning>) -> Declared {
        // Our own names count first. A name is the meta's that a warning would be about.
        let pick = |own: &Option<String>, field: Field, other: &Option<String>, theirs: Field| {
            let own = own.clone().map(|it| (field, it));
            own.or_else(|| other.clone().map(|it| (theirs, it)))
        };
        let (own, opencast) = (&self.own, &self.opencast);
        let title = pick(&own.title, "plenary-title", &opencast.title, "opencast-dc-title");
        let title = title.or_else(|| self.meeting_name.clone().map(|it| ("meetingName", it)));
        let description = pick(
            &own.description,
            "plenary-description",
            &opencast.description,
            "opencast-dc-description",
        );
        let language =
            pick(&own.language, "plenary-language", &opencast.language, "opencast-dc-language");
        let licence =
            pick(&own.licence, "plenary-licence", &opencast.licence, "opencast-dc-license");
        let visibility = own.visibility.clone().map(|it| ("plenary-visibility", it));
        let space = own.space.clone().map(|it| ("plenary-space", it));
        let collection = pick(
            &own.collection,
            "plenary-collection",
            &opencast.collection,
            "opencast-series-dc-title",
        );
        let collection =
            collection.or_else(|| self.series.clone().map(|it| ("opencast-dc-isPartOf", it)));
        let rights = || spelling::licence(self.rights.as_deref()?);
        Declared {
            title: line(title, TITLE_LENGTH, warnings),
            description: description.and_then(|(field, it)| {
                not_empty(shortened(field, text::clean(&it), DESCRIPTION_LENGTH, warnings))
            }),
            language: understood(language, spelling::language, warnings),
            licence: understood(licence, spelling::licence, warnings).or_else(rights),
            visibility: understood(visibility, |it| it.to_ascii_lowercase().parse().ok(), warnings),
            space: line(space, NAME_LENGTH, warnings),
            collection: line(collection, NAME_LENGTH, warnings),
            subjects: pick(
                &own.subjects,
                "plenary-subjects",
                &opencast.subjects,
                "opencast-dc-subject",
            )
            .map(|(field, it)| subjects(field, &it, warnings))
            .unwrap_or_default(),
        }
    }
}

/// What a meta is called.
type Field = &'static str;

impl Named {
    fn or(self, other: Self) -> Self {
        Self {
            title: self.title.or(other.title),
            description: self.description.or(other.description),
            language: self.language.or(other.language),
            licence: self.licence.or(other.licence),
            visibility: self.visibility.or(other.visibility),
            space: self.space.or(other.space),
            collection: self.collection.or(other.collection),
            subjects: self.subjects.or(other.subjects),
        }
    }
}

/// The subjects of a list with commas or semicolons between them; those that differ only in case are
/// one.
fn subjects(field: Field, list: &str, warnings: &mut Vec<Warning>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for subject in list.split([',', ';']) {
        let Some(subject) = not_empty(text::line(subject)) else { continue };
        let subject = shortened(field, subject, SUBJECT_LENGTH, warnings);
        let lower = subject.to_lowercase();
        if found.iter().any(|it| it.to_lowercase() == lower) {
            continue;
        }
        if found.len() == MOST_SUBJECTS {
            warnings.push(Warning::TooManySubjects { most: MOST_SUBJECTS });
            break;
        }
        found.push(subject);
    }
    found
}

fn line(
    value: Option<(Field, String)>,
    most: usize,
    warnings: &mut Vec<Warning>,
) -> Option<String> {
    let (field, value) = value?;
    Some(shortened(field, not_empty(text::line(&value))?, most, warnings))
}

fn not_empty(text: String) -> Option<String> {
    Some(text).filter(|it| !it.is_empty())
}

fn understood<T>(
    value: Option<(Field, String)>,
    read: impl Fn(&str) -> Option<T>,
    warnings: &mut Vec<Warning>,
) -> Option<T> {
    let (field, value) = value?;
    let understood = read(&value);
    if understood.is_none() {
        warnings.push(Warning::Meta { field, value: text::short_line(&value, 80) });
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
            ..Declared::default()
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
    fn spaces_collections_and_subjects() {
        let mut warnings = Vec::new();
        let declared = metas(&[
            ("plenary-space", " Larkfield \n housing "),
            ("plenary-collection", "Assemblies"),
            ("plenary-subjects", "heat pump, garden;Heat Pump,, 会议 ; "),
        ])
        .declared(&mut warnings);
        assert_eq!(declared.space.as_deref(), Some("Larkfield housing"));
        assert_eq!(declared.collection.as_deref(), Some("Assemblies"));
        assert_eq!(declared.subjects, ["heat pump", "garden", "会议"]);
        assert_eq!(warnings, []);
        let many: Vec<_> = (0..60).map(|it| it.to_string()).collect();
        let declared = metas(&[("plenary-subjects", &many.join(";"))]).declared(&mut warnings);
        assert_eq!((declared.subjects.len(), warnings.len()), (50, 1));
    }

    #[test]
    fn opencasts_names_count_where_ours_do_not() {
        let opencast = [
            ("opencast-dc-title", "From Opencast"),
            ("opencast-dc-description", "About it"),
            ("opencast-dc-language", "deu"),
            ("opencast-dc-license", "CC-BY-SA"),
            ("opencast-dc-subject", "history; law"),
            ("opencast-dc-isPartOf", "4c3f2d8e"),
            ("opencast-dc-creator", "s3cret"),
            ("opencast-dc-rightsHolder", "s3cret"),
            ("opencast-dc-created", "2021-08-31"),
            ("meetingName", "Room"),
        ];
        let mut warnings = Vec::new();
        let found = metas(&opencast);
        assert!(!format!("{found:?}").contains("s3cret"));
        let declared = found.declared(&mut warnings);
        let expected = Declared {
            title: Some("From Opencast".into()),
            description: Some("About it".into()),
            language: Some("de".parse().unwrap()),
            licence: Some(Licence::CcBySa),
            collection: Some("4c3f2d8e".into()),
            subjects: vec!["history".into(), "law".into()],
            ..Declared::default()
        };
        assert_eq!((declared, &warnings[..]), (expected, &[][..]));

        let ours = [
            ("plenary-title", "Ours"),
            ("plenary-language", "fr"),
            ("opencast-series-dc-title", "A series"),
        ];
        let both = metas(&opencast).or(metas(&ours));
        let declared = both.declared(&mut warnings);
        assert_eq!(declared.title.as_deref(), Some("Ours"));
        assert_eq!(declared.language.unwrap().as_str(), "fr");
        assert_eq!(declared.collection.as_deref(), Some("A series"));
        let rights =
            metas(&[("opencast-dc-rights", "https://creativecommons.org/licenses/by/4.0/")]);
        assert_eq!(rights.declared(&mut warnings).licence, Some(Licence::CcBy));
        let rights = metas(&[("opencast-dc-rights", "© 2024 somebody")]);
        assert_eq!(rights.declared(&mut warnings).licence, None);
        assert_eq!(warnings, []);
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
