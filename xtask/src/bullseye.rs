//! The C library of an older Debian, unpacked into a folder for each architecture: what the tests of `platforms` run the product on.
//!
//! Debian's own apt-get and its signatures, with a state and a list of sources below the target folder: nothing of this machine's
//! own packages is asked, changed or locked, and no right beyond the folder is needed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::artifacts;
use crate::files::{clear, failed, make, write};
use crate::run::{self, Result, Stop};
use crate::setup::{self, Need};

/// What fetches and unpacks it.
pub const NEEDS: &[&Need] = &[&setup::APT, &setup::DPKG, &setup::DEBIAN_KEYRING];

/// glibc 2.31. Since 2.34 threads, timers and the loader's functions are in libc itself; before, they are libraries of their own, which
/// ours has to name.
const RELEASE: &str = "bullseye";
const PACKAGE: &str = "libc6";
/// Where Debian keeps its releases, and where they go when they are no longer looked after.
const MIRRORS: &[&str] = &["http://deb.debian.org/debian", "http://archive.debian.org/debian"];
/// Written last: without it the folder is of a run that broke off.
const DONE: &str = "done";

/// The folder with that C library for this architecture, in Debian's spelling; fetched unless it is there.
pub fn libc(architecture: &str) -> Result<PathBuf> {
    let home = artifacts::target_folder()?.join("tools").join(RELEASE);
    let folder = home.join(architecture);
    if folder.join(DONE).is_file() {
        return Ok(folder);
    }
    clear(&folder)?;
    let apt = Apt::set_up(&home.join(format!("apt-{architecture}")), architecture)?;
    apt.update()?;
    let package = apt.download(architecture)?;
    run::stream(Command::new(tool(&setup::DPKG)?).arg("--extract").arg(package).arg(&folder))?;
    write(&folder.join(DONE), "")?;
    Ok(folder)
}

/// An apt-get that knows of one release and nothing of this machine.
struct Apt {
    folder: PathBuf,
}

impl Apt {
    fn set_up(folder: &Path, architecture: &str) -> Result<Self> {
        clear(folder)?;
        for below in ["state/lists/partial", "cache/archives/partial", "package"] {
            make(&folder.join(below))?;
        }
        write(&folder.join("status"), "")?;
        write(&folder.join("apt.conf"), &settings(folder, architecture))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// From the first mirror that has the release.
    fn update(&self) -> Result<()> {
        let keyring = tool(&setup::DEBIAN_KEYRING)?;
        let mut last = Err(Stop::failed("no mirror of Debian's is known"));
        for mirror in MIRRORS {
            let source = format!("deb [signed-by={}] {mirror} {RELEASE} main\n", keyring.display());
            write(&self.folder.join("sources.list"), &source)?;
            // The names of mirrors that fail are in what apt-get says itself.
            last = run::stream(self.command()?.args(["update", "-qq", "--error-on=any"]));
            if last.is_ok() {
                return Ok(());
            }
        }
        last
    }

    /// The file that was fetched.
    fn download(&self, architecture: &str) -> Result<PathBuf> {
        let folder = self.folder.join("package");
        let name = format!("{PACKAGE}:{architecture}");
        run::stream(self.command()?.args(["download", "-qq", &name]).current_dir(&folder))?;
        let files = fs::read_dir(&folder).map_err(|error| failed("list", &folder, &error))?;
        let first =
            files.flatten().map(|entry| entry.path()).find(|file| file.extension().is_some_and(|end| end == "deb"));
        first.ok_or_else(|| Stop::failed(format!("apt-get fetched no package into {}", folder.display())))
    }

    fn command(&self) -> Result<Command> {
        let mut command = Command::new(tool(&setup::APT)?);
        command.env("APT_CONFIG", self.folder.join("apt.conf"));
        Ok(command)
    }
}

/// The user that root's apt-get becomes for downloads may not be able to write here.
fn settings(folder: &Path, architecture: &str) -> String {
    let folder = folder.display();
    format!(
        "APT::Architecture \"{architecture}\";\nAPT::Architectures {{ \"{architecture}\"; }};\nAPT::Sandbox::User \"\";\n\
         Acquire::Languages \"none\";\nDir::Cache \"{folder}/cache\";\nDir::State \"{folder}/state\";\n\
         Dir::State::status \"{folder}/status\";\nDir::Etc::sourcelist \"{folder}/sources.list\";\n\
         Dir::Etc::sourceparts \"/dev/null\";\nDir::Etc::preferencesparts \"/dev/null\";\n"
    )
}

fn tool(need: &Need) -> Result<PathBuf> {
    need.find().ok_or_else(|| Stop::failed("apt-get, dpkg-deb or Debian's keys are not there"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_this_machine_s_packages_is_asked_or_changed() {
        let settings = settings(Path::new("/of/its/own"), "arm64");
        for (name, value) in [
            ("Dir::Cache", "/of/its/own/cache"),
            ("Dir::State", "/of/its/own/state"),
            ("Dir::State::status", "/of/its/own/status"),
            ("Dir::Etc::sourcelist", "/of/its/own/sources.list"),
            ("Dir::Etc::sourceparts", "/dev/null"),
            ("APT::Architecture", "arm64"),
        ] {
            assert!(settings.lines().any(|line| line == format!("{name} \"{value}\";")), "{settings}");
        }
    }
}
