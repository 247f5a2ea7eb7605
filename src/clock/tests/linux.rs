//! What the kernel says about a sleep: which clock it is on, what it leaves behind, whom it wakes.
//!
//! It may look into `/proc/self`, and take descriptors away from a process of its own.
#![allow(unsafe_code)]

use std::fs;

use super::*;
use crate::testing::alone;

/// What the kernel tells about each timer that is open.
fn timers() -> Vec<String> {
    let numbers = fs::read_dir("/proc/self/fd").unwrap().map(|entry| entry.unwrap());
    let timers = numbers
        .filter(|entry| fs::read_link(entry.path()).is_ok_and(|target| target.to_string_lossy().contains("timerfd")));
    let info =
        |number: std::ffi::OsString| fs::read_to_string(format!("/proc/self/fdinfo/{}", number.to_str().unwrap()));
    timers.map(|entry| info(entry.file_name()).unwrap()).collect()
}

/// Lets the task get as far as it gets by itself.
async fn begin(task: &mut (impl Future<Output = ()> + Unpin)) {
    tokio::select! {
        biased;
        () = task => panic!("it has ended"),
        () = tokio::task::yield_now() => {}
    }
}

#[test]
fn the_timer_counts_the_machines_sleep_and_is_closed_afterwards() {
    alone(concat!(module_path!(), "::the_timer_counts_the_machines_sleep_and_is_closed_afterwards"), || {
        real(async {
            assert_eq!(timers(), Vec::<String>::new());
            let mut given_up = Box::pin(sleep(HOUR));
            begin(&mut given_up).await;
            let during = timers();
            assert_eq!(during.len(), 1);
            // 7 is CLOCK_BOOTTIME; 1 would be CLOCK_MONOTONIC, which stands still while the machine does.
            assert!(during[0].lines().any(|line| line == "clockid: 7"), "{}", during[0]);
            assert!(during[0].contains("it_value: (35"), "nearly an hour: {}", during[0]);
            assert!(during[0].contains("it_interval: (0, 0)"), "it would go on waking: {}", during[0]);
            drop(given_up);
            assert_eq!(timers(), Vec::<String>::new(), "a sleep that was given up leaves its timer open");
            sleep(SHORT).await;
            assert_eq!(timers(), Vec::<String>::new(), "a sleep that has ended leaves its timer open");
        });
    });
}

#[test]
fn the_platforms_timer_ends_a_sleep_by_itself() {
    for wanted in [Duration::ZERO, SHORT] {
        let began = Instant::now();
        let ended = real(async { tokio::time::timeout(Duration::from_secs(5), platform::sleep(wanted)).await });
        assert!(ended.is_ok() && began.elapsed() >= wanted, "{:?} for {wanted:?}", began.elapsed());
    }
}

#[test]
fn without_a_descriptor_to_be_had_a_sleep_ends_all_the_same() {
    alone(concat!(module_path!(), "::without_a_descriptor_to_be_had_a_sleep_ends_all_the_same"), || {
        real(async {
            let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
            // SAFETY: a whole struct; this process has nothing else to do.
            assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &none) }, 0);
            assert!(fs::File::open("/proc/self/status").is_err(), "there is still a descriptor");
            let began = Instant::now();
            sleep(SHORT).await;
            assert!(began.elapsed() >= SHORT);
        });
    });
}

#[test]
fn nobody_is_woken_while_a_sleep_lasts() {
    let times_waited = || -> u32 {
        let status = fs::read_to_string("/proc/thread-self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")).unwrap();
        line.trim().parse().unwrap()
    };
    let woken = real(async {
        let before = times_waited();
        sleep(Duration::from_secs(1)).await;
        times_waited() - before
    });
    // Once at the end, and once or twice where tokio's timer moves to a finer wheel.
    assert!(woken <= 4, "woken {woken} times in a second");
    println!("woken {woken} times");
}
