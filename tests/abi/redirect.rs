//! Where the listener is bound: which name and which port.

use std::net::{Ipv4Addr, Ipv6Addr, TcpStream};

use practice_provider::Options;
use support::ffi::*;

use crate::stage::{ADA, Stage, has_ipv6, on_a_fixed_port, port_of, redirect_uri};

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
    // Somebody else may have the same port on IPv4, though hardly that of eight logins.
    let alone = (0..8).any(|_| {
        let uri = redirect_uri(&stage.open());
        assert_eq!(uri, format!("http://[::1]:{}/callback", port_of(&uri)));
        TcpStream::connect((Ipv4Addr::LOCALHOST, port_of(&uri))).is_err()
    });
    assert!(alone, "IPv4 is bound too");
    stage.sign_in();
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
