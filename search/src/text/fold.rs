//! Folding: what makes `Été`, `ETE` and `ete` one word.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// How far two spellings may differ and still be the same exact word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Folding {
    /// Case, and marks that people leave out when they type.
    Marks,
    /// Case only. In Vietnamese the marks make the word; folding them costs a fortieth of nDCG@10.
    Case,
}

impl Folding {
    pub(crate) fn of(language: &str) -> Self {
        if language == "vi" { Self::Case } else { Self::Marks }
    }

    pub(crate) fn fold(self, word: &str) -> String {
        match self {
            Self::Case => {
                word.nfc().filter(|&c| !folds_away(c)).flat_map(char::to_lowercase).collect()
            }
            Self::Marks => {
                let mut folded = String::with_capacity(word.len());
                for c in word.chars() {
                    fold_marks(c, &mut folded);
                }
                folded
            }
        }
    }
}

/// Characters that people never type and that stand inside words: soft hyphen, Arabic tatweel,
/// joiners and variation selectors.
pub(super) fn folds_away(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{640}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}'
    )
}

fn fold_marks(c: char, folded: &mut String) {
    if c.is_ascii() {
        folded.push(c.to_ascii_lowercase());
        return;
    }
    if folds_away(c) {
        return;
    }
    if let Some(plain) = plain_spelling(c) {
        folded.push_str(plain);
        return;
    }
    let mut push = |letter| match plain_spelling(letter) {
        Some(plain) => folded.push_str(plain),
        None if folds_away(letter) => {}
        None => folded.push(letter),
    };
    // By what the character stands for: the sign Å is the letter Å.
    if std::iter::once(c).nfkc().next().is_some_and(has_optional_marks) {
        let letters = std::iter::once(c).nfkd().filter(|&it| !is_combining_mark(it));
        letters.flat_map(char::to_lowercase).for_each(&mut push);
    } else {
        std::iter::once(c).nfkc().flat_map(char::to_lowercase).for_each(&mut push);
    }
}

/// Letters that Unicode does not decompose, in the spelling of a keyboard that lacks them.
fn plain_spelling(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'þ' | 'Þ' => "th",
        'ħ' | 'Ħ' => "h",
        'ı' | 'İ' => "i",
        'ŋ' | 'Ŋ' => "n",
        'ς' => "σ",
        'أ' | 'إ' | 'آ' | 'ٱ' => "ا",
        'ى' | 'ی' => "ي",
        'ک' => "ك",
        'ة' => "ه",
        '٠' | '۰' => "0",
        '١' | '۱' => "1",
        '٢' | '۲' => "2",
        '٣' | '۳' => "3",
        '٤' | '۴' => "4",
        '٥' | '۵' => "5",
        '٦' | '۶' => "6",
        '٧' | '۷' => "7",
        '٨' | '۸' => "8",
        '٩' | '۹' => "9",
        _ => return None,
    })
}

/// Latin, Greek, Cyrillic, Hebrew and Arabic. In other scripts a mark is a vowel or a tone.
fn has_optional_marks(c: char) -> bool {
    matches!(
        u32::from(c),
        0..=0x052f | 0x0590..=0x06ff | 0x1dc0..=0x1dff | 0x1e00..=0x1fff | 0xfb00..=0xfdff | 0xfe70..=0xfeff
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folds_what_people_leave_out() {
        let cases = [
            ("Été", "ete"),
            ("e\u{301}te\u{301}", "ete"), // decomposed, as macOS types it
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("Łódź", "lodz"),
            ("ΆΓΙΟΣ", "αγιοσ"),
            ("άγιος", "αγιοσ"),
            ("ёлка", "елка"),
            ("كُتُب", "كتب"),
            ("Zusam\u{ad}men", "zusammen"),
            ("Ａ１", "a1"), // full width
            ("ﬁn", "fin"),
            ("\u{212b}", "a"), // the sign of the unit
            ("हिन्दी", "हिन्दी"),
        ];
        for (word, expected) in cases {
            assert_eq!(Folding::Marks.fold(word), expected, "{word}");
        }
    }

    #[test]
    fn vietnamese_keeps_its_tones() {
        assert_eq!(Folding::of("vi").fold("HỌC"), "học");
        assert_eq!(Folding::of("de").fold("HỌC"), "hoc");
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(word in "\\w{0,12}") {
            let once = Folding::Marks.fold(&word);
            prop_assert_eq!(Folding::Marks.fold(&once), once);
        }
    }
}
