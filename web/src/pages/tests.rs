//! Every sample of every page in every language, read as a browser reads it.

use super::samples;
use crate::words::{Locale, Words};
use askama::Template;
use scraper::{ElementRef, Html, Selector};
use std::collections::HashSet;

fn check<P: Template>(name: &str, samples: impl Fn(Words) -> Vec<P>) {
    for locale in Locale::ALL {
        for (n, sample) in samples(Words::in_locale(locale)).iter().enumerate() {
            let what = format!("{name} sample {n} in `{locale}`");
            let text = sample.render().unwrap_or_else(|error| panic!("{what}: {error}"));
            check_page(&what, &text, locale);
        }
    }
}

fn check_page(what: &str, text: &str, locale: Locale) {
    let page = Html::parse_document(text);
    assert!(page.errors.is_empty(), "{what} is not well formed: {:?}\n{text}", page.errors);
    let all = Selector::parse("*").unwrap();
    let mut ids = HashSet::new();
    for element in page.select(&all) {
        check_element(what, element);
        if let Some(id) = element.attr("id") {
            assert!(ids.insert(id.to_owned()), "{what} has the id `{id}` twice");
        }
    }
    for element in page.select(&all) {
        for name in ["for", "aria-labelledby", "aria-describedby"] {
            for id in element.attr(name).unwrap_or_default().split_whitespace() {
                assert!(ids.contains(id), "{what} refers to the id `{id}`, which is not there");
            }
        }
    }
    let one = |selector: &str| {
        let found: Vec<_> = page.select(&Selector::parse(selector).unwrap()).collect();
        assert_eq!(found.len(), 1, "{what} has {} `{selector}`", found.len());
        found[0]
    };
    assert_eq!(one("html").attr("lang"), Some(locale.as_str()), "{what}");
    assert!(!one("h1").text().collect::<String>().trim().is_empty(), "{what} has an empty h1");
    assert!(!one("head > title").text().collect::<String>().trim().is_empty(), "{what}");
    one("main#main");
}

/// No script of its own, no style of its own, nothing from another host.
fn check_element(what: &str, element: ElementRef<'_>) {
    let name = element.value().name();
    if name == "script" {
        assert!(element.attr("src").is_some(), "{what} has a script inside");
        assert_eq!(element.text().count(), 0, "{what} has a script inside");
    }
    assert!(!matches!(name, "style" | "iframe" | "object" | "embed" | "base"), "{what}: {name}");
    for (attribute, value) in element.value().attrs() {
        assert!(!attribute.starts_with("on"), "{what}: `{attribute}` on {name}");
        assert_ne!(attribute, "style", "{what}: a style on {name}");
        let loads = matches!(attribute, "src" | "srcset" | "poster" | "action" | "formaction")
            || attribute.ends_with("-hls")
            || (attribute == "href" && matches!(name, "link" | "image" | "use"));
        if loads {
            assert!(
                value.starts_with('/') && !value.starts_with("//"),
                "{what}: {name} loads `{value}`"
            );
        }
        if attribute == "href" {
            let safe = ["/", "?", "#", "https://creativecommons.org/"];
            let is_safe = safe.iter().any(|it| value.starts_with(it)) || leads_elsewhere(element);
            assert!(is_safe && !value.starts_with("//"), "{what}: a link to `{value}`");
        }
    }
    if matches!(name, "button" | "a") {
        let said = element.text().collect::<String>();
        let named = !said.trim().is_empty() || element.attr("aria-label").is_some();
        let hidden = element.attr("aria-hidden") == Some("true");
        assert!(
            named
                || hidden
                || element.select(&Selector::parse("img[alt]").unwrap()).next().is_some(),
            "{what}: a {name} without a name"
        );
    }
    if matches!(name, "input" | "textarea" | "select") && element.attr("type") != Some("hidden") {
        let parent = element.parent().and_then(ElementRef::wrap);
        let wrapped = parent.is_some_and(|it| it.value().name() == "label");
        assert!(wrapped || element.attr("id").is_some(), "{what}: a {name} without a label");
    }
}

/// A link that somebody shared: it opens apart, and the other site learns nothing of this page.
fn leads_elsewhere(element: ElementRef<'_>) -> bool {
    let (href, rel) = (element.attr("href"), element.attr("rel").unwrap_or_default());
    element.attr("class") == Some("elsewhere")
        && href.is_some_and(|it| it.starts_with("https://") || it.starts_with("http://"))
        && element.attr("target") == Some("_blank")
        && rel.split(' ').any(|it| it == "noreferrer")
}

macro_rules! pages {
    ($($name:ident),+ $(,)?) => {
        $(
            #[test]
            fn $name() {
                check(stringify!($name), samples::$name);
            }
        )+
    };
}

/// Each page is well formed, safe and whole in every shape and every language.
mod every_sample_is_well_formed {
    use super::*;

    pages!(
        home,
        messages,
        search,
        sign_in,
        collections,
        collection,
        collection_edit,
        collection_delete,
        recording,
        recording_edit,
        desk,
        ingest,
    );
}

#[test]
fn every_template_has_samples() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");
    let mut pages = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        pages += usize::from(text.contains("{% extends \"layout.html\" %}"));
    }
    assert_eq!(pages, 12, "a page was added: give it samples and a line in `pages!`");
}

#[test]
fn paragraphs_are_parted_by_empty_lines() {
    let cases: [(&str, &[&str]); 4] = [
        ("", &[]),
        ("\n\n  \n", &[]),
        ("one\ntwo\r\n\r\n\r\nthree", &["one\ntwo", "three"]),
        ("  one  ", &["one"]),
    ];
    for (text, expected) in cases {
        assert_eq!(super::paragraphs(text), expected, "{text:?}");
    }
}

#[test]
fn awkward_titles_stay_text() {
    for locale in Locale::ALL {
        for page in samples::recording(Words::in_locale(locale)) {
            let text = page.render().unwrap();
            assert!(!text.contains("<script>alert"), "{text}");
            assert!(!text.contains("<img src=x"), "{text}");
        }
    }
}
