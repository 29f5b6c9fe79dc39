//! Segment's calls, and those of its kin: their lines are ours but for what the door puts in.

use super::fields::{Fields, items};
use super::line::{Arrival, Lines, instant};
use super::{CALL, MANY, kilobytes};

/// The lines of a call about one thing; the path says what it is.
pub(crate) fn call(kind: &str, body: &str, arrival: Arrival<'_>) -> Result<Lines, String> {
    let mut fields = Fields::parse(body)?;
    fields.set_text("type", kind);
    let mut lines = Lines::default();
    let _ = lines.push(fields, body, arrival);
    Ok(lines)
}

/// The lines of a batch. One that cannot be used spoils no other.
pub(crate) fn batch(body: &str, arrival: Arrival<'_>) -> Result<Lines, String> {
    let whole = Fields::parse(body)?;
    let batch = whole.raw("batch").and_then(items).ok_or("it has no `batch`, which is a list of events")?;
    if batch.len() > MANY {
        return Err(format!("it has {} events: send at most {MANY} at once", batch.len()));
    }
    let sent = whole.text("sentAt").and_then(|text| instant(&text));
    let arrival = Arrival { sent, ..arrival };
    let mut lines = Lines::default();
    for item in batch {
        match line(item, &whole) {
            Ok(fields) => {
                let _ = lines.push(fields, item, arrival);
            }
            Err(why) => lines.refuse(item, why),
        }
    }
    Ok(lines)
}

/// One event of a batch, with what the batch says about all of them.
fn line<'a>(item: &'a str, whole: &Fields<'_>) -> Result<Fields<'a>, String> {
    if item.len() > CALL {
        return Err(format!("this event has {}: at most {} are taken", kilobytes(item.len()), kilobytes(CALL)));
    }
    let mut fields = Fields::parse(item)?;
    if fields.text("type").as_deref() == Some("delete") {
        return Err("`delete` is not taken here: a write key stands in pages and apps, and whoever reads it could \
                    make anybody forgotten"
            .to_string());
    }
    for name in ["context", "integrations"] {
        let Some(shared) = whole.raw(name) else { continue };
        let merged = match (fields.raw(name), whole.object(name), fields.object(name)) {
            (None, _, _) => Some(shared.to_string()),
            (Some(_), Some(shared), Some(mut own)) => {
                own.fill(&shared);
                Some(own.write())
            }
            _ => None,
        };
        if let Some(merged) = merged {
            fields.set(name, merged);
        }
    }
    Ok(fields)
}
