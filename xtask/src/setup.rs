//! What a machine lacks: installed where that can be done without asking, said in one line where it can't.
//!
//! Each command and suite names its needs, so nobody installs a browser to run the unit tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::artifacts;
use crate::files;
use crate::run::{self, Result, Stop};

/// The oldest Node.js that the browser tests run on.
const NODE_MAJOR: u32 = 18;
/// The `91` of the oldest Rust that the library is built with, 1.91.
const RUST_MINOR: u32 = 91;

/// A program that something can't do without.
pub struct Need {
    /// Any of these on the search path will do.
    programs: &'static [&'static str],
    /// All of these must lie here, for what is no program: headers, fonts.
    files: &'static [&'static str],
    /// The packages that bring it on Debian and Ubuntu, with what they only recommend but the program needs.
    debian: &'static [&'static str],
    /// What to install where there is no apt-get.
    pub elsewhere: &'static str,
    /// Whether a program of that name is good enough.
    fits: fn(&Path) -> bool,
    /// Ubuntu's package is a snap, which works neither in a container nor with a test's own profile.
    snap_on_ubuntu: bool,
    /// Ubuntu has no package of it.
    debian_only: bool,
}

/// What most needs have in common.
const PLAIN: Need = Need {
    programs: &[],
    files: &[],
    debian: &[],
    elsewhere: "",
    fits: |_| true,
    snap_on_ubuntu: false,
    debian_only: false,
};

/// Any C compiler, for the demo.
pub const C_COMPILER: Need = Need {
    programs: if cfg!(windows) { &["cl", "gcc"] } else { &["cc", "gcc", "clang"] },
    debian: &["gcc", "libc6-dev"],
    elsewhere: if cfg!(windows) {
        "a C compiler (Visual Studio Build Tools, then run this in its developer prompt; or MinGW-w64's gcc)"
    } else if cfg!(target_os = "macos") {
        "a C compiler (xcode-select --install)"
    } else {
        "a C compiler"
    },
    ..PLAIN
};

/// Any C++ compiler: the fuzzer is built from source.
pub const CXX_COMPILER: Need =
    Need { programs: &["c++", "g++", "clang++"], debian: &["g++"], elsewhere: "a C++ compiler", ..PLAIN };

/// GNU's C compiler.
pub const GCC: Need = Need { programs: &["gcc"], debian: &["gcc", "libc6-dev"], elsewhere: "gcc", ..PLAIN };

/// GNU's C++ compiler.
pub const GXX: Need = Need { programs: &["g++"], debian: &["g++"], elsewhere: "g++", ..PLAIN };

/// The other C and C++ compiler.
pub const CLANG: Need = Need { programs: &["clang"], debian: &["clang"], elsewhere: "clang", ..PLAIN };

/// The memory checker; it reads the C library's symbols.
pub const VALGRIND: Need =
    Need { programs: &["valgrind"], debian: &["valgrind", "libc6-dbg"], elsewhere: "valgrind", ..PLAIN };

/// A Chromium of any make; on Ubuntu it comes with the Node packages, see [`chromium`].
pub const CHROMIUM: Need = Need {
    programs: &["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"],
    debian: &["chromium"],
    elsewhere: "Chromium or Google Chrome",
    fits: |file| !is_snap(file),
    snap_on_ubuntu: true,
    ..PLAIN
};

/// Node.js, no older than [`NODE_MAJOR`].
pub const NODE: Need = Need {
    programs: &["node", "nodejs"],
    debian: &["nodejs"],
    elsewhere: "Node.js 18 or newer (https://nodejs.org)",
    fits: |file| node_major(file) >= Some(NODE_MAJOR),
    ..PLAIN
};

/// Node's package manager.
pub const NPM: Need = Need { programs: &["npm"], debian: &["npm"], elsewhere: "npm, which Node.js brings", ..PLAIN };

