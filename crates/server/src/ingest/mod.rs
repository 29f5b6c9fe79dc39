//! What clients send becomes lines: Segment's calls, those of its kin, and CloudEvents.
//!
//! [`routes`] are the paths of Segment's, RudderStack's and PostHog's libraries, and one for CloudEvents. Each request is
//! turned into lines as the interpreter reads them, with the time at which it came; its answer goes out when the [`Sink`]
//! says that they lie safe. A line that cannot be used spoils no other: it is refused with its reason, and its sender, who
//! could only send it again, is told that all is well.

mod answer;
mod body;
mod cloudevents;
mod door;
mod fields;
mod key;
mod line;
mod posthog;
mod segment;
mod settings;

use axum::Router;
use axum::http::{Method, header};
use axum::routing::{get, post};
use door::Door;
use journey::smol_str::SmolStr;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

/// Bytes of an event at most, and of a batch, as Segment has it.
const CALL: usize = 32 << 10;
const BATCH: usize = 500 << 10;

/// Events of a batch at most.
const MANY: usize = 10_000;

/// A line for the interpreter, with `receivedAt` by our clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// One JSON object without a line end; `journey::Input::from_json` reads it.
    pub body: String,
    /// Whose it is, as it says.
    pub person: SmolStr,
}

/// What came and cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// As it came, without line ends; it need not be JSON of any kind.
    pub body: String,
    /// Why, for people.
    pub why: String,
}

/// There is no room for more now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy {
    /// When it is worth to try again; clients are told between 1 and 300 seconds.
    pub retry_after: Duration,
}

/// Whether a write key may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It may.
    Yes,
    /// It was made here, and is switched off.
    SwitchedOff,
    /// Nobody knows it.
    No,
}

/// Where lines go.
pub trait Sink: Send + Sync + 'static {
    /// Stands for lines on their way, until they are kept.
    type Entering: Send + 'static;

    /// Lines come: when, by our clock, in milliseconds since 1970.
    fn enter(&self) -> (i64, Self::Entering);

    /// Keeps lines, in their order; they are durable when it returns.
    fn append(
        &self,
        lines: Vec<Taken>,
        refused: Vec<Refused>,
        entering: Self::Entering,
    ) -> impl Future<Output = Result<(), Busy>> + Send;

    /// Whether this write key may send; an empty one stands for a request that shows none.
    fn source(&self, write_key: &str) -> Known;
}

/// The paths at which events come in.
pub fn routes<S: Sink>(sink: Arc<S>) -> Router {
    // Pages of every origin may send, with no credentials of the browser's own.
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([header::RETRY_AFTER])
        .max_age(Duration::from_secs(86_400));
    let calls = ["track", "identify", "page", "screen", "group", "alias"];
    let mut router = Router::new();
    for kind in calls {
        for name in [kind, kind.get(..1).unwrap_or(kind)] {
            let handler = move |state, request| door::call::<S>(state, kind, request);
            router = router.route(&format!("/v1/{name}"), post(handler).layer(cors.clone()));
        }
    }
    for path in ["/v1/batch", "/v1/b", "/beacon/v1/batch"] {
        router = router.route(path, post(door::batch::<S>).layer(cors.clone()));
    }
    for path in ["/batch", "/batch/", "/capture", "/capture/", "/e", "/e/"] {
        router = router.route(path, post(door::capture::<S>).layer(cors.clone()));
    }
    for path in ["/flags", "/flags/"] {
        router = router.route(path, post(door::flags).layer(cors.clone()));
    }
    router
        .route("/v1/m", post(door::metrics).layer(cors.clone()))
        .route("/v1/projects/{key}/settings", get(door::settings::<S>).layer(cors.clone()))
        .route("/i/v1/analytics/events", post(door::analytics::<S>).layer(cors))
        .route("/v1/events", post(door::events::<S>).options(door::handshake))
        .with_state(Arc::new(Door::new(sink)))
}

/// A size for people.
fn kilobytes(bytes: usize) -> String {
    format!("{} KB", bytes.div_ceil(1 << 10))
}
