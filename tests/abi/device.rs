//! Signing in on another screen (RFC 8628): what the host gets to show, what the provider is asked and how often, and that the
//! rest is as after every sign-in.

use std::time::{Duration, Instant, SystemTime};

use practice_provider::{Misbehaviour as M, Options, PracticeProvider};
use support::ffi::*;
use support::{Client, ConfigBuilder, DevicePrompt, Login, PATIENCE, Profile, Prompt, wait_for};

use crate::stage::{ADA, GAME, Stage, claims};

pub const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A provider that wants to be asked once a second, which is as often as the library asks.
pub fn brisk() -> Options {
    Options { device_interval_s: 1, ..Options::default() }
}

pub fn login() -> Login {
    Login::new().on_another_screen()
}

/// Begins a login and waits for what the host has to show.
#[track_caller]
pub fn shown(stage: &Stage, login: &Login) -> (Prompt, DevicePrompt) {
    stage.client.start_login(login).expect("latchkey_start_login");
    stage.client.wait_for_state(LATCHKEY_STATE_WAITING_FOR_PLAYER);
    let prompt = stage.client.prompt().expect("a prompt while the player is waited for");
    assert_eq!(prompt.kind, LATCHKEY_PROMPT_DEVICE);
    let device = prompt.device.clone().expect("a prompt of this kind has a code");
    (prompt, device)
}

/// The player's part at the other screen, and the wait for its end here.
#[track_caller]
pub fn finish(stage: &mut Stage, prompt: &Prompt) -> Profile {
    let page = stage.player.approve_device(&prompt.url, "", ADA).expect("the provider's pages");
    assert_eq!(page.status, 200);
    stage.client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
    stage.client.profile().expect("a profile of the player who is signed in")
}

/// When the token endpoint was asked.
pub fn asked(provider: &PracticeProvider) -> Vec<Instant> {
    let requests = provider.requests();
    requests.iter().filter(|request| request.parameter("grant_type") == Some(DEVICE_CODE)).map(|one| one.at).collect()
}

#[test]
fn the_player_signs_in_by_the_url_with_the_code_in_it() {
    let mut stage = Stage::with(
        Options { extra_claims: claims(serde_json::json!({"roles": ["pilot"]})).extra_claims, ..brisk() },
        |config| config,
    );
    let (prompt, device) = shown(&stage, &login());
    assert_eq!(device.verification_url, format!("{}/device", stage.provider.issuer()));
    assert_eq!(prompt.url, format!("{}?user_code={}", device.verification_url, device.user_code));
    let profile = finish(&mut stage, &prompt);
    assert_eq!(profile.name().as_deref(), Some(ADA));
    assert_eq!(profile.roles(), ["pilot"]);
    assert_eq!(stage.client.status().error, LATCHKEY_OK);
}

#[test]
fn the_player_signs_in_by_typing_the_code() {
    let mut stage = Stage::with(Options { misbehaviour: Some(M::DeviceNoCompleteUri), ..brisk() }, |config| config);
    let (prompt, device) = shown(&stage, &login());
    assert_eq!(prompt.url, device.verification_url, "without a complete URI there is only the other");
    let typed = device.user_code.to_ascii_lowercase().replace('-', " ");
    stage.player.approve_device(&device.verification_url, &typed, ADA).expect("the provider's pages");
    stage.client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
}

#[test]
fn the_states_are_those_of_every_login() {
    // A thin ID token, so that there is a request in which the step before the last can be seen.
    let mut stage = Stage::with(Options { thin_id_token: true, ..brisk() }, |config| config);
    stage.provider.hold("/device-authorization");
    stage.client.start_login(&login()).expect("latchkey_start_login");
    assert!(stage.provider.wait_for("/device-authorization", 1, PATIENCE));
    let status = stage.client.status();
    assert_eq!((status.state, status.login_id), (LATCHKEY_STATE_STARTING, 1));
    assert!(stage.client.prompt().is_err(), "there is nothing to show yet");
    stage.provider.hold("/userinfo");
    let url = stage.client.prompt_url();
    stage.player.approve_device(&url, "", ADA).expect("the provider's pages");
    assert!(stage.provider.wait_for("/userinfo", 1, PATIENCE));
    assert_eq!(stage.client.status().state, LATCHKEY_STATE_COMPLETING);
    assert!(stage.client.prompt().is_err(), "there is nothing to show any more");
    stage.provider.release();
    let status = stage.client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
    assert_eq!((status.login_id, status.deadline), (1, 0));
}

