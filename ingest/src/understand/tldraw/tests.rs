use super::{super::whiteboard, *};
use proptest::prelude::*;

fn read(json: &str) -> Vec<(u64, String, bool)> {
    let written = whiteboard::latest(parse(json.as_bytes()).unwrap(), None);
    written.into_iter().map(|it| (it.at.as_ms(), it.text, it.is_poll)).collect()
}

fn rows(expected: &[(u64, &str, bool)]) -> Vec<(u64, String, bool)> {
    expected.iter().map(|&(at, text, is_poll)| (at, text.to_owned(), is_poll)).collect()
}

#[test]
fn texts_of_both_generations() {
    let json = r#"{"bbb_version": "2.7.3",
     "image1": {"timestamp": 0.0, "shapes": [
       {"id": 1, "timestamp": 12.4, "undo": -1, "shape_data": {"id": "s", "type": "draw", "points": [[0, 0, 0.5]]}},
       {"id": 2, "timestamp": 13.4, "undo": -1, "shape_data": {"id": "a", "type": "text", "text": ""}},
       {"id": 3, "timestamp": 14.8, "undo": 15, "shape_data": {"id": "a", "type": "text", "text": "más hojas"}},
       {"id": 4, "timestamp": 1, "undo": -1, "shape_data": {"id": "b", "type": "rectangle", "label": "here | there"}},
       {"id": 5, "timestamp": 2, "undo": -1, "shape_data": {"id": "c", "type": "rectangle", "name": "poll-result-x/1/2",
         "label": "True: 1 ||||||||||| 100%\nFalse: 0       | 0%\n"}}]},
     "image2": {"shapes": [
       {"timestamp": "3.5", "undo": -1, "shape_data": {"typeName": "shape", "id": "shape:d", "type": "note", "props": {"text": "Freitag", "w": 1}}},
       {"timestamp": 4, "undo": -1, "shape_data": {"id": "shape:e", "type": "poll", "props": {"questionText": "Now?",
         "answers": "[{\"id\":0,\"key\":\"Yes\",\"numVotes\":3},{\"id\":1,\"key\":\"No\",\"numVotes\":0}]"}}},
       {"timestamp": 5, "undo": 5, "shape_data": {"id": "never", "props": {"text": "seen"}}},
       {"timestamp": 6, "shape_data": {"id": "f", "type": "text", "props": {"richText": {"type": "doc", "content": [
         {"type": "paragraph", "content": [{"type": "text", "text": "one "}, {"type": "text", "marks": [{"type": "bold"}], "text": "line"}]},
         {"type": "paragraph"}, {"type": "paragraph", "content": [{"type": "text", "text": "two"}]}]}}}}]}}"#;
    let expected = [
        (1_000, "here | there", false),
        (2_000, "True: 1\nFalse: 0", true),
        (3_500, "Freitag", false),
        (4_000, "Now?\nYes: 3\nNo: 0", true),
        (6_000, "one line\ntwo", false),
        (14_800, "más hojas", false),
    ];
    assert_eq!(read(json), rows(&expected));
}

#[test]
fn what_is_shaped_otherwise_is_passed_over() {
    let json = r#"{"image1": {"shapes": [null, 7, "x", [], {}, {"shape_data": null}, {"timestamp": 1, "shape_data": {"props": 5, "text": ["x"]}},
        {"timestamp": {}, "shape_data": {"text": "timeless"}}, {"timestamp": 2, "undo": null, "shape_data": {"props": {"text": 12, "answers": "[[", "richText": 3}}}]}}"#;
    assert_eq!(read(json), rows(&[(2_000, "12", false)]));
    for json in ["[]", "", "{", r#"{"image1": []}"#, r#"{"image1": {"shapes": {}}}"#] {
        assert!(parse(json.as_bytes()).is_err(), "{json}");
    }
    let deep = format!(r#"{{"image1": {{"shapes": [{}"#, r#"{"shape_data":{"props":{"richText":["#);
    assert!(parse(format!("{deep}{}", "[".repeat(1_000)).as_bytes()).is_err());
}

/// A file that is made while it is read: strokes without end, now and then a text.
struct Drawn {
    shapes: u32,
    pending: Vec<u8>,
}

impl Read for Drawn {
    fn read(&mut self, target: &mut [u8]) -> std::io::Result<usize> {
        if self.pending.is_empty() && self.shapes > 0 {
            self.shapes -= 1;
            let points = "[1.5,2.5,0.5],".repeat(200);
            let n = self.shapes;
            self.pending = match n {
                0 => r#"{}]}}"#.to_owned(),
                n if n.is_multiple_of(1_000) => {
                    format!(r#"{{"timestamp":{n},"shape_data":{{"id":"t{n}","text":"{n}"}}}},"#)
                }
                n => format!(
                    r#"{{"timestamp":{n},"shape_data":{{"id":"s{n}","points":[{points}[0,0,0]]}}}},"#
                ),
            }
            .into_bytes();
        }
        let amount = self.pending.len().min(target.len());
        target[..amount].copy_from_slice(&self.pending[..amount]);
        self.pending.drain(..amount);
        Ok(amount)
    }
}

#[test]
fn a_whiteboard_full_of_strokes_is_read_as_a_stream() {
    let begun = br#"{"bbb_version":"2.7.3","image1":{"timestamp":0,"shapes":["#.to_vec();
    let found = parse(Drawn { shapes: 5_000, pending: begun }).unwrap();
    assert_eq!(found.len(), 4);
}

proptest! {
    #[test]
    fn never_panics(inside in r#"(\{"timestamp":[0-9.-]{1,4},"shape_data":|\{"props":|\{"richText":|"text":|"x"|\{|\}|\[|\]|,|:|"answers":|null){0,20}"#) {
        drop(parse(format!(r#"{{"image1":{{"shapes":[{inside}"#).as_bytes()));
        drop(Text::parse(&inside));
    }
}
