//! The proof that valgrind's memcheck was in the processes of a run that claims it: `cargo xtask test hostile` starts this target and
//! `abi` by one command, with valgrind before each program. What memcheck finds on this machine is shown by the suite `c`.

#![cfg(target_os = "linux")]

#[test]
fn memcheck_is_in_this_process() {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("this process's own list of files");
    assert!(maps.contains("vgpreload_memcheck"), "not under valgrind: run `cargo xtask test hostile`\n{maps}");
}
