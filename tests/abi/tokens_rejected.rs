//! Tokens that must not be believed: each is refused with the check that it failed, and nothing of it can be seen.

use practice_provider::{Misbehaviour as M, Options};
use serde_json::json;
use support::ffi::*;
use support::{Captured, PATIENCE};

use crate::stage::{ADA, Ending, GRACE, Stage, claims};

/// Refused with one of these checks, userinfo not asked, nothing visible, and a new login succeeds at once.
#[track_caller]
fn assert_is_rejected(misbehaviour: M, checks: &[u32]) {
    let options = Options { thin_id_token: true, misbehaviour: Some(misbehaviour), ..Options::default() };
    let mut stage = Stage::with(options, |config| config);
    let Ending { status, text } = stage.fail();
    assert_eq!(status.error, LATCHKEY_TOKEN_REJECTED, "{misbehaviour:?}: {text}\n{}", Captured::recent());
    assert!(checks.contains(&status.check), "{misbehaviour:?}: {status:?}: {text}");
    assert!(text.len() > 20, "{misbehaviour:?}: {text:?} is no sentence");
    assert_eq!(stage.provider.count("/userinfo"), 0, "{misbehaviour:?}: userinfo was asked with a token in doubt");
    assert_eq!(stage.provider.count("/token"), 1, "{misbehaviour:?}");
    for lure in ["/stranger/jwks", "/stranger/certificate"] {
        assert_eq!(stage.provider.count(lure), 0, "{misbehaviour:?}: a URL out of the token was opened");
    }
    stage.provider.behave();
    assert_eq!(stage.sign_in().name().as_deref(), Some(ADA), "{misbehaviour:?}: a new login");
}

macro_rules! rejected {
    ($($rule:ident: $misbehaviour:ident => $($check:ident)|+;)*) => {
        $(
            #[test]
            fn $rule() {
                assert_is_rejected(M::$misbehaviour, &[$($check),+]);
            }
        )*
    };
}

rejected! {
    another_issuer: WrongIssuerInIdToken => LATCHKEY_CHECK_ISSUER;
    no_subject: MissingSub => LATCHKEY_CHECK_SUBJECT;
    another_audience: WrongAudience => LATCHKEY_CHECK_AUDIENCE;
    no_audience: MissingAudience => LATCHKEY_CHECK_AUDIENCE;
    a_stranger_in_the_audience_without_azp: AudienceArrayWithStranger => LATCHKEY_CHECK_AUTHORIZED_PARTY;
    another_authorized_party: WrongAzp => LATCHKEY_CHECK_AUTHORIZED_PARTY;
    no_time_of_issue: MissingIat => LATCHKEY_CHECK_ISSUED_AT;
    issued_tomorrow: FutureIat => LATCHKEY_CHECK_ISSUED_AT;
    no_expiry: MissingExp => LATCHKEY_CHECK_EXPIRY;
    expired: ExpiredIdToken => LATCHKEY_CHECK_EXPIRY;
    an_expiry_that_is_text: ExpAsText => LATCHKEY_CHECK_FORMAT;
    an_expiry_beyond_all_dates: HugeExp => LATCHKEY_CHECK_FORMAT | LATCHKEY_CHECK_EXPIRY;
    an_expiry_beyond_all_numbers: HugeFloatExp => LATCHKEY_CHECK_FORMAT | LATCHKEY_CHECK_EXPIRY;
    another_nonce: WrongNonce => LATCHKEY_CHECK_NONCE;
    no_nonce: MissingNonce => LATCHKEY_CHECK_NONCE;
    a_hash_of_another_access_token: WrongAtHash => LATCHKEY_CHECK_ACCESS_TOKEN_HASH;

    a_signature_with_one_bit_wrong: InvalidSignature => LATCHKEY_CHECK_SIGNATURE;
    no_signature: AlgNone => LATCHKEY_CHECK_ALGORITHM;
    an_hmac_with_the_public_key: HmacWithPublicKey => LATCHKEY_CHECK_ALGORITHM;
    // The provider has not announced ES256; where it has, the signature itself is wrong.
    a_wrong_elliptic_signature: Es256Invalid => LATCHKEY_CHECK_ALGORITHM | LATCHKEY_CHECK_SIGNATURE;
    no_key_id_where_there_are_many_keys: KeyIdAbsentManyKeys => LATCHKEY_CHECK_KEY;
    a_key_id_that_is_nowhere_published: UnknownKeyId => LATCHKEY_CHECK_KEY;
    a_key_id_that_is_a_path: KeyIdPath => LATCHKEY_CHECK_KEY;
    a_key_id_that_is_sql: KeyIdSql => LATCHKEY_CHECK_KEY;
    a_key_id_that_two_keys_have: DuplicateKeyIds => LATCHKEY_CHECK_KEY;
    a_key_that_is_too_small: SmallRsaKey => LATCHKEY_CHECK_KEY | LATCHKEY_CHECK_SIGNATURE;
    a_key_in_the_header: HeaderJwk => LATCHKEY_CHECK_ALGORITHM | LATCHKEY_CHECK_KEY | LATCHKEY_CHECK_SIGNATURE;
    a_key_set_that_the_header_points_to: HeaderJku => LATCHKEY_CHECK_ALGORITHM | LATCHKEY_CHECK_KEY | LATCHKEY_CHECK_SIGNATURE;
    a_certificate_that_the_header_points_to: HeaderX5u => LATCHKEY_CHECK_ALGORITHM | LATCHKEY_CHECK_KEY | LATCHKEY_CHECK_SIGNATURE;
    a_certificate_in_the_header: HeaderX5c => LATCHKEY_CHECK_ALGORITHM | LATCHKEY_CHECK_KEY | LATCHKEY_CHECK_SIGNATURE;
    a_critical_extension_that_nobody_knows: HeaderCrit => LATCHKEY_CHECK_CRITICAL_HEADER;
    an_encrypted_token: Jwe => LATCHKEY_CHECK_FORMAT;
    no_token_at_all: NoIdToken => LATCHKEY_CHECK_MISSING;
}

