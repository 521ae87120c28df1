use super::Frame;
use askama::Template;

/// `/sign-in`
#[derive(Template)]
#[template(path = "sign-in.html")]
pub(crate) struct SignInPage {
    pub(crate) frame: Frame,
    pub(crate) name: String,
    /// Where to go afterwards.
    pub(crate) next: String,
    pub(crate) problem: Option<SignInProblem>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInProblem {
    /// The same for an unknown name and a wrong password.
    Wrong,
    TooOften,
    /// More people sign in at once than can be checked.
    TooMany,
}
