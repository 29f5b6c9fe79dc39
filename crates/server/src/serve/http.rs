//! The HTTP server: the door for events, health, what was refused, and in `--dev` the pages.

use super::sink::Inbox;
use super::{LAST_ANSWERS, Service};
use crate::ingest;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use journey::value::show_instant;
use serde::Deserialize;
use std::sync::Arc;

/// Answers until the process is asked to stop.
pub(super) async fn run(service: Arc<Service>, listener: std::net::TcpListener) -> Result<(), String> {
    let listener = tokio::net::TcpListener::from_std(listener).map_err(|error| error.to_string())?;
    let (stopping, mut is_stopping) = tokio::sync::watch::channel(false);
    let server = axum::serve(listener, routes(&service)).with_graceful_shutdown(async move {
        asked_to_stop().await;
        let _ = stopping.send(true);
    });
    tokio::select! {
        served = server => served.map_err(|error| error.to_string()),
        // A page that listens would keep the process for ever.
        () = async {
            let _ = is_stopping.wait_for(|yes| *yes).await;
            tokio::time::sleep(LAST_ANSWERS).await;
        } => Ok(()),
    }
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
            let show = |(number, line): &(i64, crate::store::Rejected)| {
                serde_json::json!({"n": number, "at": show_instant(line.at), "why": line.why, "body": line.body})
            };
            let lines: Vec<_> = lines.iter().map(show).collect();
            Json(serde_json::json!({ "rejected": lines })).into_response()
        }
        Err(trouble) => (StatusCode::SERVICE_UNAVAILABLE, format!("{trouble}\n")).into_response(),
    }
}
