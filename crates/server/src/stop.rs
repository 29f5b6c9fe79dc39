//! Where the tests kill the service, and where they leave its store no room. There is none of it in a release.

use rusqlite::Connection;

/// Ends the process here as a SIGKILL would, when the environment says so: `PLACE`, or `PLACE:N` for the Nth time.
pub(crate) fn point(place: &str) {
    #[cfg(debug_assertions)]
    {
        use std::sync::OnceLock;
        use std::sync::atomic::{AtomicU32, Ordering};
        static WANTED: OnceLock<Option<(String, u32)>> = OnceLock::new();
        static MET: AtomicU32 = AtomicU32::new(0);
        let wanted = WANTED.get_or_init(|| {
            let text = std::env::var("JOURNEY_STOP_AT").ok()?;
            let (place, times) = text.rsplit_once(':').map_or((text.as_str(), 1), |(p, n)| (p, n.parse().unwrap_or(1)));
            Some((place.to_string(), times))
        });
        let Some((wanted, times)) = wanted else { return };
        if wanted == place && MET.fetch_add(1, Ordering::Relaxed) + 1 == *times {
            let mut killer = std::process::Command::new("kill");
            let _ = killer.args(["-KILL", &std::process::id().to_string()]).status();
            std::thread::sleep(std::time::Duration::from_secs(10));
        }
    }
    #[cfg(not(debug_assertions))]
    let _ = place;
}

/// Leaves the store so many pages as stand in the file that `JOURNEY_STORE_PAGES` names, and all where there is none.
pub(crate) fn limit(connection: &Connection) {
    #[cfg(debug_assertions)]
    if let Some(file) = std::env::var_os("JOURNEY_STORE_PAGES") {
        let pages = std::fs::read_to_string(file)
            .ok()
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(i64::from(u32::MAX) - 1);
        let _ = connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()));
    }
    #[cfg(not(debug_assertions))]
    let _ = connection;
}
