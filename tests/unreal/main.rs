//! The Unreal plugin where there is no engine: what can be decided outside of it, decided here.
//!
//! | file | holds |
//! |---|---|
//! | `build_rules.rs` | `Latchkey.Build.cs`, compiled and run for each platform |
//! | `reflection.rs` | what the header tool writes, at work with the stand-in |
//! | `descriptor.rs` | the plugin's descriptor, its icon and what goes into a package |
//! | `modules.rs`, `compiler.rs`, `product.rs`, `scratch.rs` | the plugin and the stand-in for the engine (`engine/`), compiled as the engine's build does |
//! | `compiles.rs` | every file of the plugin, in every way that an engine compiles it; what it includes and is linked with |
//! | `strict.rs`, `selftest/` | that the stand-in is as strict as it says |
//! | `docs.rs` | that what the page on Unreal prints is so |
//! | `game.rs`, `game/` | a program that plays the engine, and what a test tells it and sees of it |
//!
//! Linux only: the tools are at home there.

#![cfg(target_os = "linux")]

mod another_screen;
mod build_rules;
mod compiler;
mod compiles;
mod cost;
mod descriptor;
mod docs;
mod game;
mod library;
mod lifetimes;
mod modules;
mod nodes;
mod product;
mod provider;
mod reflection;
mod scratch;
mod settings;
mod signing_in;
mod strict;
mod widget;

// The certified provider and the player's desktop session are those of the suite `session`, which uses more of them.
#[path = "../session/certified_provider.rs"]
#[expect(dead_code)]
mod certified;
#[path = "../session/home.rs"]
mod home;
#[path = "../session/keyring.rs"]
#[expect(dead_code)]
mod keyring;
#[path = "../session/secret_service.rs"]
#[expect(dead_code)]
mod secret_service;

use std::env;
use std::path::{Path, PathBuf};

/// The top of the source tree.
fn root() -> PathBuf {
    let given = env::var_os("LATCHKEY_TEST_ROOT").filter(|path| !path.is_empty()).map(PathBuf::from);
    given.unwrap_or_else(|| {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are one folder below the top").to_owned()
    })
}

/// The plugin's folder.
fn plugin() -> PathBuf {
    root().join("unreal-plugin/Latchkey")
}

/// A file of the plugin.
#[track_caller]
fn plugin_text(path: &str) -> String {
    let file = plugin().join(path);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
