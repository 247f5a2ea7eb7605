//! Where the listener is bound: which name, which port, and never together with somebody else.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};

use practice_provider::{Options, PracticeProvider};
use support::ffi::*;
use support::{Client, ConfigBuilder, Login, PATIENCE, wait_for};

use crate::stage::{ADA, Ending, GAME, Stage, free_port, is_taken, port_of, redirect_uri};

/// Another process may take a port between its choice and its use; a rule is judged on the first that nobody took.
const TRIES: usize = 8;

fn has_ipv6() -> bool {
    let has = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok();
    if !has {
        println!("this machine has no IPv6 loopback: nothing to test");
    }
    has
}

/// A stage whose login waits on a fixed port.
fn on_a_fixed_port(shape: impl Fn(ConfigBuilder, u16) -> ConfigBuilder) -> (Stage, u16, String) {
    for _ in 0..TRIES {
        let port = free_port();
        let stage = Stage::with(Options::default(), |config| shape(config, port));
        stage.client.start_login(&Login::new()).expect("latchkey_start_login");
        let status = stage
            .client
            .wait_until(|status| status.state == LATCHKEY_STATE_WAITING_FOR_PLAYER || status.is_settled(), PATIENCE);
        if status.error != LATCHKEY_PORT_IN_USE {
            let url = stage.client.prompt_url();
            return (stage, port, url);
        }
    }
    panic!("{TRIES} times somebody took the port");
}

#[test]
fn by_default_it_is_the_ipv4_literal_and_a_free_port() {
    let mut stage = Stage::new();
    let url = stage.open();
    let uri = redirect_uri(&url);
    assert_eq!(uri, format!("http://127.0.0.1:{}/callback", port_of(&uri)));
    stage.finish(&url, ADA);
}

#[test]
fn the_ipv6_literal_is_bound_when_it_is_asked_for() {
    if !has_ipv6() {
        return;
    }
    let mut stage = Stage::with(Options::default(), |config| config.redirect_host(LATCHKEY_REDIRECT_IPV6_LITERAL));
    let url = stage.open();
    let uri = redirect_uri(&url);
    assert_eq!(uri, format!("http://[::1]:{}/callback", port_of(&uri)));
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port_of(&uri))).is_err(), "IPv4 is bound too");
    stage.finish(&url, ADA);
}

#[test]
fn localhost_is_bound_on_both_families_with_one_port() {
    let mut stage = Stage::with(Options::default(), |config| config.redirect_host(LATCHKEY_REDIRECT_LOCALHOST));
    let url = stage.open();
    let uri = redirect_uri(&url);
    let port = port_of(&uri);
    assert_eq!(uri, format!("http://localhost:{port}/callback"));
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("bound on IPv4");
    if has_ipv6() {
        TcpStream::connect((Ipv6Addr::LOCALHOST, port)).expect("bound on IPv6");
    }
    stage.finish(&url, ADA);
}

#[test]
fn a_fixed_port_is_used_again_and_again() {
    let (mut stage, port, url) = on_a_fixed_port(|config, port| config.redirect_ports(&[port]));
    assert_eq!(redirect_uri(&url), format!("http://127.0.0.1:{port}/callback"));
    stage.finish(&url, ADA);
    for _ in 0..3 {
        let url = stage.open();
        assert_eq!(port_of(&redirect_uri(&url)), port);
        stage.finish(&url, ADA);
    }
}

#[test]
fn localhost_works_with_a_fixed_port() {
    let (mut stage, port, url) =
        on_a_fixed_port(|config, port| config.redirect_host(LATCHKEY_REDIRECT_LOCALHOST).redirect_ports(&[port]));
    assert_eq!(redirect_uri(&url), format!("http://localhost:{port}/callback"));
    stage.finish(&url, ADA);
}

#[test]
fn the_path_of_the_redirect_can_be_chosen() {
    let mut stage = Stage::with(Options::default(), |config| config.redirect_path("/auth/practice-game/done"));
    let url = stage.open();
    assert!(redirect_uri(&url).ends_with("/auth/practice-game/done"));
    stage.finish(&url, ADA);
}

