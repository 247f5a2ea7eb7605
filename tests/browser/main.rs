//! A real provider in a real browser: npm's certified `oidc-provider`, and Debian's Chromium, which the library itself opens
//! through `xdg-open`. Each case is named by its rule.
//!
//! Needs Chromium, xdg-utils, Node 18 or newer, and `npm ci` in this folder: `cargo xtask test browser` sees to all of it. No
//! case needs a display or the internet. Pictures of what the player sees at the end go to `target/browser`.

#![cfg(target_os = "linux")]

mod machine;
mod scene;

use std::net::{TcpListener, TcpStream};

use machine::{on_a_machine, on_a_machine_without_a_browser};
use scene::{Requests, Scene, Seen};
use support::ffi::*;
use support::{Captured, Client, Login, PATIENCE, wait_for};

#[test]
fn sign_in_takes_the_profile_from_userinfo_where_the_id_token_lacks_it() {
    on_a_machine(|| {
        let mut scene = Scene::open(&[]);
        let client = Client::create(&scene.config());
        start(&client, &Login::new().login_hint("maren"));
        let tab = scene.player.tab();
        assert_eq!(scene.player.look(tab).text("hint"), "maren");
        let url = client.prompt_url();
        let page = scene.player.sign_in(tab, "maren");
        assert_eq!(page.list("asked"), ["password", "consent"]);
        expect_maren(&client);
        let token = client.access_token(0).expect("an access token");
        let state = query(&url, "state");
        Captured::from_the_beginning().assert_holds_none_of([
            ("access token", token.text.as_str()),
            ("state", &state),
            ("nonce", &query(&url, "nonce")),
            ("code challenge", &query(&url, "code_challenge")),
        ]);
        drop(client);
        let requests = scene.close();
        assert_eq!(requests.of_the_library(), ["discovery", "jwks", "token", "userinfo"]);
        expect_one_plain_request(&requests);
        // Whatever comes once the player has answered comes after the browser's last request.
        let answered = requests.0.iter().rposition(|request| request.by_browser() && request.route() == "resume");
        let after: Vec<_> =
            requests.0[answered.expect("the player's answer")..].iter().map(|one| one.route()).collect();
        assert_eq!(after, ["resume", "token", "userinfo"]);
    });
}

#[test]
fn sign_in_asks_userinfo_for_nothing_that_the_id_token_has() {
    on_a_machine(|| {
        let mut scene = Scene::open(&["--profile-in-id-token"]);
        let client = Client::create(&scene.config());
        start(&client, &Login::new());
        let tab = scene.player.tab();
        scene.player.sign_in(tab, "maren");
        expect_maren(&client);
        drop(client);
        assert_eq!(scene.close().of_the_library(), ["discovery", "jwks", "token"]);
    });
}

#[test]
fn the_last_page_shows_the_game_and_runs_no_script() {
    on_a_machine(|| {
        let mut scene = Scene::open(&[]);
        let config = scene.config().page_title("Nebula <Drift> & Søn").page_message("Back to the stars.");
        let client = Client::create(&config.page_color("#3b2f8f"));

        start(&client, &Login::new());
        let tab = scene.player.tab();
        scene.player.sign_in(tab, "maren");
        client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
        let page = scene.player.photograph(tab, "signed-in");
        assert!(page.text("text").contains("Nebula <Drift> & Søn"), "{page:?}");
        assert!(page.text("text").contains("Back to the stars."), "{page:?}");
        assert!(page.list("colors").contains(&"rgb(59, 47, 143)"), "the configured colour is nowhere: {page:?}");
        expect_a_plain_page(&page);

        start(&client, &Login::new().prompt("login"));
        let tab = scene.player.tab();
        scene.player.deny(tab);
        client.wait_until_settled();
        let page = scene.player.photograph(tab, "denied");
        assert!(page.text("text").contains("Nebula <Drift> & Søn"), "{page:?}");
        expect_a_plain_page(&page);

        drop(client);
        scene.close();
    });
}