/// With `qr_modules` drawn eight pixels each and a quiet zone of four modules around, as a host draws it.
#[track_caller]
fn decoded(device: &DevicePrompt) -> (rqrr::MetaData, String) {
    const PIXELS: usize = 8;
    const QUIET: usize = 4;
    let side = (device.qr_size + 2 * QUIET) * PIXELS;
    let dark = |x: usize, y: usize| {
        let (x, y) = ((x / PIXELS).checked_sub(QUIET), (y / PIXELS).checked_sub(QUIET));
        let inside = |place: &usize| *place < device.qr_size;
        match (x.filter(inside), y.filter(inside)) {
            (Some(x), Some(y)) => device.qr_modules[y * device.qr_size + x] == 1,
            _ => false,
        }
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| if dark(x, y) { 0 } else { 255 });
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "a camera finds one code");
    grids[0].decode().expect("it can be read")
}

#[test]
fn a_camera_reads_the_url_off_the_qr_code() {
    for misbehaviour in [None, Some(M::DeviceNoCompleteUri)] {
        let stage = Stage::with(Options { misbehaviour, ..brisk() }, |config| config);
        let (prompt, device) = shown(&stage, &login());
        let (read, text) = decoded(&device);
        assert_eq!(text, prompt.url);
        assert!(device.qr_modules.iter().all(|module| *module < 2));
        assert_eq!(read.version.0 * 4 + 17, device.qr_size);
        // 1 is L, which a reflection on the screen is too much for; the others survive more (ISO/IEC 18004 table 12).
        assert_ne!(read.ecc_level, 1, "level L");
    }
}

#[test]
fn no_port_is_bound_and_no_browser_is_asked_for() {
    // Whoever binds the configured port finds it taken, and says so.
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = taken.local_addr().expect("its address").port();
    let mut stage = Stage::with(brisk(), |config| config.redirect_ports(&[port]).browser(LATCHKEY_BROWSER_HOST));
    let (prompt, _) = shown(&stage, &login());
    finish(&mut stage, &prompt);
}

#[test]
fn what_the_host_asks_for_reaches_the_provider_and_nothing_of_the_browsers_flow_does() {
    let stage = Stage::with(brisk(), |config| config.scopes("openid profile offline_access"));
    let asking = login().audience("https://api.studio.example").resource("urn:api").ui_locales("fr").max_age_s(3600);
    shown(&stage, &asking.parameter("connection", "discord"));
    let request = stage.last_request("/device-authorization");
    assert_eq!(request.method, "POST");
    let mut names: Vec<&str> = request.parameters.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["audience", "client_id", "connection", "max_age", "resource", "scope", "ui_locales"]);
    for (name, value) in [
        ("client_id", GAME),
        ("scope", "openid profile offline_access"),
        ("audience", "https://api.studio.example"),
        ("resource", "urn:api"),
        ("ui_locales", "fr"),
        ("max_age", "3600"),
        ("connection", "discord"),
    ] {
        assert_eq!(request.parameter(name), Some(value), "{name}");
    }
    stage.provider.clear_requests();
    shown(&stage, &login().scopes("openid email"));
    assert_eq!(stage.last_request("/device-authorization").parameter("scope"), Some("openid email"));
}

#[test]
fn the_question_is_the_grant_the_code_and_the_client() {
    let mut stage = Stage::with(brisk(), |config| config);
    let (prompt, _) = shown(&stage, &login());
    finish(&mut stage, &prompt);
    let request = stage.last_request("/token");
    let mut names: Vec<&str> = request.parameters.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["client_id", "device_code", "grant_type"]);
    let issued = stage.provider.issued();
    let code = issued.iter().find(|(kind, _)| *kind == "device code").map(|(_, code)| code.as_str());
    assert_eq!(request.parameter("device_code"), code);
}

