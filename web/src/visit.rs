//! Who asks, in which language, and whether they may do what they ask for.

use crate::{
    failure::Failure,
    library::Library,
    origin::OwnPath,
    pages::{Frame, SignedIn},
    sessions::SessionToken,
    words::{Locale, Words},
};
use archive::{CatalogError, CollectionId, Curator, Member, RecordingId, Role, Viewer};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{HeaderMap, Method, header, request::Parts},
    response::{IntoResponse as _, Redirect, Response},
};
use std::sync::Arc;

/// One request's asker.
pub(crate) struct Visit {
    pub(crate) viewer: Viewer,
    pub(crate) words: Words,
    member: Option<Member>,
    token: Option<SessionToken>,
    library_name: String,
}

impl Visit {
    pub(crate) async fn of(library: &Library, headers: &HeaderMap) -> Result<Self, CatalogError> {
        let mut visit = Self::of_a_stranger(library, headers);
        if let Some(token) = &visit.token
            && let Some(member) = library.catalog.session(&token.digest()).await?
        {
            visit.viewer = Viewer::signed_in(&member);
            visit.member = Some(member);
        }
        Ok(visit)
    }

    /// Without asking the catalog: whoever it is sees what is public.
    pub(crate) fn of_a_stranger(library: &Library, headers: &HeaderMap) -> Self {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok());
        let chosen = library.cookies.language(headers);
        Self {
            viewer: Viewer::visitor(),
            words: Words::in_locale(Locale::choose(chosen, accepted, library.config.locale())),
            member: None,
            token: library.cookies.session(headers).and_then(SessionToken::read),
            library_name: library.config.library_name.clone(),
        }
    }

    /// What stands around a page. `class` is the body's.
    pub(crate) fn frame(&self, class: &'static str) -> Frame {
        Frame {
            words: self.words,
            library: self.library_name.clone(),
            class,
            signed_in: self.member.as_ref().map(|it| SignedIn {
                name: it.name.to_string(),
                archivist: it.role == Role::Archivist,
            }),
            form_token: self.token.as_ref().map(SessionToken::form_token).unwrap_or_default(),
        }
    }

    pub(crate) const fn is_signed_in(&self) -> bool {
        self.member.is_some()
    }

    pub(crate) fn member_name(&self) -> Option<String> {
        self.member.as_ref().map(|it| it.name.to_string())
    }

    /// The session's secret, if the asker has a cookie of ours; it may have run out.
    pub(crate) const fn token(&self) -> Option<&SessionToken> {
        self.token.as_ref()
    }
}

impl FromRequestParts<Arc<Library>> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(
        parts: &mut Parts,
        library: &Arc<Library>,
    ) -> Result<Self, Failure> {
        Ok(Self::of(library, &parts.headers).await?)
    }
}

/// A visit by somebody who may edit. Everybody else is turned away, whether what they name exists or
/// not: visitors are asked to sign in, members are told that this is for archivists.
pub(crate) struct Curating {
    pub(crate) visit: Visit,
    pub(crate) curator: Curator,
}

impl FromRequestParts<Arc<Library>> for Curating {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        library: &Arc<Library>,
    ) -> Result<Self, Response> {
        let visit = Visit::from_request_parts(parts, library).await;
        let visit = visit.map_err(Failure::into_response)?;
        if let Some(curator) = visit.viewer.curator() {
            return Ok(Self { visit, curator });
        }
        let asks_for_a_page = matches!(parts.method, Method::GET | Method::HEAD);
        if !visit.is_signed_in() && asks_for_a_page {
            let here = parts.uri.path_and_query().map_or("/", |it| it.as_str());
            let next =
                OwnPath::read(here).map_or_else(|| "/".to_owned(), |it| it.as_str().to_owned());
            let query = crate::links::query(&[("next", &next)]);
            return Err(Redirect::to(&format!("/sign-in{query}")).into_response());
        }
        Err(Failure::NotAllowed.into_response())
    }
}

/// The recording that a path names. A path that is no recording ID is simply not found.
pub(crate) struct RecordingPath(pub(crate) RecordingId);

impl FromRequestParts<Arc<Library>> for RecordingPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<Library>) -> Result<Self, Failure> {
        named(parts, state, "id").await.map(Self)
    }
}

/// The collection that a path names.
pub(crate) struct CollectionPath(pub(crate) CollectionId);

impl FromRequestParts<Arc<Library>> for CollectionPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<Library>) -> Result<Self, Failure> {
        named(parts, state, "id").await.map(Self)
    }
}

/// The second thing that a path names under a recording: a file, a slide, a language.
pub(crate) struct Part<T>(pub(crate) T);

impl<T: std::str::FromStr + Send> FromRequestParts<Arc<Library>> for Part<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<Library>) -> Result<Self, Failure> {
        named(parts, state, "part").await.map(Self)
    }
}

async fn named<T: std::str::FromStr>(
    parts: &mut Parts,
    state: &Arc<Library>,
    name: &str,
) -> Result<T, Failure> {
    let path = Path::<Vec<(String, String)>>::from_request_parts(parts, state).await;
    let Path(path) = path.map_err(|_| Failure::NotFound)?;
    path.iter()
        .find(|(it, _)| it == name)
        .and_then(|(_, value)| value.parse().ok())
        .ok_or(Failure::NotFound)
}

/// What a form of this library sent. Whoever has a session cookie must send its form token too.
pub(crate) struct Sent(Vec<(String, String)>);

/// More than the longest form that is filled in by hand.
const LONGEST_FORM: usize = 256 << 10;

impl Sent {
    /// The first field of a name, or an empty text.
    pub(crate) fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(it, _)| it == name).map_or("", |(_, value)| value)
    }

    /// All fields of a name, such as ticked boxes.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(it, _)| it == name).map(|(_, value)| value.as_str())
    }
}

impl FromRequest<Arc<Library>> for Sent {
    type Rejection = Failure;

    async fn from_request(request: Request, library: &Arc<Library>) -> Result<Self, Failure> {
        let is_form = request
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|it| it.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
        if !is_form {
            return Err(Failure::Unreadable);
        }
        let token = library.cookies.session(request.headers()).and_then(SessionToken::read);
        let body = Bytes::from_request(request, library).await.map_err(|_| Failure::Unreadable)?;
        if body.len() > LONGEST_FORM {
            return Err(Failure::Unreadable);
        }
        let sent = Self(form_urlencoded::parse(&body).into_owned().collect());
        match token {
            Some(token) if !token.wrote(sent.one("form_token")) => Err(Failure::ForeignForm),
            Some(_) | None => Ok(sent),
        }
    }
}