#[test]
fn a_player_who_says_no_is_told_apart_and_may_change_their_mind() {
    on_a_machine(|| {
        let mut scene = Scene::open(&[]);
        let client = Client::create(&scene.config());
        start(&client, &Login::new());
        let tab = scene.player.tab();
        let page = scene.player.deny(tab);
        let status = client.wait_until_settled();
        assert_eq!(status.state, LATCHKEY_STATE_SIGNED_OUT);
        assert_eq!(status.error, LATCHKEY_DENIED);
        assert!(client.error_text().contains("End-User aborted interaction"), "{}", client.error_text());
        assert!(page.text("address").ends_with("/callback"), "{page:?}");

        start(&client, &Login::new());
        let tab = scene.player.tab();
        scene.player.sign_in(tab, "maren");
        expect_maren(&client);
        drop(client);
        scene.close();
    });
}

#[test]
fn a_closed_tab_does_not_block_the_next_attempt() {
    on_a_machine(|| {
        let mut scene = Scene::open(&[]);
        let client = Client::create(&scene.config());
        start(&client, &Login::new());
        let first = client.status().login_id;
        let tab = scene.player.tab();
        scene.player.look(tab);
        let callback = callback(&mut scene);
        scene.player.close(tab);
        // No browser says that a tab was closed: the game still waits, and the player clicks again.
        assert_eq!(client.status().state, LATCHKEY_STATE_WAITING_FOR_PLAYER);

        start(&client, &Login::new());
        let tab = scene.player.tab();
        wait_for("the first login's port to be free", PATIENCE, || is_free(&callback));
        scene.player.sign_in(tab, "maren");
        expect_maren(&client);
        assert!(client.status().login_id > first);
        drop(client);
        let requests = scene.close();
        assert_eq!(requests.authorizations().len(), 2);
        assert_eq!(requests.of_the_library(), ["discovery", "jwks", "token", "userinfo"]);
    });
}

#[test]
fn a_closed_browser_does_not_block_the_next_attempt() {
    on_a_machine(|| {
        let mut scene = Scene::open(&[]);
        let client = Client::create(&scene.config());
        start(&client, &Login::new());
        let tab = scene.player.tab();
        scene.player.look(tab);
        scene.player.quit_browser();
        // Its end is no failure to open it: the player may go on in another one.
        assert_eq!(client.status().state, LATCHKEY_STATE_WAITING_FOR_PLAYER);
        start(&client, &Login::new());
        let tab = scene.player.tab();
        scene.player.sign_in(tab, "maren");
        expect_maren(&client);
        drop(client);
        scene.close();
    });
}

#[test]
fn a_machine_without_a_browser_is_told_in_a_sentence() {
    on_a_machine_without_a_browser(|| {
        let scene = Scene::open(&[]);
        let client = Client::create(&scene.config());
        start(&client, &Login::new());
        let status = client.wait_until_settled();
        assert_eq!(status.state, LATCHKEY_STATE_SIGNED_OUT);
        assert_eq!(status.error, LATCHKEY_BROWSER_UNAVAILABLE);
        assert!(client.error_text().contains("LATCHKEY_BROWSER_HOST"), "{}", client.error_text());
        drop(client);
        scene.close();
    });
}

#[test]
fn a_forgotten_tab_can_not_answer_for_the_attempt_that_replaced_it() {
    on_a_machine(|| {
        let ports = free_ports::<1>();
        let callback = format!("http://localhost:{}/callback", ports[0]);
        let mut scene = Scene::open(&["--exact-redirect", &callback]);
        // Both attempts have the same port, so the first one's answer comes to the second one's listener.
        let config = scene.config().client_id("exact-game").redirect_host(LATCHKEY_REDIRECT_LOCALHOST);
        let client = Client::create(&config.redirect_ports(&ports));
        start(&client, &Login::new());
        let forgotten = scene.player.tab();
        scene.player.look(forgotten);
        start(&client, &Login::new());
        let tab = scene.player.tab();
        scene.player.look(tab);

        let page = scene.player.sign_in(forgotten, "juna");
        assert_eq!(page.text("shows"), "game");
        let status = page.0["status"].as_u64().expect("a status");
        assert!((400..500).contains(&status), "a forgotten tab got {status}");
        assert_eq!(client.status().state, LATCHKEY_STATE_WAITING_FOR_PLAYER);
        assert_eq!(client.status().error, LATCHKEY_OK);

        // The provider knows the browser by now; it is this tab's player who says who signs in.
        start(&client, &Login::new().prompt("login"));
        let tab = scene.player.tab();
        scene.player.sign_in(tab, "maren");
        expect_maren(&client);
        drop(client);
        let requests = scene.close();
        assert_eq!(requests.of_the_library().iter().filter(|route| **route == "token").count(), 1);
    });
}