#[test]
fn a_client_with_a_secret_sends_it_to_both_endpoints_as_configured() {
    for auth in [LATCHKEY_CLIENT_AUTH_BASIC, LATCHKEY_CLIENT_AUTH_POST] {
        let options = Options { client_secret: Some((GAME.into(), "s3:cr t&=".into())), ..brisk() };
        let mut stage = Stage::with(options, |config| config.client_secret("s3:cr t&=").client_auth(auth));
        let (prompt, _) = shown(&stage, &login());
        finish(&mut stage, &prompt);
        for path in ["/device-authorization", "/token"] {
            let request = stage.last_request(path);
            let by_header = request.header("Authorization").is_some();
            assert_eq!(by_header, auth == LATCHKEY_CLIENT_AUTH_BASIC, "{path}");
            assert_eq!(request.parameter("client_secret").is_some(), !by_header, "{path}");
        }
    }
}

#[test]
fn the_session_is_one_as_after_every_sign_in() {
    let mut stage = Stage::with(brisk(), |config| config);
    let (prompt, _) = shown(&stage, &login());
    finish(&mut stage, &prompt);
    let first = stage.client.access_token(0).expect("a token");
    stage.client.refresh_session().expect("latchkey_refresh_session");
    let status = stage.client.wait_until_settled();
    assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_OK));
    assert_ne!(stage.client.access_token(0).expect("a token").text, first.text);
    stage.client.logout(LATCHKEY_LOGOUT_REVOKE).expect("latchkey_logout");
    let status = stage.client.wait_until_settled();
    stage.assert_nobody_is_signed_in(&status);
    assert_eq!(stage.provider.live_refresh_tokens(), 0);
}

#[test]
fn without_openid_the_profile_comes_from_userinfo() {
    let mut stage = Stage::with(brisk(), |config| config.scopes("profile email"));
    let (prompt, _) = shown(&stage, &login());
    assert_eq!(finish(&mut stage, &prompt).name().as_deref(), Some(ADA));
    assert_eq!(stage.provider.count("/userinfo"), 1);
}

#[test]
fn the_endpoint_can_be_given_like_the_others() {
    let provider = PracticeProvider::start(brisk()).expect("a practice provider");
    let root = provider.issuer().to_owned();
    provider.misbehave(M::DeviceNotOffered);
    for config in [
        ConfigBuilder::new(&root, GAME),
        ConfigBuilder::new(&root, GAME)
            .authorization_endpoint(&format!("{root}/authorize"))
            .token_endpoint(&format!("{root}/token"))
            .jwks_uri(&format!("{root}/jwks")),
    ] {
        let client = Client::create(&config.device_authorization_endpoint(&format!("{root}/device-authorization")));
        client.start_login(&login()).expect("latchkey_start_login");
        let url = client.prompt_url();
        practice_provider::Player::new().approve_device(&url, "", ADA).expect("the provider's pages");
        client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
    }
    let bad = ConfigBuilder::new(&root, GAME).device_authorization_endpoint("http://id.example/device");
    let (code, sentence) = support::Library::load().check(&bad);
    assert_eq!(code, LATCHKEY_CONFIGURATION);
    assert!(sentence.contains("device_authorization_endpoint"), "{sentence}");
}

#[test]
fn the_provider_is_asked_at_its_interval_and_not_before() {
    let mut stage = Stage::with(Options { device_interval_s: 2, ..Options::default() }, |config| config);
    let begun = Instant::now();
    let (prompt, _) = shown(&stage, &login());
    assert!(stage.provider.wait_for("/token", 2, PATIENCE));
    finish(&mut stage, &prompt);
    let asked = asked(&stage.provider);
    assert!(asked[0] - begun >= Duration::from_secs(2), "asked at once");
    for pair in asked.windows(2) {
        assert!(pair[1] - pair[0] >= Duration::from_secs(2), "asked after {:?}", pair[1] - pair[0]);
    }
}

#[test]
fn without_an_interval_it_is_five_seconds() {
    let stage = Stage::with(Options { misbehaviour: Some(M::DeviceNoInterval), ..brisk() }, |config| config);
    let begun = Instant::now();
    shown(&stage, &login());
    assert!(stage.provider.wait_for("/token", 1, PATIENCE));
    let waited = asked(&stage.provider)[0] - begun;
    assert!(waited >= Duration::from_secs(5), "{waited:?} (RFC 8628 section 3.2)");
}

