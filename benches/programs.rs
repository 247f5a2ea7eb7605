//! Who is measured: Latchkey's game and the peers, how each is started, and what its way is.

use std::path::PathBuf;
use std::process::Command;

use latchkey_benches::LATCHKEY;
use latchkey_benches::document::Program;
use serde_json::Value;

use crate::peer::Peer;
use crate::stage::{Result, World};

/// How to start a program, and what the document says of it.
struct Start {
    key: &'static str,
    shown: &'static str,
    checks: &'static str,
    start: fn(&World) -> Result<Command>,
}

/// A program that runs.
pub struct Client {
    pub program: Program,
    pub peer: Peer,
}

const PROGRAMS: &[Start] = &[
    Start {
        key: LATCHKEY,
        shown: "Latchkey",
        checks: "all, signature and at_hash too",
        start: |world| Ok(game(world)),
    },
    Start {
        key: "openid-client",
        shown: "openid-client",
        checks: "all but the signature",
        start: |world| node(world, &[]),
    },
    Start {
        key: "openid-client-signed",
        shown: "openid-client, with signatures",
        checks: "all, signature too",
        start: |world| node(world, &["--signatures"]),
    },
    Start { key: "authlib", shown: "Authlib", checks: "all, signature and at_hash too", start: python },
    Start {
        key: "openidconnect",
        shown: "openidconnect",
        checks: "all, signature and at_hash too",
        start: |world| rust(world, "openidconnect"),
    },
    Start {
        key: "tutorial",
        shown: "the tutorials' pattern",
        checks: "nothing",
        start: |world| rust(world, "tutorial"),
    },
];

/// Starts all of them.
pub fn start(world: &World) -> Result<Vec<Client>> {
    PROGRAMS.iter().map(|program| program.start(world)).collect()
}

/// Latchkey's game alone, in a process of its own.
pub fn fresh_game(world: &World) -> Result<Peer> {
    Ok(Peer::start(LATCHKEY, &mut game(world))?.0)
}

/// As [`fresh_game`], with a folder as its whole search path.
pub fn fresh_game_with_path(world: &World, folder: &std::path::Path) -> Result<Peer> {
    Ok(Peer::start(LATCHKEY, game(world).env("PATH", folder).env_remove("BROWSER"))?.0)
}

impl Start {
    fn start(&self, world: &World) -> Result<Client> {
        // The provider is on this machine, whatever proxy the machine has.
        let (peer, hello) = Peer::start(self.shown, (self.start)(world)?.env("NO_PROXY", "127.0.0.1"))?;
        let word = |name: &str| hello[name].as_str().filter(|word| !word.is_empty()).map(str::to_owned);
        let version = [word("version"), word("runtime")].into_iter().flatten().collect::<Vec<_>>().join(", ");
        if hello["name"] == Value::Null {
            return Err(format!("{} began with {hello}", self.shown).into());
        }
        let program = Program { key: self.key, shown: self.shown, checks: self.checks, version };
        Ok(Client { program, peer })
    }
}

fn game(world: &World) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench-game"));
    command.arg(world.authority());
    command
}

fn node(world: &World, options: &[&str]) -> Result<Command> {
    let folder = peers().join("node");
    let mut command = Command::new(told("LATCHKEY_BENCH_NODE")?);
    command.arg(folder.join("peer.mjs")).args(options).env("NODE_EXTRA_CA_CERTS", world.authority());
    Ok(command)
}

fn python(world: &World) -> Result<Command> {
    let mut command = Command::new(told("LATCHKEY_BENCH_PYTHON")?);
    command.arg(peers().join("python").join("peer.py")).env("REQUESTS_CA_BUNDLE", world.authority());
    Ok(command)
}

fn rust(world: &World, kind: &str) -> Result<Command> {
    let mut command = Command::new(told("LATCHKEY_BENCH_RUST_PEER")?);
    command.arg(kind).arg(world.authority());
    Ok(command)
}

fn peers() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("peers")
}

/// Where `cargo xtask bench` has put a program.
fn told(variable: &str) -> Result<PathBuf> {
    let path = std::env::var_os(variable).map(PathBuf::from).filter(|path| !path.as_os_str().is_empty());
    path.ok_or_else(|| format!("{variable} is not set: run `cargo xtask bench`, which installs the peers").into())
}
