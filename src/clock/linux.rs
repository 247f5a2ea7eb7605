//! Linux: `CLOCK_BOOTTIME`, and a timer of the kernel's on it that wakes nobody before its time.
//!
//! It may touch a descriptor of its own, which is closed with the sleep that it belongs to. Nothing is polled.
#![allow(unsafe_code)]

use std::fs::File;
use std::io::{Error, Read, Result};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::time::Duration;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::log;

pub(super) fn since_boot() -> Duration {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a struct to write to. The clock is as old as Linux 2.6.39, and reading it can't fail.
    unsafe { libc::clock_gettime(libc::CLOCK_BOOTTIME, &mut now) };
    Duration::new(u64::try_from(now.tv_sec).unwrap_or(0), u32::try_from(now.tv_nsec).unwrap_or(0))
}

/// Never ends where there is no timer to be had: tokio's is beside it.
pub(super) async fn sleep(duration: Duration) {
    let ended = match timer(duration) {
        Ok(timer) => wait(&timer).await,
        Err(problem) => Err(problem),
    };
    if let Err(problem) = ended {
        log::debug!("no timer that counts the machine's sleep ({problem}): this wait does not count it");
        std::future::pending().await
    }
}

fn timer(duration: Duration) -> Result<AsyncFd<File>> {
    // SAFETY: two constants.
    let descriptor = unsafe { libc::timerfd_create(libc::CLOCK_BOOTTIME, libc::TFD_NONBLOCK | libc::TFD_CLOEXEC) };
    if descriptor < 0 {
        return Err(Error::last_os_error());
    }
    // SAFETY: just made, and nobody else's.
    let timer = File::from(unsafe { OwnedFd::from_raw_fd(descriptor) });
    let never_again = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    let once = libc::itimerspec { it_interval: never_again, it_value: timespec(duration) };
    // SAFETY: our own timer, a whole struct, and no wish to know what was set before.
    if unsafe { libc::timerfd_settime(timer.as_raw_fd(), 0, &once, std::ptr::null_mut()) } != 0 {
        return Err(Error::last_os_error());
    }
    // SAFETY: a `File` has the same descriptor all its life, and closes it only when it is dropped.
    unsafe { AsyncFd::register_with_interest(timer, Interest::READABLE) }.map_err(Error::from)
}

/// Not zero, which would stop the timer; what is longer than the kernel can count is as long as it can.
fn timespec(duration: Duration) -> libc::timespec {
    let duration = duration.max(Duration::from_nanos(1));
    libc::timespec {
        tv_sec: libc::time_t::try_from(duration.as_secs()).unwrap_or(libc::time_t::MAX),
        // Below a thousand million, which every type of this field holds.
        tv_nsec: duration.subsec_nanos() as _,
    }
}

async fn wait(timer: &AsyncFd<File>) -> Result<()> {
    loop {
        let mut ready = timer.readable().await?;
        // How often it has run out, as the kernel tells it.
        let mut times = [0; 8];
        if let Ok(read) = ready.try_io(|timer| timer.get_ref().read(&mut times)) {
            return read.map(|_| ());
        }
    }
}
