//! The library for Windows, run under wine as a studio gets it: everything here is built from the unpacked archive.
//!
//! | file | holds |
//! |---|---|
//! | `linking.rs` | C and C++ by MinGW, shared and static; MSVC's manner of linking; the file's properties |
//! | `studio.rs` | a CMake project with a toolchain file and a Makefile project; the packaged sign-in |
//! | `store.rs` | the Credential Manager: sessions that are large, too large, shared |
//! | `browser.rs` | the player's browser, as the registry names it |
//! | `folders.rs` | where the slot's lock is |
//! | `unloading.rs` | what is left of the library when it is shut down, and when it is freed |
//!
//! The provider and its player are on this machine; the game signs in over the loopback address that both share.

mod browser;
mod folders;
mod linking;
mod store;
mod studio;
mod unloading;

use practice_provider::{Player, PracticeProvider};

use crate::wine::{C99, Windows};
use support::running::{Finished, Running};

/// The C example as a program of the game's.
const EXAMPLE: &str = "sign_in.exe";

#[track_caller]
fn with_the_example() -> Windows {
    let windows = Windows::new();
    windows.compile(C99, "examples/c/sign_in.c", &["lib/liblatchkey.dll.a"], EXAMPLE);
    windows
}

/// Runs a program that has the options of the C example, and is its player if it asks for one.
#[track_caller]
fn play(mut program: std::process::Command, provider: &PracticeProvider, options: &[&str]) -> Finished {
    program.args(["--issuer", provider.issuer(), "--client-id", "example", "--host-opens"]).args(options);
    Running::start(&mut program).finish_and_hear("open: ", |url| {
        let page = Player::new().sign_in(url, "Ada Lovelace").expect("the player gets through");
        assert_eq!(page.status, 200, "the game's own page");
    })
}

/// The sizes of the library's credentials in the player's store, in bytes.
#[track_caller]
fn credentials(windows: &Windows) -> Vec<usize> {
    let registry = windows.registry().replace("\\\r\n", "").replace("\\\n", "");
    let is_ours = |section: &&str| section.contains("Credential Manager") && section.contains(".Latchkey");
    let size = |section: &str| {
        let secret = section.lines().find_map(|line| line.strip_prefix("\"Password\"=hex:"));
        secret.unwrap_or_else(|| panic!("a credential without a secret:\n{section}")).split(',').count()
    };
    registry.split("\n[").filter(is_ours).map(size).collect()
}
