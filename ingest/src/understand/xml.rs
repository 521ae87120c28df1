//! Reads XML that somebody else wrote: as a stream, within limits, resolving nothing.
//!
//! This is the only file that knows quick-xml. Declarations inside a document type (where entities
//! are made) are refused; a document type that only names an outside DTD, as BigBlueButton's
//! `shapes.svg` has, is passed over and never fetched.

mod governor;

use governor::{Exceeded, Governor};
use quick_xml::{
    XmlVersion,
    errors::SyntaxError,
    escape::EscapeError,
    events::{BytesRef, BytesStart, Event},
};
use std::{borrow::Cow, io::BufRead};

/// How much of a document is read before it is given up. What BigBlueButton writes stays far below.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Length of the whole document.
    pub(crate) bytes: u64,
    /// Length of one tag with its attributes, or of one run of text. It bounds the memory that a
    /// document can take, whatever its length.
    pub(crate) piece_bytes: u64,
    /// Elements inside each other.
    pub(crate) depth: u64,
}

/// Why a document was not read to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum XmlError {
    #[error("the XML is damaged at byte {at}")]
    Damaged { at: u64, source: Box<dyn std::error::Error + Send + Sync> },
    #[error("the XML breaks off at byte {at}")]
    Truncated { at: u64 },
    #[error("there is no XML in it")]
    Empty,
    #[error("its root element is `<{found}>`, not `<{expected}>`")]
    OtherRoot { found: String, expected: &'static str },
    #[error("the document type at byte {at} declares something, which is refused")]
    Declarations { at: u64 },
    #[error("the entity `&{name};` at byte {at} is refused: only XML's own five are known")]
    Entity { at: u64, name: String },
    #[error("it holds more than {limit} {what}")]
    TooMuch { limit: u64, what: &'static str },
    #[error("it cannot be read past byte {at}")]
    Read { at: u64, source: std::io::Error },
}

/// A piece of a document. An empty element (`<a/>`) comes as a start and an end.
pub(crate) enum Node<'a> {
    Start(Element<'a>),
    End,
    /// Unescaped; may be empty. What is neither element nor text comes as an empty one.
    Text(Cow<'a, str>),
}

/// The start of an element.
pub(crate) struct Element<'a> {
    tag: BytesStart<'a>,
    at: u64,
}

/// A document being read.
pub(crate) struct Xml<R> {
    reader: quick_xml::Reader<Governor<R>>,
    buffer: Vec<u8>,
    limits: Limits,
    roots: &'static [&'static str],
    /// How many elements are open.
    open: u64,
    begun: bool,
}

