//! Name look-ups: the operating system's own, a few at a time.
//!
//! They block, can't be ended, and outlive the request that asked, by half a minute where a name server is dead. So each takes a place
//! until its real end: a thousand clients that start at once are no thousand threads in a game, and the lent threads that are left are
//! enough for the secret store. What is connected to an address never enters.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::Semaphore;

use crate::runtime::on_lent_thread;

/// In the whole process.
const AT_ONCE: usize = 4;

static PLACES: Semaphore = Semaphore::const_new(AT_ONCE);

/// What reqwest asks for addresses.
pub struct Names;

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let look_up = move || (name.as_str(), 0).to_socket_addrs();
        Box::pin(async { Ok(Box::new(in_its_turn(&PLACES, look_up).await?) as Addrs) })
    }
}

async fn in_its_turn<I>(
    places: &'static Semaphore,
    look_up: impl FnOnce() -> io::Result<I> + Send + 'static,
) -> io::Result<I>
where
    I: Iterator<Item = SocketAddr> + Send + 'static,
{
    let place = places.acquire().await.map_err(io::Error::other)?;
    let work = move || {
        let _held = place;
        look_up()
    };
    on_lent_thread(work).await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[tokio::test]
    async fn a_name_of_this_machine_is_found() {
        let found: Vec<_> = Names.resolve("localhost".parse().unwrap()).await.unwrap().collect();
        assert!(!found.is_empty() && found.iter().all(|address| address.ip().is_loopback()), "{found:?}");
    }

    /// Whoever asked is gone; the operating system is not.
    #[tokio::test]
    async fn one_that_nobody_waits_for_keeps_its_place_until_it_ends() {
        static PLACES: Semaphore = Semaphore::const_new(1);
        let (begun, beginning) = tokio::sync::oneshot::channel();
        let (release, held) = mpsc::channel::<()>();
        let none = || Ok(Vec::<SocketAddr>::new().into_iter());
        let mut hanging = Box::pin(in_its_turn(&PLACES, move || {
            begun.send(()).unwrap();
            held.recv().unwrap();
            none()
        }));
        tokio::select! {
            _ = &mut hanging => panic!("it hangs"),
            begun = beginning => begun.unwrap(),
        }
        drop(hanging);
        let mut next = Box::pin(in_its_turn(&PLACES, none));
        assert!(matches!(next.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
        assert_eq!(PLACES.available_permits(), 0);
        release.send(()).unwrap();
        next.await.unwrap();
    }
}
