//! Minutes of typing under tokio's paused clock, before servers that close idle connections after a while.

use std::sync::Arc;

use parking_lot::Mutex;

use super::*;
use crate::provider::standby::tests::connection;

const NEVER: Duration = Duration::from_secs(3600);

/// Closes every connection after `idle`; opening one takes `opening`.
struct Server {
    idle: Duration,
    opening: Duration,
    /// When connections were asked for.
    asked: Mutex<Vec<Duration>>,
    began: Instant,
}

impl Server {
    fn new(idle: Duration, opening: Duration) -> Arc<Self> {
        Arc::new(Self { idle, opening, asked: Mutex::default(), began: Instant::now() })
    }

    async fn open(&self, standby: &Standby) {
        self.asked.lock().push(self.began.elapsed());
        tokio::time::sleep(self.opening).await;
        let (ours, theirs) = connection();
        let idle = self.idle;
        tokio::spawn(async move {
            tokio::time::sleep(idle).await;
            drop(theirs);
        });
        standby.lay_down(ours);
    }

    /// While a player types.
    fn keep_open(self: &Arc<Self>) -> (Standby, tokio::task::JoinHandle<()>) {
        let (standby, server) = (Standby::default(), Arc::clone(self));
        let theirs = standby.clone();
        (standby, tokio::spawn(async move { keep_open(&theirs, || server.open(&theirs)).await }))
    }

    fn shortest_pause(&self) -> Duration {
        let asked = self.asked.lock();
        asked.windows(2).map(|pair| pair[1] - pair[0]).min().expect("two")
    }
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// The gap of the first time can't be helped: nobody knew. After that there is none, whatever the moment.
#[tokio::test(start_paused = true)]
async fn a_load_balancer_that_closes_after_five_seconds_is_kept_up_with() {
    for opening in [ms(30), ms(150), ms(600)] {
        let server = Server::new(Duration::from_secs(5), opening);
        let (standby, keeping) = server.keep_open();
        tokio::time::sleep(ms(2000)).await;
        assert!(standby.has_one(), "after two seconds, {opening:?}");
        tokio::time::sleep(ms(5000)).await;
        while server.began.elapsed() < Duration::from_secs(95) {
            assert!(standby.has_one(), "after {:?}, opening takes {opening:?}", server.began.elapsed());
            tokio::time::sleep(ms(50)).await;
        }
        keeping.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_nobody_closes_is_replaced_before_a_minute_is_over() {
    let server = Server::new(Duration::from_secs(60), ms(100));
    let (standby, keeping) = server.keep_open();
    tokio::time::sleep(ms(150)).await;
    while server.began.elapsed() < Duration::from_secs(300) {
        assert!(standby.has_one(), "after {:?}", server.began.elapsed());
        tokio::time::sleep(ms(100)).await;
    }
    assert_eq!(server.asked.lock().len(), 6);
    keeping.abort();
}

#[tokio::test(start_paused = true)]
async fn a_provider_is_not_hammered_however_it_closes() {
    for (idle, most) in [(ms(0), 10), (ms(500), 10), (ms(2500), 53), (ms(5000), 53), (ms(60_000), 6)] {
        let server = Server::new(idle, ms(100));
        let (_standby, keeping) = server.keep_open();
        tokio::time::sleep(Duration::from_secs(300)).await;
        keeping.abort();
        let asked = server.asked.lock().len();
        assert!(asked <= most, "{asked} connections in five minutes, each closed after {idle:?}");
        assert!(server.shortest_pause() >= SHORTEST_PAUSE, "{idle:?}: {:?}", server.shortest_pause());
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_cannot_be_opened_is_tried_ever_more_rarely() {
    let asked = Mutex::new(Vec::new());
    let (standby, began) = (Standby::default(), Instant::now());
    let trying = keep_open(&standby, || async { asked.lock().push(began.elapsed().as_secs()) });
    assert!(tokio::time::timeout(Duration::from_secs(200), trying).await.is_err());
    assert_eq!(*asked.lock(), [0, 4, 12, 28, 60, 120, 180]);
}

#[tokio::test(start_paused = true)]
async fn for_a_while_after_a_request_nothing_is_opened_whether_it_found_one_or_not() {
    for (idle, finds_one) in [(NEVER, true), (ms(100), false)] {
        let server = Server::new(idle, ms(100));
        let (standby, keeping) = server.keep_open();
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(standby.take().await.is_some(), finds_one);
        tokio::time::sleep(SHORTEST_PAUSE - ms(1)).await;
        assert_eq!(server.asked.lock().len(), 1, "{idle:?}");
        keeping.abort();
    }
}

/// A refresh while the player types, say: the callback is to find one all the same.
#[tokio::test(start_paused = true)]
async fn after_each_request_of_somebody_else_there_is_one_again() {
    let server = Server::new(NEVER, ms(100));
    let (standby, keeping) = server.keep_open();
    for round in 1..=3 {
        tokio::time::sleep(ms(4200)).await;
        assert!(standby.take().await.is_some(), "round {round}");
        assert_eq!(server.asked.lock().len(), round);
    }
    keeping.abort();
}

#[tokio::test(start_paused = true)]
async fn one_that_opens_while_a_request_waits_is_that_requests() {
    let server = Server::new(NEVER, ms(600));
    let (standby, keeping) = server.keep_open();
    tokio::time::sleep(ms(100)).await;
    assert!(standby.take().await.is_some());
    assert_eq!(server.began.elapsed().as_millis() / 10, 60);
    keeping.abort();
}