impl<R: BufRead> Xml<R> {
    /// Begins a document whose root element must be one of `roots`.
    pub(crate) fn new(input: R, limits: Limits, roots: &'static [&'static str]) -> Self {
        let mut reader = quick_xml::Reader::from_reader(Governor::new(input, limits));
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), limits, roots, open: 0, begun: false }
    }

    /// How many elements are open; 1 inside the root.
    pub(crate) fn depth(&self) -> u64 {
        self.open
    }

    /// The next piece, or `None` at the end of the document.
    pub(crate) fn next(&mut self) -> Result<Option<Node<'_>>, XmlError> {
        self.buffer.clear();
        self.reader.get_mut().begin_piece();
        let event = match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(quick_xml::Error::Syntax(it)) if it != SyntaxError::InvalidBangMarkup => {
                // All others say that something was still open.
                return Err(XmlError::Truncated { at: self.reader.buffer_position() });
            }
            Err(error) => return Err(not_read(error, self.reader.error_position(), self.limits)),
        };
        let at = self.reader.buffer_position();
        Ok(Some(match event {
            Event::Start(tag) => {
                let element = Element { tag, at };
                if self.open == 0 && !self.roots.contains(&element.name()) {
                    let (found, expected) = (element.name().to_owned(), self.roots[0]);
                    return Err(XmlError::OtherRoot { found, expected });
                }
                self.begun = true;
                self.open += 1;
                if self.open > self.limits.depth {
                    let what = "elements inside each other";
                    return Err(XmlError::TooMuch { limit: self.limits.depth, what });
                }
                Node::Start(element)
            }
            Event::End(_) => {
                // quick-xml has checked that it ends what was begun.
                self.open = self.open.saturating_sub(1);
                Node::End
            }
            Event::Text(text) => Node::Text(text.xml10_content()),
            Event::CData(text) => Node::Text(text.xml10_content()),
            Event::GeneralRef(name) => Node::Text(resolve(&name, at)?),
            Event::DocType(declared) if declared.contains('[') => {
                return Err(XmlError::Declarations { at });
            }
            Event::Empty(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => Node::Text(Cow::Borrowed("")),
            Event::Eof if self.open > 0 => return Err(XmlError::Truncated { at }),
            Event::Eof if !self.begun => return Err(XmlError::Empty),
            Event::Eof => return Ok(None),
        }))
    }

    /// Passes over everything up to the end of the element whose start was just read.
    pub(crate) fn skip(&mut self) -> Result<(), XmlError> {
        let depth = self.depth();
        while self.depth() >= depth {
            self.next()?;
        }
        Ok(())
    }

    /// The text of the element whose start was just read, up to its end, trimmed. Elements inside
    /// it are passed over.
    pub(crate) fn text(&mut self) -> Result<String, XmlError> {
        let depth = self.depth();
        let limit = self.limits.piece_bytes;
        let mut whole = String::new();
        loop {
            match self.next()? {
                Some(Node::Text(text)) => {
                    let text = text.into_owned();
                    if self.depth() == depth {
                        whole.push_str(&text);
                    }
                }
                Some(Node::Start(_) | Node::End) | None => {}
            }
            if whole.len() as u64 > limit {
                return Err(Exceeded::Piece.into_error(self.limits));
            }
            if self.depth() < depth {
                return Ok(whole.trim().to_owned());
            }
        }
    }
}

impl Element<'_> {
    /// The name, without a prefix.
    pub(crate) fn name(&self) -> &str {
        self.tag.local_name().into_inner()
    }

    /// The value of an attribute by its name without a prefix (`href` finds `xlink:href`).
    pub(crate) fn attribute(&self, name: &str) -> Result<Option<String>, XmlError> {
        for attribute in self.attributes() {
            let (found, value) = attribute?;
            if found == name {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    /// All attributes in their order: names without prefixes, values unescaped.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = Result<(&str, String), XmlError>> {
        let mut attributes = self.tag.attributes();
        attributes.with_checks(false);
        attributes.map(|attribute| {
            let attribute =
                attribute.map_err(|it| XmlError::Damaged { at: self.at, source: it.into() })?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|it| unescaped(it, self.at))?;
            Ok((attribute.key.local_name().into_inner(), value.into_owned()))
        })
    }
}

