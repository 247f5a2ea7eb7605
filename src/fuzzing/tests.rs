//! The corpora of `fuzz/`, as plain tests: they run on every platform and need no fuzzer.

use std::fs;
use std::path::Path;

/// A fuzz target's door.
type Door = fn(&[u8]);

#[track_caller]
fn replay(target: &str, door: Door) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join("corpus").join(target);
    let mut files: Vec<_> =
        fs::read_dir(&folder).expect("the corpus is checked in").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    assert!(files.len() >= 5, "{} files are no corpus", files.len());
    for file in files {
        // Where a panic comes from is in what the test prints.
        println!("{}", file.display());
        door(&fs::read(&file).expect("a file of the corpus"));
    }
}

macro_rules! corpora {
    ($($name:ident)*) => { $(#[test] fn $name() { replay(stringify!($name), super::$name); })* };
}

corpora! { loopback_request callback_query discovery_document key_set id_token token_response stored_session }
