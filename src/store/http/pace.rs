//! A server that sends a byte now and then resets every read timeout; this one is about the pace.

use crate::environment::Stopwatch;
use std::io::{self, Read};
use std::time::Duration;

/// Bytes that must come per window: about what a modem of 1995 brings.
const FLOOR: u64 = 16 << 10;

/// Fails with [`io::ErrorKind::TimedOut`] if less than [`FLOOR`] came in a window. Only time spent waiting
/// for the server counts.
pub(super) struct Paced<R> {
    inner: R,
    window: Duration,
    waited: Duration,
    received: u64,
}

impl<R: Read> Paced<R> {
    pub fn new(inner: R, window: Duration) -> Self {
        Self { inner, window, waited: Duration::ZERO, received: 0 }
    }

    fn check(&mut self) -> io::Result<()> {
        if self.waited < self.window {
            return Ok(());
        }
        if self.received < FLOOR {
            let text = format!("only {} bytes came in {:.1?}", self.received, self.waited);
            return Err(io::Error::new(io::ErrorKind::TimedOut, text));
        }
        (self.waited, self.received) = (Duration::ZERO, 0);
        Ok(())
    }
}

impl<R: Read> Read for Paced<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let watch = Stopwatch::new();
        let n = self.inner.read(buffer)?;
        self.waited += watch.elapsed();
        self.received += n as u64;
        // The end has come, however late.
        if n > 0 {
            self.check()?;
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Trickle(Duration);

    impl Read for Trickle {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            std::thread::sleep(self.0);
            buffer[0] = 0;
            Ok(1)
        }
    }

    #[test]
    fn a_trickle_ends() {
        let mut paced = Paced::new(Trickle(Duration::from_millis(5)), Duration::from_millis(30));
        let error = io::copy(&mut paced, &mut io::sink()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn a_slow_consumer_is_not_the_servers_fault() {
        let mut paced = Paced::new(&[0; 3][..], Duration::from_millis(20));
        for _ in 0..3 {
            std::thread::sleep(Duration::from_millis(15));
            paced.read_exact(&mut [0]).unwrap();
        }
    }
}