/// The character that `&name;` stands for.
fn resolve(reference: &BytesRef<'_>, at: u64) -> Result<Cow<'static, str>, XmlError> {
    let name: &str = reference;
    match reference.resolve_char_ref() {
        Ok(Some(letter)) => return Ok(Cow::Owned(letter.to_string())),
        Ok(None) => {}
        Err(error) => return Err(unescaped(error, at)),
    }
    quick_xml::escape::resolve_predefined_entity(name)
        .map(Cow::Borrowed)
        .ok_or_else(|| XmlError::Entity { at, name: shortened(name) })
}

fn unescaped(error: quick_xml::Error, at: u64) -> XmlError {
    match error {
        quick_xml::Error::Escape(EscapeError::UnrecognizedEntity(_, name)) => {
            XmlError::Entity { at, name: shortened(&name) }
        }
        error => XmlError::Damaged { at, source: cause(error) },
    }
}

/// What quick-xml wraps; its wrapper says the same once more.
fn cause(error: quick_xml::Error) -> Box<dyn std::error::Error + Send + Sync> {
    match error {
        quick_xml::Error::Syntax(error) => error.into(),
        quick_xml::Error::IllFormed(error) => error.into(),
        quick_xml::Error::InvalidAttr(error) => error.into(),
        quick_xml::Error::Encoding(error) => error.into(),
        quick_xml::Error::Escape(error) => error.into(),
        error @ (quick_xml::Error::Io(_) | quick_xml::Error::Namespace(_)) => error.into(),
    }
}

fn not_read(error: quick_xml::Error, at: u64, limits: Limits) -> XmlError {
    match error {
        quick_xml::Error::Io(error) => match Exceeded::of(&error) {
            Some(exceeded) => exceeded.into_error(limits),
            None => {
                // The cause is shared inside quick-xml; what matters of it is its kind and text.
                let source = std::io::Error::new(error.kind(), error.to_string());
                XmlError::Read { at, source }
            }
        },
        error => XmlError::Damaged { at, source: cause(error) },
    }
}

/// A name out of the document as an error may show it.
fn shortened(name: &str) -> String {
    name.chars().filter(|it| !it.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIMITS: Limits = Limits { bytes: 10_000, piece_bytes: 1_000, depth: 8 };

    /// Reads a document to its end; returns its text and its attributes' values.
    fn read(xml: impl AsRef<[u8]>) -> Result<String, XmlError> {
        let mut xml = Xml::new(xml.as_ref(), LIMITS, &["a"]);
        let mut found = String::new();
        while let Some(node) = xml.next()? {
            match node {
                Node::Text(text) => found.push_str(&text),
                Node::Start(element) => {
                    for attribute in element.attributes() {
                        let (name, value) = attribute?;
                        found.push_str(&format!("[{name}={value}]"));
                    }
                }
                Node::End => {}
            }
        }
        Ok(found)
    }

    #[track_caller]
    fn refused(xml: impl AsRef<[u8]>, expected: &str) {
        let error = read(xml).unwrap_err().to_string();
        assert!(error.contains(expected), "{error:?} does not say {expected:?}");
    }

    #[test]
    fn reads_text_character_data_and_attributes() {
        let xml = r#"<?xml version="1.0"?><!DOCTYPE a PUBLIC "x" "http://localhost/none.dtd">
            <a x:href="1 &lt; 2"><b>caf&#233; &amp; <![CDATA[<té>]]></b><!-- no --></a>"#;
        assert_eq!(read(xml).unwrap().trim(), "[href=1 < 2]café & <té>");
    }

    #[test]
    fn refuses_every_kind_of_entity() {
        let bomb = r#"<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>"#;
        refused(bomb, "declares something");
        refused("<a>&b;</a>", "entity `&b;`");
        refused("<a b='&c;'/>", "entity `&c;`");
        refused("<a>&#0;</a>", "damaged");
    }

    #[test]
    fn refuses_what_is_cut_off_or_something_else() {
        refused("", "no XML");
        refused("  \n", "no XML");
        refused("<a><b>", "breaks off at byte 6");
        refused("<a><b c=\"d", "breaks off at byte 10");
        refused("<a><!-- ", "breaks off at byte 8");
        refused("<a></b></a>", "damaged");
        refused("<html/>", "root element is `<html>`, not `<a>`");
        refused(b"<a>\xff\xfe</a>", "damaged");
    }

    #[test]
    fn stays_within_its_limits() {
        refused("<a>".repeat(9), "more than 8 elements inside each other");
        refused(format!("<a b='{}'/>", "x".repeat(1_500)), "more than 1000 bytes in one piece");
        refused(format!("<a>{}</a>", "x".repeat(1_500)), "more than 1000 bytes in one piece");
        refused(format!("<a>{}</a>", "<b/>".repeat(3_000)), "more than 10000 bytes");
    }

    #[test]
    fn text_of_an_element_leaves_out_its_children_and_stops_at_its_end() {
        let mut xml = Xml::new(&b"<a><b> one <c>no</c>two</b><d>x</d></a>"[..], LIMITS, &["a"]);
        xml.next().unwrap();
        xml.next().unwrap();
        assert_eq!(xml.text().unwrap(), "one two");
        assert!(matches!(xml.next().unwrap(), Some(Node::Start(it)) if it.name() == "d"));
        xml.skip().unwrap();
        assert_eq!(xml.depth(), 1);
    }

    proptest! {
        #[test]
        fn never_panics_on_bytes(bytes: Vec<u8>) {
            drop(read(bytes));
        }

        #[test]
        fn never_panics_on_nearly_xml(text in r#"(<a |</a|<!DOCTYPE|<!\[CDATA\[|\]\]>|<\?|\?>|&#|&|;|[<>/='"\[\]x é0-]){0,30}"#) {
            drop(read(format!("<a>{text}")));
            drop(read(text));
        }
    }
}
