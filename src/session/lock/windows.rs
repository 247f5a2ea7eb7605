//! Where the lock files are on Windows: a folder in the player's local application data, which only they can enter.
//!
//! It may touch that folder and nothing else. Nothing is written into any file, and nothing of it roams to another machine.

use std::fs::{File, OpenOptions};
use std::io::Result as IoResult;
use std::os::windows::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use windows_sys::Win32::Storage::FileSystem::{FILE_SHARE_READ, FILE_SHARE_WRITE};

use crate::error::{Code, Error, Result};

/// Made if it is not there, with the rights of the folder above it.
pub(super) fn folder() -> Result<PathBuf> {
    let data = std::env::var_os("LOCALAPPDATA").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let folder = data.ok_or_else(no_data_folder)?.join("Latchkey");
    std::fs::create_dir_all(&folder).map_err(|problem| cannot_be_made(&folder, &problem))?;
    Ok(folder)
}

/// Handles that the standard library opens are not inherited by a program that is started.
pub(super) fn open(path: &Path) -> IoResult<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        // Without the right to delete: while anyone has it open the file keeps its name.
        .share_mode(FILE_SHARE_READ | FILE_SHARE_WRITE)
        .open(path)
}

/// See [`open`]: it can't have gone.
pub(super) fn is_in_place(_: &File, _: &Path) -> bool {
    true
}

fn no_data_folder() -> Error {
    Error::new(
        Code::StoreUnavailable,
        "the session can't be locked against other programs: the environment names no folder for application data; start \
         the game with the user's environment (LOCALAPPDATA)",
    )
}

fn cannot_be_made(folder: &Path, problem: &std::io::Error) -> Error {
    Error::new(
        Code::StoreUnavailable,
        format!(
            "the session can't be locked against other programs: {} can't be made ({problem}); let this user create it",
            folder.display()
        ),
    )
}
