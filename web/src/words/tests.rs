//! The languages against each other, against the templates and against the code.

use super::{Locale, Words};
use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Resource},
    parser,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The texts of a language: what each takes.
fn texts(locale: Locale) -> BTreeMap<String, BTreeSet<String>> {
    let mut texts = BTreeMap::new();
    for source in locale.sources() {
        let Resource { body } = parser::parse(*source)
            .unwrap_or_else(|(_, errors)| panic!("a text of `{locale}`: {errors:?}"));
        for entry in body {
            match entry {
                Entry::Message(message) => {
                    let mut variables = BTreeSet::new();
                    let value = message.value.expect("every text has a value");
                    of_pattern(&value, &mut variables);
                    texts.insert(message.id.name.to_owned(), variables);
                }
                Entry::Junk { content } => panic!("a text of `{locale}`: {content}"),
                Entry::Term(_)
                | Entry::Comment(_)
                | Entry::GroupComment(_)
                | Entry::ResourceComment(_) => (),
            }
        }
    }
    texts
}

fn of_pattern(pattern: &Pattern<&str>, variables: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        match expression {
            Expression::Inline(inline) => of_inline(inline, variables),
            Expression::Select { selector, variants } => {
                of_inline(selector, variables);
                for variant in variants {
                    of_pattern(&variant.value, variables);
                }
            }
        }
    }
}

fn of_inline(inline: &InlineExpression<&str>, variables: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            variables.insert(id.name.to_owned());
        }
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => (),
        other => panic!("a text uses something that this test does not know: {other:?}"),
    }
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// What templates and code ask for: the key and the names of what they give.
fn asked_for() -> BTreeMap<String, BTreeSet<String>> {
    let mut paths = Vec::new();
    files(&folder("templates"), &mut paths);
    files(&folder("src"), &mut paths);
    // This file speaks of calls without being one.
    paths.retain(|it| !it.ends_with("words/tests.rs"));
    let mut asked = BTreeMap::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        // Only whitespace and a bracket may stand between, however the code is laid out.
        for (call, takes) in [(".say(", false), (".tell(", true)] {
            for (at, _) in text.match_indices(call) {
                let rest = text[at + call.len()..].trim_start();
                let Some(rest) = rest.strip_prefix('"') else { continue };
                let (key, rest) = rest.split_once('"').unwrap();
                let names: BTreeSet<String> =
                    if takes { names_given(rest) } else { BTreeSet::new() };
                let before = asked.insert(key.to_owned(), names.clone());
                assert!(
                    before.as_ref().is_none_or(|it| *it == names),
                    "`{key}` is given different things: {before:?} and {names:?} in {path:?}"
                );
            }
        }
    }
    asked
}