#[test]
fn cancel_frees_the_port_and_a_late_answer_is_harmless() {
    on_a_machine(|| {
        let mut scene = Scene::open(&[]);
        let client = Client::create(&scene.config());
        start(&client, &Login::new());
        let tab = scene.player.tab();
        scene.player.look(tab);
        let callback = callback(&mut scene);
        assert!(!is_free(&callback), "nobody listens though the player is waited for");

        let asked = std::time::Instant::now();
        client.cancel_login().expect("latchkey_cancel_login");
        let status = client.wait_until_settled();
        wait_for("the port to be free", PATIENCE, || is_free(&callback));
        // The header promises 100 ms; the machine may be busy with a browser.
        assert!(asked.elapsed().as_millis() < 500, "it took {:?}", asked.elapsed());
        assert_eq!(status.state, LATCHKEY_STATE_SIGNED_OUT);
        assert_eq!(status.error, LATCHKEY_CANCELLED);

        assert_eq!(scene.player.sign_in(tab, "maren").text("shows"), "unreachable");
        assert_eq!(client.status(), status, "a late answer has changed something");

        start(&client, &Login::new());
        let tab = scene.player.tab();
        let page = scene.player.sign_in(tab, "maren");
        assert_eq!(page.list("asked"), ["consent"], "the browser is signed in at the provider by now");
        expect_maren(&client);
        drop(client);
        scene.close();
    });
}

#[test]
fn two_players_at_one_screen_sign_in_side_by_side() {
    on_a_machine(|| {
        let mut scene = Scene::open(&[]);
        let config = scene.config().scopes("openid profile email offline_access");
        let (left, right) = (Client::create(&config), Client::create(&config));
        // Both share the browser, so each must be asked who they are.
        let login = Login::new().prompt("login consent");
        start(&left, &login);
        let left_tab = scene.player.tab();
        scene.player.look(left_tab);
        start(&right, &login);
        let right_tab = scene.player.tab();
        scene.player.look(right_tab);

        // Who came last is done first.
        scene.player.sign_in(right_tab, "juna");
        right.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
        assert_eq!(left.status().state, LATCHKEY_STATE_WAITING_FOR_PLAYER);
        scene.player.sign_in(left_tab, "maren");
        expect_maren(&left);

        let juna = right.profile().expect("a profile");
        assert_eq!(juna.subject(), "juna");
        assert_eq!(juna.name().as_deref(), Some("結城 ユナ"));
        assert_eq!(juna.email().as_deref(), Some("juna@example.org"));
        assert!(!juna.email_verified());
        for client in [&left, &right] {
            let before = client.access_token(0).expect("an access token");
            refresh(client);
            assert_ne!(client.access_token(0).expect("an access token").text, before.text);
        }
        right.logout(LATCHKEY_LOGOUT_LOCAL).expect("latchkey_logout");
        assert_eq!(right.wait_until_settled().state, LATCHKEY_STATE_SIGNED_OUT);
        expect_maren(&left);
        drop((left, right));
        scene.close();
    });
}

