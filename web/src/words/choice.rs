use super::Locale;

impl Locale {
    /// Chooses by the visitor's own choice, else by `Accept-Language` (RFC 9110 §12.5.4), else
    /// `fallback`.
    ///
    /// A header that cannot be read is as good as none.
    pub(crate) fn choose(chosen: Option<&str>, accepted: Option<&str>, fallback: Self) -> Self {
        let chosen = chosen.and_then(|it| it.parse().ok());
        chosen.or_else(|| accepted.and_then(best)).unwrap_or(fallback)
    }
}

/// The best of the ranges that the interface is written in; of equal ones the first.
fn best(header: &str) -> Option<Locale> {
    let mut best: Option<(u32, Locale)> = None;
    // Nobody speaks more than a few languages; the rest of a long header is not worth reading.
    for range in header.split(',').take(32) {
        let mut parts = range.split(';');
        let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let primary = tag.split('-').next().unwrap_or_default();
        let Ok(locale) = primary.parse::<Locale>() else { continue };
        let weight = parts.find_map(|it| it.trim().strip_prefix("q=")).map_or(1000, permille);
        if weight > 0 && best.is_none_or(|(heaviest, _)| weight > heaviest) {
            best = Some((weight, locale));
        }
    }
    best.map(|(_, locale)| locale)
}

/// Reads a weight of `0` to `1` with up to three decimals as thousandths; anything else is 0.
fn permille(text: &str) -> u32 {
    let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let decimals: String = decimals.chars().chain("000".chars()).take(3).collect();
    let thousandths = match whole {
        "0" => decimals.parse().ok(),
        "1" => Some(1000),
        _ => None,
    };
    thousandths.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ones_own_choice_comes_before_the_browsers() {
        use Locale::{English, German, Spanish};
        let cases = [
            // chosen, accepted, expected
            (None, None, Spanish),
            (Some("de"), Some("en"), German),
            (Some("fr"), Some("en"), English),
            (None, Some("fr, de;q=0.5, en;q=0.7"), English),
            (None, Some("de-AT,en;q=0.9"), German),
            (None, Some("EN"), English),
            (None, Some("de;q=0, *"), Spanish),
            (None, Some("en;q=0.8,de;q=0.8"), English),
            (None, Some("pt-BR, ca"), Spanish),
            (None, Some(";;q=,,q=7,\u{1}"), Spanish),
        ];
        for (chosen, accepted, expected) in cases {
            let locale = Locale::choose(chosen, accepted, Spanish);
            assert_eq!(locale, expected, "{chosen:?} {accepted:?}");
        }
    }

    proptest! {
        #[test]
        fn any_header_gives_a_language(header in ".*") {
            Locale::choose(None, Some(&header), Locale::German);
        }
    }
}
