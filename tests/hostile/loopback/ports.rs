//! Who may have the callback's port: the library alone, or nobody. Never both.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use practice_provider::{Options, PracticeProvider};
use support::ffi::*;
use support::{Client, ConfigBuilder, Login, PATIENCE, wait_for};

use crate::stage::{ADA, Ending, GAME, Stage, has_ipv6, is_taken, on_a_fixed_port, port_of, redirect_uri};

#[test]
fn a_port_already_taken_is_a_clear_error() {
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
fn a_port_already_taken_makes_the_next_one_of_the_list_be_used() {
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
fn a_bind_is_never_shared_by_two_clients() {
    let (mut first, port, url) = on_a_fixed_port(|config, port| config.redirect_ports(&[port]));
    let provider = PracticeProvider::start(Options::default()).expect("a practice provider");
    let second = Client::create(&ConfigBuilder::new(provider.issuer(), GAME).redirect_ports(&[port]));
    second.start_login(&Login::new()).expect("latchkey_start_login");
    assert_eq!(second.wait_until_settled().error, LATCHKEY_PORT_IN_USE);
    first.finish(&url, ADA);
}

#[test]
fn a_bind_is_never_shared_while_the_callback_is_waited_for() {
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
