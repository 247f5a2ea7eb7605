//! Answers without end: refused, and they cost no memory. Each in its own process, beside a provider in another one.

use std::time::Duration;

use practice_provider::{Misbehaviour as M, Options, Player};
use support::ffi::*;
use support::{Client, ConfigBuilder, Login, Status, process};

use crate::stage::{ADA, GAME, beside_a_provider};

const BOUND: Duration = Duration::from_secs(60);
/// Twice what any of them took at its peak: 4 to 8 MiB, most of which a first request costs anyway. Each would take 50 MiB.
const SLACK: u64 = 16 << 20;

fn options(misbehaviour: M) -> Options {
    Options { misbehaviour: Some(misbehaviour), thin_id_token: true, ..Options::default() }
}

/// What is said of an answer at which reading stopped.
const CUT: &str = "is larger than 1024 KiB";

#[track_caller]
fn assert_is_cut_off(issuer: &str) {
    let said = refused_within_the_slack(issuer);
    assert!(said.contains(CUT), "{said}");
}

/// What it unpacks to is far beyond the limit: judged is the little that came.
#[track_caller]
fn assert_is_not_unpacked(issuer: &str) {
    let said = refused_within_the_slack(issuer);
    assert!(!said.contains(CUT), "{said}");
}

/// Signs in as far as that goes; the login must fail with a provider error, and never take more than the slack. What is said of it.
#[track_caller]
fn refused_within_the_slack(issuer: &str) -> String {
    let client = Client::create(&ConfigBuilder::new(issuer, GAME));
    let before = process::resident_bytes();
    client.start_login(&Login::new()).expect("latchkey_start_login");
    let waiting = |status: &Status| status.state == LATCHKEY_STATE_WAITING_FOR_PLAYER;
    let status = client.wait_until(|status| waiting(status) || status.is_settled(), BOUND);
    if waiting(&status) {
        let _ = Player::new().sign_in(&client.prompt_url(), ADA);
    }
    let status = client.wait_until(Status::is_settled, BOUND);
    let grown = process::peak_bytes().saturating_sub(before);
    assert_eq!(status.state, LATCHKEY_STATE_SIGNED_OUT, "{status:?}");
    assert_eq!(status.error, LATCHKEY_PROVIDER_ERROR, "{}", client.error_text());
    assert!(grown < SLACK, "{} KiB for an answer that is refused", grown >> 10);
    client.error_text()
}

#[test]
fn a_50_mib_body_of_discovery_is_cut_off() {
    beside_a_provider(options(M::DiscoveryHuge), |issuer| assert_is_cut_off(issuer));
}

#[test]
fn a_50_mib_body_of_the_token_endpoint_is_cut_off() {
    beside_a_provider(options(M::TokenHuge), |issuer| assert_is_cut_off(issuer));
}

#[test]
fn a_compression_bomb_of_the_token_endpoint_is_not_unpacked() {
    beside_a_provider(options(M::TokenCompressionBomb), |issuer| assert_is_not_unpacked(issuer));
}

#[test]
fn nested_json_of_the_token_endpoint_is_refused() {
    beside_a_provider(options(M::TokenNestedJson), |issuer| drop(refused_within_the_slack(issuer)));
}

#[test]
fn ten_thousand_keys_are_refused() {
    beside_a_provider(options(M::ManyKeys), |issuer| drop(refused_within_the_slack(issuer)));
}

#[test]
fn a_50_mib_body_of_keys_is_cut_off() {
    beside_a_provider(options(M::KeysHuge), |issuer| assert_is_cut_off(issuer));
}

#[test]
fn a_50_mib_body_of_userinfo_is_cut_off() {
    beside_a_provider(options(M::UserinfoHuge), |issuer| assert_is_cut_off(issuer));
}

#[test]
fn a_compression_bomb_of_discovery_is_not_unpacked() {
    beside_a_provider(options(M::DiscoveryCompressionBomb), |issuer| assert_is_not_unpacked(issuer));
}

#[test]
fn a_compression_bomb_of_keys_is_not_unpacked() {
    beside_a_provider(options(M::KeysCompressionBomb), |issuer| assert_is_not_unpacked(issuer));
}

#[test]
fn a_compression_bomb_of_userinfo_is_not_unpacked() {
    beside_a_provider(options(M::UserinfoCompressionBomb), |issuer| assert_is_not_unpacked(issuer));
}
