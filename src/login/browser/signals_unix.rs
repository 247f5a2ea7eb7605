//! Signals of a Unix, for the moment in which the browser is started.
#![allow(unsafe_code)]

/// A program begins with the signals blocked that were so in the thread that started it, and those of the background thread nearly all
/// are: a browser that inherits that can't be ended by a logout or by `kill`. Blocked as before when this goes.
///
/// Not by a `pre_exec`: that makes a `fork` of the start, which copies the page tables of a game with gigabytes.
pub(super) struct Unblocked(libc::sigset_t);

impl Unblocked {
    pub(super) fn here() -> Self {
        // SAFETY: plain calls on sets of our own; a zeroed one is only written to. The mask is this thread's alone.
        unsafe {
            let mut none = std::mem::zeroed();
            let mut before = std::mem::zeroed();
            libc::sigemptyset(&mut none);
            libc::pthread_sigmask(libc::SIG_SETMASK, &none, &mut before);
            Self(before)
        }
    }
}

impl Drop for Unblocked {
    fn drop(&mut self) {
        // SAFETY: a set that `pthread_sigmask` has filled.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.0, std::ptr::null_mut()) };
    }
}
