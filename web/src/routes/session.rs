//! Signing in and out, and choosing a language.

use super::{Answered, App, asked, page};
use crate::{
    failure::Failure,
    library::Library,
    origin::OwnPath,
    pages::sign_in::{SignInPage, SignInProblem},
    sessions::SessionToken,
    visit::{Sent, Visit},
    words::Locale,
};
use archive::MemberName;
use axum::{
    extract::{ConnectInfo, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse as _, Redirect},
};
use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

/// `GET /sign-in?next=PATH`
#[tracing::instrument(name = "web.sign_in.show", skip_all)]
pub(crate) async fn ask(
    State(library): App,
    visit: Visit,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answered {
    let next = OwnPath::read(&asked(query.as_deref(), "next"));
    let next = next.or_else(|| OwnPath::of_referer(&headers, library.config.public_origin()));
    let next = next.map_or_else(|| "/".to_owned(), |it| it.as_str().to_owned());
    let frame = visit.frame("page-sign-in");
    page(&SignInPage { frame, name: String::new(), next, problem: None })
}

/// `POST /sign-in`
#[tracing::instrument(name = "web.sign_in", skip_all)]
pub(crate) async fn sign_in(
    State(library): App,
    visit: Visit,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    sent: Sent,
) -> Answered {
    let from = address(&library, &headers, peer.map(|it| it.0.0));
    let now = library.clock.now();
    let typed = sent.one("name").trim();
    let again = |problem: SignInProblem| {
        let page = page(&SignInPage {
            frame: visit.frame("page-sign-in"),
            name: typed.chars().take(64).collect(),
            next: OwnPath::read(sent.one("next"))
                .map_or_else(|| "/".to_owned(), |it| it.as_str().to_owned()),
            problem: Some(problem),
        })?;
        let status = match problem {
            SignInProblem::Wrong => StatusCode::UNPROCESSABLE_ENTITY,
            SignInProblem::TooOften | SignInProblem::TooMany => StatusCode::TOO_MANY_REQUESTS,
        };
        Ok((status, page).into_response())
    };
    // A key of bounded length, whatever was typed.
    let key: String = typed.chars().take(64).collect();
    if !library.attempts.allows(&key, from, now) {
        tracing::warn!("too many attempts to sign in from {from:?}");
        return again(SignInProblem::TooOften);
    }
    let Some(place) = library.passwords.place() else {
        tracing::warn!("too many passwords wait to be checked");
        return again(SignInProblem::TooMany);
    };
    // Noted before it is checked, so that many at once are not all let through.
    library.attempts.failed(&key, from, now);
    let known = match typed.parse::<MemberName>() {
        Ok(name) => library.catalog.member_with_password(&name).await?,
        Err(_) => None,
    };
    let (member, stored) = known.unzip();
    let password = sent.one("password").to_owned();
    let right = place.verify(&library.cancel, password, stored).await;
    let right = right.map_err(|error| Failure::broken("check a password", error))?;
    let Some(member) = member.filter(|_| right) else {
        tracing::info!("an attempt to sign in failed from {from:?}");
        return again(SignInProblem::Wrong);
    };
    library.attempts.succeeded(&key, from, now);
    let token = SessionToken::draw();
    let token = token.map_err(|error| Failure::broken("draw a session's secret", error))?;
    let days = library.config.session_days;
    let lasts = Duration::from_secs(u64::from(days) * 86_400);
    library.catalog.open_session(&token.digest(), &member.id, now.plus(lasts)).await?;
    if let Some(old) = visit.token() {
        library.catalog.close_session(&old.digest()).await?;
    }
    tracing::info!(member.name = %member.name, "signed in");
    let next = OwnPath::read(sent.one("next")).filter(|it| !it.as_str().starts_with("/sign-in"));
    let next = next.map_or_else(|| "/".to_owned(), |it| it.as_str().to_owned());
    let cookie = library.cookies.set_session(token.as_str(), days);
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to(&next)).into_response())
}

/// `POST /sign-out`
#[tracing::instrument(name = "web.sign_out", skip_all)]
pub(crate) async fn sign_out(State(library): App, visit: Visit, _: Sent) -> Answered {
    if let Some(token) = visit.token() {
        library.catalog.close_session(&token.digest()).await?;
    }
    let cookie = library.cookies.clear_session();
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to("/")).into_response())
}

/// `POST /language`: keeps the language in a cookie and goes back to the page it was chosen on.
#[tracing::instrument(name = "web.language", skip_all)]
pub(crate) async fn choose_language(
    State(library): App,
    headers: HeaderMap,
    sent: Sent,
) -> Answered {
    let locale: Locale = sent.one("language").parse().map_err(|_| Failure::Unreadable)?;
    let back = OwnPath::of_referer(&headers, library.config.public_origin());
    let back = back.map_or_else(|| "/".to_owned(), |it| it.as_str().to_owned());
    let cookie = library.cookies.set_language(locale.as_str());
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to(&back)).into_response())
}

/// Where a request comes from: the connection's other end, or what the proxy says of it.
fn address(library: &Library, headers: &HeaderMap, peer: Option<SocketAddr>) -> Option<IpAddr> {
    if library.config.behind_proxy {
        let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
        let forwarded = forwarded.and_then(|it| it.to_str().ok());
        let last = forwarded.and_then(|it| it.rsplit(',').next());
        if let Some(address) = last.and_then(|it| it.trim().parse().ok()) {
            return Some(address);
        }
    }
    peer.map(|it| it.ip())
}
