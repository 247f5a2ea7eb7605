//! Tokens that must not be believed: each is refused with the check that it failed, and nothing of it can be seen. `alg: none`,
//! key confusion (an HMAC with the public key) and all wrong claims are rows of docs/conformance.md.

use practice_provider::{Algorithm, Misbehaviour as M, Options};
use support::ffi::*;
use support::vault::Vault;
use support::{Captured, PATIENCE};

use crate::stage::{ADA, Ending, GRACE, Stage};

/// Refused with one of these checks, userinfo not asked, nothing visible or stored, and a new login succeeds at once.
#[track_caller]
fn assert_is_rejected(misbehaviour: M, algorithm: Algorithm, checks: &[u32]) {
    let options = Options { thin_id_token: true, algorithm, misbehaviour: Some(misbehaviour), ..Options::default() };
    let vault = Vault::new();
    let mut stage = Stage::with(options, |config| config.store(vault.hooks()));
    let Ending { status, text } = stage.fail();
    assert_eq!(status.error, LATCHKEY_TOKEN_REJECTED, "{misbehaviour:?}: {text}\n{}", Captured::recent());
    assert!(checks.contains(&status.check), "{misbehaviour:?}: {status:?}: {text}");
    assert!(text.len() > 20, "{misbehaviour:?}: {text:?} is no sentence");
    assert_eq!(stage.provider.count("/userinfo"), 0, "{misbehaviour:?}: userinfo was asked with a token in doubt");
    assert_eq!(stage.provider.count("/token"), 1, "{misbehaviour:?}");
    assert_eq!(vault.times_saved(), 0, "{misbehaviour:?}: something was stored");
    for lure in ["/stranger/jwks", "/stranger/certificate"] {
        assert_eq!(stage.provider.count(lure), 0, "{misbehaviour:?}: a URL out of the token was opened");
    }
    stage.provider.behave();
    assert_eq!(stage.sign_in().name().as_deref(), Some(ADA), "{misbehaviour:?}: a new login");
}

macro_rules! rejected {
    ($($rule:ident: $misbehaviour:ident, $algorithm:ident => $($check:ident)|+;)*) => {
        $(
            #[test]
            fn $rule() {
                assert_is_rejected(M::$misbehaviour, Algorithm::$algorithm, &[$($check),+]);
            }
        )*
    };
}

rejected! {
    kid_with_a_path: KeyIdPath, Rs256 => LATCHKEY_CHECK_KEY;
    kid_with_sql: KeyIdSql, Rs256 => LATCHKEY_CHECK_KEY;
    kid_that_is_nowhere_published: UnknownKeyId, Rs256 => LATCHKEY_CHECK_KEY;
    duplicate_kids: DuplicateKeyIds, Rs256 => LATCHKEY_CHECK_KEY;
    rsa_under_2048_bits: SmallRsaKey, Rs256 => LATCHKEY_CHECK_KEY;
    crit: HeaderCrit, Rs256 => LATCHKEY_CHECK_CRITICAL_HEADER;
    huge_numbers_in_exp: HugeExp, Rs256 => LATCHKEY_CHECK_FORMAT;
    huge_numbers_in_exp_beyond_what_a_double_holds_exactly: HugeFloatExp, Rs256 => LATCHKEY_CHECK_FORMAT;
    jwe: Jwe, Rs256 => LATCHKEY_CHECK_FORMAT;
    issued_tomorrow: FutureIat, Rs256 => LATCHKEY_CHECK_ISSUED_AT;
    no_token_at_all: NoIdToken, Rs256 => LATCHKEY_CHECK_MISSING;

    // The stranger signs with ES256. Where the provider does too, nothing but the key itself is in the token's way.
    jwk_in_the_header: HeaderJwk, Es256 => LATCHKEY_CHECK_SIGNATURE;
    jku_in_the_header: HeaderJku, Es256 => LATCHKEY_CHECK_SIGNATURE;
    x5u_in_the_header: HeaderX5u, Es256 => LATCHKEY_CHECK_SIGNATURE;
    x5c_in_the_header: HeaderX5c, Es256 => LATCHKEY_CHECK_SIGNATURE;
    jwk_in_the_header_with_an_algorithm_that_was_not_agreed_on: HeaderJwk, Rs256 => LATCHKEY_CHECK_ALGORITHM;
}

#[test]
fn a_rejected_token_leaves_the_player_signed_in_who_was() {
    let mut stage = Stage::new();
    stage.sign_in();
    let token = stage.client.access_token(0).expect("a token");
    stage.player.forget_cookies();
    stage.provider.misbehave(M::InvalidSignature);
    let url = stage.open();
    stage.player.sign_in(&url, GRACE).expect("the way through the provider's pages");
    let status = stage.client.wait_until_settled();
    assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_TOKEN_REJECTED));
    assert_eq!(stage.client.profile().expect("still signed in").name().as_deref(), Some(ADA));
    assert_eq!(stage.client.access_token(0).expect("still signed in"), token);
}

#[test]
fn an_unknown_key_makes_the_library_look_again_once_and_not_again_within_a_minute() {
    let mut stage = Stage::with(Options { misbehaviour: Some(M::UnknownKeyId), ..Options::default() }, |config| config);
    for (attempt, looks) in [(1, 1), (2, 0), (3, 0)] {
        let url = stage.open();
        // While the player types: at first there are none, and those that a token could not be verified with are not kept.
        assert!(stage.provider.wait_for("/jwks", 1, PATIENCE));
        let callback = stage.callback(&url);
        stage.provider.clear_requests();
        stage.visit(&callback);
        let status = stage.client.wait_until_settled();
        assert_eq!((status.error.0, status.check), (LATCHKEY_TOKEN_REJECTED, LATCHKEY_CHECK_KEY), "attempt {attempt}");
        assert_eq!(stage.provider.count("/jwks"), looks, "attempt {attempt}");
        stage.provider.clear_requests();
    }
    stage.provider.behave();
    stage.sign_in();
}
