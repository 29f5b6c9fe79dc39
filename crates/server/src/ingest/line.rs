//! What one request brings, line by line: each is finished here, whoever wrote it.

use super::fields::{Fields, one_line};
use super::{Refused, Taken};
use journey::chrono::DateTime;
use journey::value::{parse_instant, show_instant};
use journey::{Input, smol_str::SmolStr};
use std::sync::atomic::{AtomicU64, Ordering};

/// Characters of a `messageId` at most, as Segment has it.
const MESSAGE_ID: usize = 100;

/// Bytes of all lines of one request at most: a batch's context is put into each of them.
const WRITTEN: usize = 16 << 20;

/// When a request came, and when its sender says that it was sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival<'a> {
    /// By our clock.
    pub(crate) received: i64,
    /// By the sender's clock.
    pub(crate) sent: Option<i64>,
    /// Counts what got its id from us.
    pub(crate) given: &'a AtomicU64,
}

/// The lines of one request.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    pub(crate) taken: Vec<Taken>,
    pub(crate) refused: Vec<Refused>,
    bytes: usize,
}

impl Lines {
    /// Bytes of what is taken.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Refuses what was written.
    pub(crate) fn refuse(&mut self, written: &str, why: impl Into<String>) {
        self.refused.push(Refused { body: one_line(written), why: why.into() });
    }

    /// Takes a line, or refuses what it was made of; the reason comes back too.
    pub(crate) fn push(&mut self, fields: Fields<'_>, written: &str, arrival: Arrival<'_>) -> Result<(), String> {
        let finished = finish(fields, written, arrival).and_then(|taken| {
            if self.bytes + taken.body.len() > WRITTEN {
                return Err(format!(
                    "the context of the batch is put into each of its lines, and so they came to more than {} MB: \
                     send smaller batches",
                    WRITTEN >> 20
                ));
            }
            Ok(taken)
        });
        match finished {
            Ok(taken) => {
                self.bytes += taken.body.len();
                self.taken.push(taken);
                Ok(())
            }
            Err(why) => {
                self.refuse(written, why.as_str());
                Err(why)
            }
        }
    }
}

/// The line with our times and an id, if the interpreter can use it.
fn finish(mut fields: Fields<'_>, written: &str, arrival: Arrival<'_>) -> Result<Taken, String> {
    fields.take("writeKey");
    set_times(&mut fields, arrival);
    match fields.raw("messageId").filter(|raw| *raw != "\"\"") {
        Some(raw) => {
            let id: Option<SmolStr> = serde_json::from_str(raw).ok();
            if id.is_some_and(|id| id.chars().count() > MESSAGE_ID) {
                return Err(format!("`messageId` is longer than {MESSAGE_ID} characters"));
            }
        }
        None => {
            let number = arrival.given.fetch_add(1, Ordering::Relaxed);
            let id = digest(&[&arrival.received.to_string(), &number.to_string(), written]);
            fields.set_text("messageId", &format!("api-{id}"));
        }
    }
    let body = fields.write();
    let person = Input::from_json(&body).map_err(|error| error.to_string())?.profile;
    Ok(Taken { body, person })
}

/// `timestamp = receivedAt − (sentAt − originalTimestamp)`: a sender's clock may be wrong, the time between two of its
/// readings is not. What is no time stays, for the reason to name it.
fn set_times(fields: &mut Fields<'_>, arrival: Arrival<'_>) {
    let sent = fields.text("sentAt").and_then(|text| instant(&text)).or(arrival.sent);
    let original = fields.raw("originalTimestamp").or_else(|| fields.raw("timestamp")).map(str::to_string);
    match original {
        None => fields.set_text("timestamp", &show_instant(arrival.received)),
        Some(raw) => {
            let at = serde_json::from_str::<String>(&raw).ok().and_then(|text| instant(&text));
            match (at, sent) {
                (Some(at), Some(sent)) => {
                    let corrected = show_instant(arrival.received - (sent - at));
                    let is_one = parse_instant(&corrected).is_some();
                    fields.set_text("timestamp", if is_one { corrected } else { show_instant(at) }.as_str());
                    fields.set("originalTimestamp", raw);
                }
                (Some(at), None) => fields.set_text("timestamp", &show_instant(at)),
                (None, _) => fields.set("timestamp", raw),
            }
        }
    }
    fields.set_text("receivedAt", &show_instant(arrival.received));
}

/// An instant with its offset; some clients write that without a colon.
pub(crate) fn instant(text: &str) -> Option<i64> {
    parse_instant(text).or_else(|| {
        let at = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z").ok()?;
        parse_instant(&at.to_rfc3339())
    })
}

/// 32 hexadecimal digits that stand for some texts in their order.
pub(crate) fn digest(parts: &[&str]) -> String {
    let mut hash = hmac_sha256::Hash::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timestamp(line: &str, sent: Option<i64>) -> String {
        let given = AtomicU64::new(0);
        let mut fields = Fields::parse(line).unwrap();
        set_times(&mut fields, Arrival { received: 1_000_000, sent, given: &given });
        fields.raw("timestamp").unwrap().to_string()
    }

    #[test]
    fn the_senders_clock_is_corrected() {
        let line = r#"{"timestamp":"1970-01-01T00:01:00+0000","sentAt":"1970-01-01T00:02:00Z"}"#;
        assert_eq!(timestamp(line, None), "\"1970-01-01T00:15:40Z\"");
        assert_eq!(timestamp(r#"{"timestamp":"1970-01-01T00:01:00Z"}"#, Some(90_000)), "\"1970-01-01T00:16:10Z\"");
        assert_eq!(timestamp(r#"{"timestamp":"1970-01-01T00:01:00Z"}"#, None), "\"1970-01-01T00:01:00Z\"");
        assert_eq!(timestamp("{}", Some(90_000)), "\"1970-01-01T00:16:40Z\"");
        assert_eq!(timestamp(r#"{"timestamp":"soon"}"#, Some(1)), "\"soon\"");
        // Nothing leaves the calendar.
        let far = r#"{"timestamp":"9999-12-31T00:00:00Z","sentAt":"0001-01-02T00:00:00Z"}"#;
        assert_eq!(timestamp(far, None), "\"9999-12-31T00:00:00Z\"");
    }

    #[test]
    fn lines_without_an_id_get_one_each() {
        let given = AtomicU64::new(0);
        let arrival = Arrival { received: 0, sent: None, given: &given };
        let line = r#"{"type":"track","event":"a","userId":"ana"}"#;
        let id = || {
            let taken = finish(Fields::parse(line).unwrap(), line, arrival).unwrap();
            Fields::parse(&taken.body).unwrap().text("messageId").unwrap()
        };
        assert_ne!(id(), id());
        assert_ne!(digest(&["a", "bc"]), digest(&["ab", "c"]));
    }

    #[test]
    fn a_large_context_ends_somewhere() {
        let given = AtomicU64::new(0);
        let arrival = Arrival { received: 0, sent: None, given: &given };
        let line = format!(r#"{{"type":"group","userId":"ana","context":"{}"}}"#, "x".repeat(200_000));
        let mut lines = Lines::default();
        for _ in 0..100 {
            let _ = lines.push(Fields::parse(&line).unwrap(), "{}", arrival);
        }
        assert!(lines.taken.len() > 50 && lines.refused.len() > 10 && lines.bytes() <= WRITTEN);
    }
}
