//! What is too old to be looked at is taken away, so that the store does not grow for ever.

use super::Service;
use std::sync::Arc;
use std::sync::Weak;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Turns and refused lines are kept for so long, in milliseconds: 90 days.
const KEPT: i64 = 90 * 86_400_000;
/// It is looked this often.
const EVERY: Duration = Duration::from_secs(3_600);
/// The process can stop meanwhile.
const NAP: Duration = Duration::from_millis(200);

/// Starts the thread that does it.
pub(super) fn start(service: &Arc<Service>, stop: Arc<AtomicBool>) {
    let service: Weak<Service> = Arc::downgrade(service);
    std::thread::spawn(move || {
        let mut next = Instant::now();
        while !stop.load(Ordering::Acquire) {
            std::thread::sleep(NAP);
            let Some(service) = service.upgrade() else { return };
            if Instant::now() < next {
                continue;
            }
            let before = service.clock.now().saturating_sub(KEPT);
            // Some at a time, so that nobody waits behind it.
            if !matches!(service.store.tidy(before), Ok(true)) {
                next = Instant::now() + EVERY;
            }
        }
    });
}