/// Python with what makes virtual environments, which Debian packs apart.
pub const PYTHON: Need = Need {
    programs: if cfg!(windows) { &["python", "python3"] } else { &["python3", "/usr/bin/python3"] },
    debian: &["python3", "python3-venv"],
    elsewhere: "Python 3.11 or newer with its modules venv and ensurepip (https://www.python.org)",
    fits: |file| run::probe(Command::new(file).args(["-c", PYTHON_TEST])).is_some(),
    ..PLAIN
};

const PYTHON_TEST: &str = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";

/// The message bus, for a session of a test's own.
pub const DBUS_DAEMON: Need = Need { programs: &["dbus-daemon"], debian: &["dbus"], elsewhere: "dbus-daemon", ..PLAIN };

/// The Secret Service that most Linux desktops have.
pub const GNOME_KEYRING: Need =
    Need { programs: &["gnome-keyring-daemon"], debian: &["gnome-keyring"], elsewhere: "gnome-keyring", ..PLAIN };

/// `xdg-open`, by which a program opens the browser on Linux.
pub const XDG_OPEN: Need = Need { programs: &["xdg-open"], debian: &["xdg-utils"], elsewhere: "xdg-utils", ..PLAIN };

/// The C# compiler, for the build rules of the Unreal plugin.
pub const MCS: Need =
    Need { programs: &["mcs"], debian: &["mono-mcs"], elsewhere: "Mono's C# compiler (mcs)", ..PLAIN };

/// What runs C# programs.
pub const MONO: Need = Need { programs: &["mono"], debian: &["mono-runtime"], elsewhere: "Mono", ..PLAIN };

/// Debian's compiler, whose standard library comes as a package of source; see [`RUST_WITH_SOURCE`].
pub const DEBIANS_RUSTC: &str = "/usr/bin/rustc";
/// The cargo that belongs to it.
pub const DEBIANS_CARGO: &str = "/usr/bin/cargo";

/// The source of its standard library.
pub const DEBIANS_RUST_SOURCE: &str = "/usr/lib/rustlib/src/rust";

/// A compiler with the source of its standard library, to build that for other machines.
pub const RUST_WITH_SOURCE: Need = Need {
    programs: &[DEBIANS_RUSTC],
    debian: &["rustc-web", "rust-web-src"],
    elsewhere: "Debian's rustc-web and rust-web-src, on Debian",
    fits: |rustc| {
        minor(rustc) >= Some(RUST_MINOR) && Path::new(DEBIANS_RUST_SOURCE).join("library").join("Cargo.lock").is_file()
    },
    debian_only: true,
    ..PLAIN
};

/// The cargo of that compiler.
pub const CARGO_OF_DEBIAN: Need = Need {
    programs: &[DEBIANS_CARGO],
    debian: &["cargo-web"],
    elsewhere: "Debian's cargo-web, on Debian",
    fits: |cargo| minor(cargo) >= Some(RUST_MINOR),
    debian_only: true,
    ..PLAIN
};

/// Runs programs for arm64; static, so that it works in a root without anything else.
pub const QEMU_ARM64: Need = Need {
    programs: &["qemu-aarch64-static"],
    debian: &["qemu-user-static"],
    elsewhere: "a static qemu-aarch64 (qemu-user-static)",
    ..PLAIN
};

/// The C library of arm64, known by the linker that its packages come with.
pub const LIBC_ARM64: Need = Need {
    programs: &["/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1"],
    debian: &["libc6-arm64-cross"],
    elsewhere: "the C library of arm64 below /usr/aarch64-linux-gnu",
    ..PLAIN
};

/// Fetches packages of another release of Debian's.
pub const APT: Need = Need { programs: &["apt-get"], debian: &["apt"], elsewhere: "apt-get", ..PLAIN };

/// Unpacks them.
pub const DPKG: Need = Need { programs: &["dpkg-deb"], debian: &["dpkg"], elsewhere: "dpkg-deb", ..PLAIN };

