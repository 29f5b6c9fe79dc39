//! The door by cases: `tests/door/*.txt`, each file some requests with their answers and the lines that came of them.
//!
//! A case begins with `#### title`. Lines before the request say what the sink is like: `dev` (every key may send), `busy
//! 7` (it takes nothing, for seven seconds). The request is a method and a path, headers, an empty line and a body, in which
//! `<<x*40000>>` stands for so many `x`, and `<<2*a…>>` repeats a longer text. The header `Key: w1` is short for Basic
//! authorization; `Pack: gzip` packs the body, `Cut: 10` cuts so many bytes off its end, `Zeros: 5000000` packs that many
//! zeros instead. `UPDATE=1` writes what comes out into the files, to be read.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "tests stop at the first surprise"
)]

use axum::body::Body;
use axum::http::{Request, Response};
use base64::Engine;
use http_body_util::BodyExt;
use journey_server::ingest::{Busy, Known, Refused, Sink, Taken, routes};
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio_stream::StreamExt;
use tower::ServiceExt;

/// 2 March 2026, ten o'clock in UTC.
const NOW: i64 = 1_772_445_600_000;

#[derive(Default)]
struct Memory {
    dev: bool,
    busy: Option<u64>,
    lines: Mutex<(Vec<Taken>, Vec<Refused>)>,
}

impl Sink for Memory {
    type Entering = ();

    fn enter(&self) -> (i64, ()) {
        (NOW, ())
    }

    async fn append(&self, taken: Vec<Taken>, refused: Vec<Refused>, (): ()) -> Result<(), Busy> {
        if let Some(seconds) = self.busy {
            return Err(Busy { retry_after: Duration::from_secs(seconds) });
        }
        let mut lines = self.lines.lock().unwrap();
        lines.0.extend(taken);
        lines.1.extend(refused);
        Ok(())
    }

    fn source(&self, write_key: &str) -> Known {
        match write_key {
            _ if self.dev => Known::Yes,
            "w1" => Known::Yes,
            "off" => Known::SwitchedOff,
            _ => Known::No,
        }
    }
}

/// Texts that are told by how often they stand there.
fn spread(text: &str) -> String {
    let Some((before, rest)) = text.split_once("<<") else { return text.to_string() };
    let (what, rest) = rest.split_once(">>").expect("`<<` without `>>`");
    let (left, right) = what.split_once('*').expect("`<<` without `*`");
    let repeated = match (right.parse::<usize>(), left.parse::<usize>()) {
        (Ok(times), _) => left.repeat(times),
        (_, Ok(times)) => vec![right; times].join(","),
        _ => panic!("no number in {what}"),
    };
    format!("{before}{repeated}{}", spread(rest))
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(vec![], flate2::Compression::best());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

/// What is said of the sink, and the request.
fn read(written: &str) -> (Memory, Request<Body>) {
    let (head, body) = written.split_once("\n\n").unwrap_or((written, ""));
    let mut body = spread(body.trim_end()).into_bytes();
    let (mut sink, mut request) = (Memory::default(), Request::builder());
    let mut has_request = false;
    for line in head.lines() {
        if !has_request {
            match line.split_once(' ') {
                None if line == "dev" => sink.dev = true,
                Some(("busy", seconds)) => sink.busy = Some(seconds.parse().unwrap()),
                Some((method, path)) => {
                    request = request.method(method).uri(path);
                    has_request = true;
                }
                None => panic!("no request: {line}"),
            }
            continue;
        }
        let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("no header: {line}"));
        match name {
            "Key" => {
                let key = base64::engine::general_purpose::STANDARD.encode(format!("{value}:"));
                request = request.header("authorization", format!("Basic {key}"));
            }
            "Pack" => {
                body = packed(&body);
                if value == "gzip" {
                    request = request.header("content-encoding", value);
                }
            }
            "Zeros" => {
                body = packed(&vec![b'0'; value.parse().unwrap()]);
                request = request.header("content-encoding", "gzip");
            }
            "Cut" => body.truncate(body.len() - value.parse::<usize>().unwrap()),
            "Base64" => body = base64::engine::general_purpose::STANDARD.encode(&body).into_bytes(),
            "Form" => body = [value.as_bytes(), &body].concat(),
            _ => request = request.header(name, value),
        }
    }
    (sink, request.body(Body::from(body)).unwrap())
}

fn short(text: &str) -> String {
    if text.len() <= 1_000 {
        return text.to_string();
    }
    let shown: String = text.chars().take(60).collect();
    format!("{shown}… {} bytes", text.len())
}