#[test]
fn an_interval_of_zero_is_a_second() {
    let stage =
        Stage::with(Options { misbehaviour: Some(M::DeviceInterval(0)), ..Options::default() }, |config| config);
    shown(&stage, &login());
    assert!(stage.provider.wait_for("/token", 2, PATIENCE));
    let asked = asked(&stage.provider);
    assert!(asked[1] - asked[0] >= Duration::from_secs(1), "{:?}", asked[1] - asked[0]);
}

#[test]
fn slow_down_makes_it_five_seconds_slower() {
    let mut stage = Stage::with(Options { misbehaviour: Some(M::DeviceSlowDown), ..brisk() }, |config| config);
    let (prompt, _) = shown(&stage, &login());
    assert!(stage.provider.wait_for("/token", 1, PATIENCE));
    finish(&mut stage, &prompt);
    let asked = asked(&stage.provider);
    assert!(asked[1] - asked[0] >= Duration::from_secs(6), "{:?}", asked[1] - asked[0]);
    assert_eq!(asked.len(), 2);
}

#[test]
fn an_answer_that_is_pending_with_200_is_pending() {
    let mut stage = Stage::with(Options { misbehaviour: Some(M::DevicePendingWith200), ..brisk() }, |config| config);
    let (prompt, _) = shown(&stage, &login());
    assert!(stage.provider.wait_for("/token", 1, PATIENCE));
    finish(&mut stage, &prompt);
}

/// Milliseconds from now until the status' deadline.
fn left(stage: &Stage) -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_millis() as u64;
    stage.client.status().deadline.saturating_sub(now)
}

#[test]
fn the_deadline_is_the_codes_or_the_logins_whichever_is_first() {
    let options = || Options { device_code_lifetime_s: 60, ..brisk() };
    let stage = Stage::with(options(), |config| config.login_timeout_ms(600_000));
    shown(&stage, &login());
    assert!((40_000..=60_000).contains(&left(&stage)), "{} ms", left(&stage));
    let stage = Stage::with(options(), |config| config);
    shown(&stage, &login().login_timeout_ms(30_000));
    assert!((10_000..=30_000).contains(&left(&stage)), "{} ms", left(&stage));
    stage.provider.misbehave(M::DeviceExpiryHuge);
    shown(&stage, &login());
    assert!((250_000..=300_000).contains(&left(&stage)), "{} ms", left(&stage));
}

#[test]
fn a_provider_that_is_away_for_a_while_is_asked_again() {
    let mut stage = Stage::with(brisk(), |config| config);
    let (prompt, _) = shown(&stage, &login());
    stage.player.approve_device(&prompt.url, "", ADA).expect("the provider's pages");
    stage.provider.go_away();
    let captured = support::Captured::from_now();
    wait_for("a question in vain", PATIENCE, || captured.mentions("asking again"));
    assert_eq!(stage.client.status().state, LATCHKEY_STATE_WAITING_FOR_PLAYER, "the player may still be busy");
    stage.provider.come_back().expect("the same port");
    stage.client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
}

/// Suspend can't be had in a test; the kernel's timers that count it can be seen: one for the end, one for the next question.
#[cfg(target_os = "linux")]
#[test]
fn the_waits_count_the_machines_sleep() {
    crate::stage::beside_a_provider(Options::default(), |issuer| {
        let timers = || {
            let open = std::fs::read_dir("/proc/self/fd").expect("the descriptors of this process");
            let is_timer = |name: std::path::PathBuf| name.to_string_lossy().contains("[timerfd]");
            open.flatten().filter(|entry| std::fs::read_link(entry.path()).is_ok_and(is_timer)).count()
        };
        let client = Client::create(&ConfigBuilder::new(issuer, GAME));
        client.start_login(&login()).expect("latchkey_start_login");
        client.wait_for_state(LATCHKEY_STATE_WAITING_FOR_PLAYER);
        wait_for("both timers", PATIENCE, || timers() == 2);
        client.cancel_login().expect("latchkey_cancel_login");
        wait_for("no timer", PATIENCE, || timers() == 0);
    });
}
