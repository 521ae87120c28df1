//! How languages and licences are written elsewhere.

use archive::{Language, Licence};

/// Three-letter codes of languages that have one of two: ISO 639-2 in both its forms, and what
/// Opencast lists in their place (`etc/listproviders/languages.properties`).
const THREE: [(&str, &str); 60] = [
    ("ara", "ar"),
    ("bul", "bg"),
    ("cat", "ca"),
    ("ces", "cs"),
    ("cze", "cs"),
    ("cym", "cy"),
    ("wel", "cy"),
    ("dan", "da"),
    ("deu", "de"),
    ("ger", "de"),
    ("ell", "el"),
    ("gre", "el"),
    ("eng", "en"),
    ("est", "et"),
    ("eus", "eu"),
    ("baq", "eu"),
    ("fas", "fa"),
    ("per", "fa"),
    ("fin", "fi"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("gle", "ga"),
    ("glg", "gl"),
    ("heb", "he"),
    ("hin", "hi"),
    ("hrv", "hr"),
    ("hun", "hu"),
    ("ind", "id"),
    ("isl", "is"),
    ("ice", "is"),
    ("ita", "it"),
    ("jpn", "ja"),
    ("jpx", "ja"),
    ("kor", "ko"),
    ("lav", "lv"),
    ("lit", "lt"),
    ("nld", "nl"),
    ("dut", "nl"),
    ("nor", "no"),
    ("pol", "pl"),
    ("por", "pt"),
    ("roh", "rm"),
    ("ron", "ro"),
    ("rum", "ro"),
    ("rus", "ru"),
    ("slk", "sk"),
    ("slo", "sk"),
    ("slv", "sl"),
    ("spa", "es"),
    ("sqi", "sq"),
    ("alb", "sq"),
    ("srp", "sr"),
    ("swe", "sv"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("vie", "vi"),
    ("zho", "zh"),
    ("chi", "zh"),
    ("mkd", "mk"),
    ("mac", "mk"),
];

/// A language as a tag (`de`, `pt-BR`) or as a code of three letters (`deu`).
pub(super) fn language(text: &str) -> Option<Language> {
    let language: Language = text.parse().ok()?;
    let known = THREE.iter().find(|(three, _)| *three == language.as_str());
    known.map_or(Some(language), |(_, two)| two.parse().ok())
}

/// A licence by its SPDX identifier, its address, or as Opencast has it
/// (`etc/listproviders/licenses.properties`).
pub(super) fn licence(text: &str) -> Option<Licence> {
    let text = text.trim();
    if let Ok(licence) = text.parse() {
        return Some(licence);
    }
    let bare = |it: &str| {
        let it = it.split_once("://").map_or(it, |(_, rest)| rest);
        it.trim_end_matches('/').to_ascii_lowercase()
    };
    let by_address = Licence::ALL.into_iter().find(|it| it.url().map(bare) == Some(bare(text)));
    by_address.or(match text.to_ascii_uppercase().as_str() {
        "ALLRIGHTS" => Some(Licence::AllRightsReserved),
        "CC0" => Some(Licence::Cc0),
        "CC-BY" => Some(Licence::CcBy),
        "CC-BY-SA" => Some(Licence::CcBySa),
        "CC-BY-NC" => Some(Licence::CcByNc),
        "CC-BY-NC-SA" => Some(Licence::CcByNcSa),
        "CC-BY-ND" => Some(Licence::CcByNd),
        "CC-BY-NC-ND" => Some(Licence::CcByNcNd),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_of_two_and_three_letters() {
        for (text, expected) in [("de", "de"), ("DEU", "de"), ("pt-BR", "pt"), ("gsw", "gsw")] {
            assert_eq!(language(text).unwrap().as_str(), expected, "{text}");
        }
        assert_eq!(language("german"), None);
    }

    #[test]
    fn licences_by_name_address_and_code() {
        let cases = [
            ("cc-by-4.0", Some(Licence::CcBy)),
            (" CC-BY ", Some(Licence::CcBy)),
            ("http://creativecommons.org/licenses/by-sa/4.0", Some(Licence::CcBySa)),
            ("ALLRIGHTS", Some(Licence::AllRightsReserved)),
            ("MIT", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(licence(text), expected, "{text}");
        }
    }
}