/// The answer, and what the sink got.
async fn told(response: Response<Body>, sink: &Memory) -> String {
    let mut out = format!("answer {}\n", response.status().as_u16());
    let mut headers: Vec<String> =
        response.headers().iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
    headers.retain(|header| {
        header != "content-type: application/json"
            && !header.starts_with("access-control-allow-origin: *")
            && !header.starts_with("access-control-expose-headers: retry-after")
            && !header.starts_with("vary: ")
            && !header.starts_with("content-length: ")
    });
    headers.sort();
    for header in headers {
        writeln!(out, "{header}").unwrap();
    }
    let body = response.into_body().collect().await.unwrap().to_bytes();
    if !body.is_empty() {
        writeln!(out, "{}", String::from_utf8(body.to_vec()).unwrap()).unwrap();
    }
    let lines = sink.lines.lock().unwrap();
    for line in &lines.0 {
        assert!(!line.body.contains(['\n', '\r']), "{}", line.body);
        journey::Input::from_json(&line.body).unwrap();
        writeln!(out, "taken {}", short(&line.body)).unwrap();
    }
    for line in &lines.1 {
        assert!(!line.body.contains(['\n', '\r']), "{}", line.body);
        writeln!(out, "refused {}\n  {}", short(&line.body), line.why).unwrap();
    }
    out
}

#[tokio::test]
async fn cases() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/door");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut wrong = String::new();
    let mut count = 0;
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut parts = text.split("#### ");
        let mut written = parts.next().unwrap_or_default().to_string();
        for case in parts {
            let (title, rest) = case.split_once('\n').unwrap();
            let (request, expected) = rest.split_once("\n====\n").unwrap_or((rest.trim_end(), ""));
            let (sink, built) = read(request.trim_start());
            let sink = Arc::new(sink);
            let response = routes(sink.clone()).oneshot(built).await.unwrap();
            let told = told(response, &sink).await;
            if told.trim_end() != expected.trim_end() {
                write!(wrong, "{}: {title}\n{told}\nexpected\n{expected}\n", path.display()).unwrap();
            }
            write!(written, "#### {title}\n{request}\n====\n{}\n\n", told.trim_end()).unwrap();
            count += 1;
        }
        if std::env::var("UPDATE").is_ok() {
            std::fs::write(&path, format!("{}\n", written.trim_end())).unwrap();
        }
    }
    assert!(count > 50, "only {count} cases");
    assert!(wrong.is_empty() || std::env::var("UPDATE").is_ok(), "{wrong}");
}

/// Every path for browsers, and no other, answers what they ask beforehand.
#[tokio::test]
async fn browsers_of_every_origin_may_send() {
    let ask = async |path: &str| {
        let request = Request::builder()
            .method("OPTIONS")
            .uri(path)
            .header("origin", "https://shop.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,x-retry-count");
        let other = axum::Router::new().route("/dev/send", axum::routing::post(async || "sent"));
        let app = other.merge(routes(Arc::new(Memory::default())));
        app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    };
    for path in [
        "/v1/track",
        "/v1/identify",
        "/v1/page",
        "/v1/screen",
        "/v1/group",
        "/v1/alias",
        "/v1/batch",
        "/v1/t",
        "/v1/i",
        "/v1/p",
        "/v1/s",
        "/v1/g",
        "/v1/a",
        "/v1/b",
        "/v1/m",
        "/v1/projects/w1/settings",
        "/beacon/v1/batch",
        "/batch/",
        "/capture/",
        "/e/",
        "/i/v1/analytics/events",
        "/flags",
        "/flags/",
    ] {
        let response = ask(path).await;
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(header("access-control-allow-origin"), Some("*"), "{path}");
        assert_eq!(header("access-control-allow-headers"), Some("authorization,x-retry-count"), "{path}");
        assert_eq!(header("access-control-allow-credentials"), None, "{path}");
    }
    for path in ["/dev/send", "/v1/events", "/v1/else", "/"] {
        assert_eq!(ask(path).await.headers().get("access-control-allow-origin"), None, "{path}");
    }
}

/// A body of a sender who shows a wrong key, or none where it must stand before it, is not asked for.
#[tokio::test]
async fn strangers_are_not_listened_to() {
    for (path, key) in [("/v1/batch", "nobody"), ("/v1/track", "off"), ("/v1/events", ""), ("/batch/", "nobody")] {
        let unread = tokio_stream::iter([0]).map(|_| -> Result<Vec<u8>, std::io::Error> { panic!("somebody reads") });
        let body = Body::from_stream(unread);
        let mut request = Request::builder().method("POST").uri(path);
        if !key.is_empty() {
            let key = base64::engine::general_purpose::STANDARD.encode(format!("{key}:"));
            request = request.header("authorization", format!("Basic {key}"));
        }
        let sink = Arc::new(Memory::default());
        let response = routes(sink.clone()).oneshot(request.body(body).unwrap()).await.unwrap();
        assert!(matches!(response.status().as_u16(), 401 | 404), "{path}");
    }
}

