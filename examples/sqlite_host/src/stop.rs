//! For the tests: the host stands still at a named place, so that they can kill it there.
//!
//! `STOP_AT="before commit:3"` stops at the third time that the host comes to this place.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

static STOP: LazyLock<Option<(String, u32)>> = LazyLock::new(|| {
    let wanted = std::env::var("STOP_AT").ok()?;
    let (name, times) = wanted.rsplit_once(':')?;
    Some((name.to_string(), times.parse().ok()?))
});
static TIMES: AtomicU32 = AtomicU32::new(0);

/// A place at which a test may stop the host for ever.
pub fn point(name: &str) {
    if let Some((wanted, times)) = &*STOP
        && wanted == name
        && TIMES.fetch_add(1, Ordering::Relaxed) + 1 == *times
    {
        println!("stopped");
        loop {
            std::thread::sleep(Duration::from_secs(60));
        }
    }
}
