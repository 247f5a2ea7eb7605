//! Threads, descriptors and memory of this process, before the library did anything and after it was shut down.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use support::ffi::LATCHKEY_OK;
use support::{Library, process};

const SHUTDOWN_MS: u32 = 5000;
/// The kernel lists a thread for a moment after it was joined.
const REAPING: Duration = Duration::from_secs(2);

/// What this process has.
pub struct Before {
    threads: BTreeMap<u32, String>,
    descriptors: BTreeMap<u32, String>,
}

impl Before {
    pub fn now() -> Self {
        Self { threads: process::threads(), descriptors: process::descriptors() }
    }

    /// Shuts the library down; what is left of it is told.
    pub fn shut_down(&self) -> Result<(), String> {
        let began = Instant::now();
        let code = Library::load().shutdown(SHUTDOWN_MS);
        if code != LATCHKEY_OK {
            return Err(format!("the shutdown ended with {code:?} after {:?}", began.elapsed()));
        }
        let left = more_than_before(process::descriptors(), &self.descriptors);
        if !left.is_empty() {
            return Err(format!("descriptors are left: {left:?}"));
        }
        let reaped = Instant::now();
        loop {
            let left = more_than_before(process::threads(), &self.threads);
            if left.is_empty() {
                return Ok(());
            }
            if reaped.elapsed() > REAPING {
                return Err(format!("threads are left: {left:?}"));
            }
            std::thread::yield_now();
        }
    }
}

fn more_than_before(mut now: BTreeMap<u32, String>, before: &BTreeMap<u32, String>) -> BTreeMap<u32, String> {
    now.retain(|number, what| before.get(number) != Some(what));
    now
}
