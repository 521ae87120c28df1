use std::collections::HashMap;

/// The first token that is not text; ids from here on are Whisper's own.
const END_OF_TEXT: &str = "<|endoftext|>";
/// How many text tokens the English-only models have.
const ENGLISH_TEXT_TOKENS: usize = 50_256;

/// Why a vocabulary cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VocabularyError {
    #[error("is not UTF-8")]
    Encoding(#[source] std::str::Utf8Error),

    #[error("is not a JSON list of texts")]
    Json(#[source] serde_json::Error),

    #[error("has no token `{END_OF_TEXT}`")]
    NoEndOfText,

    #[error("token {id} has `{character}`, which stands for no byte")]
    UnknownCharacter { id: usize, character: char },
}

/// What a model can write.
pub(super) struct Vocabulary {
    /// How many tokens the file listed, special ones included.
    pub(super) listed: usize,
    /// The bytes of each token that a ggml file lists, by id. Many are no UTF-8 by themselves.
    pub(super) tokens: Vec<Vec<u8>>,
}

impl Vocabulary {
    /// Reads a vocabulary as CTranslate2 writes it: a JSON list, or a token a line.
    ///
    /// The position of a token is its id, so an empty line counts: the multilingual models have an
    /// empty token.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, VocabularyError> {
        let text = std::str::from_utf8(bytes).map_err(VocabularyError::Encoding)?;
        let listed: Vec<String> = if text.trim_start().starts_with('[') {
            serde_json::from_str(text).map_err(VocabularyError::Json)?
        } else {
            let text = text.strip_suffix('\n').unwrap_or(text);
            text.split('\n').map(str::to_owned).collect()
        };
        let end =
            listed.iter().position(|it| it == END_OF_TEXT).ok_or(VocabularyError::NoEndOfText)?;
        let alphabet = alphabet();
        let mut tokens = Vec::with_capacity(end + 1);
        for (id, token) in listed[..end].iter().enumerate() {
            let bytes: Result<Vec<u8>, VocabularyError> = token
                .chars()
                .map(|character| {
                    let byte = alphabet.get(&character).copied();
                    byte.ok_or(VocabularyError::UnknownCharacter { id, character })
                })
                .collect();
            tokens.push(bytes?);
        }
        // The published English files list this one too. whisper.cpp adds it by itself either way.
        if end == ENGLISH_TEXT_TOKENS {
            tokens.push(END_OF_TEXT.as_bytes().to_vec());
        }
        Ok(Self { listed: listed.len(), tokens })
    }
}

/// Which byte each character of a token stands for.
///
/// GPT-2's table: the bytes that print stand for themselves, the others follow from U+0100 on in
/// their order.
fn alphabet() -> HashMap<char, u8> {
    let prints = |byte: u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    let others = (u8::MIN..=u8::MAX).filter(|&it| !prints(it));
    let shifted = ('\u{100}'..).zip(others);
    (u8::MIN..=u8::MAX)
        .filter(|&it| prints(it))
        .map(|it| (char::from(it), it))
        .chain(shifted)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_character() {
        let alphabet = alphabet();
        assert_eq!(alphabet.len(), 256);
        assert_eq!(alphabet[&'Ġ'], b' ');
        assert_eq!(alphabet[&'Ċ'], b'\n');
        assert_eq!(alphabet[&'a'], b'a');
        assert_eq!(alphabet[&'Ń'], 0xad);
    }

    #[test]
    fn lines_and_json_are_the_same() {
        let lines = "!\nĠthe\n\nâĢ\n<|endoftext|>\n<|startoftranscript|>\n";
        let json = r#"["!","Ġthe","","âĢ","<|endoftext|>","<|startoftranscript|>"]"#;
        for text in [lines, json] {
            let vocabulary = Vocabulary::parse(text.as_bytes()).unwrap();
            assert_eq!(vocabulary.listed, 6, "{text}");
            let expected: [&[u8]; 4] = [b"!", b" the", b"", &[0xe2, 0x80]];
            assert_eq!(vocabulary.tokens, expected, "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let cases: [(&[u8], &str); 4] = [
            (b"a\nb\n", "has no token `<|endoftext|>`"),
            (b"[1, 2]", "is not a JSON list of texts"),
            (b"\xff", "is not UTF-8"),
            ("語\n<|endoftext|>".as_bytes(), "token 0 has `語`, which stands for no byte"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(Vocabulary::parse(bytes).err().unwrap().to_string(), expected);
        }
    }
}
