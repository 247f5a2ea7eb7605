//! The C++ example in its window: an X server without a screen, software for a graphics card, and a hand that presses the buttons.
//!
//! What it draws is looked at: the QR code in its picture is read as a camera would.

use std::path::{Path, PathBuf};
use std::process::Command;

use practice_provider::{Options, Player, PracticeProvider};
use tempfile::TempDir;

use crate::toolchain::root;
use support::running::{PATIENCE, Running};

struct Display {
    _server: Running,
    name: String,
}

impl Display {
    /// The server takes a free number by itself, and says which.
    fn open() -> Self {
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"]);
        command.env("MESA_SHADER_CACHE_DISABLE", "true");
        let mut server = Running::start(&mut command);
        let name = format!(":{}", server.wait_for_line(""));
        Self { _server: server, name }
    }
}

fn built(folder: &TempDir) -> PathBuf {
    let package = std::env::var("LATCHKEY_TEST_PACKAGE").expect("the package is not staged: run `cargo xtask test c`");
    let mut configure = Command::new("cmake");
    configure.arg("-S").arg(root().join("examples/cpp")).arg("-B").arg(folder.path());
    configure.arg(format!("-DCMAKE_PREFIX_PATH={package}")).arg("-DCMAKE_CXX_FLAGS=-O1 -Werror");
    Running::start(&mut configure).finish().expect_code(0);
    Running::start(Command::new("cmake").arg("--build").arg(folder.path())).finish().expect_code(0);
    folder.path().join("night_hills")
}

fn game(program: &Path, issuer: &str, display: &Display) -> Running {
    let mut command = Command::new(program);
    command.args(["--issuer", issuer, "--client-id", "night-hills", "--host-opens", "--hand"]);
    command.env("DISPLAY", &display.name).env("LIBGL_ALWAYS_SOFTWARE", "1").env("SDL_VIDEODRIVER", "x11");
    command.env_remove("WAYLAND_DISPLAY").env_remove("LD_LIBRARY_PATH").env("MESA_SHADER_CACHE_DISABLE", "true");
    Running::listening(&mut command, "the windowed example", PATIENCE)
}

#[test]
fn the_windowed_example_signs_in_both_ways_by_its_buttons_and_out() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = built(&folder);
    let display = Display::open();
    let options = Options { device_interval_s: 1, ..Options::default() };
    let provider = PracticeProvider::start(options).expect("the practice provider starts");
    let mut game = game(&program, provider.issuer(), &display);

    game.tell("press Sign in on another screen");
    let shown = game.wait_for_line("or scan: ");
    let picture = folder.path().join("code.pgm");
    game.tell(&format!("picture {}", picture.display()));
    game.wait_for_line("done: picture");
    assert_eq!(scanned(&picture), shown);
    game.tell("press Cancel");
    game.wait_for_line("state: signed out");

    game.tell("press Sign in");
    let url = game.wait_for_line("open: ");
    Player::new().sign_in(&url, "Ada Lovelace").expect("the player gets through");
    game.wait_for_line("state: signed in");
    game.tell("press New token");
    game.wait_for_line("done: press New token");
    game.tell("press Sign out");
    game.wait_for_line("state: signed out");
    game.tell("quit");
    let finished = game.finish();
    finished.expect_code(0);
    assert_eq!(provider.live_refresh_tokens(), 0, "signed out at the provider too: {finished}");
}

#[test]
fn the_windowed_example_without_a_display_says_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = built(&folder);
    let nowhere = Display { _server: Running::start(&mut Command::new("true")), name: ":none".to_owned() };
    game(&program, "http://127.0.0.1:1", &nowhere)
        .finish()
        .expect_code(1)
        .expect_on_stderr("night_hills: SDL could not start: ");
}

/// What a camera reads that is held to the window.
#[track_caller]
fn scanned(picture: &Path) -> String {
    let bytes = std::fs::read(picture).expect("the picture was written");
    let mut parts = bytes.splitn(4, |byte| *byte == b'\n');
    assert_eq!(parts.next(), Some(&b"P5"[..]));
    let size = String::from_utf8_lossy(parts.next().expect("a size")).into_owned();
    let (width, height) = size.split_once(' ').expect("two numbers");
    let (width, height): (usize, usize) = (width.parse().expect("a number"), height.parse().expect("a number"));
    let pixels = parts.nth(1).expect("pixels");
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "a camera finds one code");
    grids[0].decode().expect("it can be read").1
}
