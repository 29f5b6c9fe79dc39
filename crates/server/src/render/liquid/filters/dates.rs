//! `date`: a day or a moment in the words of a format.

use crate::render::liquid::state::state;
use journey::chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use liquid_core::model::DateTime as Shown;
use liquid_core::{Runtime, Value, ValueView};

/// Characters of a format at most: each can stand for a whole date.
const LONGEST: usize = 200;

/// As Liquid has it, but: "now" is the moment of the send; a moment is shown by the person's clock, where its zone is known;
/// and what is no date is told, and not printed as it stands.
pub(super) fn date(input: &dyn ValueView, asked: &[Value], runtime: &dyn Runtime) -> Result<Value, String> {
    let text = input.to_kstr().into_string();
    let format = asked.first().map(|format| format.to_kstr().into_string()).unwrap_or_default();
    if format.len() > LONGEST || is_padded(&format) {
        return Err("the format is too long".to_owned());
    }
    let moment = read(text.trim(), runtime)?;
    let moment = Shown::from_str(&moment.format("%Y-%m-%d %H:%M:%S +0000").to_string())
        .ok_or_else(|| format!("`{text}` is no date"))?;
    let shown = moment.format(&format).map_err(|_| format!("`{format}` is no format of a date"))?;
    Ok(Value::scalar(shown))
}

/// Whether it asks for more than 99 places.
fn is_padded(format: &str) -> bool {
    let mut digits = 0;
    format.chars().any(|c| {
        digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
        digits > 2
    })
}

/// A date, a moment or a time as inputs write it, and what Liquid takes besides.
fn read(text: &str, runtime: &dyn Runtime) -> Result<NaiveDateTime, String> {
    let (now, zone) = {
        let state = state(runtime);
        (state.now, state.zone)
    };
    let here = |moment: DateTime<Utc>| match zone {
        Some(zone) => moment.with_timezone(&zone).naive_local(),
        None => moment.naive_utc(),
    };
    if matches!(text.to_lowercase().as_str(), "now" | "today") {
        let now = now.and_then(DateTime::from_timestamp_millis).ok_or("it is not known when this is sent")?;
        return Ok(here(now));
    }
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(here(moment.to_utc()));
    }
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Ok(day.and_time(NaiveTime::default()));
    }
    for format in ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d %B %Y %H:%M:%S", "%d %B %Y %H:%M"] {
        if let Ok(moment) = NaiveDateTime::parse_from_str(text, format) {
            return Ok(moment);
        }
    }
    if let Ok(day) = NaiveDate::parse_from_str(text, "%d %B %Y") {
        return Ok(day.and_time(NaiveTime::default()));
    }
    if let Ok(time) = NaiveTime::parse_from_str(text, "%H:%M") {
        return Ok(NaiveDate::default().and_time(time));
    }
    if let Some(moment) = text.parse::<i64>().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0)) {
        return Ok(here(moment));
    }
    Err(format!("`{}` is no date", text.chars().take(60).collect::<String>()))
}
