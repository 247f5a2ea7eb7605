//! While the player types: what is open, what is sent, and what the callback finds. In front of the provider stands a load balancer
//! that counts, and hangs up on whoever is silent.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use practice_provider::{Options, Player, PracticeProvider};
use support::ffi::*;
use support::{Client, ConfigBuilder, Login, PATIENCE, wait_for};

use crate::stage::{ADA, GAME};

/// A connection, as the balancer sees it.
struct Carried {
    stream: TcpStream,
    sent: usize,
    open: bool,
}

/// Carries connections to a provider, each by two threads that end with it.
#[derive(Clone)]
struct Balancer {
    address: SocketAddr,
    carried: Arc<Mutex<Vec<Carried>>>,
}

impl Balancer {
    fn before(start: impl FnOnce(String) -> PracticeProvider) -> (Self, PracticeProvider) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("its address");
        let provider = start(format!("http://{address}"));
        let balancer = Self { address, carried: Arc::default() };
        let (accepting, port) = (balancer.clone(), provider.port());
        // Ends with the process: nobody connects any more.
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                accepting.carry(client, port);
            }
        });
        (balancer, provider)
    }

    fn carry(&self, client: TcpStream, port: u16) {
        let provider = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the provider");
        let clone = |stream: &TcpStream| stream.try_clone().expect("a descriptor");
        let mut carried = self.carried();
        let number = carried.len();
        carried.push(Carried { stream: clone(&client), sent: 0, open: true });
        drop(carried);
        let (up, down) = (clone(&client), clone(&provider));
        let sees = self.clone();
        thread::spawn(move || {
            pump(up, provider, |bytes| sees.carried()[number].sent += bytes);
            sees.carried()[number].open = false;
        });
        thread::spawn(move || pump(down, client, |_| {}));
    }

    fn carried(&self) -> MutexGuard<'_, Vec<Carried>> {
        self.carried.lock().expect("no thread of the balancer panics")
    }

    /// Which are open, and nothing was ever sent on them.
    fn silent(&self) -> Vec<usize> {
        let carried = self.carried();
        (0..carried.len()).filter(|number| carried[*number].open && carried[*number].sent == 0).collect()
    }

    fn made(&self) -> usize {
        self.carried().len()
    }

    fn hang_up_on_all(&self) {
        self.hang_up(|_| true);
    }

    fn hang_up(&self, which: impl Fn(&Carried) -> bool) {
        for carried in self.carried().iter().filter(|carried| which(carried)) {
            // The other side may have closed it first.
            let _ = carried.stream.shutdown(Shutdown::Both);
        }
    }
}

fn pump(mut from: TcpStream, mut to: TcpStream, saw: impl Fn(usize)) {
    let mut buffer = [0; 4096];
    loop {
        match from.read(&mut buffer) {
            Ok(length) if length > 0 => {
                saw(length);
                if to.write_all(&buffer[..length]).is_err() {
                    break;
                }
            }
            Err(problem) if problem.kind() == ErrorKind::Interrupted => {}
            _ => break,
        }
    }
    // Whichever side has hung up, the other is told; it may have done the same.
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}

/// A login that waits for its player.
fn waiting() -> (Client, Balancer, PracticeProvider, String) {
    let (balancer, provider) = Balancer::before(|root| {
        PracticeProvider::start(Options { public_root: Some(root), ..Options::default() }).expect("a practice provider")
    });
    let client = Client::create(&ConfigBuilder::new(provider.issuer(), GAME));
    client.start_login(&Login::new()).expect("latchkey_start_login");
    let url = client.prompt_url();
    wait_for("a connection to be opened ahead", PATIENCE, || balancer.silent().len() == 1);
    (client, balancer, provider, url)
}

/// The player's browser, past the balancer: what is counted is the library's.
fn callback(provider: &PracticeProvider, balancer: &Balancer, url: &str) -> String {
    let direct = url.replacen(&balancer.address.to_string(), &format!("127.0.0.1:{}", provider.port()), 1);
    Player::new().prepare_callback(&direct, ADA).expect("the provider's pages").into()
}

fn finish(client: &Client, callback: &str) {
    Player::new().follow(callback).expect("the game's page");
    client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
}

#[test]
fn the_callback_finds_a_connection_that_is_open_and_the_provider_was_asked_for_nothing_meanwhile() {
    let (client, balancer, provider, url) = waiting();
    let callback = callback(&provider, &balancer, &url);
    let (ahead, made) = (balancer.silent(), balancer.made());
    let before = provider.requests().len();
    finish(&client, &callback);
    assert_eq!(balancer.made(), made, "a connection was made after the callback");
    let asked: Vec<_> = provider.requests().into_iter().skip(before).map(|request| request.path).collect();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_ne!(balancer.carried()[ahead[0]].sent, 0, "another connection was used than the one that was opened ahead");
}

#[test]
fn a_connection_that_a_load_balancer_has_closed_is_opened_again_without_a_request() {
    let (client, balancer, provider, url) = waiting();
    let callback = callback(&provider, &balancer, &url);
    let before = provider.requests().len();
    balancer.hang_up_on_all();
    wait_for("the connections to be closed", PATIENCE, || balancer.silent().is_empty());
    wait_for("another to be opened ahead", PATIENCE, || balancer.silent().len() == 1);
    assert_eq!(provider.requests().len(), before, "the provider was asked for something");
    let made = balancer.made();
    finish(&client, &callback);
    assert_eq!(balancer.made(), made, "a connection was made after the callback");
}

#[test]
fn a_refresh_while_the_same_player_signs_in_anew_leaves_the_callback_a_connection() {
    let (client, balancer, provider, url) = waiting();
    finish(&client, &callback(&provider, &balancer, &url));
    client.start_login(&Login::new()).expect("latchkey_start_login");
    let callback = callback(&provider, &balancer, &client.prompt_url());
    wait_for("a connection to be opened ahead", PATIENCE, || balancer.silent().len() == 1);
    let ahead = balancer.silent()[0];
    client.refresh_session().expect("latchkey_refresh_session");
    wait_for("the refresh to take it", PATIENCE, || balancer.carried()[ahead].sent > 0);
    wait_for("another to be opened ahead", PATIENCE, || balancer.silent().len() == 1);
    // As a load balancer does when nothing more comes.
    balancer.hang_up(|carried| carried.sent > 0);
    wait_for("those to be closed", PATIENCE, || balancer.carried().iter().filter(|carried| carried.open).count() == 1);
    let made = balancer.made();
    finish(&client, &callback);
    assert_eq!(balancer.made(), made, "a connection was made after the callback");
}

#[test]
fn connections_that_were_opened_ahead_end_with_the_login() {
    let (client, balancer, _provider, _url) = waiting();
    client.cancel_login().expect("latchkey_cancel_login");
    wait_for("the connections to be closed", PATIENCE, || balancer.carried().iter().all(|carried| !carried.open));
}