/// The keys by which these packages are known; Ubuntu has them too.
pub const DEBIAN_KEYRING: Need = Need {
    files: &["/usr/share/keyrings/debian-archive-keyring.gpg"],
    debian: &["debian-archive-keyring"],
    elsewhere: "Debian's keys, debian-archive-keyring",
    ..PLAIN
};

/// The C compiler and linker for Windows.
pub const MINGW: Need = Need {
    programs: &["x86_64-w64-mingw32-gcc"],
    debian: &["gcc-mingw-w64-x86-64"],
    elsewhere: "MinGW-w64's gcc for x86-64",
    ..PLAIN
};

/// The C++ compiler for Windows.
pub const MINGW_CXX: Need = Need {
    programs: &["x86_64-w64-mingw32-g++"],
    debian: &["g++-mingw-w64-x86-64"],
    elsewhere: "MinGW-w64's g++ for x86-64",
    ..PLAIN
};

/// Compiles Windows' resources.
pub const WINDRES: Need = Need {
    programs: &["x86_64-w64-mingw32-windres"],
    debian: &["binutils-mingw-w64-x86-64"],
    elsewhere: "MinGW-w64's windres for x86-64",
    ..PLAIN
};

/// Makes import libraries that both of Windows' linkers read.
pub const LLVM_DLLTOOL: Need =
    Need { programs: &["llvm-dlltool"], debian: &["llvm"], elsewhere: "LLVM's llvm-dlltool", ..PLAIN };

/// LLVM's linker in the manner of Apple's. That of version 14, which is Debian's default, loses what a panic needs to get out of a
/// function; this one is of the compiler's own LLVM.
pub const LLD_LD64: Need = Need {
    programs: &["ld64.lld-22"],
    debian: &["lld-22"],
    elsewhere: "LLVM's ld64.lld of version 22, under the name ld64.lld-22",
    ..PLAIN
};

/// Joins and shows files for macOS.
pub const LLVM_LIPO: Need = Need {
    programs: &["llvm-lipo-22"],
    debian: &["llvm-22"],
    elsewhere: "LLVM's llvm-lipo of version 22, under the name llvm-lipo-22",
    ..PLAIN
};

/// Takes debugging information out of static libraries of every kind.
pub const LLVM_STRIP: Need =
    Need { programs: &["llvm-strip"], debian: &["llvm"], elsewhere: "LLVM's llvm-strip", ..PLAIN };

/// LLVM's linker in the manner of MSVC's.
pub const LLD_LINK: Need = Need { programs: &["lld-link"], debian: &["lld"], elsewhere: "LLVM's lld-link", ..PLAIN };

/// Runs programs for Windows.
pub const WINE: Need =
    Need { programs: &["wine"], debian: &["wine", "wine64"], elsewhere: "wine for 64-bit programs", ..PLAIN };

/// What the windowed example is built from: where Debian and its kin have it.
pub const SDL_AND_IMGUI: Need = Need {
    files: &["/usr/include/SDL2/SDL.h", "/usr/include/imgui/imgui.h", "/usr/include/stb/stb_image_write.h"],
    debian: &["libfreetype-dev", "libgl-dev", "libgl1-mesa-dri", "libimgui-dev", "libsdl2-dev", "libstb-dev"],
    elsewhere: "SDL2, Dear ImGui and stb with their headers, where Debian has them",
    ..PLAIN
};

/// The letters of the windowed example.
pub const DEJAVU: Need = Need {
    files: &["/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"],
    debian: &["fonts-dejavu-core"],
    elsewhere: "the font DejaVu Sans",
    ..PLAIN
};

/// A display without a screen.
pub const XVFB: Need = Need { programs: &["Xvfb"], debian: &["xvfb"], elsewhere: "Xvfb", ..PLAIN };

/// Builds the projects of the suite `c` and the windowed example.
pub const CMAKE: Need = Need { programs: &["cmake"], debian: &["cmake"], elsewhere: "CMake", ..PLAIN };

