//! Unloading is real on Windows, and a thread that is left over then crashes the game: the library stays when it is freed, and a
//! shutdown leaves no thread. Handles can't be counted here: wine 8 says that there are none.

use practice_provider::{Options, PracticeProvider};

use crate::wine::{C99, Windows};
use support::running::Running;

#[test]
fn a_library_that_is_freed_at_work_stays_and_a_shutdown_leaves_no_thread() {
    let windows = Windows::new();
    windows.compile(C99, "tests/platforms/unload.c", &[], "unload.exe");
    let provider = PracticeProvider::start(Options::default()).expect("the practice provider starts");
    let finished = Running::start(windows.program("unload.exe").arg(provider.issuer())).finish();
    finished.expect_code(0).expect_on_stdout("threads: 1 at work, 0 left; version: ");
}