#[test]
fn userinfo_about_another_player() {
    let options = Options {
        thin_id_token: true,
        misbehaviour: Some(M::UserinfoWrongSub),
        ..claims(json!({"guild": "Analysts"}))
    };
    let mut stage = Stage::with(options, |config| config);
    let status = stage.fail().status;
    assert_eq!((status.error.0, status.check), (LATCHKEY_TOKEN_REJECTED, LATCHKEY_CHECK_SUBJECT));
    stage.provider.behave();
    stage.sign_in();
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

#[test]
fn a_clock_that_is_hours_off_turns_no_player_away_and_is_named_in_the_log() {
    for (offset, words) in [(6 * 3600, "hours behind"), (-6 * 3600, "hours ahead of")] {
        let captured = Captured::from_now();
        let mut stage = Stage::with(Options { clock_offset_s: offset, ..Options::default() }, |config| config);
        stage.sign_in();
        assert!(captured.mentions(words), "{offset}: the log does not say by how much");
    }
}

#[test]
fn a_token_that_is_expired_by_its_own_providers_clock_is_refused_whatever_this_machines_says() {
    let options = Options { clock_offset_s: 6 * 3600, misbehaviour: Some(M::ExpiredIdToken), ..Options::default() };
    let mut stage = Stage::with(options, |config| config);
    let status = stage.fail().status;
    assert_eq!((status.error.0, status.check), (LATCHKEY_TOKEN_REJECTED, LATCHKEY_CHECK_EXPIRY));
}

#[test]
fn a_clock_that_is_off_by_less_than_the_leeway_does_not_matter() {
    for offset in [45, -45] {
        let mut stage = Stage::with(Options { clock_offset_s: offset, ..Options::default() }, |config| config);
        stage.sign_in();
    }
    let mut wide =
        Stage::with(Options { clock_offset_s: 500, ..Options::default() }, |config| config.clock_leeway_s(600));
    wide.sign_in();
}

#[test]
fn a_wrong_clock_does_not_excuse_a_forged_token() {
    let options = Options { clock_offset_s: 6 * 3600, misbehaviour: Some(M::InvalidSignature), ..Options::default() };
    let mut stage = Stage::with(options, |config| config);
    let status = stage.fail().status;
    assert_eq!((status.error.0, status.check), (LATCHKEY_TOKEN_REJECTED, LATCHKEY_CHECK_SIGNATURE));
}
