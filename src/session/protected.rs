//! A secret text that a session keeps for long (refresh, access and ID token), in memory of its own.
//!
//! That memory is wiped when the last owner goes, is left out of core dumps and of a forked child where the system offers
//! it, and is shown to one function at a time. It may touch nothing but pages of its own; no copy leaves it by itself.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use secrecy::SecretString;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::log;

#[cfg_attr(windows, path = "protected/windows.rs")]
#[cfg_attr(not(windows), path = "protected/unix.rs")]
mod platform;

#[cfg(test)]
mod tests;

use platform::Pages;

/// A secret text. A clone shares the memory: there is one copy, however many know it.
#[derive(Clone)]
pub struct ProtectedText(Arc<Place>);

enum Place {
    Pages(Pages),
    /// Where no pages could be had.
    Heap(Zeroizing<Vec<u8>>),
}

impl ProtectedText {
    /// Copies the text; wiping the original is its owner's business. Never fails: without pages of its own the text goes
    /// to the ordinary heap, is wiped there all the same, and the log says so once.
    pub fn new(text: &str) -> Self {
        Self::kept(text, Pages::holding(text.as_bytes()))
    }

    /// Shows the text to a function that puts it where it must go. Every copy that it makes is its own to wipe.
    pub fn with_text<T>(&self, use_text: impl FnOnce(&str) -> T) -> T {
        // It came from a `&str`; only a forked child sees something else, which is zeros, and those are UTF-8 as well.
        use_text(std::str::from_utf8(self.bytes()).unwrap_or_default())
    }

    /// A copy for whoever sends or stores it, wiped when it is dropped.
    pub fn exposed(&self) -> SecretString {
        self.with_text(|text| SecretString::from(text))
    }

    fn kept(text: &str, pages: io::Result<Pages>) -> Self {
        Self(Arc::new(pages.map_or_else(
            |problem| {
                warn_once(&problem);
                Place::Heap(Zeroizing::new(text.as_bytes().to_vec()))
            },
            Place::Pages,
        )))
    }

    fn bytes(&self) -> &[u8] {
        match &*self.0 {
            Place::Pages(pages) => pages.bytes(),
            Place::Heap(bytes) => bytes,
        }
    }
}

/// In a time that depends on the lengths only.
impl PartialEq for ProtectedText {
    fn eq(&self, other: &Self) -> bool {
        self.bytes().ct_eq(other.bytes()).into()
    }
}

impl Eq for ProtectedText {}

/// Not even the length.
impl fmt::Debug for ProtectedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProtectedText")
    }
}

fn warn_once(problem: &io::Error) {
    static WARNED: AtomicBool = AtomicBool::new(false);
    if !WARNED.swap(true, Ordering::Relaxed) {
        log::warning!(
            "no memory of their own could be had for the session's secrets ({problem}): they are on the ordinary heap, and a \
             core dump would show them"
        );
    }
}
