//! The library opens the system's browser: what the launcher gets, and what is said when there is none.

use std::fs;
use std::path::Path;
use std::process::Command;

use practice_provider::Player;
use support::ffi::*;
use support::launcher::{FOLDER, in_folder, with_launcher, with_launcher_in};
use support::{Client, ConfigBuilder, Login, PATIENCE, wait_for};

use crate::stage::{ADA, GAME, parameter};

fn start(issuer: &str) -> Client {
    let client = Client::create(&ConfigBuilder::new(issuer, GAME).browser(LATCHKEY_BROWSER_SYSTEM));
    client.start_login(&Login::new()).expect("latchkey_start_login");
    client
}

#[test]
fn on_a_machine_without_a_browser_the_login_ends_with_a_sentence() {
    with_launcher(None, |issuer| {
        let client = start(issuer);
        let status = client.wait_until_settled();
        assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_OUT, LATCHKEY_BROWSER_UNAVAILABLE));
        let text = client.error_text();
        assert!(text.contains("browser") && text.contains("LATCHKEY_BROWSER_HOST"), "{text}");
        assert!(!text.contains("state="), "{text}");
    });
}

#[test]
fn a_launcher_that_fails_is_no_browser() {
    with_launcher(Some("exit 3"), |issuer| {
        let client = start(issuer);
        let status = client.wait_until_settled();
        assert_eq!(status.error, LATCHKEY_BROWSER_UNAVAILABLE, "{status:?}");
        assert!(client.error_text().contains("xdg-open"), "{}", client.error_text());
    });
}

#[test]
fn the_launcher_gets_the_url_as_its_one_argument() {
    let script = format!(
        "printf '%s\\n' \"$#\" \"$1\" \"$LD_LIBRARY_PATH\" > \"${FOLDER}/tmp\"\n/bin/mv \"${FOLDER}/tmp\" \"${FOLDER}/opened\""
    );
    with_launcher(Some(&script), |issuer| {
        let client = start(issuer);
        wait_for("the launcher", PATIENCE, || in_folder("opened").exists());
        let opened = fs::read_to_string(in_folder("opened")).expect("what the launcher got");
        let lines: Vec<&str> = opened.lines().collect();
        assert_eq!(lines[0], "1", "arguments");
        assert_eq!(lines[1], client.prompt_url(), "the prompt has the same URL");
        assert!(parameter(lines[1], "state").is_some());
        assert!(std::env::var_os("LD_LIBRARY_PATH").is_some(), "nothing that could be inherited: nothing is tested");
        assert_eq!(lines.get(2).copied().unwrap_or_default(), "", "the game's library path");
        Player::new().sign_in(lines[1], ADA).expect("the provider's pages");
        client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
    });
}

/// The first field after the name in parentheses is the state, the second the parent, the third the process group.
#[test]
fn the_launcher_is_in_a_process_group_of_its_own() {
    let script = format!(
        "read -r stat < /proc/$$/stat\nprintf '%s\\n' \"$$\" \"$stat\" > \"${FOLDER}/tmp\"\n/bin/mv \"${FOLDER}/tmp\" \"${FOLDER}/opened\""
    );
    with_launcher(Some(&script), |issuer| {
        let lines = witnessed(issuer);
        let group = lines[1].rsplit_once(") ").and_then(|(_, fields)| fields.split(' ').nth(2));
        assert_eq!(group, Some(lines[0].as_str()), "Ctrl-C in the game's terminal would reach the browser");
    });
}

#[test]
fn the_launcher_gets_every_signal() {
    let script = format!(
        "while read -r name set; do case $name in SigBlk:) echo \"$set\" > \"${FOLDER}/tmp\";; esac; done < /proc/$$/status\n\
         /bin/mv \"${FOLDER}/tmp\" \"${FOLDER}/opened\""
    );
    with_launcher(Some(&script), |issuer| {
        assert_eq!(witnessed(issuer), ["0000000000000000"], "the browser could not be ended by a logout or by kill");
    });
}

/// Writes down what it was started with, by name.
fn environment_witness() -> String {
    let names = ["LD_LIBRARY_PATH", "LD_PRELOAD", "LD_AUDIT", "PATH"];
    let words = names.map(|name| format!("\"{name}=${name}\""));
    format!("printf '%s\\n' {} > \"${FOLDER}/tmp\"\n/bin/mv \"${FOLDER}/tmp\" \"${FOLDER}/opened\"", words.join(" "))
}

/// What the launcher has written down, a line each.
fn witnessed(issuer: &str) -> Vec<String> {
    let client = start(issuer);
    wait_for("the launcher", PATIENCE, || in_folder("opened").exists());
    client.destroy();
    let opened = fs::read_to_string(in_folder("opened")).expect("what the launcher got");
    opened.lines().map(str::to_owned).collect()
}

/// What a game gets that Steam starts: the overlay in every program, the runtime's libraries and programs first.
fn as_steam_does(command: &mut Command, folder: &Path, runtime: &str) {
    command.env("STEAM_RUNTIME", runtime);
    command.env("LD_PRELOAD", folder.join("gameoverlayrenderer.so")).env("LD_AUDIT", folder.join("audit.so"));
    command.env("SYSTEM_PATH", std::env::join_paths([folder, Path::new("/opt/of-the-player")]).expect("a search path"));
    command.env("SYSTEM_LD_LIBRARY_PATH", "/opt/of-the-player");
}

