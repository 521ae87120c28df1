//! One event of the log: which it is, when, and what its children say.

use super::super::{
    timeline::EventTime,
    xml::{Element, Node, Xml, XmlError},
};
use std::io::BufRead;

/// The texts of one event together.
const EVENT_BYTES: usize = 16 << 20;

/// The kinds of events that are read. Some names are in use by two modules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Join,
    Presenter,
    RecordButton,
    VoiceJoin,
    VoiceLeave,
    Talking,
    Muted,
    SoundStops,
    TrackStarts,
    TrackStops,
    Chat,
    ChatCleared,
    ChatEdited,
    ChatDeleted,
    PresentationShared,
    SlideShown,
    ScreenStarts,
    ScreenStops,
    VideoStarts,
    VideoStops,
    PollPublished,
    Drawn,
    Undone,
    BoardCleared,
    TldrawDrawn,
    TldrawDeleted,
}

impl Kind {
    fn of(module: &str, name: &str) -> Option<Self> {
        Some(match name {
            "ParticipantJoinEvent" => Self::Join,
            "AssignPresenterEvent" => Self::Presenter,
            "RecordStatusEvent" => Self::RecordButton,
            "ParticipantJoinedEvent" if module == "VOICE" => Self::VoiceJoin,
            // The other one, of PARTICIPANT, says that somebody left the meeting.
            "ParticipantLeftEvent" if module == "VOICE" => Self::VoiceLeave,
            "ParticipantTalkingEvent" => Self::Talking,
            "ParticipantMutedEvent" => Self::Muted,
            "StopRecordingEvent" if module == "VOICE" => Self::SoundStops,
            "EndAndKickAllEvent" => Self::SoundStops,
            "AudioTrackPublishedEvent" => Self::TrackStarts,
            "AudioTrackUnpublishedEvent" => Self::TrackStops,
            "PublicChatEvent" => Self::Chat,
            "ClearPublicChatEvent" => Self::ChatCleared,
            "EditPublicChatMessageRecordEvent" => Self::ChatEdited,
            "DeletePublicChatMessageRecordEvent" => Self::ChatDeleted,
            "SharePresentationEvent" => Self::PresentationShared,
            "GotoSlideEvent" => Self::SlideShown,
            "StartWebRTCDesktopShareEvent" | "DeskshareStartedEvent" => Self::ScreenStarts,
            "StopWebRTCDesktopShareEvent" | "DeskshareStoppedEvent" => Self::ScreenStops,
            "StartExternalVideoRecordEvent" => Self::VideoStarts,
            "StopExternalVideoRecordEvent" => Self::VideoStops,
            "PollPublishedRecordEvent" => Self::PollPublished,
            "AddShapeEvent" | "ModifyTextEvent" => Self::Drawn,
            "UndoAnnotationEvent" | "UndoShapeEvent" => Self::Undone,
            "ClearWhiteboardEvent" | "ClearPageEvent" => Self::BoardCleared,
            "AddTldrawShapeEvent" => Self::TldrawDrawn,
            "DeleteTldrawShapeEvent" => Self::TldrawDeleted,
            _ => return None,
        })
    }
}

/// The start of an event.
pub(super) struct Heading {
    /// `None`: it says none, and is passed over.
    pub(super) at: Option<EventTime>,
    /// `None`: one that is not read.
    pub(super) kind: Option<Kind>,
}

impl Heading {
    pub(super) fn of(event: &Element<'_>) -> Result<Self, XmlError> {
        let (mut at, mut module, mut name) = (None, None, None);
        for attribute in event.attributes() {
            match attribute? {
                // As large as a database's numbers, so that no length is larger.
                ("timestamp", value) => at = at.or(time(&value)),
                ("module", value) => module = module.or(Some(value)),
                ("eventname", value) => name = name.or(Some(value)),
                _ => {}
            }
        }
        let (module, name) = (module.unwrap_or_default(), name.unwrap_or_default());
        Ok(Self { at, kind: Kind::of(&module, &name) })
    }
}

fn time(text: &str) -> Option<EventTime> {
    let ms = text.trim().parse().ok()?;
    i64::try_from(ms).is_ok().then_some(EventTime(ms))
}

/// Declares the children of events that are read, and what they are called.
macro_rules! fields {
    ($($field:ident = $($name:literal)|+,)*) => {
        /// The children of one event that are read. They come in any order; of two of one name the
        /// last counts.
        #[derive(Debug, Default)]
        pub(super) struct Fields {
            $(pub(super) $field: Option<String>,)*
        }

        impl Fields {
            /// Where a child's text goes; `None` for one that is not read.
            fn field(&mut self, name: &str) -> Option<&mut Option<String>> {
                match name {
                    $($($name)|+ => Some(&mut self.$field),)*
                    _ => None,
                }
            }
        }
    };
}

fields! {
    user = "userId" | "userid",
    external = "externalUserId",
    name = "name",
    role = "role",
    status = "status",
    utc = "timestampUTC",
    participant = "participant",
    caller_name = "callername",
    talking = "talking",
    muted = "muted",
    file = "filename" | "file" | "stream",
    source = "source",
    message = "message",
    sender = "sender",
    sender_id = "senderId",
    id = "id" | "messageId",
    reply_to = "replyToMessageId",
    presentation = "presentationName" | "presentation",
    pod = "podId",
    slide = "slide",
    page = "pageNumber",
    url = "externalVideoUrl",
    poll = "pollId",
    question = "question",
    answers = "answers",
    kind = "type",
    text = "text",
    x = "x",
    y = "y",
    result = "result",
    shape = "shapeId",
    shape_data = "shapeData",
    full_clear = "fullClear",
}

impl Fields {
    /// Reads the children of the event whose start was just read, up to its end.
    pub(super) fn read<R: BufRead>(xml: &mut Xml<R>) -> Result<Self, XmlError> {
        let mut fields = Self::default();
        let depth = xml.depth();
        let mut bytes = 0;
        while xml.depth() >= depth {
            let Some(Node::Start(element)) = xml.next()? else { continue };
            let Some(field) = fields.field(element.name()) else {
                xml.skip()?;
                continue;
            };
            let text = xml.text()?;
            bytes += text.len();
            if bytes > EVENT_BYTES {
                return Err(XmlError::TooMuch {
                    limit: EVENT_BYTES as u64,
                    what: "bytes in one event",
                });
            }
            *field = Some(text);
        }
        Ok(fields)
    }
}

/// Whether a child says yes.
pub(super) fn is_true(field: Option<&String>) -> bool {
    field.is_some_and(|it| it.eq_ignore_ascii_case("true"))
}
