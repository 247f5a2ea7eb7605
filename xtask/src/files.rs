//! Files and folders of this program's own, with a sentence for whatever keeps it from them.

use std::fmt::Display;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::run::{Result, Stop};

/// A sentence about a file that something could not be done with.
pub fn failed(doing: &str, path: &Path, error: &dyn Display) -> Stop {
    Stop::failed(format!("could not {doing} {}: {error}", path.display()))
}

/// The text in a file.
pub fn text(file: &Path) -> Result<String> {
    fs::read_to_string(file).map_err(|error| failed("read", file, &error))
}

/// Makes a folder, with those that it is in.
pub fn make(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|error| failed("make", folder, &error))
}

/// Removes a folder with all that is in it, if it is there.
pub fn clear(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed("clear", folder, &error)),
        _ => Ok(()),
    }
}

/// Writes a file, into a folder that need not be there yet.
pub fn write(file: &Path, text: &str) -> Result<()> {
    make(parent(file))?;
    fs::write(file, text).map_err(|error| failed("write", file, &error))
}

/// Copies a file, into a folder that need not be there yet.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    make(parent(to))?;
    fs::copy(from, to).map(drop).map_err(|error| failed("write", to, &error))
}

fn parent(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new(""))
}
