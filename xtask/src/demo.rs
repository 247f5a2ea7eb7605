//! `demo`: the C example, built against the header and the library, signing in at the practice provider or a real one.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use crate::args::Args;
use crate::artifacts::{self, Library};
use crate::run::{self, Result, Running, Stop};
use crate::{setup, window};

/// Who signs in when nobody is there to do it.
const PLAYER: &str = "Ada Lovelace";

/// The practice provider knows every client; this one is named in its pages.
const CLIENT_ID: &str = "demo";

/// The practice provider is ready within milliseconds; a machine under load gets time.
pub const PROVIDER_READY: Duration = Duration::from_secs(20);

/// What the help says beyond the options.
pub fn help() -> String {
    "\nWith --remember at the practice provider, which lives no longer than this command, the example is started twice: the\n\
     first start signs in, the second is resumed without a browser and signs out. At a real provider it is started once; run\n\
     the command again, then with --sign-out.\n"
        .to_owned()
}

/// Runs the command; its exit code is the program's own.
pub fn run(args: &Args) -> Result<u8> {
    let headless = args.has("--headless");
    let real = match (args.value("--issuer"), args.value("--client-id")) {
        (Some(issuer), Some(client)) => Some((issuer, client)),
        (None, None) => None,
        (Some(_), None) => {
            return Err(Stop::usage("--issuer also needs --client-id ID, as the provider's console shows it"));
        }
        (None, Some(_)) => return Err(Stop::usage("--client-id also needs --issuer URL")),
    };
    if real.is_some() && headless {
        return Err(Stop::usage(
            "--headless plays a player of the practice provider; at a real one you sign in yourself",
        ));
    }
    if args.value("--port").is_some_and(|port| port.parse::<u16>().is_err()) {
        return Err(Stop::usage("--port needs a number from 0 to 65535"));
    }
    if real.is_none() && args.has("--sign-out") {
        return Err(Stop::usage(
            "--sign-out ends a session that was kept at a real provider (--issuer URL); the practice one is new each time",
        ));
    }
    if args.has("--slot") && !args.has("--remember") && !args.has("--sign-out") {
        return Err(Stop::usage("--slot names a kept session: it needs --remember or --sign-out"));
    }
    let device = args.has("--device");
    let window = args.has("--window");
    if args.has("--pictures") && !(window && headless) {
        return Err(Stop::usage("--pictures are taken of the window by a played player: add --window --headless"));
    }
    if window && ["--device", "--sign-out", "--port", "--scopes", "--slot"].iter().any(|option| args.has(option)) {
        return Err(Stop::usage("--window has a button for that, or its own way: leave the other options out"));
    }
    if !headless && !device && !has_display() {
        let hint = if real.is_some() { "" } else { "; `cargo xtask demo --headless` plays the player itself" };
        return Err(Stop::failed(format!("there is no display to open a browser on{hint}")));
    }
    if window {
        return window::run(real, headless, args.has("--remember"), args.value("--pictures"));
    }
    setup::ensure(if cfg!(target_os = "linux") && !headless && !device {
        &[&setup::C_COMPILER, &setup::XDG_OPEN]
    } else {
        &[&setup::C_COMPILER]
    })?;

    let library = artifacts::library()?;
    let example = compile(&library)?;
    match real {
        Some((issuer, client)) => {
            let mut game = game(&example, args, issuer, client);
            game.args(["--remember", "--sign-out"].into_iter().filter(|option| args.has(option)));
            Ok(exit_code(play(&mut game, |_| Ok(()))?))
        }
        None => practise(&example, args, headless),
    }
}

