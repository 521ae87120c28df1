use archive::Visibility;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How recordings are taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct IngestConfig {
    /// Who may see a new recording whose metas do not say: `public`, `members` or `private`.
    #[schemars(with = "String")]
    pub default_visibility: Visibility,
    /// Whether chat messages that a moderator cleared during the meeting are taken over, to be read
    /// and found. BigBlueButton publishes them; its player hides them from the moment they were
    /// cleared. They stay in the originals either way.
    pub cleared_chat: bool,
}

impl Default for IngestConfig {
    fn default() -> Self {
        Self { default_visibility: Visibility::Private, cleared_chat: false }
    }
}
