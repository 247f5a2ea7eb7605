//! Where the library puts the file that the session is locked by, and what it says where that can't be.

use std::fs;

use practice_provider::{Options, PracticeProvider};

use super::{EXAMPLE, play, with_the_example};
use crate::wine::Windows;

/// Runs the example with its folder for application data set as Windows' own shell sets it: wine takes no word of ours for it.
fn with_data_folder(windows: &Windows, folder: &str) -> std::process::Command {
    let mut command = windows.started("cmd".as_ref());
    command.args(["/c", "data.bat"]);
    let text = format!("@set LOCALAPPDATA={folder}\r\n@{EXAMPLE} %*\r\n");
    fs::write(windows.path("data.bat"), text).expect("the game's folder can be written to");
    command
}

/// The names of what lies there.
fn names(windows: &Windows, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(windows.on_disk_c(folder)).expect("the library has made the folder");
    entries.map(|entry| entry.expect("a folder that can be read").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn the_sessions_lock_is_one_empty_file_in_the_players_application_data() {
    let windows = with_the_example();
    let provider = PracticeProvider::start(Options::default()).expect("the practice provider starts");
    let played = play(with_data_folder(&windows, "C:\\Data of Ada"), &provider, &["--remember"]);
    played.expect_code(0).expect_on_stdout(" PERSISTED").expect_on_stdout("kept: ");
    let names = names(&windows, "Data of Ada/Latchkey");
    let [name] = &names[..] else { panic!("one slot has one lock: {names:?}") };
    assert!(name.starts_with("latchkey-") && name.ends_with(".lock"), "{name}");
    let file = windows.on_disk_c("Data of Ada/Latchkey").join(name);
    assert_eq!(fs::metadata(file).expect("the file is there").len(), 0, "nothing of a session is in it");
}

#[test]
fn without_such_a_folder_the_player_is_signed_in_and_the_log_says_what_is_missing() {
    let windows = with_the_example();
    let provider = PracticeProvider::start(Options::default()).expect("the practice provider starts");
    let played = play(with_data_folder(&windows, ""), &provider, &["--remember"]);
    played.expect_code(0).expect_on_stdout("name:    Ada Lovelace");
    played.expect_on_stderr("the environment names no folder for application data").expect_on_stderr("LOCALAPPDATA");
}
