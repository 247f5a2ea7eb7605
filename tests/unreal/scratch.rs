//! A folder for what the tests of this process share: generated code and programs, which are made once and used by many. Nothing of
//! it can be removed at the end, since a test program has none; so the next one removes what those before it have left.
//!
//! May touch: one folder below cargo's.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

const PREFIX: &str = "unreal-";

/// A new folder of this name.
pub fn folder(name: &str) -> PathBuf {
    let path = own().join(name);
    fs::create_dir_all(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    path
}

/// This process's.
fn own() -> &'static Path {
    static OWN: OnceLock<PathBuf> = OnceLock::new();
    OWN.get_or_init(|| {
        let all = Path::new(env!("CARGO_TARGET_TMPDIR"));
        remove_what_is_left_in(all);
        all.join(format!("{PREFIX}{}", std::process::id()))
    })
}

/// Folders of processes that are no more.
fn remove_what_is_left_in(all: &Path) {
    let entries = fs::read_dir(all).unwrap_or_else(|error| panic!("{}: {error}", all.display()));
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let process = name.strip_prefix(PREFIX).and_then(|process| process.parse::<u32>().ok());
        if process.is_some_and(|process| !Path::new(&format!("/proc/{process}")).exists()) {
            // Another run may be doing the same.
            let _ = fs::remove_dir_all(&path);
        }
    }
}

#[test]
fn what_earlier_runs_have_left_is_removed_and_nothing_else() {
    let all = tempfile::tempdir().expect("a temporary folder");
    // No process has this number: it is more than Linux gives.
    let (left, running, other) =
        (format!("{PREFIX}4194305"), format!("{PREFIX}{}", std::process::id()), "unreal-notes");
    for name in [&left, &running, other] {
        fs::create_dir(all.path().join(name)).expect("a folder can be made");
    }
    remove_what_is_left_in(all.path());
    assert!(!all.path().join(left).exists());
    assert!(all.path().join(running).exists() && all.path().join(other).exists());
}
