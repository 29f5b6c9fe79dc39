//! What Segment's library for browsers asks for before it starts: where events go, and that nothing else is to be loaded.

use super::fields::quoted;

/// The settings of a source, for a library that came to us under `host`.
///
/// Without `apiHost` the library would send everything to Segment, and its own metrics too.
pub(crate) fn settings(key: &str, host: &str, protocol: &str) -> String {
    let (key, host) = (quoted(key), quoted(&format!("{host}/v1")));
    format!(
        "{{\"integrations\":{{\"Segment.io\":{{\"apiKey\":{key},\"apiHost\":{host},\"protocol\":\"{protocol}\",\
         \"addBundledMetadata\":false}}}},\"plan\":{{}},\"edgeFunction\":{{}},\"analyticsNextEnabled\":true,\
         \"metrics\":{{\"sampleRate\":0,\"host\":{host},\"protocol\":\"{protocol}\"}},\"enabledMiddleware\":{{}},\
         \"remotePlugins\":[],\"autoInstrumentationSettings\":{{\"sampleRate\":0}}}}"
    )
}

/// The protocol by which browsers reach us: what a proxy says; else what the page has, which asks nothing of another kind
/// than its own, but for this machine itself.
pub(crate) fn protocol(forwarded: Option<&str>, origin: Option<&str>, host: &str) -> &'static str {
    let first = forwarded.and_then(|list| list.split(',').next()).map(str::trim);
    match first {
        Some("https") => "https",
        Some("http") => "http",
        _ => {
            let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
            let is_here =
                name == "localhost" || name.ends_with(".localhost") || name.starts_with("127.") || name == "[::1]";
            if !is_here && origin.is_some_and(|origin| origin.starts_with("https:")) { "https" } else { "http" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_stay_with_their_protocol() {
        assert_eq!(protocol(None, None, "127.0.0.1:4321"), "http");
        assert_eq!(protocol(None, Some("https://shop.example"), "events.shop.example"), "https");
        assert_eq!(protocol(None, Some("https://shop.example"), "localhost:4321"), "http");
        assert_eq!(protocol(Some("https, http"), Some("http://shop.example"), "localhost"), "https");
    }

    #[test]
    fn whatever_a_host_is_called_it_is_json() {
        let json: serde_json::Value = serde_json::from_str(&settings("k\"", "a\"b", "http")).unwrap();
        assert_eq!(json["integrations"]["Segment.io"]["apiHost"], "a\"b/v1");
    }
}
