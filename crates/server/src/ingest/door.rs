//! Requests to lines: key, body, translation, and the answer once everything lies safe.

use super::body::{Place, Room, read};
use super::cloudevents::{self, Mode};
use super::fields::Fields;
use super::key::{Admission, Shown, admission, of_body, shown};
use super::line::{Arrival, Lines, instant};
use super::{BATCH, Busy, CALL, Sink, answer, posthog, segment, settings};
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use base64::Engine;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// What the handlers share.
pub(crate) struct Door<S> {
    sink: Arc<S>,
    room: Room,
    given: AtomicU64,
}

impl<S: Sink> Door<S> {
    pub(crate) fn new(sink: Arc<S>) -> Self {
        Self { sink, room: Room::new(), given: AtomicU64::new(0) }
    }

    fn arrival(&self) -> (Arrival<'_>, S::Entering) {
        let (received, entering) = self.sink.enter();
        (Arrival { received, sent: None, given: &self.given }, entering)
    }

    /// Hands lines on and says how that ended; `ok` is the answer if it ended well.
    async fn store(&self, lines: Lines, entering: S::Entering, mut place: Place, ok: Response<Body>) -> Response<Body> {
        if lines.taken.is_empty() && lines.refused.is_empty() {
            return ok;
        }
        if place.grow(lines.bytes()).is_err() {
            return answer::busy(Busy { retry_after: Duration::from_secs(1) });
        }
        match self.sink.append(lines.taken, lines.refused, entering).await {
            Ok(()) => ok,
            Err(busy) => answer::busy(busy),
        }
    }

    /// The text of a body whose sender may send, by the headers, by the query or by `key_in`, which finds a key in it.
    async fn admitted(
        &self,
        request: Request,
        limit: usize,
        large: StatusCode,
        key_in: fn(&str) -> Option<String>,
    ) -> Result<(HeaderMap, String, Place), Response<Body>> {
        let shown = shown(request.headers(), request.uri().query(), &["writeKey"]);
        let admission = admission(&*self.sink, &shown, true);
        if let Some(denied) = answer::denied(admission) {
            return Err(denied);
        }
        let mut place = self.room.enter(admission == Admission::Admitted);
        let (parts, body) = request.into_parts();
        let text = read(&parts.headers, body, limit, &mut place).await;
        let text = text.map_err(|fault| answer::fault(&fault, limit, large))?;
        if admission == Admission::AskBody {
            let key = key_in(&text);
            // What is no JSON has no key that could be read: say that instead.
            if key.is_none() && serde_json::from_str::<serde::de::IgnoredAny>(&text).is_err() {
                return Err(answer::malformed(&unreadable(&parts.headers, &text)));
            }
            if let Some(denied) = answer::denied(of_body(&*self.sink, key.as_deref())) {
                return Err(denied);
            }
        }
        Ok((parts.headers, text, place))
    }
}

/// Why a text is no JSON object; a form is the common mistake.
fn unreadable(headers: &HeaderMap, text: &str) -> String {
    let media = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_form = media.starts_with("application/x-www-form-urlencoded") || media.starts_with("multipart/");
    let written = text.trim_start_matches('\u{feff}').trim();
    if written.is_empty() {
        return "it is empty: send a JSON object".to_string();
    }
    // `curl -d` says that everything is a form: what begins as JSON is meant as JSON.
    if is_form && !written.starts_with(['{', '[']) {
        return "it is a form: send JSON".to_string();
    }
    Fields::parse(text).err().unwrap_or_else(|| "it is no JSON object".to_string())
}

fn write_key(body: &str) -> Option<String> {
    Fields::parse(body).ok()?.text("writeKey")
}

/// `POST /v1/track` and its kin.
pub(crate) async fn call<S: Sink>(State(door): State<Arc<Door<S>>>, kind: &str, request: Request) -> Response<Body> {
    let (headers, text, place) = match door.admitted(request, CALL, StatusCode::BAD_REQUEST, write_key).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let (arrival, entering) = door.arrival();
    match segment::call(kind, &text, arrival) {
        Ok(lines) => door.store(lines, entering, place, answer::taken()).await,
        Err(_) => answer::malformed(&unreadable(&headers, &text)),
    }
}

/// `POST /v1/batch`
pub(crate) async fn batch<S: Sink>(State(door): State<Arc<Door<S>>>, request: Request) -> Response<Body> {
    let (headers, text, place) = match door.admitted(request, BATCH, StatusCode::BAD_REQUEST, write_key).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let (arrival, entering) = door.arrival();
    match segment::batch(&text, arrival) {
        Ok(lines) => door.store(lines, entering, place, answer::taken()).await,
        Err(why) => answer::malformed(&if Fields::parse(&text).is_ok() { why } else { unreadable(&headers, &text) }),
    }
}

