//! The proof that valgrind's memcheck was in the processes of a run that claims it: `cargo xtask test hostile` starts this target and
//! `abi` by one command, with valgrind before each program. What memcheck finds on this machine is shown by the suite `c`.

#![cfg(target_os = "linux")]

use std::fs;

const MISSING: &str = "not under valgrind: run `cargo xtask test hostile`";

#[test]
fn memcheck_is_in_this_process() {
    assert!(memcheck_is_here(), "{MISSING}");
}

#[test]
fn memcheck_is_in_a_process_that_a_test_has_to_itself() {
    support::in_own_process(|| assert!(memcheck_is_here(), "{MISSING}"));
}

fn memcheck_is_here() -> bool {
    fs::read_to_string("/proc/self/maps").expect("this process's own list of files").contains("vgpreload_memcheck")
}