#[test]
fn a_fixed_port_on_localhost_where_the_provider_compares_the_whole_redirect_uri() {
    on_a_machine(|| {
        let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
        let [free] = free_ports::<1>();
        let ports = [taken.local_addr().expect("its address").port(), free];
        let allowed = ports.map(|port| format!("http://localhost:{port}/callback"));
        let mut scene = Scene::open(&["--exact-redirect", &allowed[0], "--exact-redirect", &allowed[1]]);
        let config = scene.config().client_id("exact-game").redirect_host(LATCHKEY_REDIRECT_LOCALHOST);
        let client = Client::create(&config.redirect_ports(&ports));
        start(&client, &Login::new());
        let tab = scene.player.tab();
        let page = scene.player.sign_in(tab, "maren");
        assert_eq!(page.text("address"), allowed[1]);
        expect_maren(&client);

        // This kind of client is asked nothing the second time: the answer is there before anyone has looked at the tab.
        start(&client, &Login::new());
        let second = client.wait_until(|status| status.login_id == 2 && status.is_settled(), PATIENCE);
        assert_eq!(second.state, LATCHKEY_STATE_SIGNED_IN);
        assert_eq!(second.error, LATCHKEY_OK);
        let tab = scene.player.tab();
        assert_eq!(scene.player.look(tab).text("shows"), "game");
        drop(client);
        scene.close();
        drop(taken);
    });
}

#[test]
fn the_callback_also_works_on_ipv6() {
    if TcpListener::bind("[::1]:0").is_err() {
        println!("skipped: this machine has no IPv6");
        return;
    }
    on_a_machine(|| {
        let mut scene = Scene::open(&[]);
        let client = Client::create(&scene.config().redirect_host(LATCHKEY_REDIRECT_IPV6_LITERAL));
        start(&client, &Login::new());
        let tab = scene.player.tab();
        let page = scene.player.sign_in(tab, "maren");
        assert!(page.text("address").starts_with("http://[::1]:"), "{page:?}");
        expect_maren(&client);
        drop(client);
        scene.close();
    });
}

#[test]
fn what_a_browser_asks_for_besides_the_answer_does_no_harm() {
    on_a_machine(|| {
        let mut scene = Scene::open(&[]);
        let client = Client::create(&scene.config());
        start(&client, &Login::new());
        let tab = scene.player.tab();
        scene.player.look(tab);
        let callback = callback(&mut scene);
        // Browsers open connections in advance and say nothing on them for long.
        let silent: Vec<_> = (0..20).map(|_| connect(&callback).expect("a connection")).collect();
        for _ in 0..3 {
            assert_eq!(scene.player.disturb(tab, &callback), [400, 400, 400, 404]);
        }
        assert_eq!(client.status().state, LATCHKEY_STATE_WAITING_FOR_PLAYER);
        let page = scene.player.sign_in(tab, "maren");
        assert_eq!(page.0["status"], 200);
        expect_maren(&client);
        drop(silent);
        drop(client);
        assert_eq!(scene.close().of_the_library(), ["discovery", "jwks", "token", "userinfo"]);
    });
}

#[test]
fn prompt_and_max_age_make_the_provider_ask_for_the_password_again() {
    on_a_machine(|| {
        let mut scene = Scene::open(&[]);
        let client = Client::create(&scene.config());
        let expected: [(Login, &[&str]); 4] = [
            (Login::new(), &["password", "consent"]),
            (Login::new(), &["consent"]),
            (Login::new().prompt("login"), &["password", "consent"]),
            // The library compares `auth_time` with it, too.
            (Login::new().max_age_s(0), &["password", "consent"]),
        ];
        for (number, (login, asked)) in (1..).zip(expected) {
            start(&client, &login);
            let tab = scene.player.tab();
            assert_eq!(scene.player.sign_in(tab, "maren").list("asked"), asked, "login {number}");
            let status = client.wait_until(|status| status.login_id == number && status.is_settled(), PATIENCE);
            assert_eq!(status.error, LATCHKEY_OK, "login {number}: {}", client.error_text());
            expect_maren(&client);
        }
        drop(client);
        scene.close();
    });
}

