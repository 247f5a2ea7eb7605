//! `demo --window`: the C++ example, a small game with SDL2 and Dear ImGui, built by CMake from a staged package.
//!
//! With a played player it runs on a display of its own (Xvfb, drawn in software), and its pictures can be kept: those of the
//! README are made so. It drives the example by its standard input and asks nothing of the library.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::demo::{PROVIDER_READY, exit_code, sign_in};
use crate::run::{self, Result, Running, Stop};
use crate::setup::{self, Need};
use crate::{artifacts, package};

const CLIENT_ID: &str = "night-hills";
const CLAIMS: &str = r#"{"roles": ["captain", "beta tester"]}"#;
/// What the windowed example is built with.
pub const NEEDS: &[&Need] =
    &[&setup::GXX, &setup::CMAKE, &setup::MAKE, &setup::PKG_CONFIG, &setup::SDL_AND_IMGUI, &setup::DEJAVU];

/// Builds the example and plays it, at a real provider if there is one.
pub fn run(real: Option<(&str, &str)>, headless: bool, remember: bool, pictures: Option<&str>) -> Result<u8> {
    if !cfg!(target_os = "linux") {
        return Err(Stop::failed("--window is built from Debian's SDL2 and Dear ImGui, on Linux only"));
    }
    setup::ensure(NEEDS)?;
    setup::ensure(if headless { &[&setup::XVFB] } else { &[&setup::XDG_OPEN] })?;
    let example = built()?;
    if let Some((issuer, client)) = real {
        return Ok(exit_code(played_by_hand(&example, issuer, client, remember)?));
    }
    let program = artifacts::practice_provider()?;
    let mut provider = Running::start_held(Command::new(&program).args(["--claims", CLAIMS]))?;
    let issuer =
        provider.first(PROVIDER_READY, |line| line.strip_prefix("issuer: ").map(|url| url.trim().to_owned()))?;
    if headless {
        return on_a_display_of_its_own(&example, &program, &issuer, pictures.map(Path::new));
    }
    Ok(exit_code(played_by_hand(&example, &issuer, CLIENT_ID, remember)?))
}

fn built() -> Result<PathBuf> {
    let staged = package::staged()?;
    let folder = staged.with_file_name("window");
    let mut prefix = std::ffi::OsString::from("-DCMAKE_PREFIX_PATH=");
    prefix.push(&staged);
    let source = run::root().join("examples").join("cpp");
    run::stream(
        Command::new("cmake")
            .arg("-S")
            .arg(source)
            .arg("-B")
            .arg(&folder)
            .args(["-DCMAKE_BUILD_TYPE=Release"])
            .arg(prefix),
    )?;
    run::stream(Command::new("cmake").arg("--build").arg(&folder))?;
    Ok(folder.join("night_hills"))
}

fn game(example: &Path, issuer: &str, client: &str) -> Command {
    let mut game = Command::new(example);
    // Cargo's search path leads to another build of the library.
    game.env_remove("LD_LIBRARY_PATH").args(["--issuer", issuer, "--client-id", client]);
    game
}

fn played_by_hand(example: &Path, issuer: &str, client: &str, remember: bool) -> Result<std::process::ExitStatus> {
    let mut game = Running::start(game(example, issuer, client).args(remember.then_some("--remember")))?;
    game.each_line(|line| {
        println!("{line}");
        Ok(())
    })?;
    game.wait()
}

/// An X server that takes a free number by itself, says which, and ends with this.
fn display() -> Result<(Running, String)> {
    let mut command = Command::new("Xvfb");
    command.args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"]);
    command.env("MESA_SHADER_CACHE_DISABLE", "true");
    let mut server = Running::start(&mut command)?;
    let number = server.first(PROVIDER_READY, |line| line.trim().parse::<u32>().ok())?;
    Ok((server, format!(":{number}")))
}

/// Signs in on both ways, and out again.
fn on_a_display_of_its_own(example: &Path, provider: &Path, issuer: &str, pictures: Option<&Path>) -> Result<u8> {
    let (_server, display) = display()?;
    let mut command = game(example, issuer, CLIENT_ID);
    command.args(["--host-opens", "--hand"]).env("DISPLAY", display).env("LIBGL_ALWAYS_SOFTWARE", "1");
    command.env_remove("WAYLAND_DISPLAY").env("MESA_SHADER_CACHE_DISABLE", "true");
    let mut game = Running::start_held(&mut command)?;
    game.say("press Sign in on another screen")?;
    let url = game.until("or scan: ")?;
    keep(&mut game, pictures, "another-screen.png")?;
    sign_in(provider, &url, true)?;
    game.until("state: signed in")?;
    game.say("press Sign out")?;
    game.until("state: signed out")?;
    game.say("press Sign in")?;
    let url = game.until("open: ")?;
    sign_in(provider, &url, false)?;
    game.until("state: signed in")?;
    keep(&mut game, pictures, "signed-in.png")?;
    game.say("press Sign out")?;
    game.until("state: signed out")?;
    game.say("quit")?;
    game.until("longest poll: ")?;
    Ok(exit_code(game.wait()?))
}

fn keep(game: &mut Running, pictures: Option<&Path>, name: &str) -> Result<()> {
    let Some(folder) = pictures else { return Ok(()) };
    fs::create_dir_all(folder)
        .map_err(|error| Stop::failed(format!("could not make {}: {error}", folder.display())))?;
    let file = folder.canonicalize().unwrap_or_else(|_| folder.to_owned()).join(name);
    game.say(&format!("picture {}", file.display()))?;
    game.until("done: picture").map(drop)
}