/// Builds the Makefile project of the suite `c`.
pub const MAKE: Need = Need { programs: &["make"], debian: &["make"], elsewhere: "make", ..PLAIN };

/// Finds packages for both.
pub const PKG_CONFIG: Need =
    Need { programs: &["pkg-config"], debian: &["pkg-config"], elsewhere: "pkg-config", ..PLAIN };

impl Need {
    /// Where it is, if it is there and good enough.
    pub fn find(&self) -> Option<PathBuf> {
        if let Some(first) = self.files.first() {
            return self.files.iter().all(|file| Path::new(file).is_file()).then(|| PathBuf::from(first));
        }
        self.programs.iter().filter_map(|program| run::which(&[program])).find(|file| (self.fits)(file))
    }

    /// Not there, and no package of this system's brings it.
    pub fn is_impossible(&self) -> bool {
        self.debian_only && is_ubuntu() && self.find().is_none()
    }
}

/// Makes sure that all of these are there.
pub fn ensure(needs: &[&Need]) -> Result<()> {
    let lacking = lacking(needs);
    if lacking.is_empty() {
        return Ok(());
    }
    if !is_debian() {
        let mut list: Vec<_> = lacking.iter().map(|need| need.elsewhere).collect();
        list.sort_unstable();
        list.dedup();
        return Err(Stop::failed(format!("please install: {}", list.join("; "))));
    }
    let packages = packages(&lacking);
    if !is_root() {
        return Err(Stop::failed(format!("packages are missing; please run:\n{}", line_to_run(&packages))));
    }
    apt_get(&["update", "--quiet"])?;
    apt_get(&[&["install", "--quiet", "--yes", "--no-install-recommends"], packages.as_slice()].concat())?;
    match self::lacking(&lacking).first() {
        None => Ok(()),
        Some(need) => Err(Stop::failed(format!("the packages of this system do not bring {}", need.elsewhere))),
    }
}

fn lacking<'a>(needs: &[&'a Need]) -> Vec<&'a Need> {
    let asked = needs.iter().copied().filter(|need| !(need.snap_on_ubuntu && is_ubuntu()));
    asked.filter(|need| need.find().is_none()).collect()
}

/// Each package once, in order.
fn packages(needs: &[&Need]) -> Vec<&'static str> {
    let mut packages: Vec<_> = needs.iter().flat_map(|need| need.debian).copied().collect();
    packages.sort_unstable();
    packages.dedup();
    packages
}

fn line_to_run(packages: &[&str]) -> String {
    let install = format!("sudo apt-get install --yes --no-install-recommends {}", packages.join(" "));
    format!("sudo apt-get update && {install}")
}

