//! Sessions, cookies, and forms that others send.

use super::world::{PASSWORD, Who, World, form};
use crate::WebConfig;
use archive::testing::recording_id;
use axum::{body::Body, http::StatusCode};
use std::time::Duration;

async fn sign_in(world: &World, name: &str, password: &str, next: &str) -> super::world::Answer {
    let fields = [("name", name), ("password", password), ("next", next)];
    world.post(Who::Visitor, "/sign-in", &fields).await
}

fn cookie(answer: &super::world::Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn who_knows_the_password_sees_more_until_they_leave_or_it_runs_out() {
    let world = World::new().await;
    let private = format!("/recordings/{}", recording_id(3));
    let answer = sign_in(&world, " Ada ", PASSWORD, &private).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, &*private));
    let flags = answer.header("set-cookie");
    assert!(
        flags.contains("HttpOnly") && flags.contains("SameSite=Lax") && flags.contains("Path=/"),
        "{flags}"
    );
    let cookie = cookie(&answer);
    let status = async |cookie: &str| world.get_with(&private, &[("cookie", cookie)]).await.status;
    assert_eq!(status(&cookie).await, StatusCode::OK);
    assert_eq!(status("session=0000").await, StatusCode::NOT_FOUND);

    let token = cookie.split_once('=').unwrap().1;
    let token = crate::sessions::SessionToken::read(token).unwrap();
    let request = world.request(Who::Visitor, "POST", "/sign-out").header("cookie", &cookie);
    let out = world.send(form(request, &[("form_token", &token.form_token())])).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(status(&cookie).await, StatusCode::NOT_FOUND, "the session is closed for good");

    let cookie = self::cookie(&sign_in(&world, "ada", PASSWORD, "/").await);
    assert_eq!(status(&cookie).await, StatusCode::OK);
    world.archive.clock.advance(Duration::from_secs(14 * 86_400 + 1));
    assert_eq!(status(&cookie).await, StatusCode::NOT_FOUND, "the session has run out");
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_are_told_the_same() {
    let world = World::new().await;
    let mut bodies = std::collections::BTreeSet::new();
    for (name, password) in [("ada", "wrong"), ("bob", PASSWORD), ("no such <name>", ""), ("", "")]
    {
        let answer = sign_in(&world, name, password, "/").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert_eq!(answer.header("set-cookie"), "", "{name}");
        let value = format!("value=\"{}\"", name.replace('<', "&#60;").replace('>', "&#62;"));
        bodies.insert(answer.text().replace(&value, "value=\"\""));
    }
    assert_eq!(bodies.len(), 1, "{bodies:#?}");
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let world = World::new().await;
    for _ in 0..8 {
        let answer = sign_in(&world, "ada", "wrong password", "/").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let answer = sign_in(&world, "ada", PASSWORD, "/").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    world.archive.clock.advance(Duration::from_secs(601));
    let answer = sign_in(&world, "ada", PASSWORD, "/").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_flood_of_attempts_is_turned_away() {
    let world = World::new().await;
    // Too long to be looked at, so that this takes no time.
    let password = "x".repeat(2 * crate::password::LONGEST);
    let names: Vec<_> = (0..2 * crate::password::PLACES).map(|n| format!("name{n}")).collect();
    let attempts = names.iter().map(|name| sign_in(&world, name, &password, "/"));
    let answers = futures_util::future::join_all(attempts).await;
    let refused: Vec<_> =
        answers.iter().filter(|it| it.status == StatusCode::TOO_MANY_REQUESTS).collect();
    assert!((1..=crate::password::PLACES).contains(&refused.len()), "{}", refused.len());
    assert!(refused[0].text().contains("Many people are signing in"), "{}", refused[0].text());
    let answer = sign_in(&world, "max", PASSWORD, "/").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "and afterwards there is room again");
}

#[tokio::test]
async fn nobody_is_sent_to_another_site() {
    let world = World::new().await;
    for next in [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
        "/sign-in",
    ] {
        let answer = sign_in(&world, "max", PASSWORD, next).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::SEE_OTHER, "/"),
            "{next}"
        );
    }
    let page = world.get(Who::Visitor, "/sign-in?next=//evil.example").await.text();
    assert!(!page.contains("evil.example"), "{page}");
}

