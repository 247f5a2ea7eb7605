//! A Windows of a test's own: wine in a folder that goes with the test, the unpacked archive, and the programs that are built from it.
//!
//! May touch: that folder, and the programs that it compiles and starts.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::machine::given;
use support::running::Running;

/// With all that a search path, a compiler's options or a code page could stumble over.
const GAME: &str = "Spiele für alle (x64)";
const UNPACKED: &str = "third party";

/// What the C programs are compiled with.
pub const C99: &[&str] = &["x86_64-w64-mingw32-gcc", "-std=c99"];
/// What the C++ programs are compiled with; a game does not bring MinGW's libraries along.
pub const CPP11: &[&str] = &["x86_64-w64-mingw32-g++", "-std=c++11", "-static-libgcc", "-static-libstdc++"];

/// The folder of the game, with the library beside its programs, the archive that it was built from, and wine's own.
pub struct Windows {
    folder: TempDir,
}

impl Windows {
    /// An unpacked archive, and a game that has the library of it.
    pub fn new() -> Self {
        // On the disk of the Windows that is copied, so that its files can be linked to.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder");
        let windows = Self { folder };
        install(&given("LATCHKEY_TEST_WINE").join("prefix"), &windows.prefix());
        let (unpacked, game) = (windows.folder.path().join(UNPACKED), windows.game());
        for folder in [&unpacked, &game] {
            fs::create_dir(folder).expect("the temporary folder can be written to");
        }
        let packed =
            given("LATCHKEY_TEST_ARCHIVES").join(concat!("latchkey-", env!("CARGO_PKG_VERSION"), "-win64.zip"));
        let mut unpack = Command::new("cmake");
        unpack.args(["-E", "tar", "xf"]).arg(packed).current_dir(&unpacked);
        Running::start(&mut unpack).finish().expect_code(0);
        fs::copy(windows.archive("bin/latchkey.dll"), game.join("latchkey.dll")).expect("the library is copied");
        windows.put_what_wine_lacks(&game);
        windows
    }

    /// The folder of the game's programs.
    pub fn game(&self) -> PathBuf {
        self.folder.path().join(GAME)
    }

    /// A folder for CMake: what it makes for MinGW does not quote parentheses.
    pub fn plain_folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file of the game's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.game().join(name)
    }

    /// A file of the unpacked archive, by its name there.
    #[track_caller]
    pub fn archive(&self, name: &str) -> PathBuf {
        let unpacked = self.folder.path().join(UNPACKED).canonicalize().expect("the archive is unpacked");
        let file = unpacked.join(concat!("latchkey-", env!("CARGO_PKG_VERSION"), "-win64")).join(name);
        assert!(file.exists(), "the archive holds no {name}");
        file
    }

    /// Into a folder from which programs are run.
    pub fn put_what_wine_lacks(&self, folder: &Path) {
        let lacking = given("LATCHKEY_TEST_WINE").join("bcryptprimitives.dll");
        fs::copy(lacking, folder.join("bcryptprimitives.dll")).expect("the one library that wine lacks is copied");
    }

    /// Compiles a C or C++ file of the source tree against the archive; `libraries` are its files or others of the linker's.
    #[track_caller]
    pub fn compile(&self, compiler: &[&str], source: &str, libraries: &[&str], program: &str) {
        let mut command = Command::new(compiler[0]);
        command.args(&compiler[1..]).args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I"]);
        command.arg(self.archive("include")).arg(given("LATCHKEY_TEST_ROOT").join(source));
        command.arg("-o").arg(self.path(program));
        for library in libraries {
            match library.starts_with('-') {
                true => command.arg(library),
                false => command.arg(self.archive(library)),
            };
        }
        Running::start(&mut command).finish().expect_code(0);
    }

    /// A program of the game's folder, ready to run.
    pub fn program(&self, program: &str) -> Command {
        self.started(&self.path(program))
    }

    /// A program, wherever it is, ready to run where the game is.
    pub fn started(&self, program: &Path) -> Command {
        let mut command = self.wine("wine");
        command.arg(program).current_dir(self.game());
        command
    }

    /// A program that Windows brings, with its arguments, to the end.
    #[track_caller]
    pub fn system(&self, words: &[&str]) {
        Running::start(self.wine("wine").args(words)).finish().expect_code(0);
    }

    /// The player's registry, as wine writes it down when the last program of this Windows is gone.
    #[track_caller]
    pub fn registry(&self) -> String {
        Running::start(self.wine("wineserver").arg("-w")).finish().expect_code(0);
        let bytes = fs::read(self.prefix().join("user.reg")).expect("wine has written the player's registry");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// A file of the disk `C:`.
    pub fn on_disk_c(&self, path: &str) -> PathBuf {
        self.prefix().join("drive_c").join(path)
    }

    fn prefix(&self) -> PathBuf {
        self.folder.path().join("wine")
    }

    fn wine(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("WINEPREFIX", self.prefix()).env("WINEDEBUG", "-all").env_remove("DISPLAY");
        // Else wine takes no file names but ASCII.
        command.env("LC_ALL", "C.UTF-8");
        // No dialog that offers a download, and ours instead of the one that is missing.
        command.env("WINEDLLOVERRIDES", "mscoree,mshtml=;winemenubuilder.exe=;bcryptprimitives=n");
        command
    }
}

/// A Windows like one that is installed already. What that put there nobody writes to, and it is linked to: anew it would take 11 s
/// and 700 MB. The registry is copied.
fn install(from: &Path, to: &Path) {
    fs::create_dir(to).expect("the temporary folder can be written to");
    for entry in fs::read_dir(from).expect("wine has installed itself") {
        let entry = entry.expect("a folder that can be read");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().expect("a folder that can be read");
        if kind.is_dir() {
            install(&from, &to);
        } else if kind.is_symlink() {
            symlink(fs::read_link(from).expect("a link"), to).expect("the temporary folder can be written to");
        } else if from.extension().is_some_and(|end| end == "reg") {
            fs::copy(from, to).expect("the registry is copied");
        } else {
            fs::hard_link(from, to).expect("the files of wine are on this disk");
        }
    }
}

impl Drop for Windows {
    fn drop(&mut self) {
        // Only this folder's server; that there is none any more is no failure.
        let _ = self.wine("wineserver").arg("-k").status();
    }
}
