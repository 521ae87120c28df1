//! Figures for Prometheus, and who may read them.

use crate::{bearer, config::WebConfig, failure::Failure, library::Library};
use archive::{ArrivalState, JobKind, Viewer, Way, queue::JobState};
use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};
use std::{net::SocketAddr, sync::Arc, time::Instant};

pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram>,
    jobs: Family<JobLabels, Gauge>,
    recordings: Family<SeenByLabels, Gauge>,
    arrivals: Family<ArrivalLabels, Gauge>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    /// The route, never the path: paths name recordings and would be without number.
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct JobLabels {
    kind: &'static str,
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ArrivalLabels {
    way: &'static str,
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SeenByLabels {
    seen_by: &'static str,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("plenary");
        let requests = Family::<RequestLabels, Counter>::default();
        registry.register("http_requests", "Requests answered", requests.clone());
        let durations = Family::<RouteLabels, Histogram>::new_with_constructor(|| {
            Histogram::new([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])
        });
        registry.register(
            "http_request_duration_seconds",
            "Time until the response began",
            durations.clone(),
        );
        let jobs = Family::<JobLabels, Gauge>::default();
        registry.register("jobs", "Jobs in the queue", jobs.clone());
        let recordings = Family::<SeenByLabels, Gauge>::default();
        registry.register("recordings", "Recordings by who sees them", recordings.clone());
        let arrivals = Family::<ArrivalLabels, Gauge>::default();
        registry.register(
            "arrivals",
            "What was handed over and is not in the library yet",
            arrivals.clone(),
        );
        Self { registry, requests, durations, jobs, recordings, arrivals }
    }
}

/// Counts a request when its response begins; the body may take as long as a film.
pub(crate) async fn count(
    State(library): State<Arc<Library>>,
    request: Request,
    next: Next,
) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "none".to_owned(), |it| it.as_str().to_owned());
    let method = match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    };
    let started = Instant::now();
    let response = next.run(request).await;
    let seconds = started.elapsed().as_secs_f64();
    let status = response.status().as_u16();
    let Metrics { requests, durations, .. } = &library.metrics;
    requests.get_or_create(&RequestLabels { method, route: route.clone(), status }).inc();
    durations.get_or_create(&RouteLabels { route }).observe(seconds);
    response
}

/// `GET /metrics`. For everybody but the operator there is nothing at this address: the figures
/// count private recordings too.
pub(crate) async fn show(
    State(library): State<Arc<Library>>,
    headers: HeaderMap,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
) -> Result<Response, Failure> {
    let peer = peer.map(|it| it.0.0);
    if !may_read(&library.config, &headers, peer) {
        return Err(Failure::NotFound);
    }
    let Metrics { registry, jobs, recordings, arrivals, .. } = &library.metrics;
    jobs.clear();
    for kind in JobKind::ALL {
        for state in ["waiting", "running", "failed"] {
            jobs.get_or_create(&JobLabels { kind: kind.as_str(), state }).set(0);
        }
    }
    for job in library.catalog.queue().overview().await? {
        let state = match job.state {
            JobState::Waiting { .. } => "waiting",
            JobState::Running { .. } => "running",
            JobState::Failed { .. } => "failed",
        };
        jobs.get_or_create(&JobLabels { kind: job.kind.as_str(), state }).inc();
    }
    arrivals.clear();
    for way in Way::ALL {
        for state in ["waiting", "running", "failed"] {
            arrivals.get_or_create(&ArrivalLabels { way: way.as_str(), state }).set(0);
        }
    }
    let curator = Viewer::program().curator().ok_or(Failure::NotAllowed)?;
    for arrival in library.catalog.arrivals().list(&curator).await? {
        let state = match arrival.state {
            ArrivalState::Waiting { .. } => "waiting",
            ArrivalState::Running => "running",
            ArrivalState::Failed { .. } => "failed",
            // Only the last of them are listed: no figure.
            ArrivalState::Done { .. } => continue,
        };
        arrivals.get_or_create(&ArrivalLabels { way: arrival.way.as_str(), state }).inc();
    }
    // Asked as the program: this is no viewer's page but the operator's own instrument.
    for (seen_by, viewer) in [("visitors", Viewer::visitor()), ("archivists", Viewer::program())] {
        let visible = library.catalog.visible_recordings(&viewer).await?.len();
        let visible = i64::try_from(visible).unwrap_or(i64::MAX);
        recordings.get_or_create(&SeenByLabels { seen_by }).set(visible);
    }
    let mut text = String::new();
    encode(&mut text, registry).map_err(|error| Failure::broken("write the figures", error))?;
    let media_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, media_type)], text).into_response())
}

/// By token where one is configured; otherwise from this machine only, and never through a proxy,
/// behind which everybody seems to come from this machine. A proxy need not say that it is one: who
/// has a public address or says that there is a proxy needs a token.
fn may_read(config: &WebConfig, headers: &HeaderMap, peer: Option<SocketAddr>) -> bool {
    if let Some(token) = &config.metrics_token {
        return bearer::carries(headers, token);
    }
    let forwarded = ["x-forwarded-for", "forwarded", "x-real-ip", "via"];
    config.public_url.is_none()
        && !config.behind_proxy
        && peer.is_some_and(|it| it.ip().to_canonical().is_loopback())
        && !forwarded.iter().any(|it| headers.contains_key(*it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| {
                (header::HeaderName::from_static(name), header::HeaderValue::from_static(value))
            })
            .collect()
    }

    #[test]
    fn only_the_operator_reads_the_figures() {
        let here = Some(SocketAddr::from(([127, 0, 0, 1], 5000)));
        let away = Some(SocketAddr::from(([192, 0, 2, 1], 5000)));
        let right = headers(&[("authorization", "Bearer 0123456789abcdef")]);
        let wrong = headers(&[("authorization", "Bearer 0123456789abcdeg")]);
        let proxied = headers(&[("x-forwarded-for", "127.0.0.1")]);
        let plain = WebConfig::default;
        let token = || WebConfig {
            metrics_token: Some("0123456789abcdef".to_owned()),
            public_url: Some("https://library.example.org".to_owned()),
            ..plain()
        };
        let public =
            || WebConfig { public_url: Some("http://library.example".to_owned()), ..plain() };
        let behind = || WebConfig { behind_proxy: true, ..plain() };
        let here_as_v6 = Some("[::ffff:127.0.0.1]:5000".parse().unwrap());
        let cases = [
            ("this machine", plain(), HeaderMap::new(), here, true),
            ("this machine, by a mapped address", plain(), HeaderMap::new(), here_as_v6, true),
            ("through a proxy on this machine", plain(), proxied, here, false),
            ("maybe through a silent proxy", public(), HeaderMap::new(), here, false),
            ("surely through a silent proxy", behind(), HeaderMap::new(), here, false),
            ("another machine", plain(), HeaderMap::new(), away, false),
            ("from nowhere", plain(), HeaderMap::new(), None, false),
            ("the right token", token(), right, away, true),
            ("a wrong token", token(), wrong, here, false),
            ("no token where one is wanted", token(), HeaderMap::new(), here, false),
        ];
        for (who, config, headers, peer, expected) in cases {
            assert_eq!(may_read(&config, &headers, peer), expected, "{who}");
        }
    }
}