fn apt_get(words: &[&str]) -> Result<()> {
    run::stream(Command::new("apt-get").args(words).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn is_debian() -> bool {
    cfg!(target_os = "linux") && run::which(&["apt-get"]).is_some()
}

fn is_ubuntu() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    release.lines().any(|line| line == "ID=ubuntu" || line == "ID=\"ubuntu\"")
}

fn is_root() -> bool {
    run::probe(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0")
}

/// A snap, or the script that Ubuntu puts in its place.
fn is_snap(file: &Path) -> bool {
    let real = file.canonicalize().unwrap_or_default();
    let mentions_snap = || {
        let small = real.metadata().is_ok_and(|data| data.len() < 65_536);
        small && fs::read(&real).is_ok_and(|text| String::from_utf8_lossy(&text).contains("/snap/bin/"))
    };
    file.starts_with("/snap") || real.ends_with("snap") || mentions_snap()
}

fn node_major(node: &Path) -> Option<u32> {
    major(&run::probe(Command::new(node).arg("--version"))?)
}

/// The first number of `v20.20.2`.
fn major(version: &str) -> Option<u32> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

/// The second number of `rustc 1.96.0 (…)`.
fn minor(program: &Path) -> Option<u32> {
    let said = run::probe(Command::new(program).arg("--version"))?;
    said.split(' ').nth(1)?.split('.').nth(1)?.parse().ok()
}

/// The search path with this folder before all others.
pub fn path_beginning_with(folder: &Path) -> Result<std::ffi::OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(folders)
        .map_err(|error| Stop::failed(format!("{} can't be searched: {error}", folder.display())))
}

/// Installs the pinned Node packages of a folder, unless they are there already.
pub fn node_packages(folder: &Path) -> Result<()> {
    // npm leaves this file when it is done, so a run that broke off is seen too.
    let installed = folder.join("node_modules").join(".package-lock.json");
    if !is_newer(&folder.join("package-lock.json"), &installed) {
        return Ok(());
    }
    let npm = NPM.find().ok_or_else(|| Stop::failed("npm is not on the search path"))?;
    run::stream(Command::new(npm).arg("ci").current_dir(folder))
}

/// Installs the pinned Python packages of a folder into a virtual environment, unless they are there already. Returns its Python.
pub fn python_packages(folder: &Path, environment: &Path) -> Result<PathBuf> {
    let requirements = folder.join("requirements.txt");
    let python = environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    // Written when pip is done, so a run that broke off is seen too.
    let installed = environment.join("installed");
    let wanted = files::text(&requirements)?;
    if holds(&installed, &wanted) && python.is_file() {
        return Ok(python);
    }
    let system = PYTHON.find().ok_or_else(|| Stop::failed("Python is not on the search path"))?;
    run::stream(Command::new(system).args(["-m", "venv", "--clear"]).arg(environment))?;
    let install = ["-m", "pip", "install", "--quiet", "--require-hashes", "--only-binary", ":all:", "--requirement"];
    run::stream(Command::new(&python).args(install).arg(&requirements))?;
    files::write(&installed, &wanted)?;
    Ok(python)
}

/// The Chromium for the tests of a folder whose Node packages are installed: the system's, or the one that Playwright fetches.
pub fn chromium(folder: &Path) -> Result<PathBuf> {
    if let Some(program) = CHROMIUM.find() {
        return Ok(program);
    }
    let node = || NODE.find().ok_or_else(|| Stop::failed("Node.js is not on the search path"));
    let script = "console.log(require('playwright-core').chromium.executablePath())";
    let path = run::capture(Command::new(node()?).args(["-e", script]).current_dir(folder))?;
    let program = PathBuf::from(path.trim());
    if !program.is_file() {
        if !is_root() {
            let line = format!("cd {} && npx playwright-core install --with-deps chromium", folder.display());
            return Err(Stop::failed(format!("a Chromium is missing; please run:\n{line}")));
        }
        let cli = Path::new("node_modules").join("playwright-core").join("cli.js");
        run::stream(Command::new(node()?).arg(cli).args(["install", "--with-deps", "chromium"]).current_dir(folder))?;
    }
    Ok(program)
}

/// A tool of cargo's, in the folder for such; installed there unless this very version is. Returns the folder of programs.
pub fn cargo_tool(name: &str, version: &str) -> Result<PathBuf> {
    let root = artifacts::target_folder()?.join("tools");
    let programs = root.join("bin");
    let program = programs.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let installed = run::probe(Command::new(&program).arg("--version"));
    if installed.is_none_or(|said| said.trim() != format!("{name} {version}")) {
        let install = ["install", "--quiet", "--locked", name, "--version", version, "--root"];
        run::stream(run::cargo().args(install).arg(&root))?;
    }
    Ok(programs)
}

/// The target that the compiler builds for by itself, such as `x86_64-unknown-linux-gnu`.
pub fn host() -> Result<String> {
    let said = run::capture(Command::new("rustc").arg("-vV").current_dir(run::root()))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Stop::failed("`rustc -vV` names no host"))
}

/// The standard library's source, which comes with the compiler on request.
pub fn rust_source() -> Result<()> {
    if sysroot()?.join("lib/rustlib/src/rust/library/Cargo.lock").is_file() {
        return Ok(());
    }
    run::stream(Command::new("rustup").args(["component", "add", "rust-src"]).current_dir(run::root()))
}