#[test]
fn a_port_in_use_is_a_clear_error() {
    for address in [Ipv4Addr::LOCALHOST, Ipv4Addr::UNSPECIFIED] {
        let held = TcpListener::bind((address, 0)).expect("a port");
        let port = held.local_addr().expect("its address").port();
        let mut stage = Stage::with(Options::default(), |config| config.redirect_ports(&[port]));
        stage.client.start_login(&Login::new()).expect("latchkey_start_login");
        let Ending { status, text } = stage.ended();
        assert_eq!(status.error, LATCHKEY_PORT_IN_USE, "held on {address}");
        assert!(text.contains(&port.to_string()), "{text}");

        drop(held);
        if !is_taken(port) {
            stage.sign_in();
        }
    }
}

#[test]
fn the_next_port_of_the_list_is_used_when_one_is_taken() {
    let held = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let taken = held.local_addr().expect("its address").port();
    let (mut stage, port, url) = on_a_fixed_port(|config, port| config.redirect_ports(&[taken, port]));
    assert_eq!(port_of(&redirect_uri(&url)), port);
    stage.finish(&url, ADA);
}

#[test]
fn a_port_that_is_taken_on_one_family_only_is_taken_for_localhost() {
    if !has_ipv6() {
        return;
    }
    let held = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).expect("a port");
    let port = held.local_addr().expect("its address").port();
    let stage = Stage::with(Options::default(), |config| {
        config.redirect_host(LATCHKEY_REDIRECT_LOCALHOST).redirect_ports(&[port])
    });
    stage.client.start_login(&Login::new()).expect("latchkey_start_login");
    let status = stage.client.wait_until_settled();
    assert_eq!(status.error, LATCHKEY_PORT_IN_USE, "the callback could go to whoever holds the other family");
    wait_for("the half that was bound to be free", PATIENCE, || !is_taken(port));
}

#[test]
fn two_clients_do_not_share_a_fixed_port() {
    let (mut first, port, url) = on_a_fixed_port(|config, port| config.redirect_ports(&[port]));
    let provider = PracticeProvider::start(Options::default()).expect("a practice provider");
    let second = Client::create(&ConfigBuilder::new(provider.issuer(), GAME).redirect_ports(&[port]));
    second.start_login(&Login::new()).expect("latchkey_start_login");
    assert_eq!(second.wait_until_settled().error, LATCHKEY_PORT_IN_USE);
    first.finish(&url, ADA);
}

#[test]
fn nobody_can_listen_on_the_callbacks_port_while_it_is_waited_for() {
    let port = {
        let stage = Stage::new();
        let port = port_of(&redirect_uri(&stage.open()));
        assert!(is_taken(port));
        for address in [Ipv4Addr::LOCALHOST, Ipv4Addr::UNSPECIFIED] {
            assert!(!sharing_bind(SocketAddr::from((address, port))), "a bind on {address} was shared");
        }
        port
    };
    wait_for("the port to be free", PATIENCE, || !is_taken(port));
}

#[cfg(target_os = "linux")]
#[test]
fn only_the_loopback_address_is_bound() {
    let stage = Stage::new();
    let port = port_of(&redirect_uri(&stage.open()));
    // Another address of this machine is free for somebody else, which it would not be next to a bind on all addresses.
    TcpListener::bind((Ipv4Addr::new(127, 0, 0, 2), port)).expect("the listener is bound on more than its literal");
}

/// Whether a socket that is willing to share gets the port, and can listen on it.
#[cfg(unix)]
fn sharing_bind(address: SocketAddr) -> bool {
    let SocketAddr::V4(address) = address else { panic!("an IPv4 address") };
    let on: libc::c_int = 1;
    // SAFETY: integers, which may be zero.
    let mut raw: libc::sockaddr_in = unsafe { std::mem::zeroed() };
    raw.sin_family = libc::AF_INET as libc::sa_family_t;
    raw.sin_port = address.port().to_be();
    raw.sin_addr.s_addr = u32::from_ne_bytes(address.ip().octets());
    // SAFETY: a socket of our own; the options and the address live through the calls and have the sizes that are told.
    unsafe {
        let socket = libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0);
        assert!(socket >= 0, "no socket");
        for option in [libc::SO_REUSEADDR, libc::SO_REUSEPORT] {
            let size = size_of_val(&on) as libc::socklen_t;
            libc::setsockopt(socket, libc::SOL_SOCKET, option, (&raw const on).cast(), size);
        }
        let size = size_of_val(&raw) as libc::socklen_t;
        let shared = libc::bind(socket, (&raw const raw).cast(), size) == 0 && libc::listen(socket, 1) == 0;
        libc::close(socket);
        shared
    }
}

#[cfg(not(unix))]
fn sharing_bind(address: SocketAddr) -> bool {
    TcpListener::bind(address).is_ok()
}
