//! The style sheet, the scripts and the fonts that `frontend/` built, embedded in the binary.

use crate::{conditional, failure::Failure, headers};
use axum::{
    body::Body,
    extract::Path,
    http::{HeaderMap, Response, StatusCode, header},
    response::IntoResponse as _,
};
use rust_embed::RustEmbed;
use std::{collections::BTreeMap, sync::LazyLock};

#[derive(RustEmbed)]
#[folder = "dist"]
struct Dist;

static NAMES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let manifest = Dist::get("manifest.json").expect("the build script has looked for it");
    serde_json::from_slice(&manifest.data).expect("`dist/manifest.json` maps names to names")
});

/// Where a page finds a file of `dist/` by its logical name, which the build script has looked for.
pub(crate) fn url(name: &str) -> String {
    let file = NAMES.get(name).map_or(name, String::as_str);
    format!("/assets/{file}")
}

/// `GET /assets/{file}`. A name holds the hash of what is in it, so it may be kept for ever.
pub(crate) async fn show(Path(file): Path<String>, request: HeaderMap) -> axum::response::Response {
    let known = file != "manifest.json";
    match known.then(|| Dist::get(&file)).flatten() {
        Some(found) => answer(&file, found, &request, "public, max-age=31536000, immutable"),
        None => Failure::NotFound.into_response(),
    }
}

/// `GET /favicon.ico`, which browsers ask for unasked.
pub(crate) async fn favicon(request: HeaderMap) -> axum::response::Response {
    let file = NAMES.get("favicon.svg").map_or("favicon.svg", String::as_str);
    match Dist::get(file) {
        Some(found) => answer(file, found, &request, "public, max-age=86400"),
        None => Failure::NotFound.into_response(),
    }
}

fn answer(
    file: &str,
    found: rust_embed::EmbeddedFile,
    request: &HeaderMap,
    cache: &'static str,
) -> axum::response::Response {
    let etag = format!("\"{}\"", hex::encode(&found.metadata.sha256_hash()[..16]));
    let mut response = Response::builder()
        .header(header::ETAG, etag.as_str())
        .header(header::CACHE_CONTROL, cache);
    if conditional::not_modified(request, &etag) {
        response = response.status(StatusCode::NOT_MODIFIED);
        return headers::built(response.body(Body::empty()));
    }
    let response = response.header(header::CONTENT_TYPE, media_type(file));
    headers::built(response.body(Body::from(found.data.into_owned())))
}

fn media_type(file: &str) -> &'static str {
    match file.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_to_an_embedded_file() {
        for (name, file) in NAMES.iter() {
            assert!(Dist::get(file).is_some(), "{name} -> {file}");
        }
    }

    #[tokio::test]
    async fn an_asset_is_kept_for_ever_and_asked_for_by_its_tag() {
        let file = NAMES["site.css"].clone();
        let response = show(Path(file.clone()), HeaderMap::new()).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/css; charset=utf-8");
        assert!(response.headers()["cache-control"].to_str().unwrap().contains("immutable"));
        let mut again = HeaderMap::new();
        again.insert(header::IF_NONE_MATCH, response.headers()["etag"].clone());
        assert_eq!(show(Path(file), again).await.status(), StatusCode::NOT_MODIFIED);
    }

    #[tokio::test]
    async fn nothing_else_is_served() {
        for file in ["manifest.json", "nothing.css", "../Cargo.toml", "", "site.css/.."] {
            let status = show(Path(file.to_owned()), HeaderMap::new()).await.status();
            assert_eq!(status, StatusCode::NOT_FOUND, "{file:?}");
        }
    }
}