/// A library of the compiler's own for its host, by the end of its name.
pub fn runtime_library(end: &str) -> Result<PathBuf> {
    let folder = sysroot()?.join("lib/rustlib").join(host()?).join("lib");
    let lacking = || Stop::failed(format!("this compiler brings no sanitizer ({end} in {})", folder.display()));
    let mut files = fs::read_dir(&folder).map_err(|_| lacking())?.filter_map(|entry| Some(entry.ok()?.path()));
    files.find(|file| file.to_string_lossy().ends_with(end)).ok_or_else(lacking)
}

fn sysroot() -> Result<PathBuf> {
    let said = run::capture(Command::new("rustc").args(["--print", "sysroot"]).current_dir(run::root()))?;
    Ok(PathBuf::from(said.trim()))
}

/// Whether the file has just this text, whenever it was written: a second checkout's list is younger, and lists the same.
fn holds(file: &Path, text: &str) -> bool {
    fs::read_to_string(file).is_ok_and(|held| held == text)
}

/// Whether `file` was written after `other`, or `other` does not exist.
fn is_newer(file: &Path, other: &Path) -> bool {
    let time = |file: &Path| file.metadata().and_then(|data| data.modified()).ok();
    time(other).is_none_or(|other| time(file).is_some_and(|file| file > other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lacking_package_is_asked_for_once() {
        let packages = packages(&[&VALGRIND, &GCC, &C_COMPILER]);
        assert_eq!(packages, ["gcc", "libc6-dbg", "libc6-dev", "valgrind"]);
        let wanted = "sudo apt-get update && sudo apt-get install --yes --no-install-recommends gcc valgrind";
        assert_eq!(line_to_run(&["gcc", "valgrind"]), wanted);
    }

    #[test]
    fn what_is_lacking_is_what_is_not_found_or_does_not_fit() {
        let there = Need { programs: &["cargo", "no-such-program"], debian: &[], elsewhere: "", ..PLAIN };
        let unfit = Need { programs: &["cargo"], fits: |_| false, ..PLAIN };
        let absent = Need { programs: &["no-such-program"], ..PLAIN };
        assert_eq!(lacking(&[&there]).len(), 0);
        assert_eq!(lacking(&[&there, &unfit, &absent]).len(), 2);
    }

    #[test]
    fn a_version_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("nonsense"), None);
        assert!(major("") < Some(NODE_MAJOR), "no version is no good version");
    }

    #[test]
    fn packages_are_installed_anew_when_others_are_wanted_and_not_for_a_younger_list_of_the_same() {
        let installed = std::env::temp_dir().join(format!("latchkey-xtask-installed-{}", std::process::id()));
        assert!(!holds(&installed, "ziglang==1"), "nothing was ever installed");
        fs::write(&installed, "ziglang==1").unwrap();
        assert!(holds(&installed, "ziglang==1"));
        assert!(!holds(&installed, "ziglang==2"));
        fs::remove_file(&installed).unwrap();
    }

    #[test]
    fn a_lock_file_newer_than_the_packages_is_seen() {
        let folder = std::env::temp_dir().join(format!("latchkey-xtask-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (lock, installed) = (folder.join("lock"), folder.join("installed"));
        fs::write(&lock, "").unwrap();
        assert!(is_newer(&lock, &installed));
        fs::write(&installed, "").unwrap();
        let hour = std::time::Duration::from_secs(3600);
        let touch = |file: &Path, time| fs::File::options().write(true).open(file).unwrap().set_modified(time).unwrap();
        let now = std::time::SystemTime::now();
        touch(&lock, now - hour);
        touch(&installed, now);
        assert!(!is_newer(&lock, &installed));
        touch(&lock, now + hour);
        assert!(is_newer(&lock, &installed));
        fs::remove_dir_all(&folder).unwrap();
    }
}
