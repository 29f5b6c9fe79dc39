//! Answers of the page's JSON: a value, or what is wrong in words.

use crate::serve::Service;
use crate::store::Trouble;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::Arc;

/// What a request gets.
pub(super) type Answer = Result<Value, Told>;

/// Why a request does not get what it asked for.
pub(super) struct Told {
    status: StatusCode,
    text: String,
}

impl Told {
    pub(super) fn wrong(text: impl Into<String>) -> Told {
        Told { status: StatusCode::BAD_REQUEST, text: text.into() }
    }

    pub(super) fn conflict(text: String) -> Told {
        Told { status: StatusCode::CONFLICT, text }
    }

    pub(super) fn missing(what: &str) -> Told {
        Told { status: StatusCode::NOT_FOUND, text: format!("there is no {what}") }
    }

    pub(super) fn gone() -> Told {
        Told { status: StatusCode::SERVICE_UNAVAILABLE, text: "the service is stopping".into() }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

impl From<Trouble> for Told {
    fn from(trouble: Trouble) -> Told {
        Told { status: StatusCode::SERVICE_UNAVAILABLE, text: trouble.to_string() }
    }
}

/// Works out an answer where waiting for the store holds nobody up.
pub(super) async fn blocking(
    service: Arc<Service>,
    work: impl FnOnce(Arc<Service>) -> Answer + Send + 'static,
) -> Response {
    match tokio::task::spawn_blocking(move || work(service)).await.unwrap_or_else(|_| Err(Told::gone())) {
        Ok(value) => Json(value).into_response(),
        Err(told) => (told.status, Json(json!({ "error": told.text }))).into_response(),
    }
}
