//! 429, 503 and their `Retry-After`: what can be asked twice is asked again, after a pause, and not without end. What can't is
//! never repeated, see `token_endpoint.rs`.

use std::time::Duration;

use practice_provider::{Misbehaviour as M, Options};
use support::ffi::*;
use support::{Captured, Login, PATIENCE, Status, in_own_process, wait_for};

use crate::stage::{ADA, Stage};

const DISCOVERY: &str = "/.well-known/openid-configuration";

fn stage(misbehaviour: M) -> Stage {
    let options = Options { misbehaviour: Some(misbehaviour), thin_id_token: true, ..Options::default() };
    Stage::with(options, |config| config)
}

/// The pauses between the requests for a path.
fn pauses(stage: &Stage, path: &str) -> Vec<Duration> {
    let asked: Vec<_> =
        stage.provider.requests().into_iter().filter(|one| one.path == path).map(|one| one.at).collect();
    asked.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

/// In a process of its own, whose log is nobody else's. The provider recovers after the first refusal, and the login goes on when the time is over that the provider asked for.
#[track_caller]
fn assert_is_asked_again_after_a_second(misbehaviour: M, path: &str) {
    let captured = Captured::from_now();
    let mut stage = stage(misbehaviour);
    stage.client.start_login(&Login::new()).expect("latchkey_start_login");
    if path == "/userinfo" {
        let url = stage.client.prompt_url();
        let callback = stage.callback(&url);
        stage.visit(&callback);
    }
    wait_for("the refusal", PATIENCE, || captured.mentions("trying again in 1000 ms"));
    stage.provider.behave();
    if path != "/userinfo" {
        let url = stage.client.prompt_url();
        assert!(stage.provider.wait_for(path, 2, PATIENCE), "{misbehaviour:?}: it was not asked again");
        stage.finish(&url, ADA);
    }
    stage.client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
    let pauses = pauses(&stage, path);
    assert_eq!(pauses.len(), 1, "{misbehaviour:?}: {pauses:?}");
    let asked_for = Duration::from_secs(1);
    assert!(pauses[0] >= asked_for && pauses[0] < 3 * asked_for, "{misbehaviour:?}: {pauses:?}");
}

#[test]
fn a_503_with_retry_after_is_asked_again_when_it_says() {
    in_own_process(|| {
        assert_is_asked_again_after_a_second(M::DiscoveryUnavailable(1), DISCOVERY);
        assert_is_asked_again_after_a_second(M::KeysUnavailable(1), "/jwks");
        assert_is_asked_again_after_a_second(M::UserinfoUnavailable(1), "/userinfo");
    });
}

#[test]
fn a_429_with_retry_after_is_asked_again_when_it_says() {
    in_own_process(|| {
        assert_is_asked_again_after_a_second(M::DiscoveryTooManyRequests(1), DISCOVERY);
        assert_is_asked_again_after_a_second(M::KeysTooManyRequests(1), "/jwks");
        assert_is_asked_again_after_a_second(M::UserinfoTooManyRequests(1), "/userinfo");
    });
}

#[test]
fn a_500_without_end_is_asked_three_times_with_growing_pauses() {
    let mut stage = stage(M::UserinfoServerError);
    let url = stage.open();
    let callback = stage.callback(&url);
    stage.visit(&callback);
    let status = stage.client.wait_until(Status::is_settled, PATIENCE);
    assert_eq!(status.error, LATCHKEY_PROVIDER_ERROR);
    let pauses = pauses(&stage, "/userinfo");
    assert_eq!(pauses.len(), 2, "{pauses:?}");
    // A quarter and half a second; a busy machine only makes them longer.
    let least = [240, 480].map(Duration::from_millis);
    assert!(pauses[0] >= least[0] && pauses[1] >= least[1], "no back-off: {pauses:?}");
}

#[test]
fn a_retry_after_that_nobody_would_wait_ends_the_login_at_once() {
    for misbehaviour in [M::UserinfoUnavailable(3600), M::UserinfoTooManyRequests(u64::MAX)] {
        let mut stage = stage(misbehaviour);
        let url = stage.open();
        let callback = stage.callback(&url);
        stage.visit(&callback);
        let status = stage.client.wait_until(Status::is_settled, PATIENCE);
        assert_eq!(status.error, LATCHKEY_PROVIDER_ERROR, "{misbehaviour:?}");
        assert_eq!(stage.provider.count("/userinfo"), 1, "{misbehaviour:?}");
    }
}
