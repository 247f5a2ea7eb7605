//! A Linux machine that the library is built for: its library, its C library, its compiler, and what runs its programs here.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::running::Running;

/// One architecture with one C library.
pub struct Machine {
    /// As targets spell it.
    architecture: &'static str,
    /// The variable that leads to its library.
    library: &'static str,
    /// Where programs look for the C library's loader.
    loader: &'static str,
    libc: Libc,
    /// What runs its programs where this machine can't.
    emulator: Option<&'static str>,
}

/// Where a C library is, with its loader.
enum Libc {
    /// A folder of this machine's.
    Here(&'static str),
    /// A folder of what was unpacked where the variable says.
    Older(&'static str, &'static str),
}

pub const X86_64: Machine = Machine {
    architecture: "x86_64",
    library: "LATCHKEY_TEST_LINUX_X86_64",
    loader: "lib64/ld-linux-x86-64.so.2",
    libc: Libc::Here("/lib/x86_64-linux-gnu"),
    emulator: None,
};

pub const ARM64: Machine = Machine {
    architecture: "aarch64",
    library: "LATCHKEY_TEST_LINUX_AARCH64",
    loader: "lib/ld-linux-aarch64.so.1",
    libc: Libc::Here("/usr/aarch64-linux-gnu/lib"),
    emulator: Some("qemu-aarch64-static"),
};

/// With the C library of 2020.
pub const OLDER_X86_64: Machine =
    Machine { libc: Libc::Older("LATCHKEY_TEST_OLDER_LIBC_X86_64", "lib/x86_64-linux-gnu"), ..X86_64 };

/// With the C library of 2020.
pub const OLDER_ARM64: Machine =
    Machine { libc: Libc::Older("LATCHKEY_TEST_OLDER_LIBC_AARCH64", "lib/aarch64-linux-gnu"), ..ARM64 };

impl Machine {
    pub fn library(&self) -> PathBuf {
        given(self.library)
    }

    /// The C library's loader: where programs look for it, and where it is on this machine.
    pub fn loader(&self) -> (&'static Path, PathBuf) {
        let inside = Path::new(self.loader);
        (inside, self.libc_folder().join(inside.file_name().expect("a loader has a name")))
    }

    /// A file of its C library on this machine.
    pub fn libc(&self, name: &str) -> PathBuf {
        self.libc_folder().join(name)
    }

    fn libc_folder(&self) -> PathBuf {
        match self.libc {
            Libc::Here(folder) => folder.into(),
            Libc::Older(variable, below) => given(variable).join(below),
        }
    }

    /// The file of its emulator, if it needs one.
    pub fn emulator(&self) -> Option<PathBuf> {
        let name = self.emulator?;
        let path = env::var_os("PATH").expect("there is a search path");
        let found = env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
        Some(found.unwrap_or_else(|| panic!("{name} is not on the search path: run `cargo xtask test platforms`")))
    }

    /// Compiles a C file of the source tree against this machine's library and as old a C library as is promised.
    #[track_caller]
    pub fn compile(&self, source: &str, program: &Path) {
        let tree = given("LATCHKEY_TEST_ROOT");
        let library = self.library();
        let mut command = Command::new(given("LATCHKEY_TEST_ZIG_PYTHON"));
        command
            .args(["-m", "ziglang", "cc", "-std=c99", "-target"])
            .arg(format!("{}-linux-gnu.2.17", self.architecture));
        command.arg("-I").arg(given("LATCHKEY_TEST_INCLUDE")).arg(tree.join(source)).arg("-o").arg(program);
        command.arg("-L").arg(library.parent().expect("a file is in a folder")).arg("-llatchkey");
        Running::start(&mut command).finish().expect_code(0);
    }
}

/// What `cargo xtask test platforms` has set.
pub fn given(variable: &str) -> PathBuf {
    let value = env::var_os(variable).filter(|value| !value.is_empty());
    value.unwrap_or_else(|| panic!("{variable} is not set: run `cargo xtask test platforms`")).into()
}
