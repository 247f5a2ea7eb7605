//! The session that outlives the game: games in processes of their own, the real Secret Service (gnome-keyring on a private
//! session bus), the practice provider, and npm's certified `oidc-provider`.
//!
//! | file | holds |
//! |---|---|
//! | `home.rs`, `keyring.rs`, `secret_service.rs` | a player's desktop session in every condition, and a look at what is stored |
//! | `game.rs` | a game in a process of its own; it is `tests/game/main.rs` |
//! | `stage.rs` | provider, player, session and games together |
//! | `conditions.rs` | that the conditions are what their names say |
//! | `resume.rs`, `trouble.rs` | the session of last time, and the store that it can't be had from |
//! | `host_store.rs` | the host's own vault |
//! | `sharing.rs` | many threads and many processes with one session |
//! | `killed.rs`, `seed.rs` | `kill -9` at random points |
//! | `example.rs` | the C example with `--remember` |
//! | `certified_provider.rs`, `certified.rs` | all of it once more at `oidc-provider` |
//! | `outage.rs`, `leaving.rs`, `quiet.rs` | without a network; the end of a session; what an idle one does not do |
//!
//! Linux only: the Secret Service is at home there. Needs dbus, gnome-keyring and Node: `cargo xtask test session` sees to it.

#![cfg(target_os = "linux")]

mod game;
mod home;
mod keyring;
mod secret_service;
mod seed;
mod stage;

use support::vault;

mod conditions;

mod certified;
mod certified_provider;
mod example;
mod host_store;
mod killed;
mod leaving;
mod outage;
mod quiet;
mod resume;
mod sharing;
mod trouble;