#[test]
fn a_game_of_steams_opens_the_browser_outside_of_steams_runtime() {
    let environment = |command: &mut Command, folder: &Path| {
        as_steam_does(command, folder, "/runtime");
        // The launcher is not on the game's own path: it is found on the player's.
        command.env("PATH", folder.join("runtime"));
    };
    with_launcher_in(environment, &environment_witness(), |issuer| {
        let path = std::env::var("SYSTEM_PATH").expect("set for this process");
        let wanted = ["LD_LIBRARY_PATH=/opt/of-the-player", "LD_PRELOAD=", "LD_AUDIT=", &format!("PATH={path}")];
        assert_eq!(witnessed(issuer), wanted);
    });
}

#[test]
fn without_steams_runtime_its_names_mean_nothing() {
    let environment = |command: &mut Command, folder: &Path| as_steam_does(command, folder, "0");
    with_launcher_in(environment, &environment_witness(), |issuer| {
        let path = std::env::var("PATH").expect("set for this process");
        assert_eq!(witnessed(issuer), ["LD_LIBRARY_PATH=", "LD_PRELOAD=", "LD_AUDIT=", &format!("PATH={path}")]);
    });
}

#[test]
fn a_launcher_that_stays_is_left_alone_and_leaves_no_zombie() {
    let script = format!(
        "echo \"$1\" > \"${FOLDER}/tmp\"\n/bin/mv \"${FOLDER}/tmp\" \"${FOLDER}/opened\"\nwhile [ -e \"${FOLDER}/opened\" -a ! -e \"${FOLDER}/closed\" ]; do /bin/sleep 0.02; done"
    );
    with_launcher(Some(&script), |issuer| {
        let client = start(issuer);
        wait_for("the launcher", PATIENCE, || in_folder("opened").exists());
        Player::new().sign_in(&client.prompt_url(), ADA).expect("the provider's pages");
        client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
        assert!(!children().is_empty(), "the browser was ended with the login");
        fs::write(in_folder("closed"), "").expect("the browser is closed");
        wait_for("the launcher to be reaped", PATIENCE, || children().is_empty());
        client.destroy();
        support::Library::load().shutdown(2000).expect("latchkey_shutdown");
    });
}

#[test]
fn a_shutdown_does_not_wait_for_the_browser() {
    let script = format!(
        "echo \"$1\" > \"${FOLDER}/opened\"\nwhile [ -e \"${FOLDER}/opened\" -a ! -e \"${FOLDER}/closed\" ]; do /bin/sleep 0.02; done"
    );
    with_launcher(Some(&script), |issuer| {
        let before = (support::process::threads(), support::process::descriptors());
        let client = start(issuer);
        wait_for("the launcher", PATIENCE, || in_folder("opened").exists());
        let start = std::time::Instant::now();
        support::Library::load().shutdown(2000).expect("latchkey_shutdown");
        assert!(start.elapsed() < std::time::Duration::from_secs(2), "{:?}", start.elapsed());
        assert_eq!(support::process::descriptors(), before.1);
        wait_for("the thread to be gone", PATIENCE, || support::process::threads() == before.0);
        drop(client);
        fs::write(in_folder("closed"), "").expect("the browser is closed");
        wait_for("the launcher's end", PATIENCE, || children() == ["Z"]);
    });
}

#[test]
fn a_browser_that_outlives_the_library_is_reaped_at_the_next_sign_in() {
    let script = format!(
        "if [ -e \"${FOLDER}/opened\" ]; then exit 0; fi\necho \"$1\" > \"${FOLDER}/opened\"\n\
         while [ -e \"${FOLDER}/opened\" -a ! -e \"${FOLDER}/closed\" ]; do /bin/sleep 0.02; done"
    );
    with_launcher(Some(&script), |issuer| {
        let client = start(issuer);
        wait_for("the launcher", PATIENCE, || in_folder("opened").exists());
        support::Library::load().shutdown(2000).expect("latchkey_shutdown");
        drop(client);
        fs::write(in_folder("closed"), "").expect("the browser is closed");
        wait_for("the launcher's end", PATIENCE, || children() == ["Z"]);
        let client = start(issuer);
        wait_for("both launchers to be reaped", PATIENCE, || children().is_empty());
        client.destroy();
    });
}

#[test]
fn a_sign_in_on_another_screen_opens_none() {
    with_launcher(Some(&format!("echo \"$1\" > \"${FOLDER}/opened\"")), |issuer| {
        let client = Client::create(&ConfigBuilder::new(issuer, GAME).browser(LATCHKEY_BROWSER_SYSTEM));
        client.start_login(&Login::new().on_another_screen()).expect("latchkey_start_login");
        Player::new().approve_device(&client.prompt_url(), "", ADA).expect("the provider's pages");
        client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
        assert_eq!(children(), Vec::<String>::new());
        assert!(!in_folder("opened").exists(), "the launcher was started");
    });
}

/// The states of this process's children (`Z`: ended, not yet waited for). Waits for none.
fn children() -> Vec<String> {
    let own = std::process::id().to_string();
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let of_a_child = |entry: fs::DirEntry| {
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // The fields after the name in parentheses: state, parent.
        let mut fields = stat.rsplit_once(") ")?.1.split(' ');
        let (state, parent) = (fields.next()?, fields.next()?);
        (parent == own).then(|| state.to_owned())
    };
    entries.flatten().filter_map(of_a_child).collect()
}
