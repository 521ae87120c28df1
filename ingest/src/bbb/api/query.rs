use super::{ApiError, RecordingState};

/// The longest value that is sent, in bytes: servers and proxies refuse addresses past 8 kB.
const LONGEST_VALUE: usize = 4_000;
/// BigBlueButton allows 256 characters, each up to four bytes, each three letters long when sent.
const LONGEST_ID: usize = 256 * 4 * 3;

/// Which recordings to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingQuery {
    pub which: Which,
    pub states: States,
}

/// Of which meetings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// All that the server has. Scalelite can be set up to refuse that.
    All,
    /// By the meetings' external ids, as the front end gave them.
    Meetings(Vec<String>),
    /// By record ids, or by what stands before their dash, which is one for all recordings of a
    /// room.
    Recordings(Vec<String>),
}

/// In which states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum States {
    /// What the server takes: published and unpublished.
    Default,
    Any,
    Only(Vec<RecordingState>),
}

impl RecordingQuery {
    /// All published recordings.
    pub fn published() -> Self {
        Self { which: Which::All, states: States::Only(vec![RecordingState::Published]) }
    }

    /// The parameters of each call that is needed: long lists of ids are divided.
    pub(super) fn parameters(&self) -> Result<Vec<Vec<(&'static str, String)>>, ApiError> {
        let state = match &self.states {
            States::Default => None,
            States::Only(states) if states.is_empty() => None,
            States::Any => Some("any".to_owned()),
            States::Only(states) => {
                let states: Vec<&str> = states.iter().map(|it| it.as_str()).collect();
                Some(states.join(","))
            }
        };
        let state = state.map(|it| ("state", it));
        let (name, ids) = match &self.which {
            Which::All => return Ok(vec![state.into_iter().collect()]),
            Which::Meetings(ids) => ("meetingID", ids),
            Which::Recordings(ids) => ("recordID", ids),
        };
        let lists = divide(ids)?;
        Ok(lists
            .into_iter()
            .map(|ids| [(name, ids)].into_iter().chain(state.clone()).collect())
            .collect())
    }
}

/// Puts the ids into lists with commas, none of which is too long when sent.
fn divide(ids: &[String]) -> Result<Vec<String>, ApiError> {
    let mut lists: Vec<(String, usize)> = Vec::new();
    for id in ids {
        let sent = form_urlencoded::byte_serialize(id.as_bytes()).map(str::len).sum();
        if id.trim().is_empty() || id.contains(',') || sent > LONGEST_ID {
            return Err(ApiError::Id { id: id.escape_debug().take(100).collect() });
        }
        match lists.last_mut() {
            // A comma is three letters when sent.
            Some((list, length)) if *length + 3 + sent <= LONGEST_VALUE => {
                list.push(',');
                list.push_str(id);
                *length += 3 + sent;
            }
            Some(_) | None => lists.push((id.clone(), sent)),
        }
    }
    Ok(lists.into_iter().map(|(list, _)| list).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn asks_for_what_was_named() {
        let query = RecordingQuery {
            which: Which::Meetings(vec!["room 1".into(), "röom".into()]),
            states: States::Any,
        };
        let expected = vec![vec![("meetingID", "room 1,röom".into()), ("state", "any".into())]];
        assert_eq!(query.parameters().unwrap(), expected);
        assert_eq!(
            RecordingQuery::published().parameters().unwrap(),
            vec![vec![("state", "published".to_owned())]]
        );
        let nothing = RecordingQuery { which: Which::Recordings(vec![]), states: States::Default };
        assert!(nothing.parameters().unwrap().is_empty());
    }

    #[test]
    fn an_id_that_would_become_two_is_refused() {
        for id in ["", " ", "a,b", &"x".repeat(LONGEST_ID + 1)] {
            let query =
                RecordingQuery { which: Which::Meetings(vec![id.into()]), states: States::Default };
            assert!(matches!(query.parameters(), Err(ApiError::Id { .. })), "{id:?}");
        }
    }

    proptest! {
        #[test]
        fn dividing_loses_no_id(ids in proptest::collection::vec("[a-zé ]{1,60}[a-z]", 0..300)) {
            let lists = divide(&ids).unwrap();
            let again: Vec<&str> = lists.iter().flat_map(|it| it.split(',')).collect();
            prop_assert_eq!(again, ids.iter().map(String::as_str).collect::<Vec<_>>());
            for list in lists {
                let sent: usize =
                    form_urlencoded::byte_serialize(list.as_bytes()).map(str::len).sum();
                prop_assert!(sent <= LONGEST_VALUE);
            }
        }
    }
}
