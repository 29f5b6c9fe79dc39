//! What a channel takes. What is longer is not sent, and never cut.

use super::declared::Declared;
use super::rendered::Size;
use super::sms;
use super::unrenderable::Why;
use std::borrow::Cow;

/// Characters that Twilio takes in one text message, however many segments it needs.
const SMS_MOST: usize = 1_600;
/// Bytes that FCM and APNs take.
const PUSH_MOST: usize = 4_096;
/// Bytes of an email that Gmail shows.
pub(super) const GMAIL_SHOWS: usize = 102 * 1024;

/// How big a message is.
///
/// # Errors
/// That it is too long.
pub(super) fn size(
    channel: &str,
    declared: &Declared,
    parts: &[(String, String)],
    text: Option<&str>,
    html: Option<&str>,
) -> Result<Option<Size>, Why> {
    let size = match channel {
        "email" => html.map(|html| Size::Html { html: html.len() }),
        "sms" | "mms" => {
            let text = text.unwrap_or_default();
            fits(text.encode_utf16().count(), SMS_MOST, "characters")?;
            let sms::Count { segments, characters, encoding } = sms::count(text);
            Some(Size::Sms { segments, characters, encoding })
        }
        "push" => {
            let bytes = push(parts);
            fits(bytes, PUSH_MOST, "bytes as JSON")?;
            Some(Size::Push { bytes })
        }
        _ => None,
    };
    if let Some(most) = declared.limit {
        let is = match (size, channel) {
            (Some(Size::Sms { characters, .. }), _) => characters,
            (_, "email") => text.map_or(0, |text| text.chars().count()),
            _ => parts.iter().map(|(_, text)| text.chars().count()).sum(),
        };
        fits(is, most, "characters")?;
    }
    Ok(size)
}

fn fits(is: usize, most: usize, unit: &'static str) -> Result<(), Why> {
    if is > most { Err(Why::TooLong { is, most, unit }) } else { Ok(()) }
}

/// Bytes of the parts as one object of JSON; `data` that is JSON itself stands in it as it is.
fn push(parts: &[(String, String)]) -> usize {
    let fields = parts.iter().map(|(name, text)| {
        let value = match serde_json::from_str::<serde_json::Value>(text) {
            Ok(serde_json::Value::Object(_)) if name == "data" => Cow::Borrowed(text.as_str()),
            _ => Cow::Owned(serde_json::to_string(text).unwrap_or_default()),
        };
        // The quotes of the name, the colon, and the comma or a brace.
        name.len() + value.len() + 4
    });
    1 + fields.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size_of(channel: &str, text: &str, limit: Option<usize>) -> Result<Option<Size>, Why> {
        let parts = [("body".to_owned(), text.to_owned())];
        size(channel, &Declared { limit, ..Declared::default() }, &parts, Some(text), None)
    }

    #[test]
    fn limits_hold_to_the_last_character() {
        assert!(size_of("sms", &"a".repeat(1_600), None).is_ok());
        assert!(size_of("sms", &"a".repeat(1_601), None).is_err());
        assert!(size_of("sms", &"🛒".repeat(800), None).is_ok());
        assert!(size_of("sms", &"🛒".repeat(801), None).is_err());
        assert!(size_of("sms", &"a".repeat(320), Some(320)).is_ok());
        assert!(size_of("sms", &"a".repeat(321), Some(320)).is_err());
        assert!(size_of("sms", &format!("{}€", "a".repeat(319)), Some(320)).is_err());
        assert!(size_of("whatsapp", &"ł".repeat(1_024), Some(1_024)).is_ok());
        assert!(size_of("whatsapp", &"ł".repeat(1_025), Some(1_024)).is_err());
    }

    #[test]
    fn a_push_is_counted_as_json() {
        let empty = serde_json::json!({"body": ""}).to_string().len();
        assert_eq!(size_of("push", "", None), Ok(Some(Size::Push { bytes: empty })));
        assert!(size_of("push", &"a".repeat(4_096 - empty), None).is_ok());
        assert!(size_of("push", &"a".repeat(4_097 - empty), None).is_err());
        let parts = [("title".to_owned(), "a\"b".to_owned()), ("data".to_owned(), r#"{"a":1}"#.to_owned())];
        let made = serde_json::json!({"title": "a\"b", "data": {"a": 1}}).to_string().len();
        assert_eq!(push(&parts), made);
    }
}
