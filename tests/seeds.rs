//! Many seeds over all cores, with the outcome of one core: the first seed that fails is the one that is told.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Looks at every seed and hands out what each core has counted. Seeds are taken in their order, so that behind the first
/// one that fails none before it is left.
pub fn over<T: Default + Send>(seeds: Range<u64>, look: impl Fn(&mut T, u64) + Sync) -> Vec<T> {
    let next = AtomicU64::new(seeds.start);
    let failed = Mutex::new(None);
    let work = || {
        let mut counted = T::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return counted;
            }
            if let Err(why) = catch_unwind(AssertUnwindSafe(|| look(&mut counted, seed))) {
                next.store(seeds.end, Ordering::Relaxed);
                let mut first = failed.lock().unwrap_or_else(PoisonError::into_inner);
                if first.as_ref().is_none_or(|(earlier, _)| seed < *earlier) {
                    *first = Some((seed, why));
                }
                return counted;
            }
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let counted = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|why| resume_unwind(why))).collect()
    });
    if let Some((seed, why)) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        println!("the first seed that failed is {seed}");
        resume_unwind(why);
    }
    counted
}

/// Looks at every seed, and adds up what is counted.
pub fn count<const N: usize>(seeds: Range<u64>, look: impl Fn(&mut [usize; N], u64) + Sync) -> [usize; N] {
    struct Counts<const N: usize>([usize; N]);
    impl<const N: usize> Default for Counts<N> {
        fn default() -> Self {
            Self([0; N])
        }
    }
    let of_cores = over(seeds, |counts: &mut Counts<N>, seed| look(&mut counts.0, seed));
    std::array::from_fn(|at| of_cores.iter().map(|counts| counts.0[at]).sum())
}

#[test]
fn every_seed_is_looked_at_once_and_the_first_that_fails_is_told() {
    let seen: Vec<u64> = over(3..5_000, |seen: &mut Vec<u64>, seed| seen.push(seed)).concat();
    let sum: u64 = seen.iter().sum();
    assert_eq!((seen.len(), sum), (4_997, (3..5_000).sum()));
    assert_eq!(count(0..1_000, |[all, odd], seed| (*all += 1, *odd += seed as usize % 2).1), [1_000, 500]);
    let failing = || over(0..5_000, |(): &mut (), seed| assert!(seed < 40 || seed % 7 != 0, "seed {seed}"));
    let why = catch_unwind(failing).unwrap_err();
    assert_eq!(why.downcast_ref::<String>().map(String::as_str), Some("seed 42"));
}
