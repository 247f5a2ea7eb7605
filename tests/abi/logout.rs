//! Three ways to sign out. The session here ends whatever the network says.

use practice_provider::{Misbehaviour as M, Options, PracticeProvider};
use support::ffi::*;
use support::vault::with_a_vault;
use support::{Client, Code, ConfigBuilder, Login, PATIENCE, Prompt, wait_for};

use crate::stage::{ADA, Ending, GAME, GRACE, Stage, is_listened_to, is_taken, parameter, port_of};

fn signed_in(options: Options) -> Stage {
    let mut stage = Stage::with(options, |config| config);
    stage.sign_in();
    stage.provider.clear_requests();
    stage
}

/// Signs out, and checks that nobody is signed in when the call has returned.
#[track_caller]
fn log_out(stage: &Stage, mode: u32) {
    stage.client.logout(mode).expect("latchkey_logout");
    assert_eq!(stage.client.profile().err(), Some(Code(LATCHKEY_INVALID_STATE)), "the profile is still there");
    assert_eq!(stage.client.access_token(0).err(), Some(Code(LATCHKEY_INVALID_STATE)), "the token is still there");
    let state = stage.client.status().state;
    assert!(matches!(state, LATCHKEY_STATE_SIGNING_OUT | LATCHKEY_STATE_SIGNED_OUT), "{:?}", stage.client.status());
}

/// The prompt of a logout, when it is there.
#[track_caller]
fn logout_prompt(client: &Client) -> Prompt {
    wait_for("the prompt of the logout", PATIENCE, || client.prompt().is_ok());
    let prompt = client.prompt().expect("a prompt");
    assert_eq!(prompt.kind, LATCHKEY_PROMPT_LOGOUT);
    assert_eq!(client.status().state, LATCHKEY_STATE_SIGNING_OUT);
    prompt
}

#[test]
fn a_local_logout_ends_the_session_here_and_asks_nobody() {
    let mut stage = signed_in(Options::default());
    log_out(&stage, LATCHKEY_LOGOUT_LOCAL);
    let status = stage.client.status();
    assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_OUT, LATCHKEY_OK));
    stage.assert_nobody_is_signed_in(&status);
    assert_eq!(stage.provider.live_refresh_tokens(), 1, "the provider was told");
    stage.sign_in();
    assert_eq!(stage.provider.count("/revoke"), 0);
    assert_eq!(stage.provider.count("/end-session"), 0);
    assert_eq!(stage.provider.count("/login"), 0, "the browser still knows the player");
}

#[test]
fn revoking_tells_the_provider_that_the_tokens_are_not_needed_any_more() {
    let stage = signed_in(Options::default());
    log_out(&stage, LATCHKEY_LOGOUT_REVOKE);
    let Ending { status, text } = stage.ended();
    assert_eq!(status.error, LATCHKEY_OK, "{text}");
    let request = stage.last_request("/revoke");
    assert_eq!(request.method, "POST");
    assert_eq!(request.parameter("client_id"), Some(GAME));
    assert_eq!(request.parameter("token_type_hint"), Some("refresh_token"));
    assert!(request.parameter("token").is_some());
    assert_eq!(stage.provider.live_refresh_tokens(), 0, "a refresh token is still good");
    assert_eq!(stage.provider.count("/end-session"), 0);
}

#[test]
fn a_confidential_client_authenticates_when_it_revokes() {
    let secret = "correct horse: battery%staple";
    for (auth, in_header) in [(LATCHKEY_CLIENT_AUTH_BASIC, true), (LATCHKEY_CLIENT_AUTH_POST, false)] {
        let options = Options { client_secret: Some((GAME.to_owned(), secret.to_owned())), ..Options::default() };
        let mut stage = Stage::with(options, |config| config.client_secret(secret).client_auth(auth));
        stage.sign_in();
        log_out(&stage, LATCHKEY_LOGOUT_REVOKE);
        let Ending { status, text } = stage.ended();
        assert_eq!(status.error, LATCHKEY_OK, "{text}");
        assert_eq!(stage.last_request("/revoke").header("Authorization").is_some(), in_header);
        assert_eq!(stage.provider.live_refresh_tokens(), 0);
    }
}

