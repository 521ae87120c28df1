//! What was written on the whiteboard, as the log has it.
//!
//! A shape comes again whenever it changes: up to 2.5 whole, from 2.6 on (tldraw) as what has changed.
//! Strokes are nothing to read and are not kept.

use super::{
    Events,
    event::{Fields, Kind, is_true},
};
use crate::understand::{
    timeline::{EventTime, Timeline},
    tldraw,
    whiteboard::{self, Written},
};
use std::collections::HashMap;

/// The shapes that have a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Board {
    shapes: HashMap<String, Shape>,
    /// By page and by user: the shapes that a clearing would remove.
    standing: HashMap<String, HashMap<String, Vec<String>>>,
    /// By page: the shape that was drawn last, if it has a text. Old logs undo "the last".
    last: HashMap<String, Option<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Shape {
    text: tldraw::Text,
    /// When it first had a text, and when it had none any more.
    shown: Option<EventTime>,
    removed: Option<EventTime>,
}

impl Board {
    pub(super) fn len(&self) -> usize {
        self.shapes.len() + self.last.len() + self.standing.len()
    }

    /// Takes an event of the whiteboard; returns how many bytes of text are kept for it.
    pub(super) fn take(&mut self, at: EventTime, kind: Kind, fields: Fields) -> usize {
        let page = format!(
            "{}/{}",
            fields.presentation.as_deref().unwrap_or_default(),
            fields.page.as_deref().unwrap_or_default()
        );
        let id = fields.shape.clone().filter(|it| !it.is_empty());
        match kind {
            Kind::TldrawDrawn => {
                let data = fields.shape_data.unwrap_or_default();
                let Some(change) = tldraw::Text::parse(&data) else { return 0 };
                let Some(id) = id.or_else(|| change.id().map(ToOwned::to_owned)) else { return 0 };
                self.draw(at, id, page, fields.user, change)
            }
            Kind::Drawn if fields.text.is_some() || fields.kind.as_deref() == Some("text") => {
                let text = fields.text.unwrap_or_default();
                let (x, y) = (fields.x.unwrap_or_default(), fields.y.unwrap_or_default());
                let id = fields.id.filter(|it| !it.is_empty()).or(id);
                // The oldest have no ID; a text stays where it is.
                let id = id.unwrap_or_else(|| format!("{page}/{x}/{y}"));
                let kept = self.last.insert(page.clone(), Some(id.clone())).is_none();
                let bytes = if kept { page.len() + id.len() } else { 0 };
                bytes + self.draw(at, id, page, fields.user, tldraw::Text::plain(text))
            }
            Kind::Drawn => {
                // A stroke: it is the last now, and it has no text.
                if let Some(last) = self.last.get_mut(&page) {
                    *last = None;
                }
                0
            }
            Kind::Undone | Kind::TldrawDeleted => {
                let id = id.or_else(|| self.last.get_mut(&page)?.take());
                if let Some(shape) = id.and_then(|it| self.shapes.get_mut(&it)) {
                    shape.removed.get_or_insert(at);
                }
                0
            }
            Kind::BoardCleared => {
                let everybodys = fields.full_clear.is_none() || is_true(fields.full_clear.as_ref());
                let user = fields.user.unwrap_or_default();
                let Some(of_page) = self.standing.get_mut(&page) else { return 0 };
                let cleared = if everybodys {
                    std::mem::take(of_page).into_values().flatten().collect()
                } else {
                    of_page.remove(&user).unwrap_or_default()
                };
                for id in cleared {
                    if let Some(shape) = self.shapes.get_mut(&id) {
                        shape.removed.get_or_insert(at);
                    }
                }
                0
            }
            _ => 0,
        }
    }

    fn draw(
        &mut self,
        at: EventTime,
        id: String,
        page: String,
        user: Option<String>,
        change: tldraw::Text,
    ) -> usize {
        if !change.says_anything() && !self.shapes.contains_key(&id) {
            return 0;
        }
        let user = user.unwrap_or_default();
        let bytes = id.len() + page.len() + user.len() + change.bytes();
        let text = tldraw::Text::default();
        let shape = self.shapes.entry(id.clone()).or_insert_with(|| Shape {
            text,
            shown: None,
            removed: None,
        });
        shape.text.merge(change);
        if shape.text.is_empty() {
            return bytes;
        }
        // Drawn again after it was removed, it is there again.
        if shape.removed.take().is_some() || shape.shown.is_none() {
            shape.shown = Some(shape.shown.map_or(at, |it| it.min(at)));
            self.standing.entry(page).or_default().entry(user).or_default().push(id);
        }
        bytes
    }
}

