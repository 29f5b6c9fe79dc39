//! What `journey serve --dev` shows: the mailbox, people, a form for events, and a clock that moves.

mod answers;
mod form;
pub(crate) mod mailbox;
mod messages;
mod people;
mod state;
mod words;

use crate::serve::Service;
use crate::serve::turns::To;
use answers::{Answer, Told, blocking};
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use journey::value::{parse_instant, show_instant};
use serde::Deserialize;
use serde_json::json;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use tokio_stream::wrappers::WatchStream;
use tokio_stream::{Stream, StreamExt};

type Shared = State<Arc<Service>>;

/// The page and the JSON that it lives on.
pub(crate) fn routes(service: Arc<Service>) -> Router {
    Router::new()
        .route("/", get(|| async { file("text/html; charset=utf-8", include_str!("page/index.html")) }))
        .route("/dev/page.css", get(|| async { file("text/css; charset=utf-8", include_str!("page/page.css")) }))
        .route("/dev/page.js", get(|| async { file("text/javascript; charset=utf-8", include_str!("page/page.js")) }))
        .route("/dev/panes.js", get(|| async { file("text/javascript; charset=utf-8", include_str!("page/panes.js")) }))
        .route("/dev/kit.js", get(|| async { file("text/javascript; charset=utf-8", include_str!("page/kit.js")) }))
        .route("/dev/page.svg", get(|| async { file("image/svg+xml", include_str!("page/page.svg")) }))
        .route("/dev/state", get(|State(service): Shared| blocking(service, |service| state::state(&service))))
        .route("/dev/messages", get(list))
        .route("/dev/messages/{key}", get(one))
        .route("/dev/messages/{key}/html", get(html))
        .route("/dev/messages/{key}/why", get(why))
        .route("/dev/messages/{key}/feedback", post(feedback))
        .route("/dev/people", get(people))
        .route("/dev/people/{id}", get(person))
        .route("/dev/send", post(send))
        .route("/dev/clock", post(clock))
        .route("/dev/live", get(live))
        .layer(middleware::from_fn(at_home))
        .with_state(service)
}

/// Lets in who calls this machine by its address. A page elsewhere could have its own name lead here, and would then read
/// what it likes.
async fn at_home(request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(name, _)| name);
    let name = name.trim_start_matches('[').trim_end_matches(']');
    if name == "localhost" || name.parse::<IpAddr>().is_ok() {
        return next.run(request).await;
    }
    let told =
        format!("`{name}` is not how this page is called: open it by the address that `journey serve --dev` printed\n");
    (StatusCode::MISDIRECTED_REQUEST, told).into_response()
}

/// A file of the page. Nothing but what is served here may be loaded or run.
fn file(kind: &'static str, text: &'static str) -> Response {
    let policy = "default-src 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
    let headers = [(CONTENT_TYPE, kind), (CONTENT_SECURITY_POLICY, policy), (CACHE_CONTROL, "no-store")];
    (headers, text).into_response()
}

#[derive(Deserialize)]
struct Which {
    before: Option<i64>,
    most: Option<i64>,
}

async fn list(State(service): Shared, Query(which): Query<Which>) -> Response {
    blocking(service, move |service| {
        messages::list(&service, which.before.unwrap_or(i64::MAX), which.most.unwrap_or(50))
    })
    .await
}

async fn one(State(service): Shared, Path(key): Path<String>) -> Response {
    blocking(service, move |service| messages::one(&service, &key)).await
}

/// The HTML of a mail, for a frame without scripts.
async fn html(State(service): Shared, Path(key): Path<String>) -> Response {
    let html = tokio::task::spawn_blocking(move || messages::html(&service, &key)).await;
    let html = html.unwrap_or_else(|_| Err(Told::gone())).unwrap_or_else(|told| format!("<p>{}</p>", told.text()));
    let policy = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src * data:; style-src 'unsafe-inline'; font-src *; frame-ancestors 'self'";
    ([(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, policy)], html).into_response()
}

async fn why(State(service): Shared, Path(key): Path<String>) -> Response {
    blocking(service, move |service| messages::why(&service, &key)).await
}

async fn feedback(State(service): Shared, Path(key): Path<String>, Json(given): Json<form::Feedback>) -> Response {
    blocking(service, move |service| form::feedback(&service, &key, given)).await
}

#[derive(Deserialize)]
struct Find {
    #[serde(default)]
    find: String,
}

async fn people(State(service): Shared, Query(find): Query<Find>) -> Response {
    blocking(service, move |service| people::list(&service, &find.find)).await
}

async fn person(State(service): Shared, Path(id): Path<String>) -> Response {
    blocking(service, move |service| people::one(&service, &id)).await
}

async fn send(State(service): Shared, Json(sent): Json<form::Sent>) -> Response {
    blocking(service, move |service| form::send(&service, sent)).await
}

#[derive(Deserialize)]
struct Move {
    by: Option<String>,
    to: Option<String>,
}

async fn clock(State(service): Shared, Json(wanted): Json<Move>) -> Response {
    blocking(service, move |service| move_clock(&service, &wanted)).await
}

/// The clock never goes back, and no more than ten years ahead in one go.
fn move_clock(service: &Service, wanted: &Move) -> Answer {
    const FURTHEST: i64 = 3_653 * 86_400_000;
    let now = service.clock.now();
    let to = match (wanted.by.as_deref(), wanted.to.as_deref()) {
        (None, Some("next")) => To::Next,
        (None, Some(text)) => {
            To::At(parse_instant(text).ok_or_else(|| Told::wrong("write a moment such as 2026-03-02T09:00:00Z"))?)
        }
        (Some(text), None) => {
            To::By(length(text).ok_or_else(|| Told::wrong("write a length of time such as 1h or 1d"))?)
        }
        _ => return Err(Told::wrong("say by how much (`by`), or where to (`to`)")),
    };
    let target = match to {
        To::Next => now,
        To::By(millis) => now.saturating_add(millis),
        To::At(at) => at,
    };
    if target < now && to != To::Next {
        return Err(Told::wrong(format!("the clock does not go back: it is {}", show_instant(now))));
    }
    if target.saturating_sub(now) > FURTHEST {
        return Err(Told::wrong("that is more than ten years ahead"));
    }
    let moved = service.turns.move_clock(to).map_err(Told::conflict)?;
    service.store.set_note("clock_ahead", service.clock.offset().to_string())?;
    service.changed();
    Ok(json!({"now": show_instant(moved.now), "played": moved.played, "stopped": moved.is_short}))
}

/// `1h`, `3d`: a whole number of minutes, hours, days or weeks, in milliseconds.
fn length(text: &str) -> Option<i64> {
    let mut letters = text.chars();
    let unit = match letters.next_back()? {
        'm' => 60_000,
        'h' => 3_600_000,
        'd' => 86_400_000,
        'w' => 604_800_000,
        _ => return None,
    };
    letters.as_str().parse::<u32>().ok().map(|number| i64::from(number) * unit)
}

/// Tells a page that something is new, at most ten times a second.
async fn live(State(service): Shared) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = WatchStream::new(service.signal.subscribe());
    let told = changes.map(|count| Ok(Event::default().event("changed").data(format!("{{\"n\":{count}}}"))));
    Sse::new(told.throttle(std::time::Duration::from_millis(100))).keep_alive(KeepAlive::default())
}