/// Against a provider that lives as long as this does. With `--remember` the example is started twice.
fn practise(example: &Path, args: &Args, headless: bool) -> Result<u8> {
    let program = artifacts::practice_provider()?;
    // Held until the last start has ended, on every way out of here.
    let mut provider = Running::start_held(&mut Command::new(&program))?;
    let issuer = provider.first(PROVIDER_READY, |line| line.strip_prefix("issuer: ").map(str::to_owned))?;
    let starts: &[&[&str]] =
        if args.has("--remember") { &[&["--remember"], &["--remember", "--sign-out"]] } else { &[&[]] };
    for (index, options) in starts.iter().enumerate() {
        if starts.len() > 1 {
            println!("\n-- start {} of {}: {}", index + 1, starts.len(), options.join(" "));
        }
        let mut game = game(example, args, issuer.trim(), CLIENT_ID);
        game.args(*options).args(headless.then_some("--host-opens"));
        let url_behind = if args.has("--device") { "or scan: " } else { "open: " };
        let status = play(&mut game, |line| match line.strip_prefix(url_behind) {
            Some(url) if headless => sign_in(&program, url.trim(), args.has("--device")),
            _ => Ok(()),
        })?;
        if !status.success() {
            return Ok(exit_code(status));
        }
    }
    Ok(0)
}

/// The example, ready to be started.
fn game(example: &Path, args: &Args, issuer: &str, client: &str) -> Command {
    let mut game = Command::new(example);
    // Cargo's search path leads to its debug build of the library; the example's own leads to the one it was built with.
    game.env_remove("LD_LIBRARY_PATH").env_remove("DYLD_FALLBACK_LIBRARY_PATH");
    game.args(["--issuer", issuer, "--client-id", client]).args(args.has("--device").then_some("--device"));
    for option in ["--port", "--scopes", "--slot"] {
        if let Some(value) = args.value(option) {
            game.args([option, value]);
        }
    }
    game
}

/// Runs the example to its end, its output shown and read line by line.
fn play(game: &mut Command, mut each: impl FnMut(&str) -> Result<()>) -> Result<ExitStatus> {
    let mut game = Running::start(game)?;
    game.each_line(|line| {
        println!("{line}");
        each(line)
    })?;
    game.wait()
}

/// Does what the player would do in the browser, or at another screen. The page that the player ends on is of interest only if it is not the good one.
pub fn sign_in(provider: &Path, url: &str, device: bool) -> Result<()> {
    let mut command = Command::new(provider);
    command.args(["play", "--url", url, "--name", PLAYER]).args(device.then_some("--device"));
    let mut player = Running::start(&mut command)?;
    let mut page = Vec::new();
    player.each_line(|line| {
        page.push(line.to_owned());
        Ok(())
    })?;
    let status = player.wait()?;
    if !status.success() {
        eprintln!("{}", page.join("\n"));
    }
    run::check(&command, status)
}

fn has_display() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// The program's exit code; a program that was killed has none.
pub fn exit_code(status: ExitStatus) -> u8 {
    let Some(code) = status.code() else {
        eprintln!("the example was ended from outside ({status})");
        return 1;
    };
    u8::try_from(code).unwrap_or(1)
}

/// Compiles the example as strictly as a careful studio would.
fn compile(library: &Library) -> Result<PathBuf> {
    let folder = library.folder().parent().unwrap_or(library.folder()).join("demo");
    let failed = |error: std::io::Error| Stop::failed(format!("could not write to {}: {error}", folder.display()));
    fs::create_dir_all(&folder).map_err(failed)?;
    let program = folder.join(format!("sign_in{}", env::consts::EXE_SUFFIX));
    let compiler = setup::C_COMPILER.find().ok_or_else(|| Stop::failed("no C compiler is on the search path"))?;
    let mut command = Command::new(&compiler);
    command.current_dir(&folder);
    let source = run::root().join("examples").join("c").join("sign_in.c");
    let include = run::root().join("include");
    let linked = library.import.as_ref().unwrap_or(&library.shared);
    if compiler.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case("cl")) {
        command.args(["/nologo", "/utf-8", "/W4", "/WX", "/O2", "/I"]).arg(include).arg(source);
        command.arg(format!("/Fe:{}", program.display())).arg("/link").arg(linked);
    } else {
        command.args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O2", "-I"]).arg(include).arg(source);
        command.arg("-o").arg(&program).arg(linked);
        if !cfg!(windows) {
            command.arg(format!("-Wl,-rpath,{}", library.folder().display()));
        }
    }
    run::stream(&mut command)?;
    if cfg!(windows) {
        // Windows looks for a DLL beside the program first.
        fs::copy(&library.shared, folder.join("latchkey.dll")).map_err(failed)?;
    }
    Ok(program)
}