/// The texts that could be read on the whiteboard in the published media, in order. What had been
/// written and wiped while nothing was recorded is not among them.
pub(crate) fn whiteboard(events: &Events, timeline: &Timeline) -> Vec<Written> {
    let found = events.board.shapes.values().filter_map(|it| {
        let shown = it.shown?;
        let at = timeline.published(shown);
        let until = it.removed.map_or(timeline.length(), |removed| timeline.published(removed));
        (at < until).then(|| Written { at, text: it.text.shown(), is_poll: it.text.is_poll() })
    });
    whiteboard::in_order(found.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::events::parse;

    fn event(at: u64, name: &str, children: &str) -> String {
        format!(
            r#"<event timestamp="{at}" module="WHITEBOARD" eventname="{name}">{children}<presentation>P</presentation><pageNumber>0</pageNumber></event>"#
        )
    }

    fn written(events: &[String]) -> Vec<(u64, String)> {
        let log = format!(
            r#"<recording><event timestamp="0" module="X" eventname="Y"/>{}<event timestamp="9000" module="X" eventname="Y"/></recording>"#,
            events.concat()
        );
        let events = parse(log.as_bytes()).unwrap();
        let (first, last) = events.bounds.unwrap();
        let timeline = Timeline::new(&events.presses, first, last);
        whiteboard(&events, &timeline).into_iter().map(|it| (it.at.as_ms(), it.text)).collect()
    }

    fn expected(rows: &[(u64, &str)]) -> Vec<(u64, String)> {
        rows.iter().map(|&(at, text)| (at, text.to_owned())).collect()
    }

    #[test]
    fn a_text_is_what_it_became_from_when_it_was_begun() {
        let text = |at, id: &str, status: &str, text: &str| {
            let children = format!(
                "<id>{id}</id><type>text</type><status>{status}</status><text>{text}</text><userId>u{id}</userId>"
            );
            event(at, "AddShapeEvent", &children)
        };
        let found = written(&[
            text(100, "a", "textCreated", ""),
            text(200, "a", "textEdited", "hea"),
            text(300, "a", "textPublished", "heat pump"),
            event(
                400,
                "AddShapeEvent",
                "<id>s</id><type>pencil</type><dataPoints>1,2</dataPoints>",
            ),
            text(500, "b", "textPublished", "wiped"),
            text(600, "c", "textPublished", "cleared"),
            text(650, "d", "textPublished", "taken back"),
            event(700, "UndoAnnotationEvent", "<shapeId>b</shapeId>"),
            event(710, "UndoAnnotationEvent", ""),
            event(800, "ClearWhiteboardEvent", "<fullClear>false</fullClear><userId>uc</userId>"),
        ]);
        // They could be read for a while, and are to be found there.
        let rows = [(200, "heat pump"), (500, "wiped"), (600, "cleared"), (650, "taken back")];
        assert_eq!(found, expected(&rows));
    }

    #[test]
    fn what_was_wiped_before_the_recording_is_not_there() {
        let text = |at, id: &str| {
            event(at, "AddShapeEvent", &format!("<id>{id}</id><type>text</type><text>{id}</text>"))
        };
        let press = |at| {
            format!(
                r#"<event timestamp="{at}" module="PARTICIPANT" eventname="RecordStatusEvent"><status>true</status></event>"#
            )
        };
        let found = written(&[
            text(100, "wiped"),
            event(200, "ClearPageEvent", ""),
            text(300, "stays"),
            press(1_000),
            press(2_000),
            text(2_500, "late"),
        ]);
        assert_eq!(found, expected(&[(0, "stays")]));
    }

    #[test]
    fn tldraws_changes_come_together() {
        let draw = |at, id: &str, json: &str| {
            event(
                at,
                "AddTldrawShapeEvent",
                &format!("<shapeId>{id}</shapeId><shapeData>{json}</shapeData>"),
            )
        };
        let found = written(&[
            draw(100, "a", r#"{"id":"a","type":"text","text":"Mon","point":[1,2]}"#),
            draw(200, "a", r#"{"point":[3,4]}"#),
            draw(300, "a", r#"{"text":"Monday"}"#),
            draw(350, "s", r#"{"type":"draw","points":[[0,0,0.5]]}"#),
            draw(400, "b", r#"{"typeName":"shape","type":"note","props":{"text":"two"}}"#),
            draw(500, "b", r#"{"props":{"color":"red"}}"#),
            draw(600, "c", r#"{"type":"text","text":"gone"}"#),
            draw(600, "c", r#"{"text":""}"#),
            draw(700, "d", "{damaged"),
            event(750, "DeleteTldrawShapeEvent", "<shapeId>b</shapeId>"),
        ]);
        assert_eq!(found, expected(&[(100, "Monday"), (400, "two")]));
    }
}