#[test]
fn a_refresh_token_rotates_and_dies_at_logout_with_revocation() {
    on_a_machine(|| {
        let mut scene = Scene::open(&[]);
        let client = Client::create(&scene.config().scopes("openid profile email offline_access"));
        start(&client, &Login::new().prompt("consent"));
        let tab = scene.player.tab();
        scene.player.sign_in(tab, "maren");
        expect_maren(&client);

        // A refresh token that was used before would end the whole grant: the second refresh shows that the new one was taken.
        let mut tokens = vec![client.access_token(0).expect("an access token").text];
        for _ in 0..3 {
            refresh(&client);
            let token = client.access_token(0).expect("an access token");
            assert!(!tokens.contains(&token.text), "the same access token after a refresh");
            assert_eq!(userinfo_status(&scene.provider.issuer, &token.text), 200);
            tokens.push(token.text);
        }
        expect_maren(&client);

        client.logout(LATCHKEY_LOGOUT_REVOKE).expect("latchkey_logout");
        assert!(client.profile().is_err(), "signed in after logout has returned");
        let status = client.wait_until_settled();
        assert_eq!(status.state, LATCHKEY_STATE_SIGNED_OUT);
        assert_eq!(status.error, LATCHKEY_OK, "{}", client.error_text());
        let revocation = scene.provider.wait_for("the revocation", |request| request.route() == "revocation");
        assert_eq!(revocation.status(), 200);
        for token in &tokens {
            assert_eq!(userinfo_status(&scene.provider.issuer, token), 401, "a token that outlives its revocation");
        }
        drop(client);
        let requests = scene.close();
        let routes: Vec<_> = requests.0.iter().filter(|one| one.route() == "token").collect();
        let grants: Vec<_> = routes.iter().map(|one| one.parameter("grant_type")).collect();
        assert_eq!(grants, ["authorization_code", "refresh_token", "refresh_token", "refresh_token"]);
        assert!(routes.iter().all(|one| one.status() == 200));
    });
}

#[test]
fn ending_the_browsers_session_makes_the_next_sign_in_ask_for_the_password() {
    on_a_machine(|| {
        let mut scene = Scene::open(&[]);
        let client = Client::create(&scene.config().page_title("Nebula Drift"));
        start(&client, &Login::new());
        let tab = scene.player.tab();
        scene.player.sign_in(tab, "maren");
        expect_maren(&client);

        // Ending it on this device only leaves the browser as it is.
        client.logout(LATCHKEY_LOGOUT_LOCAL).expect("latchkey_logout");
        client.wait_until_settled();
        start(&client, &Login::new());
        let tab = scene.player.tab();
        assert_eq!(scene.player.sign_in(tab, "maren").list("asked"), ["consent"]);
        client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);

        client.logout(LATCHKEY_LOGOUT_END_SESSION).expect("latchkey_logout");
        assert!(client.profile().is_err(), "signed in after logout has returned");
        let tab = scene.player.tab();
        scene.player.sign_out(tab);
        let status = client.wait_until_settled();
        assert_eq!(status.state, LATCHKEY_STATE_SIGNED_OUT);
        assert_eq!(status.error, LATCHKEY_OK, "{}", client.error_text());
        let page = scene.player.photograph(tab, "signed-out");
        assert!(page.text("address").ends_with("/signed-out"), "{page:?}");
        assert!(page.text("text").contains("Nebula Drift"), "{page:?}");
        expect_a_plain_page(&page);

        start(&client, &Login::new());
        let tab = scene.player.tab();
        let page = scene.player.sign_in(tab, "juna");
        assert_eq!(page.list("asked"), ["password", "consent"]);
        client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
        assert_eq!(client.profile().expect("a profile").subject(), "juna");
        drop(client);
        let requests = scene.close();
        let ended = requests.0.iter().find(|one| one.route() == "end_session").expect("the request to end the session");
        for name in ["id_token_hint", "post_logout_redirect_uri", "state"] {
            assert!(ended.sent().contains(&name), "no {name} in {ended:?}");
        }
    });
}

/// Starts a login that the library opens in the browser.
#[track_caller]
fn start(client: &Client, login: &Login) {
    client.start_login(login).expect("latchkey_start_login");
}

/// Waits until `maren` is signed in, and compares all that the provider says about her.
#[track_caller]
fn expect_maren(client: &Client) {
    client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
    let profile = client.profile().expect("a profile");
    assert_eq!(profile.subject(), "maren");
    assert_eq!(profile.name().as_deref(), Some("Maren Ødegård"));
    assert_eq!(profile.email().as_deref(), Some("maren@example.org"));
    assert!(profile.email_verified());
    assert_eq!(profile.preferred_username().as_deref(), Some("maren"));
}