/// The names in `[("count", …), ("at", …)])`.
fn names_given(rest: &str) -> BTreeSet<String> {
    let (mut depth, mut end) = (0_i32, rest.len());
    for (at, letter) in rest.char_indices() {
        match letter {
            '[' => depth += 1,
            ']' if depth == 1 => {
                end = at;
                break;
            }
            ']' => depth -= 1,
            _ => (),
        }
    }
    let names = rest[..end].split("(\"").skip(1);
    names.filter_map(|it| it.split_once("\",")).map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn every_text_is_there_in_every_language_and_takes_the_same() {
    let english = texts(Locale::English);
    for locale in Locale::ALL {
        assert_eq!(texts(locale), english, "`{locale}` differs from English");
    }
}

#[test]
fn what_is_asked_for_is_there_and_nothing_is_left_over() {
    let (there, asked) = (texts(Locale::English), asked_for());
    assert!(asked.len() > 100, "the search for keys has found only {}", asked.len());
    for (key, names) in &asked {
        let takes = there.get(key).unwrap_or_else(|| panic!("there is no text `{key}`"));
        assert_eq!(takes, names, "what `{key}` takes and what it is given");
    }
    let left: Vec<_> = there.keys().filter(|key| !asked.contains_key(*key)).collect();
    assert!(left.is_empty(), "nobody asks for {left:?}");
}

#[test]
fn plurals_follow_the_language() {
    let say = |locale, count: u64| {
        Words::in_locale(locale).tell("search-more", &[("count", count.into())])
    };
    assert_eq!(say(Locale::English, 1), "1 more place in this meeting");
    assert_eq!(say(Locale::German, 2), "2 weitere Stellen in diesem Treffen");
    assert_eq!(say(Locale::Spanish, 12_345), "12\u{202f}345 lugares más en esta reunión");
}

#[test]
fn large_numbers_are_written_in_groups() {
    let say = |locale, count: u64| {
        Words::in_locale(locale).tell("desk-waiting", &[("count", count.into())])
    };
    assert_eq!(say(Locale::English, 1_234_567), "1,234,567 pieces of work are waiting.");
    assert_eq!(say(Locale::German, 10_000), "10.000 Arbeiten warten.");
    assert_eq!(say(Locale::English, 9_999), "9999 pieces of work are waiting.");
    assert_eq!(say(Locale::English, 0), "Nothing is waiting.");
}

/// Takes what is no text for a reader out of a template: tags of the template language and of HTML.
/// What of a tag's attributes people read stays.
fn readable(template: &str) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '<']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let (skip, end) = match rest.as_bytes() {
            [b'{', b'{', ..] => (2, "}}"),
            [b'{', b'%', ..] => (2, "%}"),
            [b'{', b'#', ..] => (2, "#}"),
            [b'<', ..] => (1, ">"),
            _ => (1, ""),
        };
        let length = if end == ">" {
            tag_length(rest)
        } else {
            rest[skip..].find(end).unwrap() + skip + end.len()
        };
        if end == ">" {
            let tag = without_template_tags(&rest[..length]);
            for attribute in ["aria-label=\"", "title=\"", "alt=\"", "placeholder=\"", "label=\""] {
                for (at, _) in tag.match_indices(attribute) {
                    let value = &tag[at + attribute.len()..];
                    text.push_str(&value[..value.find('"').unwrap()]);
                }
            }
        }
        rest = &rest[length..];
    }
    text + rest
}

/// The length of an HTML tag whose attributes may hold template tags with `>` in them.
fn tag_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while bytes[at] != b'>' {
        let end = match &bytes[at..] {
            [b'{', b'{', ..] => Some("}}"),
            [b'{', b'%', ..] => Some("%}"),
            _ => None,
        };
        at += end.map_or(1, |end| text[at..].find(end).unwrap() + 2);
    }
    at + 1
}

fn without_template_tags(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        kept.push_str(&rest[..at]);
        let end = if rest[at..].starts_with("{{") { "}}" } else { "%}" };
        rest = &rest[at + rest[at..].find(end).unwrap() + 2..];
    }
    kept + rest
}

#[test]
fn no_template_has_words_of_its_own() {
    let mut paths = Vec::new();
    files(&folder("templates"), &mut paths);
    assert!(paths.len() >= 10);
    for path in paths {
        let text = readable(&fs::read_to_string(&path).unwrap());
        let words: Vec<_> =
            text.split_whitespace().filter(|it| it.contains(char::is_alphabetic)).collect();
        assert!(words.is_empty(), "{path:?} has words outside Fluent: {words:?}");
    }
}

#[test]
fn the_test_for_words_finds_words() {
    for template in [
        "<p>Hello</p>",
        "<p aria-label=\"Hello\">",
        "{% if a > b %}Hello{% endif %}",
        "<img alt=\"{{ x }} of\">",
    ] {
        assert!(readable(template).contains(char::is_alphabetic), "{template}");
    }
    for template in
        ["<p class=\"a\">{{ b }} – {% if c %}·{% endif %}</p>", "<a{% if a > 1 %} b{% endif %}>"]
    {
        assert!(!readable(template).contains(char::is_alphabetic), "{template}");
    }
}
