//! What the lock promises: between tasks, between processes, and when a holder dies.
//!
//! Other processes are this test program again, with one test and an environment that tells it its part. They may touch a
//! folder of the test's own; nothing of the player's folder is used.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use super::*;

#[cfg(unix)]
mod unix;

const KEY: &str = "0a1b2c3d";
const PART: &str = "LATCHKEY_TEST_LOCK_PART";
const FOLDER: &str = "LATCHKEY_TEST_LOCK_FOLDER";
const LONG: Duration = Duration::from_secs(60);
const PROCESSES: usize = 8;
const TIMES: usize = 100;

fn run<T>(task: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(task)
}

/// Started as another process, it plays its part; as a test of its own it has none.
#[test]
fn part_of_another_process() {
    let Ok(part) = std::env::var(PART) else { return };
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    match part.as_str() {
        "hold" => {
            let _lock = run(SlotLock::acquire_in(&folder, KEY, LONG)).unwrap();
            println!("\nheld");
            // Until the first process closes the pipe or kills this one.
            std::io::stdin().lines().for_each(drop);
        }
        "count" => println!("\nlongest wait {} ms", count(&folder, true)),
        "count greedily" => println!("\nlongest wait {} ms", count(&folder, false)),
        other => panic!("no such part: {other}"),
    }
}

/// Adds to the number in a file, which only comes out right if nobody else does at the same time.
fn count(folder: &Path, polite: bool) -> u128 {
    let file = folder.join("number");
    let mut longest = 0;
    run(async {
        for _ in 0..TIMES {
            let began = Instant::now();
            let lock = SlotLock::acquire_in(folder, KEY, LONG).await.unwrap();
            longest = longest.max(began.elapsed().as_millis());
            let number: usize = std::fs::read_to_string(&file).unwrap().parse().unwrap();
            // As a holder does: it waits for something and others run meanwhile.
            sleep(Duration::from_millis(1)).await;
            std::fs::write(&file, (number + 1).to_string()).unwrap();
            drop(lock);
            if polite {
                sleep(Duration::from_millis(1)).await;
            }
        }
    });
    longest
}

fn other_process(part: &str, folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "session::lock::tests::part_of_another_process", "--nocapture", "--test-threads=1"])
        .env(PART, part)
        .env(FOLDER, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn wait_for_line(process: &mut Child, start: &str) -> String {
    let mut lines = BufReader::new(process.stdout.as_mut().unwrap()).lines().map(|line| line.unwrap());
    lines.find(|line| line.starts_with(start)).unwrap()
}

#[test]
fn two_clients_of_one_process_exclude_each_other() {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let first = SlotLock::acquire_in(folder.path(), KEY, Duration::ZERO).await.unwrap();
        let error = SlotLock::acquire_in(folder.path(), KEY, Duration::ZERO).await.unwrap_err();
        assert_eq!(error.code, Code::StoreUnavailable);
        assert!(error.temporary, "trying again helps");
        let other = SlotLock::acquire_in(folder.path(), "another", Duration::ZERO).await;
        assert!(other.is_ok(), "another slot is another lock");
        drop(first);
        assert!(SlotLock::acquire_in(folder.path(), KEY, Duration::ZERO).await.is_ok());
    });
}

#[test]
fn a_task_waits_until_another_lets_go() {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let first = SlotLock::acquire_in(folder.path(), KEY, LONG).await.unwrap();
        let letting_go = async {
            sleep(Duration::from_millis(150)).await;
            drop(first);
        };
        let began = Instant::now();
        let ((), second) = tokio::join!(letting_go, SlotLock::acquire_in(folder.path(), KEY, LONG));
        assert!(second.is_ok());
        assert!(began.elapsed() >= Duration::from_millis(150));
    });
}

#[test]
fn patience_ends_when_it_should() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let _first = SlotLock::acquire_in(folder.path(), KEY, LONG).await.unwrap();
        let began = Instant::now();
        let patience = Duration::from_secs(7);
        let error = SlotLock::acquire_in(folder.path(), KEY, patience).await.unwrap_err();
        assert!(error.message.contains("longer than 7 s"), "{error}");
        let waited = began.elapsed();
        assert!(waited >= patience && waited < patience + Duration::from_millis(5), "{waited:?}");
    });
}

#[test]
fn another_process_excludes_this_one_and_a_kill_frees_the_lock() {
    let folder = tempfile::tempdir().unwrap();
    let mut holder = other_process("hold", folder.path());
    wait_for_line(&mut holder, "held");
    run(async {
        let error = SlotLock::acquire_in(folder.path(), KEY, Duration::ZERO).await.unwrap_err();
        assert!(error.temporary, "{error}");
        holder.kill().unwrap();
        holder.wait().unwrap();
        assert!(SlotLock::acquire_in(folder.path(), KEY, Duration::from_secs(5)).await.is_ok());
    });
}

#[track_caller]
fn assert_eight_processes_take_turns(part: &str) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("number"), "0").unwrap();
    let mut others: Vec<_> = (0..PROCESSES).map(|_| other_process(part, folder.path())).collect();
    for other in &mut others {
        println!("{part}: {}", wait_for_line(other, "longest wait"));
        assert!(other.wait().unwrap().success());
    }
    let number = std::fs::read_to_string(folder.path().join("number")).unwrap();
    assert_eq!(number, (PROCESSES * TIMES).to_string(), "two were inside at once");
}

#[test]
fn eight_processes_take_turns_and_nobody_waits_for_ever() {
    assert_eight_processes_take_turns("count");
}

#[test]
fn processes_that_ask_again_at_once_do_not_starve_the_others() {
    assert_eight_processes_take_turns("count greedily");
}

#[test]
fn a_file_that_was_unlinked_is_nobodys_lock() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(file_name(KEY).unwrap());
    let opened = platform::open(&path).unwrap();
    if std::fs::remove_file(&path).is_err() {
        // Windows refuses, which serves the purpose as well.
        return;
    }
    let first = run(SlotLock::acquire_in(folder.path(), KEY, Duration::ZERO));
    assert!(first.is_ok());
    assert!(SlotLock::attempt(opened, &path).unwrap().is_none(), "two hold the lock");
}

#[test]
fn a_key_is_a_hash_and_no_path() {
    for key in ["", "..", "a/b", "a\\b", "a b", "\u{e9}", "a.b", "C:", &"x".repeat(LONGEST_KEY + 1)] {
        assert_eq!(file_name(key).unwrap_err().code, Code::Internal, "{key:?}");
    }
    assert_eq!(file_name("Az09-_").unwrap(), "Az09-_.lock");
}

#[test]
fn where_no_file_can_be_made_it_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let error = run(SlotLock::acquire_in(&folder.path().join("none"), KEY, LONG)).unwrap_err();
    assert_eq!(error.code, Code::StoreUnavailable);
    assert!(!error.temporary, "waiting does not help");
}

#[test]
fn pauses_are_jittered_within_a_quarter() {
    let pauses: Vec<_> = (0..200).map(|_| jittered(LONGEST_PAUSE)).collect();
    assert!(pauses.iter().all(|pause| (75..=125).contains(&pause.as_millis())), "{pauses:?}");
    assert!(pauses.iter().any(|pause| pause.as_millis() < 90) && pauses.iter().any(|pause| pause.as_millis() > 110));
}