/// One authorization request, with what RFC 7636 and OpenID Connect ask for and nothing that was not asked for.
#[track_caller]
fn expect_one_plain_request(requests: &Requests) {
    let authorizations = requests.authorizations();
    let [request] = authorizations.as_slice() else { panic!("not one request but {authorizations:?}") };
    let expected = [
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "login_hint",
        "nonce",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
    ];
    assert_eq!(request.sent(), expected);
    assert_eq!(request.parameter("response_type"), "code");
    assert_eq!(request.parameter("code_challenge_method"), "S256");
    assert_eq!(request.parameter("scope"), "openid profile email");
    assert!(request.parameter("redirect_uri").starts_with("http://127.0.0.1:"));
}

/// The library's page: no script, nothing loaded from anywhere, and its own style not stopped by its own policy.
#[track_caller]
fn expect_a_plain_page(page: &Seen) {
    let headers = &page.0["headers"];
    let policy = headers["content-security-policy"].as_str().unwrap_or_else(|| panic!("no policy: {headers}"));
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(!policy.contains("script-src") || policy.contains("script-src 'none'"), "{policy}");
    assert!(headers["content-type"].as_str().is_some_and(|kind| kind.starts_with("text/html")), "{headers}");
    assert_eq!(headers["cache-control"], "no-store", "{headers}");
    assert_eq!(page.0["scripts"], 0, "{page:?}");
    for nothing in ["handlers", "loads", "violations", "console"] {
        assert_eq!(page.list(nothing), [""; 0], "{nothing}");
    }
    assert_ne!(page.text("font"), "\"Times New Roman\"", "the page's style was not applied");
    assert_eq!(page.0["fits"], true, "the page is wider than its window");
    assert!(!page.text("title").is_empty(), "{page:?}");
    assert!(!page.text("language").is_empty(), "{page:?}");
}

/// Where the last login wants its answer, as the provider was told.
#[track_caller]
fn callback(scene: &mut Scene) -> String {
    let request = scene.provider.wait_for("the authorization request", |request| request.route() == "authorization");
    request.parameter("redirect_uri").to_owned()
}

/// `127.0.0.1:PORT` of a callback there.
fn address(callback: &str) -> &str {
    let rest = callback.strip_prefix("http://").expect("a loopback URL");
    rest.split('/').next().expect("an address")
}

fn connect(callback: &str) -> std::io::Result<TcpStream> {
    TcpStream::connect(address(callback))
}

fn is_free(callback: &str) -> bool {
    connect(callback).is_err_and(|problem| problem.kind() == std::io::ErrorKind::ConnectionRefused)
}

/// Ports that were free on both families just now. For clients whose redirect URIs are known beforehand, as in a console.
fn free_ports<const N: usize>() -> [u16; N] {
    let free = || {
        let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address").port();
        let other = TcpListener::bind(("::1", port));
        let taken = other.is_err_and(|problem| problem.kind() == std::io::ErrorKind::AddrInUse);
        (!taken).then_some(port)
    };
    std::array::from_fn(|_| std::iter::repeat_with(free).flatten().next().expect("a port"))
}

/// Fetches a new access token and sees it through.
#[track_caller]
fn refresh(client: &Client) {
    client.refresh_session().expect("latchkey_refresh_session");
    let status = client.wait_until_settled();
    assert_eq!(status.state, LATCHKEY_STATE_SIGNED_IN);
    assert_eq!(status.error, LATCHKEY_OK, "{}", client.error_text());
}

/// What the provider answers to an access token, as the game's backend would ask.
#[track_caller]
fn userinfo_status(issuer: &str, token: &str) -> u16 {
    use std::io::{Read, Write};
    let mut connection = connect(issuer).expect("the provider");
    let host = address(issuer);
    write!(
        connection,
        "GET /me HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
    )
    .expect("a request");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("an answer");
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("answered {answer:?}"))
}

/// A parameter of a URL; none of those that are asked for needs decoding.
#[track_caller]
fn query(url: &str, name: &str) -> String {
    let (_, query) = url.split_once('?').expect("a query");
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).unwrap_or_else(|| panic!("no {name}")).1.to_owned()
}
