//! Waiting for a child on Linux: a pidfd (`pidfd_open(2)`, Linux 5.3), so that nothing wakes up before it ends.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::process::{Child, ExitStatus};

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

#[path = "exit_polled.rs"]
mod polled;

pub(super) async fn of(child: &mut Child) -> io::Result<ExitStatus> {
    let Ok(descriptor) = pidfd(child.id()) else {
        return polled::of(child).await;
    };
    // SAFETY: an `OwnedFd` is open, stays the same and is closed only when it is dropped, with the `AsyncFd`.
    let descriptor = unsafe { AsyncFd::register_with_interest(descriptor, Interest::READABLE) }?;
    // The descriptor becomes readable when the child ends; there is nothing to read.
    descriptor.readable().await?.retain_ready();
    child.wait()
}

fn pidfd(pid: u32) -> io::Result<OwnedFd> {
    // SAFETY: a plain system call on two numbers; a kernel without it answers ENOSYS.
    let descriptor = unsafe { libc::syscall(libc::SYS_pidfd_open, pid as libc::pid_t, 0) };
    if descriptor < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: a fresh descriptor (close-on-exec by definition) that nobody else owns.
    Ok(unsafe { OwnedFd::from_raw_fd(descriptor as RawFd) })
}
