//! Every word of the interface, in the visitor's language, through Fluent.
//!
//! The texts lie in `locales/LANGUAGE/*.ftl` and are embedded. Tests compare the languages with each
//! other and with what templates and code ask for, so a missing or a left-over text fails the build
//! and not a visitor.

mod choice;
mod moments;
#[cfg(test)]
mod tests;

use fluent_bundle::{
    FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle, types::FluentNumber,
};
use std::{borrow::Cow, fmt, str::FromStr, sync::LazyLock};
use unic_langid::LanguageIdentifier;

pub(crate) use moments::{position, read_seconds, seconds};

/// A language that the interface is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Locale {
    #[default]
    English,
    Spanish,
    German,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the interface is not written in `{text}`: expected `en`, `es` or `de`")]
pub(crate) struct InvalidLocale {
    text: String,
}

impl Locale {
    pub(crate) const ALL: [Self; 3] = [Self::English, Self::Spanish, Self::German];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
            Self::German => "de",
        }
    }

    /// The language's name in itself.
    pub(crate) const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Spanish => "Español",
            Self::German => "Deutsch",
        }
    }

    /// Which way it is written, for `dir`. A language written the other way says so here.
    pub(crate) const fn direction(self) -> &'static str {
        match self {
            Self::English | Self::Spanish | Self::German => "ltr",
        }
    }

    /// What parts the thousands of a number.
    const fn thousands(self) -> char {
        match self {
            Self::English => ',',
            Self::Spanish => '\u{202f}',
            Self::German => '.',
        }
    }

    const fn sources(self) -> &'static [&'static str] {
        match self {
            Self::English => &texts::ENGLISH,
            Self::Spanish => &texts::SPANISH,
            Self::German => &texts::GERMAN,
        }
    }
}

impl FromStr for Locale {
    type Err = InvalidLocale;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|it| it.as_str() == text)
            .ok_or_else(|| InvalidLocale { text: text.to_owned() })
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The files, one constant a language, so that adding a file is one line.
mod texts {
    macro_rules! texts {
        ($language:literal) => {
            [
                include_str!(concat!("../locales/", $language, "/common.ftl")),
                include_str!(concat!("../locales/", $language, "/lists.ftl")),
                include_str!(concat!("../locales/", $language, "/recording.ftl")),
                include_str!(concat!("../locales/", $language, "/player.ftl")),
                include_str!(concat!("../locales/", $language, "/search.ftl")),
                include_str!(concat!("../locales/", $language, "/sign-in.ftl")),
                include_str!(concat!("../locales/", $language, "/desk.ftl")),
                include_str!(concat!("../locales/", $language, "/ingest.ftl")),
                include_str!(concat!("../locales/", $language, "/errors.ftl")),
            ]
        };
    }

    pub(super) const ENGLISH: [&str; 9] = texts!("en");
    pub(super) const SPANISH: [&str; 9] = texts!("es");
    pub(super) const GERMAN: [&str; 9] = texts!("de");
}

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[Bundle; 3]> = LazyLock::new(|| Locale::ALL.map(bundle));

fn bundle(locale: Locale) -> Bundle {
    let language: LanguageIdentifier = locale.as_str().parse().expect("a locale is a language tag");
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Names and titles stand in elements of their own (`dir="auto"`), not inside sentences.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match locale {
        Locale::English => |value, _| grouped(value, Locale::English),
        Locale::Spanish => |value, _| grouped(value, Locale::Spanish),
        Locale::German => |value, _| grouped(value, Locale::German),
    }));
    for source in locale.sources() {
        let resource = FluentResource::try_new((*source).to_owned())
            .unwrap_or_else(|(_, errors)| panic!("a text of `{locale}` is not Fluent: {errors:?}"));
        bundle
            .add_resource(resource)
            .unwrap_or_else(|errors| panic!("a text of `{locale}` is there twice: {errors:?}"));
    }
    bundle
}

/// Writes whole numbers of five digits and more in groups of three.
fn grouped(value: &FluentValue<'_>, locale: Locale) -> Option<String> {
    let FluentValue::Number(FluentNumber { value, .. }) = value else { return None };
    if value.fract() != 0.0 || value.abs() < 10_000.0 {
        return None;
    }
    let digits = format!("{:.0}", value.abs());
    let mut text = String::from(if *value < 0.0 { "-" } else { "" });
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n) % 3 == 0 {
            text.push(locale.thousands());
        }
        text.push(digit);
    }
    Some(text)
}

/// Says the interface's words in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Words {
    locale: Locale,
}

impl Words {
    pub(crate) const fn in_locale(locale: Locale) -> Self {
        Self { locale }
    }

    pub(crate) const fn locale(self) -> Locale {
        self.locale
    }

    /// Says a text that takes nothing. `key` must be a literal: the tests look for it.
    pub(crate) fn say(self, key: &str) -> Cow<'static, str> {
        self.format(key, None)
    }

    /// Says a text with what it takes.
    pub(crate) fn tell(self, key: &str, values: &[(&'static str, Value<'_>)]) -> String {
        let args: FluentArgs<'_> =
            values.iter().map(|(name, value)| (*name, value.0.clone())).collect();
        self.format(key, Some(&args)).into_owned()
    }

    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        let n = Locale::ALL.iter().position(|it| *it == self.locale).unwrap_or_default();
        let bundle: &'static Bundle = &BUNDLES[n];
        let Some(pattern) = bundle.get_message(key).and_then(|it| it.value()) else {
            tracing::error!("no text `{key}` in `{}`", self.locale);
            return Cow::Owned(key.to_owned());
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::error!("cannot say `{key}` in `{}`: {errors:?}", self.locale);
        }
        Cow::Owned(text)
    }
}

/// What a text takes: a word or a number.
pub(crate) struct Value<'a>(FluentValue<'a>);

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self(FluentValue::from(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self(FluentValue::from(text.as_str()))
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Self(FluentValue::from(number))
    }
}

impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self(FluentValue::from(number))
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self(FluentValue::from(number))
    }
}
