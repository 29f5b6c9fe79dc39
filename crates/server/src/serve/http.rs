//! The HTTP server: the door for events, health, what was refused, and in `--dev` the pages.

use super::sink::Inbox;
use super::{LAST_ANSWERS, Service};
use crate::ingest;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use journey::value::show_instant;
use serde::Deserialize;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The headers of a request must be here by then.
const HEADERS_IN: Duration = Duration::from_secs(10);
/// Headers of a request at most.
const HEADERS: usize = 64;
/// Connections at one time at most; further ones wait at the door.
const CONNECTIONS: usize = 2_048;
/// After a connection that could not be taken the next one is waited for this long: files may have run out.
const BREATH: Duration = Duration::from_millis(50);
/// While a program is tried nobody wants to wait for the end.
const SOON: Duration = Duration::from_millis(200);

/// Answers until the process is asked to stop.
pub(super) async fn run(service: Arc<Service>, listener: std::net::TcpListener) -> Result<(), String> {
    let listener = tokio::net::TcpListener::from_std(listener).map_err(|error| error.to_string())?;
    let answering = TowerToHyperService::new(routes(&service));
    let mut connections = http1::Builder::new();
    connections.timer(TokioTimer::new()).header_read_timeout(HEADERS_IN).max_headers(HEADERS);
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let mut stopped = pin!(asked_to_stop());
    loop {
        let Ok(place) = room.clone().acquire_owned().await else { break };
        let stream = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stopped => break,
        };
        let Ok((stream, _)) = stream else {
            tokio::time::sleep(BREATH).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let connection = graceful.watch(connections.serve_connection(TokioIo::new(stream), answering.clone()));
        tokio::spawn(async move {
            // A client that goes away is no trouble of ours.
            let _ = connection.await;
            drop(place);
        });
    }
    // A page that listens would keep the process for ever.
    let last = if service.options.dev { SOON } else { LAST_ANSWERS };
    let _ = tokio::time::timeout(last, graceful.shutdown()).await;
    Ok(())
}

fn routes(service: &Arc<Service>) -> Router {
    let inside = Router::new()
        .route("/health/live", get(|| async { "alive\n" }))
        .route("/health/ready", get(ready))
        .with_state(service.clone());
    let door = ingest::routes(Arc::new(Inbox(service.clone())));
    if service.options.dev {
        let looks = Router::new().route("/v1/rejected", get(rejected)).with_state(service.clone());
        inside.merge(door).merge(looks).merge(crate::dev::routes(service.clone()))
    } else {
        inside.merge(door)
    }
}

async fn asked_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => tokio::select! { _ = interrupted => {}, _ = terminated.recv() => {} },
            Err(_) => drop(interrupted.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
}

async fn ready(State(service): State<Arc<Service>>) -> Response {
    let reached = tokio::task::spawn_blocking(move || service.store.counts()).await;
    match reached {
        Ok(Ok(_)) => "ready\n".into_response(),
        Ok(Err(trouble)) => (StatusCode::SERVICE_UNAVAILABLE, format!("{trouble}\n")).into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

#[derive(Deserialize)]
struct Page {
    before: Option<i64>,
}

/// Lines that could not be used, the newest first.
async fn rejected(State(service): State<Arc<Service>>, Query(page): Query<Page>) -> Response {
    match service.store.rejected(page.before.unwrap_or(i64::MAX), 100) {
        Ok(lines) => {
            let show = |(number, line): &(i64, crate::store::Rejected)| serde_json::json!({"n": number, "at": show_instant(line.at), "why": line.why, "body": line.body});
            let lines: Vec<_> = lines.iter().map(show).collect();
            Json(serde_json::json!({ "rejected": lines })).into_response()
        }
        Err(trouble) => (StatusCode::SERVICE_UNAVAILABLE, format!("{trouble}\n")).into_response(),
    }
}
