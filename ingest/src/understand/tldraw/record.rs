//! What can be read of one record of tldraw, and how two of them come together.

use crate::understand::json::Value;
use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};
use std::{fmt, marker::PhantomData};

const MOST_ANSWERS: usize = 1_000;

/// A map that is read; anything else is passed over and counts as an empty one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Loose<T>(pub(crate) T);

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Loose<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor(PhantomData))
    }
}

struct LooseVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for LooseVisitor<T> {
    type Value = Loose<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Loose<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Loose)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Loose<T>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Loose(T::default()))
    }

    fn visit_str<E>(self, _: &str) -> Result<Loose<T>, E> {
        Ok(Loose(T::default()))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Loose<T>, E> {
        Ok(Loose(T::default()))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Loose<T>, E> {
        Ok(Loose(T::default()))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Loose<T>, E> {
        Ok(Loose(T::default()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Loose<T>, E> {
        Ok(Loose(T::default()))
    }

    fn visit_unit<E>(self) -> Result<Loose<T>, E> {
        Ok(Loose(T::default()))
    }
}

/// The part of a shape's record that can be read, or of a change of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub(crate) struct Text {
    id: Option<Value>,
    #[serde(rename = "type")]
    kind: Option<Value>,
    name: Option<Value>,
    /// tldraw 1: texts and notes, and what stands in or at another shape.
    text: Option<Value>,
    label: Option<Value>,
    #[serde(default)]
    props: Loose<Props>,
}

/// tldraw 2.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
struct Props {
    text: Option<Value>,
    #[serde(rename = "richText")]
    rich_text: Option<Rich>,
    #[serde(rename = "questionText")]
    question: Option<Value>,
    answers: Option<Answers>,
}

impl Text {
    /// Reads a record out of the event log. `None`: nothing in it can be read.
    pub(crate) fn parse(json: &str) -> Option<Self> {
        // Most are strokes: thousands of numbers.
        let says = ["\"text\"", "\"label\"", "\"richText\"", "\"questionText\"", "\"answers\""];
        if !says.iter().any(|it| json.contains(it)) {
            return None;
        }
        serde_json::from_str(json).ok()
    }

    /// A text of the time before tldraw.
    pub(crate) fn plain(text: String) -> Self {
        Self { text: Some(Value::from(text)), ..Self::default() }
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.id.as_ref().map(Value::as_str).filter(|it| !it.is_empty())
    }

    /// Whether it says what is written, be it nothing.
    pub(crate) fn says_anything(&self) -> bool {
        let Props { text, rich_text, question, answers } = &self.props.0;
        self.text.is_some()
            || self.label.is_some()
            || text.is_some()
            || rich_text.is_some()
            || question.is_some()
            || answers.is_some()
    }

    /// Takes a later change of the same shape over.
    pub(crate) fn merge(&mut self, change: Self) {
        let Self { id, kind, name, text, label, props: Loose(props) } = change;
        over(&mut self.id, id);
        over(&mut self.kind, kind);
        over(&mut self.name, name);
        over(&mut self.text, text);
        over(&mut self.label, label);
        let own = &mut self.props.0;
        over(&mut own.text, props.text);
        over(&mut own.rich_text, props.rich_text);
        over(&mut own.question, props.question);
        over(&mut own.answers, props.answers);
    }

    /// What can be read, in lines.
    pub(crate) fn shown(&self) -> String {
        let Props { text, rich_text, question, answers } = &self.props.0;
        let label = self.label.as_ref().map(|it| {
            // A poll's result is a chart of bars: `Yes: 3 ||||||| 75%`.
            let bars = |line: &str| line.split('|').next().unwrap_or_default().trim().to_owned();
            match self.is_poll() {
                true => it.as_str().lines().map(bars).collect::<Vec<_>>().join("\n"),
                false => it.as_str().to_owned(),
            }
        });
        let values = [&self.text, text, question].map(|it| it.as_ref().map(Value::as_str));
        let [first, second, question] = values;
        let parts = [
            first,
            label.as_deref(),
            second,
            rich_text.as_ref().map(|it| it.text.as_str()),
            question,
            answers.as_ref().map(|it| it.0.as_str()),
        ];
        let parts = parts.into_iter().flatten().map(str::trim).filter(|it| !it.is_empty());
        parts.collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.shown().is_empty()
    }

    pub(crate) fn is_poll(&self) -> bool {
        let is = |field: &Option<Value>, start: &str| {
            field.as_ref().is_some_and(|it| it.as_str().starts_with(start))
        };
        is(&self.name, "poll-result") || is(&self.kind, "poll")
    }

    /// How much memory its texts take.
    pub(crate) fn bytes(&self) -> usize {
        let values = [&self.id, &self.kind, &self.name];
        let values = values.into_iter().flatten().map(|it| it.as_str().len());
        values.sum::<usize>() + self.shown().len()
    }
}

fn over<T>(field: &mut Option<T>, change: Option<T>) {
    if change.is_some() {
        *field = change;
    }
}

/// tldraw's formatted text: a tree of paragraphs with texts in them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Rich {
    text: String,
}

impl<'de> Deserialize<'de> for Rich {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut text = String::new();
        deserializer.deserialize_any(RichVisitor(&mut text))?;
        Ok(Self { text })
    }
}

struct RichVisitor<'a>(&'a mut String);

impl<'de> de::DeserializeSeed<'de> for RichVisitor<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RichVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut node: A) -> Result<(), A::Error> {
        let mut is_block = true;
        while let Some(key) = node.next_key::<Value>()? {
            match key.as_str() {
                "text" => self.0.push_str(node.next_value::<Value>()?.as_str()),
                "content" => node.next_value_seed(RichVisitor(self.0))?,
                "type" => is_block = node.next_value::<Value>()?.as_str() != "text",
                _ => drop(node.next_value::<IgnoredAny>()?),
            }
        }
        if is_block && !self.0.ends_with('\n') {
            self.0.push('\n');
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut nodes: A) -> Result<(), A::Error> {
        while nodes.next_element_seed(RichVisitor(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.push_str(text);
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// A poll's answers with their votes, one a line; in the record a list, or that list as a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Answers(String);

#[derive(Deserialize, Default)]
struct Answer {
    #[serde(default)]
    key: Value,
    #[serde(default, rename = "numVotes")]
    votes: Value,
}

impl<'de> Deserialize<'de> for Answers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnswersVisitor)
    }
}

struct AnswersVisitor;

impl<'de> Visitor<'de> for AnswersVisitor {
    type Value = Answers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Answers, A::Error> {
        let mut lines = Vec::new();
        while let Some(Loose(Answer { key, votes })) = items.next_element::<Loose<Answer>>()? {
            let line = [key.as_str(), votes.as_str()];
            let line = line.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>();
            if lines.len() < MOST_ANSWERS {
                lines.push(line.join(": "));
            }
        }
        Ok(Answers(lines.join("\n")))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<Answers, A::Error> {
        while items.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Answers::default())
    }

    fn visit_str<E>(self, text: &str) -> Result<Answers, E> {
        // Once only: a text inside that text is none.
        let list = text.trim_start().starts_with('[').then(|| serde_json::from_str(text));
        Ok(list.and_then(Result::ok).unwrap_or_default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Answers, E> {
        Ok(Answers::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Answers, E> {
        Ok(Answers::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Answers, E> {
        Ok(Answers::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Answers, E> {
        Ok(Answers::default())
    }

    fn visit_unit<E>(self) -> Result<Answers, E> {
        Ok(Answers::default())
    }
}
