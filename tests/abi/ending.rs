//! How a login ends without a sign-in: cancelled, timed out, replaced, destroyed. The port is free again at once.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use practice_provider::{Misbehaviour, Options};
use support::ffi::*;
use support::{Client, Code, ConfigBuilder, Login, PATIENCE, Status, wait_for};

use crate::stage::{ADA, AT_ONCE, Ending, GAME, Stage, is_taken, port_of, redirect_uri};

/// Odd, so that the median is one of them.
const ROUNDS: usize = 5;

/// The median, because a busy machine holds single measurements up; what the library does itself shows in all of them.
#[track_caller]
fn assert_is_at_once(what: &str, mut took: Vec<Duration>) {
    took.sort();
    assert!(took[took.len() / 2] <= AT_ONCE, "{what}: {took:?}");
}

#[track_caller]
fn wait_until_over(client: &Client, port: u16) -> Status {
    wait_for("the port to be free", PATIENCE, || !is_taken(port));
    client.wait_until_settled()
}

#[test]
fn a_cancelled_login_ends_at_once_and_frees_its_port() {
    let stage = Stage::new();
    let took = (0..ROUNDS).map(|_| {
        let port = port_of(&redirect_uri(&stage.open()));
        assert!(is_taken(port), "the listener is not bound while the player is waited for");
        let start = Instant::now();
        stage.client.cancel_login().expect("latchkey_cancel_login");
        let status = wait_until_over(&stage.client, port);
        let took = start.elapsed();
        stage.assert_nobody_is_signed_in(&status);
        assert_eq!(status.error, LATCHKEY_CANCELLED);
        assert_eq!(status.deadline, 0);
        took
    });
    assert_is_at_once("from the call to the free port", took.collect());
}

#[test]
fn a_fixed_port_is_free_at_once_though_browsers_held_connections_open() {
    let mut stage = Stage::new();
    // The port that a first login got, without a visit, is this test's until its end.
    let port = port_of(&redirect_uri(&stage.open()));
    stage.client.cancel_login().expect("latchkey_cancel_login");
    wait_until_over(&stage.client, port);
    stage.client = Client::create(&ConfigBuilder::new(stage.provider.issuer(), GAME).redirect_ports(&[port]));
    let took = (0..ROUNDS).map(|_| {
        stage.open();
        let idle: Vec<_> = (0..20).map(|_| TcpStream::connect(("127.0.0.1", port)).expect("the listener")).collect();
        let start = Instant::now();
        stage.client.cancel_login().expect("latchkey_cancel_login");
        wait_until_over(&stage.client, port);
        let took = start.elapsed();
        drop(idle);
        took
    });
    assert_is_at_once("from the call to the free port", took.collect());
}

#[test]
fn a_login_that_times_out_ends_at_once_and_frees_its_port() {
    const TIMEOUT: Duration = Duration::from_millis(400);
    let stage = Stage::with(Options::default(), |config| config.login_timeout_ms(TIMEOUT.as_millis() as u32));
    let took = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        let port = port_of(&redirect_uri(&stage.open()));
        wait_until_over(&stage.client, port);
        let took = start.elapsed();
        let Ending { status, text } = stage.ended();
        assert_eq!(status.error, LATCHKEY_TIMED_OUT);
        assert!(text.len() > 20, "{text:?} is no sentence");
        assert!(took >= TIMEOUT, "it was over after {took:?} already");
        took - TIMEOUT
    });
    assert_is_at_once("from the deadline to the free port", took.collect());
}

#[test]
fn a_login_is_cancelled_at_once_while_the_provider_is_looked_up() {
    let options = Options { misbehaviour: Some(Misbehaviour::DiscoveryHang), ..Options::default() };
    let stage = Stage::with(options, |config| config);
    let took = (0..ROUNDS).map(|_| {
        stage.client.start_login(&Login::new()).expect("latchkey_start_login");
        assert_eq!(stage.client.status().state, LATCHKEY_STATE_STARTING);
        let start = Instant::now();
        stage.client.cancel_login().expect("latchkey_cancel_login");
        assert_eq!(stage.client.wait_until_settled().error, LATCHKEY_CANCELLED);
        start.elapsed()
    });
    assert_is_at_once("from the call to the end", took.collect());
}

#[test]
fn a_login_is_cancelled_at_once_while_the_code_is_exchanged() {
    let mut stage = Stage::new();
    stage.provider.misbehave(Misbehaviour::TokenHang);
    let url = stage.open();
    let callback = stage.callback(&url);
    let status = std::thread::scope(|scope| {
        // The page may wait for the exchange, so the browser has its own thread.
        scope.spawn(|| stage.player.follow(&callback));
        assert!(stage.provider.wait_for("/token", 1, PATIENCE));
        assert_eq!(stage.client.status().state, LATCHKEY_STATE_COMPLETING);
        let start = Instant::now();
        stage.client.cancel_login().expect("latchkey_cancel_login");
        let status = stage.client.wait_until_settled();
        let took = start.elapsed();
        assert!(took <= Duration::from_secs(1), "it took {took:?}");
        status
    });
    stage.assert_nobody_is_signed_in(&status);
    assert_eq!(status.error, LATCHKEY_CANCELLED);
}

#[test]
fn a_provider_that_hangs_does_not_outlast_the_logins_time_out() {
    let timeout = Duration::from_millis(1500);
    for misbehaviour in [Misbehaviour::DiscoveryHang, Misbehaviour::TokenHang] {
        let options = Options { misbehaviour: Some(misbehaviour), ..Options::default() };
        let mut stage = Stage::with(options, |config| config.login_timeout_ms(timeout.as_millis() as u32));
        let start = Instant::now();
        stage.client.start_login(&Login::new()).expect("latchkey_start_login");
        if misbehaviour == Misbehaviour::TokenHang {
            let url = stage.client.prompt_url();
            let callback = stage.callback(&url);
            let _ = stage.player.follow(&callback);
        }
        let status = stage.client.wait_until_settled();
        stage.assert_nobody_is_signed_in(&status);
        assert_eq!(status.error, LATCHKEY_TIMED_OUT, "{misbehaviour:?}");
        assert!(start.elapsed() < timeout + Duration::from_secs(2), "{misbehaviour:?}: {:?}", start.elapsed());
    }
}

