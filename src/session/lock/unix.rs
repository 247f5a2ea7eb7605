//! Where the lock files are on a Unix: a folder that belongs to the player and that nobody else can enter.
//!
//! It may touch that folder and look at the one above it. Nothing is written into any file, and a folder of somebody else
//! is refused, not repaired.
#![allow(unsafe_code)]

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io::{Error as IoError, ErrorKind, Result as IoResult};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::error::{Code, Error, Result};

/// Made if it is not there. Every program of the player must find the same one, so there is no second choice once the first
/// is known to exist.
pub(super) fn folder() -> Result<PathBuf> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let folder = place(runtime.as_deref(), &std::env::temp_dir());
    ours(&folder)?;
    Ok(folder)
}

/// The session's own runtime folder (XDG Base Directory Specification) if it is what it should be: `sudo` and the like leave
/// the variable of another user behind.
pub(super) fn place(runtime: Option<&Path>, temporary: &Path) -> PathBuf {
    let fit = |folder: &&Path| folder.is_absolute() && std::fs::metadata(folder).is_ok_and(|it| is_private_enough(&it));
    match runtime.filter(fit) {
        Some(runtime) => runtime.join("latchkey"),
        None => temporary.join(format!("latchkey-{}", user())),
    }
}

/// Makes the folder, or checks the one that is there.
pub(super) fn ours(folder: &Path) -> Result<()> {
    if let Err(problem) = DirBuilder::new().mode(0o700).create(folder)
        && problem.kind() != ErrorKind::AlreadyExists
    {
        return Err(unusable(folder, &format!("it can't be made: {problem}"), "let this user create it"));
    }
    // Not followed: a link would lead to wherever its owner likes.
    let found = std::fs::symlink_metadata(folder)
        .map_err(|problem| unusable(folder, &problem.to_string(), "let this user read it"))?;
    let fault = if !found.is_dir() {
        "it is not a folder (or a link to one)"
    } else if found.uid() != user() {
        "it belongs to another user"
    } else if found.mode() & 0o077 != 0 {
        "other users may enter it"
    } else {
        return Ok(());
    };
    Err(unusable(folder, fault, "remove it, and it will be made anew"))
}

/// Opened so that no link is followed, and closed when another program is started (the standard library's rule).
pub(super) fn open(path: &Path) -> IoResult<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(IoError::other("not a file")) }
}

/// Whether the file that was opened is still the one of this name: clean-ups of temporary folders unlink old files.
pub(super) fn is_in_place(file: &File, path: &Path) -> bool {
    let identity = |found: Metadata| (found.dev(), found.ino());
    match (file.metadata(), std::fs::symlink_metadata(path)) {
        (Ok(held), Ok(named)) => identity(held) == identity(named),
        _ => false,
    }
}

fn is_private_enough(folder: &Metadata) -> bool {
    folder.is_dir() && folder.uid() == user() && folder.mode() & 0o022 == 0
}

fn user() -> u32 {
    // SAFETY: no argument, no failure, nothing but a number of this process.
    unsafe { libc::geteuid() }
}

fn unusable(folder: &Path, fault: &str, remedy: &str) -> Error {
    Error::new(
        Code::StoreUnavailable,
        format!("the session can't be locked against other programs in {}: {fault}; {remedy}", folder.display()),
    )
}