#[test]
fn a_revocation_that_fails_ends_the_session_all_the_same_and_says_so() {
    let mut stage = signed_in(Options { misbehaviour: Some(M::RevocationServerError), ..Options::default() });
    log_out(&stage, LATCHKEY_LOGOUT_REVOKE);
    let Ending { status, text } = stage.ended();
    assert_eq!(status.error, LATCHKEY_PROVIDER_ERROR);
    assert!(text.contains("500"), "{text}");
    assert!(stage.provider.count("/revoke") >= 1);
    stage.sign_in();
}

#[test]
fn a_provider_that_is_gone_does_not_keep_anybody_signed_in() {
    let Stage { client, provider, player } = signed_in(Options::default());
    drop(provider);
    client.logout(LATCHKEY_LOGOUT_REVOKE).expect("latchkey_logout");
    assert_eq!(client.profile().err(), Some(Code(LATCHKEY_INVALID_STATE)));
    let status = client.wait_until_settled();
    assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_OUT, LATCHKEY_NETWORK));
    drop(player);
}

/// What may come while the provider is being told, and ends the logout; what is left of the client comes back.
type Interruption = (&'static str, fn(Client) -> Option<Client>);

const INTERRUPTIONS: [Interruption; 3] = [
    ("latchkey_client_destroy", |client| {
        client.destroy();
        None
    }),
    ("latchkey_start_login", |client| {
        client.start_login(&Login::new()).expect("latchkey_start_login");
        Some(client)
    }),
    ("latchkey_cancel_login", |client| {
        client.cancel_login().expect("latchkey_cancel_login");
        assert_eq!(client.status().error, LATCHKEY_CANCELLED);
        Some(client)
    }),
];

#[test]
fn a_revocation_arrives_though_something_else_follows_the_logout_at_once() {
    for (what, interrupt) in INTERRUPTIONS {
        let Stage { client, provider, .. } = signed_in(Options::default());
        provider.hold("/revoke");
        client.logout(LATCHKEY_LOGOUT_REVOKE).expect("latchkey_logout");
        let left = interrupt(client);
        assert!(provider.wait_for("/revoke", 1, PATIENCE), "{what}: the provider was never told");
        provider.release();
        wait_for(&format!("the revocation after {what}"), PATIENCE, || provider.live_refresh_tokens() == 0);
        drop(left);
    }
}

/// The first request is held, and refused after the interruption.
fn assert_a_refused_revocation_is_tried_again(
    provider: &PracticeProvider,
    what: &str,
    interrupt: impl FnOnce() -> Option<Client>,
) {
    assert!(provider.wait_for("/revoke", 1, PATIENCE));
    let left = interrupt();
    provider.misbehave(M::RevocationServerError);
    provider.release();
    assert!(provider.wait_for("/revoke", 2, PATIENCE), "{what}: it was not tried again");
    provider.behave();
    wait_for(&format!("the revocation after {what}"), PATIENCE, || provider.live_refresh_tokens() == 0);
    drop(left);
}

/// Its first request is out already, and is refused when nobody of the logout is there any more.
#[test]
fn a_revocation_that_fails_after_its_logout_was_interrupted_is_tried_again() {
    for (what, interrupt) in INTERRUPTIONS {
        let Stage { client, provider, .. } = signed_in(Options::default());
        provider.hold("/revoke");
        client.logout(LATCHKEY_LOGOUT_REVOKE).expect("latchkey_logout");
        assert_a_refused_revocation_is_tried_again(&provider, what, || interrupt(client));
    }
}

/// A sign-out with nobody signed in has to look first. What it finds is erased, so nobody could revoke it later.
#[test]
fn a_stored_session_is_revoked_though_its_logout_is_interrupted() {
    with_a_vault(|vault| {
        for (what, interrupt) in INTERRUPTIONS {
            let mut stage = Stage::with(Options::default(), |config| config.store(vault.hooks()));
            stage.sign_in();
            let Stage { client, provider, .. } = stage;
            client.destroy();
            provider.hold("/revoke");
            let client = Client::create(&ConfigBuilder::new(provider.issuer(), GAME).store(vault.hooks()));
            client.logout(LATCHKEY_LOGOUT_REVOKE).expect("latchkey_logout");
            assert_a_refused_revocation_is_tried_again(&provider, what, || {
                wait_for("the vault to be empty", PATIENCE, || vault.entries().is_empty());
                interrupt(client)
            });
        }
    });
}

#[test]
fn ending_the_providers_session_lets_another_account_sign_in() {
    let mut stage = signed_in(Options::default());
    log_out(&stage, LATCHKEY_LOGOUT_END_SESSION);
    let prompt = logout_prompt(&stage.client);
    let page = stage.visit(&prompt.url);
    assert_eq!(page.status, 200);
    let Ending { status, text } = stage.ended();
    assert_eq!(status.error, LATCHKEY_OK, "{text}");

    let request = stage.last_request("/end-session");
    assert!(request.parameter("id_token_hint").is_some(), "the provider can't know whose session it is");
    assert_eq!(request.parameter("client_id"), Some(GAME));
    let back = request.parameter("post_logout_redirect_uri").expect("a way back").to_owned();
    assert!(back.starts_with("http://127.0.0.1:") && back.ends_with("/signed-out"), "{back}");
    assert_eq!(parameter(page.url.as_str(), "state").as_deref(), request.parameter("state"), "the state went round");
    assert_eq!(stage.provider.live_refresh_tokens(), 0, "the tokens are revoked too");
    wait_for("the listener to be gone", PATIENCE, || !is_listened_to(port_of(&back)));

    stage.provider.clear_requests();
    assert_eq!(stage.sign_in_as(GRACE).name().as_deref(), Some(GRACE), "the browser still knew the last player");
    assert_eq!(stage.provider.count("/login"), 1, "the form was not shown");
}

#[test]
fn without_ending_it_the_browser_still_knows_the_player() {
    let mut stage = signed_in(Options::default());
    log_out(&stage, LATCHKEY_LOGOUT_REVOKE);
    stage.ended();
    assert_eq!(stage.sign_in_as(GRACE).name().as_deref(), Some(ADA), "this is what LATCHKEY_LOGOUT_END_SESSION is for");
}

#[test]
fn stray_requests_do_not_end_the_wait_of_a_logout() {
    let mut stage = signed_in(Options::default());
    log_out(&stage, LATCHKEY_LOGOUT_END_SESSION);
    let prompt = logout_prompt(&stage.client);
    let back = parameter(&prompt.url, "post_logout_redirect_uri").expect("a way back");
    let root = back.trim_end_matches("/signed-out").to_owned();
    for address in [format!("{root}/favicon.ico"), format!("{root}/"), format!("{root}/callback?code=x&state=y")] {
        let page = stage.visit(&address);
        assert!(page.status == 204 || (400..500).contains(&page.status), "{} for {address}", page.status);
        assert_eq!(stage.client.status().state, LATCHKEY_STATE_SIGNING_OUT, "{address}");
    }
    stage.visit(&prompt.url);
    assert_eq!(stage.ended().status.error, LATCHKEY_OK);
}

#[test]
fn the_wait_of_a_logout_can_be_cancelled_and_times_out() {
    let stage = signed_in(Options::default());
    log_out(&stage, LATCHKEY_LOGOUT_END_SESSION);
    let port = port_of(&parameter(&logout_prompt(&stage.client).url, "post_logout_redirect_uri").expect("a way back"));
    stage.client.cancel_login().expect("latchkey_cancel_login");
    assert_eq!(stage.ended().status.error, LATCHKEY_CANCELLED);
    wait_for("the port to be free", PATIENCE, || !is_taken(port));

    let mut stage = Stage::with(Options::default(), |config| config.login_timeout_ms(1500));
    stage.sign_in();
    log_out(&stage, LATCHKEY_LOGOUT_END_SESSION);
    assert_eq!(stage.ended().status.error, LATCHKEY_TIMED_OUT);
}

#[test]
fn a_login_may_begin_while_a_logout_waits() {
    let mut stage = signed_in(Options::default());
    log_out(&stage, LATCHKEY_LOGOUT_END_SESSION);
    let late = logout_prompt(&stage.client).url;
    let url = stage.open();
    assert_eq!(stage.client.prompt().expect("a prompt").kind, LATCHKEY_PROMPT_LOGIN);
    stage.finish(&url, ADA);
    // The tab of the logout comes back late: the new session is not its business.
    let _ = stage.player.follow(&late);
    assert_eq!(stage.client.status().state, LATCHKEY_STATE_SIGNED_IN);
}

#[test]
fn what_a_provider_does_not_offer_is_not_supported_and_the_session_ends_all_the_same() {
    for mode in [LATCHKEY_LOGOUT_REVOKE, LATCHKEY_LOGOUT_END_SESSION] {
        let mut stage = Stage::new();
        let root = stage.provider.issuer().to_owned();
        stage.client = Client::create(
            &ConfigBuilder::new(&root, GAME)
                .without_issuer()
                .scopes("email")
                .authorization_endpoint(&format!("{root}/authorize"))
                .token_endpoint(&format!("{root}/token"))
                .userinfo_endpoint(&format!("{root}/userinfo")),
        );
        stage.sign_in();
        log_out(&stage, mode);
        let Ending { status, text } = stage.ended();
        assert_eq!(status.error, LATCHKEY_NOT_SUPPORTED, "mode {mode}");
        assert!(text.len() > 20, "{text}");
    }
}

#[test]
fn a_logout_with_nobody_signed_in_does_nothing_and_is_seen_to_have_ended() {
    let stage = Stage::new();
    for mode in [LATCHKEY_LOGOUT_LOCAL, LATCHKEY_LOGOUT_REVOKE, LATCHKEY_LOGOUT_END_SESSION] {
        let before = stage.client.status();
        stage.client.logout(mode).expect("latchkey_logout");
        let status = stage.client.status();
        assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_OUT, LATCHKEY_OK), "mode {mode}");
        assert!(status.revision > before.revision, "mode {mode}: a host that waits for a change waits for ever");
    }
    assert_eq!(stage.provider.count("/revoke") + stage.provider.count("/end-session"), 0);
}