#[test]
fn a_late_callback_of_a_cancelled_login_is_harmless() {
    let mut stage = Stage::new();
    let url = stage.open();
    let callback = stage.callback(&url);
    stage.client.cancel_login().expect("latchkey_cancel_login");
    let status = stage.client.wait_until_settled();
    // Nobody listens there any more, or somebody else does.
    let _ = stage.player.follow(&callback);
    assert_eq!(stage.client.status(), status);
    assert_eq!(stage.provider.count("/token"), 0);
}

#[test]
fn there_is_nothing_to_cancel_without_a_login() {
    let mut stage = Stage::new();
    assert_eq!(stage.client.cancel_login(), LATCHKEY_INVALID_STATE);
    stage.sign_in();
    assert_eq!(stage.client.cancel_login(), LATCHKEY_INVALID_STATE);
    assert_eq!(stage.client.status().state, LATCHKEY_STATE_SIGNED_IN);
}

#[test]
fn cancelling_leaves_a_player_signed_in_who_was() {
    let mut stage = Stage::new();
    stage.sign_in();
    stage.open();
    stage.client.cancel_login().expect("latchkey_cancel_login");
    let status = stage.client.wait_until_settled();
    assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_CANCELLED));
    assert_eq!(stage.client.profile().expect("still signed in").name().as_deref(), Some(ADA));
}

#[test]
fn a_second_login_replaces_the_first_whose_late_callback_is_harmless() {
    let mut stage = Stage::new();
    let first = stage.open();
    let late = stage.callback(&first);
    let second = stage.open();
    let status = stage.client.status();
    assert_eq!((status.login_id, status.error.0), (2, LATCHKEY_OK), "{status:?}");
    if let Ok(page) = stage.player.follow(&late) {
        assert!((400..500).contains(&page.status), "the late answer got {}", page.status);
    }
    assert_eq!(stage.client.status(), status, "the late answer changed something");
    assert_eq!(stage.provider.count("/token"), 0, "the late code was redeemed");
    stage.finish(&second, ADA);
    assert_eq!(stage.provider.count("/token"), 1);
}

#[test]
fn a_second_login_on_the_same_fixed_port_replaces_the_first() {
    let mut stage = Stage::new();
    // The port that the first login got is this test's until its end.
    let port = port_of(&redirect_uri(&stage.open()));
    let root = stage.provider.issuer().to_owned();
    stage.client.cancel_login().expect("latchkey_cancel_login");
    wait_until_over(&stage.client, port);
    stage.client = Client::create(&ConfigBuilder::new(&root, GAME).redirect_ports(&[port]));
    let first = stage.open();
    let late = stage.callback(&first);
    let second = stage.open();
    assert_eq!(redirect_uri(&first), redirect_uri(&second));
    let page = stage.visit(&late);
    assert!((400..500).contains(&page.status), "the late answer got {}", page.status);
    assert_eq!(stage.client.status().state, LATCHKEY_STATE_WAITING_FOR_PLAYER);
    stage.finish(&second, ADA);
}

#[test]
fn an_impatient_player_may_click_many_times() {
    let mut stage = Stage::new();
    for _ in 0..30 {
        stage.client.start_login(&Login::new()).expect("latchkey_start_login");
    }
    let ports: Vec<u16> = (0..5).map(|_| port_of(&redirect_uri(&stage.open()))).collect();
    let url = stage.open();
    assert_eq!(stage.client.status().login_id, 36);
    let current = port_of(&redirect_uri(&url));
    for port in ports.into_iter().filter(|port| *port != current) {
        wait_for("a replaced login's port to be free", PATIENCE, || !is_taken(port));
    }
    stage.finish(&url, ADA);
}

#[test]
fn a_client_that_is_destroyed_in_the_middle_of_a_login_frees_its_port() {
    let stage = Stage::new();
    let port = port_of(&redirect_uri(&stage.open()));
    let handle = stage.client.handle();
    let took = stage.client.destroy();
    assert!(!is_taken(port), "the socket is still open when the call has returned");
    assert!(took < Duration::from_secs(1), "it took {took:?}");
    // SAFETY: a ticket; the library recognises that its client is gone.
    let code = Code(unsafe { (support::Library::load().functions.latchkey_cancel_login)(handle) });
    assert_eq!(code, LATCHKEY_INVALID_ARGUMENT);
}

#[test]
fn a_client_may_be_destroyed_at_any_step() {
    let hang = |misbehaviour| Options { misbehaviour: Some(misbehaviour), ..Options::default() };
    let looking_up = Stage::with(hang(Misbehaviour::DiscoveryHang), |config| config);
    looking_up.client.start_login(&Login::new()).expect("latchkey_start_login");
    let mut exchanging = Stage::with(hang(Misbehaviour::TokenHang), |config| config);
    let url = exchanging.open();
    let callback = exchanging.callback(&url);
    let Stage { client, mut player, provider } = exchanging;
    std::thread::scope(|scope| {
        scope.spawn(move || player.follow(&callback));
        assert!(provider.wait_for("/token", 1, PATIENCE));
        for (step, took) in [("looking up", looking_up.client.destroy()), ("exchanging", client.destroy())] {
            assert!(took < Duration::from_secs(1), "{step}: it took {took:?}");
        }
    });
}