/// A body that never ends is given up, and so is one that breaks off.
#[tokio::test(start_paused = true)]
async fn nobody_is_waited_for_for_ever() {
    let post = async |body: Body| {
        let request = Request::builder().method("POST").uri("/v1/track").header("authorization", "Basic dzE6");
        let sink = Arc::new(Memory::default());
        let response = routes(sink.clone()).oneshot(request.body(body).unwrap()).await.unwrap();
        assert!(sink.lines.lock().unwrap().0.is_empty());
        response.status().as_u16()
    };
    let starts = tokio_stream::iter([Ok::<_, std::io::Error>("{")]);
    assert_eq!(post(Body::from_stream(starts.chain(tokio_stream::pending()))).await, 408);
    let breaks = [Ok("{"), Err(std::io::Error::other("gone"))];
    assert_eq!(post(Body::from_stream(tokio_stream::iter(breaks))).await, 400);
}

/// What many send at once, and send slowly, is bounded: the next is told to come again.
#[tokio::test(start_paused = true)]
async fn there_is_room_for_so_much() {
    let sink = Arc::new(Memory::default());
    let app = routes(sink.clone());
    let chunk = vec![b' '; 400 << 10];
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..160 {
        let slow = tokio_stream::iter([Ok::<_, std::io::Error>(chunk.clone())]).chain(tokio_stream::pending());
        let request = Request::builder().method("POST").uri("/v1/batch").header("authorization", "Basic dzE6");
        waiting.spawn(app.clone().oneshot(request.body(Body::from_stream(slow)).unwrap()));
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let send = || {
        let request = Request::builder().method("POST").uri("/v1/batch").header("authorization", "Basic dzE6");
        let body = format!(r#"{{"batch":[],"x":"{}"}}"#, "x".repeat(500_000));
        app.clone().oneshot(request.body(Body::from(body)).unwrap())
    };
    let mut answers = vec![];
    for _ in 0..4 {
        answers.push(send().await.unwrap().status().as_u16());
    }
    // 160 of 400 KiB leave room for three of 500,000 bytes, and each gives back what it took.
    assert_eq!(answers, [200; 4]);
    for _ in 0..3 {
        let slow = tokio_stream::iter([Ok::<_, std::io::Error>(chunk.clone())]).chain(tokio_stream::pending());
        let request = Request::builder().method("POST").uri("/v1/batch").header("authorization", "Basic dzE6");
        waiting.spawn(app.clone().oneshot(request.body(Body::from_stream(slow)).unwrap()));
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let response = send().await.unwrap();
    assert_eq!(response.status().as_u16(), 429);
    assert_eq!(response.headers()["retry-after"], "1");
    while let Some(response) = waiting.join_next().await {
        assert_eq!(response.unwrap().unwrap().status().as_u16(), 408);
    }
    assert_eq!(send().await.unwrap().status().as_u16(), 200);
}

/// Whatever bytes a body has: no request is a fault of ours, and no line that is taken is useless.
#[tokio::test]
async fn bodies_with_any_bytes_are_answered() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/door");
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed >> 33).unwrap() % below.max(1)
    };
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for text in paths.iter().map(|path| std::fs::read_to_string(path).unwrap()) {
        for case in text.split("#### ").skip(1) {
            let written = case.split_once('\n').unwrap().1.split("\n====\n").next().unwrap().trim_start();
            // The large ones take their time to be made.
            let rounds = if written.contains("Zeros") || written.contains("*51") { 0 } else { 10 };
            for _ in 0..rounds {
                let (sink, request) = read(written);
                let (parts, body) = request.into_parts();
                let mut bytes = body.collect().await.unwrap().to_bytes().to_vec();
                for _ in 0..=random(3) {
                    let at = random(bytes.len());
                    match random(4) {
                        0 => bytes.truncate(at),
                        1 => bytes.insert(at, b"{}[]\",:\\\x00\xff1ntf"[random(14)]),
                        2 if !bytes.is_empty() => bytes[at] = u8::try_from(random(256)).unwrap(),
                        _ => bytes.extend_from_within(at.saturating_sub(random(40))..at),
                    }
                }
                let sink = Arc::new(sink);
                let told = format!("{:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(300)]));
                let response =
                    routes(sink.clone()).oneshot(Request::from_parts(parts, Body::from(bytes))).await.unwrap();
                assert!(response.status().as_u16() < 500, "{told}");
                for line in &sink.lines.lock().unwrap().0 {
                    journey::Input::from_json(&line.body).unwrap_or_else(|why| panic!("{told}: {why}"));
                    assert!(!line.body.contains(['\n', '\r']), "{told}");
                }
            }
        }
    }
}
