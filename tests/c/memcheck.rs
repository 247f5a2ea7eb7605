//! The same program under valgrind.

use std::process::Command;

/// The exit code of a program in which valgrind found something.
pub const VALGRIND_FOUND_SOMETHING: i32 = 99;

/// The same command under memcheck, in which an error or a leak is an exit code. What is only reachable or possibly lost is
/// neither: Rust keeps one `Thread` for each thread of the host that it has met, by a pointer into its middle.
pub fn valgrind(command: &Command) -> Command {
    let mut checked = Command::new("valgrind");
    checked.args(["--quiet", "--leak-check=full"]);
    checked.args(["--errors-for-leak-kinds=definite,indirect", "--show-leak-kinds=definite,indirect"]);
    checked.arg(format!("--error-exitcode={VALGRIND_FOUND_SOMETHING}"));
    checked.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => checked.env(name, value),
            None => checked.env_remove(name),
        };
    }
    checked
}
