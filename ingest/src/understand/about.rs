//! What the catalog's row of a recording says.

use super::{events::Events, metadata::Metadata, metas::Metas, people::People};
use crate::Warning;
use archive::{Language, Licence, MediaTime, Timestamp, Visibility};

/// What a recording's files say about it as a whole, where they do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct About {
    /// One line, never empty.
    pub(crate) title: Option<String>,
    /// Plain text, may be empty.
    pub(crate) description: String,
    pub(crate) language: Option<Language>,
    pub(crate) licence: Option<Licence>,
    pub(crate) visibility: Option<Visibility>,
    /// One line, never empty.
    pub(crate) space: Option<String>,
    /// The title of the collection that it belongs to; one line, never empty.
    pub(crate) collection: Option<String>,
    /// Each one line, never empty, no two the same.
    pub(crate) subjects: Vec<String>,
    pub(crate) started_at: Option<Timestamp>,
    /// Length of the published media; zero where nothing says it.
    pub(crate) duration: MediaTime,
    pub(crate) participants: Option<u32>,
}

impl About {
    /// `duration` is what all files say together.
    pub(crate) fn new(
        metadata: &Metadata,
        metas: &Metas,
        events: Option<&Events>,
        duration: MediaTime,
        warnings: &mut Vec<Warning>,
    ) -> Self {
        let declared = metas.declared(warnings);
        let logged_name = events.and_then(|it| it.meeting_name.clone());
        let name = metadata.meeting_name.clone().filter(|it| !it.is_empty()).or(logged_name);
        let joined = events.map(|it| People::new(&it.joins, &it.callers).count());
        let joined = joined.filter(|&it| it > 0).and_then(|it| u32::try_from(it).ok());
        Self {
            title: declared.title.or(name).filter(|it| !it.is_empty()),
            description: declared.description.unwrap_or_default(),
            language: declared.language,
            licence: declared.licence,
            visibility: declared.visibility,
            space: declared.space,
            collection: declared.collection,
            subjects: declared.subjects,
            started_at: metadata.started_at.or(events.and_then(|it| it.started_at)),
            duration,
            participants: metadata.participants.or(joined),
        }
    }
}
