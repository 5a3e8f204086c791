//! Runs the same work on many items, a few at a time, and stops at the first failure; does something now and then
//! beside other work.

use crate::Result;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Calls `work` for every item on up to `workers` threads, at least one. After a failure no item is begun any
/// more, and the flag that `work` gets is set; the error is that of the first item in order that failed.
pub fn for_each<T: Sync>(
    items: &[T],
    workers: usize,
    work: impl Fn(&T, &AtomicBool) -> Result<()> + Sync,
) -> Result<()> {
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let failed: Mutex<Option<(usize, anyhow::Error)>> = Mutex::default();
    let worker = || {
        while !stop.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { break };
            if let Err(error) = work(item, &stop) {
                stop.store(true, Ordering::Relaxed);
                let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                if failed.as_ref().is_none_or(|(first, _)| index < *first) {
                    *failed = Some((index, error));
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..workers.max(1).min(items.len()) {
            scope.spawn(worker);
        }
    });
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    failed.map_or(Ok(()), |(_, error)| Err(error))
}

/// Does `work`, and beside it `deed` each time that `pause` has passed; returns what `work` gave.
pub fn now_and_then<T>(pause: Duration, deed: impl Fn() + Send, work: impl FnOnce() -> T) -> T {
    let (working, ended) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            while ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                deed();
            }
        });
        let result = work();
        drop(working);
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Stopwatch;

    #[test]
    fn every_item_is_done_once() {
        let done = Mutex::new(Vec::new());
        for_each(&[1, 2, 3, 4, 5], 3, |item, _| {
            done.lock().unwrap().push(*item);
            Ok(())
        })
        .unwrap();
        let mut done = done.into_inner().unwrap();
        done.sort_unstable();
        assert_eq!(done, [1, 2, 3, 4, 5]);
    }

    #[test]
    fn one_works_where_nobody_was_asked_for() {
        let done = AtomicUsize::new(0);
        for_each(&[1, 2], 0, |_, _| {
            done.fetch_add(1, Ordering::Relaxed);
            Ok(())
        })
        .unwrap();
        assert_eq!(done.into_inner(), 2);
    }

    #[test]
    fn a_deed_is_done_as_long_as_there_is_work() {
        let done = AtomicUsize::new(0);
        let deed = || {
            done.fetch_add(1, Ordering::Relaxed);
        };
        let waiting = Stopwatch::new();
        let until_twice = || {
            while done.load(Ordering::Relaxed) < 2 && waiting.elapsed() < Duration::from_secs(20) {
                std::thread::sleep(Duration::from_millis(1));
            }
            done.load(Ordering::Relaxed)
        };
        assert!(now_and_then(Duration::from_millis(1), deed, until_twice) >= 2);
        let before = done.load(Ordering::Relaxed);
        assert_eq!(now_and_then(Duration::from_secs(3600), deed, || 8), 8);
        assert_eq!(done.into_inner(), before);
    }

    #[test]
    fn nothing_is_begun_after_a_failure() {
        let begun = AtomicUsize::new(0);
        let error = for_each(&[1, 2, 3, 4], 1, |item, _| {
            begun.fetch_add(1, Ordering::Relaxed);
            anyhow::ensure!(*item != 2, "item {item}");
            Ok(())
        });
        assert_eq!(error.unwrap_err().to_string(), "item 2");
        assert_eq!(begun.into_inner(), 2);
    }
}
