//! What the background thread needs of a Unix: no signal of the host's is ever delivered to it.
//!
//! On Linux the library is pinned by its linker flags (`-z nodelete`, see `build.rs`).
#![allow(unsafe_code)]

#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod macos;

#[cfg(target_os = "macos")]
pub(super) use macos::pin_library;

#[cfg(not(target_os = "macos"))]
pub(super) fn pin_library() -> bool {
    true
}

/// The host's handlers run on the host's threads: a profiler's or a crash reporter's signal must not interrupt ours.
pub(super) fn block_signals() {
    // SAFETY: plain calls on a set of our own; the mask is this thread's alone. Faults can't be blocked, and are not meant.
    unsafe {
        let mut set = std::mem::zeroed();
        libc::sigfillset(&mut set);
        for fault in [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE, libc::SIGILL, libc::SIGABRT, libc::SIGTRAP] {
            libc::sigdelset(&mut set, fault);
        }
        libc::pthread_sigmask(libc::SIG_BLOCK, &set, std::ptr::null_mut());
    }
}
