//! Room for many sign-ins at once: each has a provider, a front and a line of its own, and their sockets.
//!
//! A shell gives its programs 1,024 descriptors, and lets them take more. May touch that limit of this process.

/// As many as this process may have. What it can't have, whoever opens the socket that is too many says.
#[cfg(unix)]
pub fn raise() {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the struct is writable, and is all that is written to.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) } != 0 {
        return;
    }
    // More than any run needs; some systems refuse what they call unlimited.
    limit.rlim_cur = limit.rlim_cur.max(limit.rlim_max.min(65_536));
    // SAFETY: the struct is read only.
    unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) };
}

/// There is no such limit.
#[cfg(not(unix))]
pub fn raise() {}