/// `POST /v1/m`: how the library itself is doing, which is nobody's event.
pub(crate) async fn metrics() -> Response<Body> {
    answer::taken()
}

/// `GET /v1/projects/{key}/settings`
pub(crate) async fn settings<S: Sink>(
    State(door): State<Arc<Door<S>>>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    if let Some(denied) = answer::denied(admission(&*door.sink, &Shown::Key(key.clone()), false)) {
        return answer::fresh(denied);
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(host) = text("x-forwarded-host").or_else(|| text("host")) else {
        return answer::malformed("it has no `Host`");
    };
    let protocol = settings::protocol(text("x-forwarded-proto"), text("origin"), host);
    answer::fresh(answer::json(StatusCode::OK, settings::settings(&key, host, protocol)))
}

/// `POST /batch/`, `/capture/` and `/e/`: PostHog's clients.
pub(crate) async fn capture<S: Sink>(State(door): State<Arc<Door<S>>>, request: Request) -> Response<Body> {
    posthog(&door, request, false).await
}

/// `POST /i/v1/analytics/events`: the newer ones, who are told what became of each event.
pub(crate) async fn analytics<S: Sink>(State(door): State<Arc<Door<S>>>, request: Request) -> Response<Body> {
    posthog(&door, request, true).await
}

async fn posthog<S: Sink>(door: &Door<S>, request: Request, is_newer: bool) -> Response<Body> {
    let query = request.uri().query().unwrap_or_default().to_string();
    let key_in = |text: &str| posthog::key(&unwrapped(text));
    let large = StatusCode::PAYLOAD_TOO_LARGE;
    let (headers, text, place) = match door.admitted(request, BATCH, large, key_in).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let body = unwrapped(&text);
    let of_header = headers.get("posthog-request-timestamp").and_then(|value| value.to_str().ok()).and_then(instant);
    let of_query = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "_")
        .and_then(|(_, millis)| millis.parse::<i64>().ok());
    let (arrival, entering) = door.arrival();
    match posthog::events(&body, of_header.or(of_query), arrival) {
        Ok(brought) => {
            let ok = if is_newer { brought.results() } else { r#"{"status":1}"#.to_string() };
            door.store(brought.lines, entering, place, answer::json(StatusCode::OK, ok)).await
        }
        Err(_) if serde_json::from_str::<serde::de::IgnoredAny>(&body).is_err() => {
            answer::malformed(&unreadable(&headers, &body))
        }
        Err(why) => answer::malformed(&why),
    }
}

/// The JSON of a body; older browsers send it in base64, as `data` of a form.
fn unwrapped(text: &str) -> String {
    let is_form = text.starts_with("data=");
    let data = form_urlencoded::parse(text.as_bytes()).next().filter(|_| is_form).map(|(_, value)| value.into_owned());
    let Some(data) = data else { return text.to_string() };
    // A form turns `+` into a blank, and some clients do not escape it.
    let decoded = base64::engine::general_purpose::STANDARD.decode(data.replace(' ', "+"));
    decoded.ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or(data)
}

/// `POST /flags`: there are none.
pub(crate) async fn flags() -> Response<Body> {
    answer::json(StatusCode::OK, "{}")
}

/// `POST /v1/events`: CloudEvents.
pub(crate) async fn events<S: Sink>(State(door): State<Arc<Door<S>>>, request: Request) -> Response<Body> {
    let shown = shown(request.headers(), request.uri().query(), &["access_token", "writeKey"]);
    if let Some(denied) = answer::denied(admission(&*door.sink, &shown, false)) {
        return denied;
    }
    let mode = match cloudevents::mode(request.headers()) {
        Ok(mode) => mode,
        Err(why) => return answer::unsupported(&why),
    };
    let limit = if mode == Mode::Batch { BATCH } else { CALL };
    let mut place = door.room.enter(true);
    let (parts, body) = request.into_parts();
    let text = match read(&parts.headers, body, limit, &mut place).await {
        Ok(text) => text,
        Err(fault) => return answer::fault(&fault, limit, StatusCode::PAYLOAD_TOO_LARGE),
    };
    let (arrival, entering) = door.arrival();
    match cloudevents::events(mode, &parts.headers, &text, arrival) {
        Ok(lines) => door.store(lines, entering, place, answer::taken()).await,
        Err(why) => answer::malformed(&why),
    }
}

/// `OPTIONS /v1/events`: a sender asks whether it may send, as the webhook specification has it.
pub(crate) async fn handshake(headers: HeaderMap) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let answers = response.headers_mut();
    answers.insert("allow", HeaderValue::from_static("POST, OPTIONS"));
    if let Some(origin) = headers.get("webhook-request-origin") {
        answers.insert("webhook-allowed-origin", origin.clone());
        if headers.contains_key("webhook-request-rate") {
            answers.insert("webhook-allowed-rate", HeaderValue::from_static("*"));
        }
    }
    response
}
