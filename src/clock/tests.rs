//! What the clock promises on every system.
//!
//! It may use the real clock for short times and tokio's paused one for long ones.

use std::cell::Cell;
use std::time::Instant;

use super::*;

#[cfg(target_os = "linux")]
mod linux;

const SHORT: Duration = Duration::from_millis(80);
const HOUR: Duration = Duration::from_secs(60 * 60);

fn real<T>(task: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(task)
}

fn paused<T>(task: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap().block_on(task)
}

#[test]
fn the_clock_goes_on() {
    let (began, first) = (Instant::now(), since_boot());
    assert!(first > Duration::ZERO, "the machine was started before this process");
    std::thread::sleep(SHORT);
    let (passed, counted) = (began.elapsed(), since_boot() - first);
    // The coarsest of the clocks ticks every 16 ms.
    let tick = Duration::from_millis(20);
    assert!(counted + tick >= SHORT && counted <= passed + tick, "{counted:?} of {passed:?}");
}

#[test]
fn a_sleep_ends_in_time_and_not_before() {
    let began = Instant::now();
    real(sleep(SHORT));
    let slept = began.elapsed();
    assert!(slept >= SHORT && slept < SHORT + Duration::from_secs(5), "{slept:?}");
    real(sleep(Duration::ZERO));
}

#[test]
fn tests_can_wind_a_sleep_on() {
    let began = Instant::now();
    let passed = paused(async {
        let began = tokio::time::Instant::now();
        sleep(24 * HOUR).await;
        began.elapsed()
    });
    assert!(passed >= 24 * HOUR, "{passed:?}");
    assert!(began.elapsed() < Duration::from_secs(10), "it took as long as it says");
}

#[test]
fn a_time_beyond_all_clocks_does_not_overflow() {
    for endless in [Duration::MAX, Duration::from_secs(u64::MAX / 2), Duration::from_secs(i64::MAX as u64)] {
        assert_eq!(real(timeout(SHORT, sleep(endless))), Err(Elapsed));
    }
}

#[test]
fn what_is_done_in_time_is_handed_on() {
    assert_eq!(real(timeout(HOUR, async { 7 })), Ok(7));
    assert_eq!(real(timeout(Duration::ZERO, async { 7 })), Ok(7));
    assert_eq!(paused(timeout(HOUR, sleep(HOUR))), Ok(()), "done wins over late");
}

#[test]
fn what_is_not_done_in_time_is_dropped() {
    struct Dropped<'a>(&'a Cell<bool>);
    impl Drop for Dropped<'_> {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }
    let dropped = Cell::new(false);
    let held = Dropped(&dropped);
    let late = async move {
        let _held = held;
        std::future::pending::<()>().await;
    };
    assert_eq!(paused(timeout(HOUR, late)), Err(Elapsed));
    assert!(dropped.get());
}

/// The machine sleeps for an hour during the first slice: the slice is run to its end, and no other is begun.
#[test]
fn a_sliced_sleep_counts_the_machines_sleep() {
    let passed = paused(async {
        let began = tokio::time::Instant::now();
        let machine_slept = |so_far: Duration| if so_far.is_zero() { so_far } else { so_far + HOUR };
        sliced::sleep(HOUR, || machine_slept(began.elapsed())).await;
        began.elapsed()
    });
    assert!(passed >= Duration::from_secs(60) && passed < Duration::from_secs(61), "{passed:?}");
}

#[test]
fn a_sliced_sleep_without_any_is_as_long_as_it_says() {
    for wanted in [Duration::ZERO, SHORT, Duration::from_secs(59), Duration::from_secs(60), HOUR + SHORT] {
        let passed = paused(async {
            let began = tokio::time::Instant::now();
            sliced::sleep(wanted, || began.elapsed()).await;
            began.elapsed()
        });
        assert!(passed >= wanted && passed < wanted + Duration::from_millis(5), "{passed:?} for {wanted:?}");
    }
}
