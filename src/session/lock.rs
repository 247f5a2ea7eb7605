//! The lock that the processes of one player (launcher, game, editor) take around refresh, save and erase of one session.
//!
//! It may touch one empty file in a folder of the player's own, and the kernel's lock on it. No provider, no account and no
//! secret enters: the file's name is a hash that the caller has made.

use std::fs::{File, TryLockError};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::Path;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::error::{Code, Error, Result};

#[cfg_attr(windows, path = "lock/windows.rs")]
#[cfg_attr(not(windows), path = "lock/unix.rs")]
mod platform;

#[cfg(test)]
mod tests;

const FIRST_PAUSE: Duration = Duration::from_millis(20);
/// A refresh takes longer than this: a waiter that looks so often costs nothing and loses little.
const LONGEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_KEY: usize = 80;

/// Held as long as this lives. The kernel takes it back when the process dies, however it dies.
///
/// # Forks
/// The kernel's lock belongs to the open file, which a forked child shares. So the lock is given back by an explicit unlock,
/// which counts for all who share it, and only by the process that took it: what a child does with its copy changes nothing.
/// A child that never starts another program keeps the lock only if the parent is *killed* in the middle, until the child
/// ends; for everyone else that is a lock held too long, which [`SlotLock::acquire`] reports. A program that is started
/// (the browser) does not inherit the file.
#[derive(Debug)]
pub struct SlotLock {
    file: File,
    /// See *Forks*.
    owner: u32,
}

impl SlotLock {
    /// Waits for the lock of the slot that `key` (a hash: ASCII letters, digits, `-`, `_`) stands for, `patience` at most.
    /// It keeps apart processes as well as the clients of one process. Whoever asks next gets it: there is no queue.
    ///
    /// Errors, all [`Code::StoreUnavailable`]: temporary, if another program holds it for too long; lasting, if there can be
    /// no lock on this system (read-only, no home, somebody else's folder in its place). A caller that gets the lasting one
    /// goes on without: it is then alone with its session, or as exposed to its siblings as any program without a lock.
    pub async fn acquire(key: &str, patience: Duration) -> Result<Self> {
        Self::acquire_in(&platform::folder()?, key, patience).await
    }

    /// As [`SlotLock::acquire`], in a folder that is known to be ours.
    pub(super) async fn acquire_in(folder: &Path, key: &str, patience: Duration) -> Result<Self> {
        let path = folder.join(file_name(key)?);
        let until = Instant::now() + patience;
        let mut pause = FIRST_PAUSE;
        loop {
            // Opened anew each time: a waiter must not wait for a file that a clean-up of temporary files has unlinked.
            let file = platform::open(&path).map_err(|problem| no_lock(&path, &problem))?;
            if let Some(lock) = Self::attempt(file, &path)? {
                return Ok(lock);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(held_too_long(patience));
            }
            sleep(jittered(pause).min(left)).await;
            pause = (pause * 3 / 2).min(LONGEST_PAUSE);
        }
    }

    /// None: somebody else has it, or the file that was opened has lost its name.
    fn attempt(file: File, path: &Path) -> Result<Option<Self>> {
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(problem)) => return Err(no_lock(path, &problem)),
        }
        let lock = Self { file, owner: std::process::id() };
        Ok(platform::is_in_place(&lock.file, path).then_some(lock))
    }
}

impl Drop for SlotLock {
    fn drop(&mut self) {
        if self.owner == std::process::id() {
            // A failure leaves it to the close that follows at once.
            let _ = self.file.unlock();
        }
    }
}

/// The file is never deleted: whoever has opened it before would hold a lock that nobody else can see.
fn file_name(key: &str) -> Result<String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if key.is_empty() || key.len() > LONGEST_KEY || !key.bytes().all(fits) {
        return Err(Error::new(Code::Internal, "a session's lock was asked for by something that is not a hash"));
    }
    Ok(format!("{key}.lock"))
}

/// A quarter more or less, so that waiters who came together do not knock together.
fn jittered(pause: Duration) -> Duration {
    // The standard library's randomly keyed hasher: no secret depends on it.
    let dice = RandomState::new().build_hasher().finish() % 512;
    pause.mul_f64(0.75 + dice as f64 / 1024.0)
}

fn held_too_long(patience: Duration) -> Error {
    Error::new(
        Code::StoreUnavailable,
        format!(
            "another program holds the session's lock for longer than {} s: close other programs that share this sign-in (a \
             launcher, an editor) if one of them hangs, or try again",
            patience.as_secs_f32().ceil()
        ),
    )
    .temporary()
}

fn no_lock(path: &Path, problem: &std::io::Error) -> Error {
    Error::new(
        Code::StoreUnavailable,
        format!(
            "the session can't be locked against other programs ({}: {problem}): let this user create and lock files there",
            path.display()
        ),
    )
}
