//! What a client is told.

use super::body::Fault;
use super::fields::quoted;
use super::key::Admission;
use super::{BATCH, Busy, kilobytes};
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, Response, StatusCode};
use std::time::Duration;

/// An answer in JSON.
pub(crate) fn json(status: StatusCode, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Everything lies safe.
pub(crate) fn taken() -> Response<Body> {
    json(StatusCode::OK, r#"{"success":true}"#)
}

/// The same JSON for every client: Segment's for Python reads `code` and `message`.
fn refused(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    json(status, format!("{{\"success\":false,\"code\":\"{code}\",\"message\":{}}}", quoted(message)))
}

/// The body cannot be read as a whole.
pub(crate) fn malformed(why: &str) -> Response<Body> {
    refused(StatusCode::BAD_REQUEST, "invalid_request", &format!("Nothing of this request was taken: {why}."))
}

/// The body is of a kind that is not read.
pub(crate) fn unsupported(why: &str) -> Response<Body> {
    let message = format!("Nothing of this request was taken: {why}.");
    refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported", &message)
}

/// More than is taken at once. Segment's clients know 400 for it; PostHog's halve their batch at 413.
pub(crate) fn too_large(limit: usize, status: StatusCode) -> Response<Body> {
    let what = if limit == BATCH { "a batch" } else { "an event" };
    let message = format!("Nothing of this request was taken: {what} may have {} at most.", kilobytes(limit));
    refused(status, "too_large", &message)
}

/// Later, please: a 5xx would make clients spend their retries.
pub(crate) fn busy(busy: Busy) -> Response<Body> {
    let seconds = busy.retry_after.as_millis().div_ceil(1_000).clamp(1, 300);
    let mut response = refused(StatusCode::TOO_MANY_REQUESTS, "busy", "Too much at once: send this again later.");
    if let Ok(value) = HeaderValue::from_str(&seconds.to_string()) {
        response.headers_mut().insert(RETRY_AFTER, value);
    }
    response
}

/// The key is none, or its source is switched off; none for who is admitted.
pub(crate) fn denied(admission: Admission) -> Option<Response<Body>> {
    match admission {
        Admission::Admitted | Admission::AskBody => None,
        Admission::Unknown => {
            let message = "The write key is missing or unknown: send it as the user of Basic authorization, without \
                           a password.";
            // Without `WWW-Authenticate`: browsers would ask whoever looks at the page for a password.
            Some(refused(StatusCode::UNAUTHORIZED, "unauthorized", message))
        }
        Admission::SwitchedOff => {
            Some(refused(StatusCode::NOT_FOUND, "switched_off", "This write key is switched off."))
        }
    }
}

/// A body that was not read.
pub(crate) fn fault(fault: &Fault, limit: usize, large: StatusCode) -> Response<Body> {
    match fault {
        Fault::TooLarge => too_large(limit, large),
        Fault::Busy => busy(Busy { retry_after: Duration::from_secs(1) }),
        Fault::Slow => {
            let message = "The body did not come to an end in 30 seconds: send this again.";
            let mut response = refused(StatusCode::REQUEST_TIMEOUT, "timeout", message);
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            response
        }
        Fault::Broken(why) => malformed(why),
        Fault::Encoding(name) => unsupported(&format!("`{name}` is no packing that is read here: use gzip")),
    }
}

/// What may change at any time, and is not to be kept by anybody between.
pub(crate) fn fresh(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