#[tokio::test]
async fn forms_of_others_are_refused() {
    let world = World::new().await;
    let path = format!("/recordings/{}/edit", recording_id(1));
    let token = world.ada.form_token();
    let other = world.max.form_token();
    let fields = |token: &str| {
        vec![
            ("title".to_owned(), "Changed".to_owned()),
            ("visibility".to_owned(), "public".to_owned()),
            ("form_token".to_owned(), token.to_owned()),
        ]
    };
    // what, header, token
    type Case<'a> = (&'a str, Option<(&'a str, &'a str)>, &'a str);
    let cases: [Case<'_>; 7] = [
        ("no token", None, ""),
        ("another session's token", None, &other),
        ("the session's secret itself", None, world.ada.as_str()),
        ("another origin", Some(("origin", "https://evil.example")), &token),
        ("no origin at all", Some(("origin", "null")), &token),
        ("a neighbour site", Some(("sec-fetch-site", "same-site")), &token),
        ("another site", Some(("sec-fetch-site", "cross-site")), &token),
    ];
    for (what, header, token) in cases {
        let mut request = world.request(Who::Archivist, "POST", &path);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let fields = fields(token);
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = world.send(form(request, &fields)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
        assert!(answer.text().contains("This form has run out"), "{what}");
    }
    let page = world.get(Who::Visitor, &format!("/recordings/{}", recording_id(1))).await.text();
    assert!(page.contains("Meeting 1") && !page.contains("Changed"));
    for path in ["/sign-in", "/sign-out", "/language"] {
        let request =
            world.request(Who::Visitor, "POST", path).header("origin", "https://evil.example");
        let answer = world.send(form(request, &[("language", "de")])).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn bodies_that_are_no_forms_are_refused() {
    let world = World::new().await;
    let huge = vec![b'a'; 300 << 10];
    for (media_type, body) in [
        ("application/json", b"{}".to_vec()),
        ("text/plain", vec![]),
        ("application/x-www-form-urlencoded", huge),
    ] {
        let request =
            world.request(Who::Visitor, "POST", "/sign-in").header("content-type", media_type);
        let answer = world.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{media_type}");
    }
}

#[tokio::test]
async fn a_language_is_kept_and_the_page_stays() {
    let world = World::new().await;
    let request = world
        .request(Who::Visitor, "POST", "/language")
        .header("referer", "http://localhost/search?q=pump");
    let answer = world.send(form(request, &[("language", "de")])).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::SEE_OTHER, "/search?q=pump")
    );
    assert!(answer.header("set-cookie").starts_with("language=de;"), "{:?}", answer.headers);
    let request = world
        .request(Who::Visitor, "POST", "/language")
        .header("referer", "http://evil.example/search");
    let answer = world.send(form(request, &[("language", "es")])).await;
    assert_eq!(answer.header("location"), "/");
    let answer = world.post(Who::Visitor, "/language", &[("language", "xx; Secure")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn over_encrypted_connections_cookies_are_bound_to_the_host() {
    let config = WebConfig {
        public_url: Some("https://library.example.org".to_owned()),
        ..WebConfig::default()
    };
    let world = World::with(config).await;
    let fields = [("name", "max"), ("password", PASSWORD)];
    let request = world
        .request(Who::Visitor, "POST", "/sign-in")
        .header("origin", "https://library.example.org");
    let answer = world.send(form(request, &fields)).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-session=") && cookie.ends_with("; Secure"), "{cookie}");
    // The other name is not taken here, so a neighbour cannot plant a session.
    let page = world.get(Who::Member, &format!("/recordings/{}", recording_id(2))).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn asking_for_the_desk_leads_through_signing_in_and_back() {
    let world = World::new().await;
    let answer = world.get(Who::Visitor, "/desk?after=x").await;
    assert_eq!(answer.header("location"), "/sign-in?next=%2Fdesk%3Fafter%3Dx");
    let page = world.get(Who::Visitor, answer.header("location")).await.text();
    assert!(page.contains("name=\"next\" value=\"/desk?after=x\""), "{page}");
}
