//! What lies in the place is taken once, is waited for while it is being opened, and never when it is of no use.

use std::future::pending;

use hyper_util::rt::TokioIo;
use tokio::io::{AsyncWriteExt, DuplexStream, duplex};

use super::*;

impl Standby {
    /// Whether a request would find a connection.
    pub(in crate::provider) fn has_one(&self) -> bool {
        let mut slot = self.0.slot.lock();
        let context = &mut Context::from_waker(Waker::noop());
        let has = slot.idle.as_mut().is_some_and(|opened| opened.connection.poll_closed(context).is_pending());
        // Whoever watches it has to look again: our waker has taken the place of theirs.
        self.0.changed.notify_waiters();
        has
    }
}

/// Our end, and the other side's.
pub(in crate::provider) fn connection() -> (TokioIo<DuplexStream>, DuplexStream) {
    let (ours, theirs) = duplex(64);
    (TokioIo::new(ours), theirs)
}

#[tokio::test]
async fn one_that_is_open_is_taken_once() {
    let (standby, (ours, _theirs)) = (Standby::default(), connection());
    assert!(standby.take().await.is_none());
    standby.lay_down(ours);
    assert!(standby.take().await.is_some());
    assert!(standby.take().await.is_none());
}

#[tokio::test]
async fn one_that_was_closed_is_not_taken() {
    let (standby, (ours, theirs)) = (Standby::default(), connection());
    standby.lay_down(ours);
    drop(theirs);
    assert!(standby.take().await.is_none());
}

/// Some servers answer 408 to nothing before they close.
#[tokio::test]
async fn one_on_which_the_other_side_has_spoken_is_not_taken() {
    let (standby, (ours, mut theirs)) = (Standby::default(), connection());
    standby.lay_down(ours);
    theirs.write_all(b"H").await.unwrap();
    assert!(standby.take().await.is_none());
}

#[tokio::test]
async fn one_that_is_old_by_a_clock_that_counts_sleep_is_not_taken() {
    let (standby, (ours, _theirs)) = (Standby::default(), connection());
    standby.lay_down(ours);
    assert!(standby.0.slot.lock().take(since_boot() + LONGEST_LIFE).is_none());
}

#[tokio::test]
async fn a_request_waits_for_the_one_that_is_being_opened() {
    let (standby, (ours, _theirs)) = (Standby::default(), connection());
    let (open, opened) = tokio::sync::oneshot::channel::<()>();
    let attempt = async {
        opened.await.unwrap();
        standby.lay_down(ours);
    };
    let request = async {
        tokio::task::yield_now().await;
        let mut taking = pin!(standby.take());
        assert!(has_to_wait(taking.as_mut()).await, "it did not wait");
        open.send(()).unwrap();
        taking.await
    };
    let (has, taken) = tokio::join!(standby.open(attempt), request);
    assert!(has && taken.is_some());
}

#[tokio::test]
async fn a_request_goes_its_own_way_when_an_attempt_fails_or_is_given_up() {
    let standby = Standby::default();
    let both = async { tokio::join!(standby.open(tokio::task::yield_now()), standby.take()) };
    let (has, taken) = tokio::time::timeout(Duration::from_secs(10), both).await.expect("it waits for ever");
    assert!(!has && taken.is_none());
    let request = async {
        tokio::task::yield_now().await;
        standby.take().await
    };
    let giving_up = async {
        tokio::select! {
            biased;
            _ = standby.open(pending()) => unreachable!("it is given up"),
            () = async { for _ in 0..5 { tokio::task::yield_now().await } } => {}
        }
    };
    let both = async { tokio::join!(giving_up, request) };
    let ((), taken) = tokio::time::timeout(Duration::from_secs(10), both).await.expect("it waits for ever");
    assert!(taken.is_none());
}

#[tokio::test]
async fn whoever_watches_it_learns_of_its_end_and_of_a_request() {
    let (standby, (ours, theirs)) = (Standby::default(), connection());
    standby.lay_down(ours);
    tokio::join!(async { drop(theirs) }, standby.gone());
    let (ours, _theirs) = connection();
    standby.lay_down(ours);
    let (taken, ()) = tokio::join!(standby.take(), standby.gone());
    assert!(taken.is_some());
}

/// Whether a future has to wait.
async fn has_to_wait<F: Future>(mut future: Pin<&mut F>) -> bool {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_pending())).await
}
