//! Stems and stop words, by language.

use super::Folding;
use frostem::{Algorithm, Stemmer};
use std::{collections::HashMap, sync::LazyLock};
use tantivy::tokenizer::{Language, RawTokenizer, StopWordFilter, TextAnalyzer};

/// The stem of a word, folded: `häuser` and `haus` of German are both `haus`.
///
/// In a language without a stemmer the stem is the folded word itself, so that a passage never
/// scores lower for the language it is in.
pub(crate) fn stem(language: &str, word: &str) -> String {
    let folding = Folding::of(language);
    match algorithm(language) {
        Some(algorithm) => folding.fold(&Stemmer::new(algorithm).stem(&Folding::Case.fold(word))),
        None => folding.fold(word),
    }
}

fn algorithm(language: &str) -> Option<Algorithm> {
    Some(match language {
        "ar" | "ckb" => Algorithm::Arabic,
        "ast" | "es" => Algorithm::Spanish,
        "az" | "tr" => Algorithm::Turkish,
        "be" | "ru" => Algorithm::Russian,
        "bs" | "hr" | "sr" => Algorithm::Serbian,
        "ca" => Algorithm::Catalan,
        "cs" | "sk" => Algorithm::Czech,
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "en" => Algorithm::English,
        "eo" => Algorithm::Esperanto,
        "et" => Algorithm::Estonian,
        "eu" => Algorithm::Basque,
        "fa" => Algorithm::Persian,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "ga" => Algorithm::Irish,
        "gl" | "pt" => Algorithm::Portuguese,
        "hi" => Algorithm::Hindi,
        "hu" => Algorithm::Hungarian,
        "hy" => Algorithm::Armenian,
        "id" | "ms" => Algorithm::Indonesian,
        "it" => Algorithm::Italian,
        "lt" => Algorithm::Lithuanian,
        "nb" | "nn" | "no" => Algorithm::Norwegian,
        "ne" => Algorithm::Nepali,
        "nl" => Algorithm::Dutch,
        "pl" => Algorithm::Polish,
        "ro" => Algorithm::Romanian,
        "st" => Algorithm::Sesotho,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "yi" => Algorithm::Yiddish,
        _ => return None,
    })
}

/// Whether a word is one of the most common of its language, such as `the`. `false` where there is
/// no list.
pub(crate) fn is_stop_word(language: &str, word: &str) -> bool {
    static LISTS: LazyLock<HashMap<&'static str, TextAnalyzer>> = LazyLock::new(|| {
        let lists = [
            ("da", Language::Danish),
            ("de", Language::German),
            ("en", Language::English),
            ("es", Language::Spanish),
            ("fi", Language::Finnish),
            ("fr", Language::French),
            ("hu", Language::Hungarian),
            ("it", Language::Italian),
            ("nb", Language::Norwegian),
            ("nl", Language::Dutch),
            ("nn", Language::Norwegian),
            ("no", Language::Norwegian),
            ("pt", Language::Portuguese),
            ("ru", Language::Russian),
            ("sv", Language::Swedish),
        ];
        let filters = lists.into_iter().filter_map(|(code, language)| {
            // The lists come only as a filter: a word that does not pass is in the list.
            let filter = StopWordFilter::new(language)?;
            Some((code, TextAnalyzer::builder(RawTokenizer::default()).filter(filter).build()))
        });
        filters.collect()
    });
    let Some(list) = LISTS.get(language) else { return false };
    let word = Folding::Case.fold(word);
    !list.clone().token_stream(&word).advance()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_share_its_stem() {
        let cases = [
            ("en", "meeting", "meetings"),
            ("en", "decide", "decided"),
            ("de", "haus", "Häuser"),
            ("de", "Genossenschaft", "Genossenschaften"),
            ("es", "reunión", "reuniones"),
            ("es", "cooperativa", "cooperativas"),
            ("fr", "décision", "décisions"),
            ("ru", "собрание", "собрания"),
        ];
        for (language, one, other) in cases {
            assert_eq!(stem(language, one), stem(language, other), "{language}");
        }
    }

    #[test]
    fn a_language_without_a_stemmer_keeps_the_word() {
        assert_eq!(stem("und", "Häuser"), "hauser");
        assert_eq!(stem("vi", "Học"), "học");
    }

    #[test]
    fn stop_words_are_of_a_language() {
        assert!(
            is_stop_word("en", "The") && is_stop_word("de", "für") && is_stop_word("es", "los")
        );
        assert!(!is_stop_word("es", "the") && !is_stop_word("und", "the"));
        assert!(!is_stop_word("en", "assembly"));
    }
}
