//! The write key of a request: in `Authorization`, in the query, or, as a last resort, in the body.

use super::{Known, Sink};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What the headers and the query of a request say of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shown {
    /// This one, and no other counts.
    Key(String),
    /// A token: it may be the key, or come from a service that we do not know, and then the body has the key.
    Token(String),
    /// Something that is no key.
    Unreadable,
    /// Nothing.
    Nothing,
}

/// What is to be done about a request before its body is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// Read it.
    Admitted,
    /// Its key stands in the body, if anywhere.
    AskBody,
    /// No key, or none that is known.
    Unknown,
    /// Its source is switched off.
    SwitchedOff,
}

/// The key that is shown; `names` are those of the query under which one may stand.
pub(crate) fn shown(headers: &HeaderMap, query: Option<&str>, names: &[&str]) -> Shown {
    if let Some(value) = headers.get(AUTHORIZATION) {
        let Some((scheme, rest)) = value.to_str().ok().and_then(|text| text.trim().split_once(' ')) else {
            return Shown::Unreadable;
        };
        let rest = rest.trim();
        return match scheme.to_ascii_lowercase().as_str() {
            "basic" => {
                let text = STANDARD.decode(rest).ok().and_then(|bytes| String::from_utf8(bytes).ok());
                match text {
                    Some(text) => Shown::Key(text.split_once(':').map_or(text.as_str(), |(user, _)| user).to_string()),
                    None => Shown::Unreadable,
                }
            }
            "bearer" => Shown::Token(rest.to_string()),
            _ => Shown::Unreadable,
        };
    }
    let found = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(name, _)| names.contains(&name.as_ref()))
        .map(|(_, value)| value.into_owned());
    found.map_or(Shown::Nothing, Shown::Key)
}

/// Whether the body of a request is to be read; `in_body` says that its key may stand there.
pub(crate) fn admission(sink: &impl Sink, shown: &Shown, in_body: bool) -> Admission {
    let otherwise = if in_body { Admission::AskBody } else { Admission::Unknown };
    let (key, unknown) = match shown {
        Shown::Key(key) => (key.as_str(), Admission::Unknown),
        Shown::Token(token) => (token.as_str(), otherwise),
        Shown::Unreadable => return Admission::Unknown,
        Shown::Nothing => ("", otherwise),
    };
    match sink.source(key) {
        Known::Yes => Admission::Admitted,
        Known::SwitchedOff => Admission::SwitchedOff,
        Known::No => unknown,
    }
}

/// The same for the key that was found in a body.
pub(crate) fn of_body(sink: &impl Sink, key: Option<&str>) -> Admission {
    match key.map_or(Known::No, |key| sink.source(key)) {
        Known::Yes => Admission::Admitted,
        Known::SwitchedOff => Admission::SwitchedOff,
        Known::No => Admission::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(authorization: &str, query: &str) -> Shown {
        let mut headers = HeaderMap::new();
        if !authorization.is_empty() {
            headers.insert(AUTHORIZATION, authorization.parse().unwrap());
        }
        shown(&headers, Some(query), &["writeKey"])
    }

    #[test]
    fn a_key_is_read_from_headers_and_query() {
        assert_eq!(of("Basic dzE6", ""), Shown::Key("w1".into()));
        assert_eq!(of("basic dzE6cGFzcw==", "writeKey=no"), Shown::Key("w1".into()));
        assert_eq!(of("Bearer abc.def", ""), Shown::Token("abc.def".into()));
        for broken in ["Basic ?", "Basic", "Digest x", "x", "Basic /w=="] {
            assert_eq!(of(broken, "writeKey=w1"), Shown::Unreadable, "{broken}");
        }
        assert_eq!(of("", "a=b&writeKey=w%201"), Shown::Key("w 1".into()));
        assert_eq!(of("", "write=w1"), Shown::Nothing);
    }
}
