//! The log: one sink for the whole library, given by the host.
//!
//! A record is a level and a sentence. Only this library's own sentences come here: what its dependencies would log
//! (headers, bodies) does not, because a token may be in it. Secrets can't be formatted by mistake: they travel as
//! `secrecy` types, whose `Debug` shows nothing and which have no `Display`.

use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering};

use parking_lot::RwLock;

/// How much a record matters, and how much of the log a host wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Level {
    Error = 1,
    Warning = 2,
    Info = 3,
    Debug = 4,
}

/// Receives records, on whatever thread they arise.
pub type Sink = Box<dyn Fn(Level, &str) + Send + Sync>;

static SINK: RwLock<Option<Sink>> = RwLock::new(None);
/// Beside the lock so that a record nobody wants costs one load.
static MOST: AtomicU8 = AtomicU8::new(0);

thread_local! {
    static INSIDE_SINK: Cell<bool> = const { Cell::new(false) };
}

/// Puts a sink in place of the one before, or none. When it returns, the one before runs nowhere any more. False: called
/// from inside a sink, nothing was changed.
pub fn set_sink(sink: Option<Sink>, most: Level) -> bool {
    if INSIDE_SINK.get() {
        return false;
    }
    let mut place = SINK.write();
    MOST.store(if sink.is_some() { most as u8 } else { 0 }, Ordering::Relaxed);
    *place = sink;
    true
}

/// Whether the caller is a sink at work, on whatever thread.
pub fn is_inside_sink() -> bool {
    INSIDE_SINK.get()
}

/// Hands a record to the sink. Called without any lock of the library held: the sink is the host's code.
pub fn record(level: Level, message: fmt::Arguments<'_>) {
    if level as u8 > MOST.load(Ordering::Relaxed) || INSIDE_SINK.get() {
        return;
    }
    if let Some(sink) = SINK.read().as_ref() {
        INSIDE_SINK.set(true);
        let text = message.to_string();
        // A panicking sink (a Rust host's) must neither poison the log nor end the login that logged.
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| sink(level, &text)));
        INSIDE_SINK.set(false);
        drop(outcome);
    }
}

macro_rules! error {
    ($($text:tt)*) => { $crate::log::record($crate::log::Level::Error, format_args!($($text)*)) };
}
macro_rules! warning {
    ($($text:tt)*) => { $crate::log::record($crate::log::Level::Warning, format_args!($($text)*)) };
}
macro_rules! info {
    ($($text:tt)*) => { $crate::log::record($crate::log::Level::Info, format_args!($($text)*)) };
}
macro_rules! debug {
    ($($text:tt)*) => { $crate::log::record($crate::log::Level::Debug, format_args!($($text)*)) };
}
pub(crate) use {debug, error, info, warning};
