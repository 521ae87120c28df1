use super::Frame;
use crate::failure::Told;
use askama::Template;
use std::borrow::Cow;

/// A page that only says something: what happened and what to do next.
#[derive(Template)]
#[template(path = "message.html")]
pub(crate) struct MessagePage {
    frame: Frame,
    heading: Cow<'static, str>,
    text: Cow<'static, str>,
    offer_sign_in: bool,
}

impl MessagePage {
    pub(crate) fn failure(frame: &Frame, told: Told) -> Self {
        let words = frame.words;
        let (heading, text) = match told {
            Told::NotFound => (words.say("error-not-found"), words.say("error-not-found-text")),
            Told::NotAllowed => {
                (words.say("error-not-allowed"), words.say("error-not-allowed-text"))
            }
            Told::ForeignForm => {
                (words.say("error-foreign-form"), words.say("error-foreign-form-text"))
            }
            Told::Unreadable => (words.say("error-unreadable"), words.say("error-unreadable-text")),
            Told::Broken => (words.say("error-broken"), words.say("error-broken-text")),
        };
        let offer_sign_in = frame.signed_in.is_none()
            && matches!(told, Told::NotFound | Told::NotAllowed | Told::ForeignForm);
        Self { frame: frame.clone(), heading, text, offer_sign_in }
    }
}
