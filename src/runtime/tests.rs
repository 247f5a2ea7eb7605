//! Starts and stops. Each test has its own process, since there is one background thread in each.

use super::*;
use crate::testing::alone;

/// Long; only ever reached by a failure.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn a_start_has_its_owner_from_the_beginning_and_none_if_it_fails() {
    alone(concat!(module_path!(), "::a_start_has_its_owner_from_the_beginning_and_none_if_it_fails"), || {
        let fails = || {
            assert_eq!(OWNER.load(Ordering::Acquire), std::process::id());
            Err(cannot_start(std::io::Error::other("a machine without threads")))
        };
        assert!(enter_started_by(fails, |_| ()).is_err());
        assert_eq!(owner_of_the_running(), Ok(None));
        enter(|_| ()).unwrap();
        assert_eq!(owner_of_the_running(), Ok(Some(std::process::id())));
        leave(|| ()).1.stop(PATIENCE).unwrap();
        assert_eq!(owner_of_the_running(), Ok(None));
    });
}

#[test]
fn a_task_that_comes_after_the_stop_is_dropped_and_starts_nothing() {
    alone(concat!(module_path!(), "::a_task_that_comes_after_the_stop_is_dropped_and_starts_nothing"), || {
        let late = enter(Background::clone).unwrap();
        leave(|| ()).1.stop(PATIENCE).unwrap();
        let (held, dropped) = mpsc::channel::<()>();
        late.spawn(async move {
            let _held = held;
            std::future::pending::<()>().await;
        });
        assert_eq!(dropped.try_recv(), Err(mpsc::TryRecvError::Disconnected));
        assert_eq!(owner_of_the_running(), Ok(None));
    });
}

#[test]
fn starts_and_stops_on_many_threads_agree_on_the_owner() {
    alone(concat!(module_path!(), "::starts_and_stops_on_many_threads_agree_on_the_owner"), || {
        for _ in 0..50 {
            thread::scope(|scope| {
                for number in 0..4 {
                    scope.spawn(move || {
                        for _ in 0..20 {
                            match number % 2 {
                                0 => enter(|_| ()).unwrap(),
                                _ => leave(|| ()).1.stop(PATIENCE).unwrap(),
                            }
                            owner_of_the_running().unwrap();
                        }
                    });
                }
            });
            leave(|| ()).1.stop(PATIENCE).unwrap();
        }
    });
}