#[test]
fn a_logout_cancels_the_login_that_is_under_way() {
    let mut stage = Stage::new();
    stage.sign_in();
    let url = stage.open();
    let callback = stage.callback(&url);
    let port = port_of(&callback);
    log_out(&stage, LATCHKEY_LOGOUT_LOCAL);
    let status = stage.ended().status;
    assert_eq!(status.deadline, 0);
    wait_for("the port to be free", PATIENCE, || !is_taken(port));
    let _ = stage.player.follow(&callback);
    assert_eq!(stage.client.status(), status);
}

#[test]
fn a_logout_while_a_token_is_refreshed_ends_the_session() {
    let mut stage = Stage::new();
    stage.sign_in();
    stage.provider.misbehave(M::TokenHang);
    stage.client.refresh_session().expect("latchkey_refresh_session");
    assert!(stage.provider.wait_for("/token", 2, PATIENCE));
    log_out(&stage, LATCHKEY_LOGOUT_LOCAL);
    let status = stage.client.status();
    assert_eq!(status.state, LATCHKEY_STATE_SIGNED_OUT);
    assert!(!status.has(LATCHKEY_STATUS_REFRESHING), "{status:?}");
    stage.provider.hang_up_all();
    stage.provider.behave();
    stage.sign_in();
}

#[test]
fn a_mode_that_the_header_does_not_name_is_refused_and_the_player_stays() {
    let mut stage = Stage::new();
    stage.sign_in();
    for mode in [3, 99, u32::MAX] {
        assert_eq!(stage.client.logout(mode), LATCHKEY_INVALID_ARGUMENT);
    }
    assert_eq!(stage.client.status().state, LATCHKEY_STATE_SIGNED_IN);
    assert_eq!(stage.client.profile().expect("still signed in").name().as_deref(), Some(ADA));
}
