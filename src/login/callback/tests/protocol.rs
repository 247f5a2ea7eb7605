//! Which request ends the wait, and what all the others get.

use super::*;

fn login() -> Wait<Callback> {
    Wait::for_login(RedirectHost::Literal)
}

/// Each of the requests gets `status`, none of them ends the wait, and no page tells the state.
fn all_refused(status: u16, requests: &[String]) {
    let wait = login();
    for request in requests {
        let request = request.replace("{name}", &wait.name);
        let reply = wait.send(&request);
        assert_eq!(reply.status, status, "{request}\n{}", reply.text);
        assert!(!reply.text.contains(STATE), "{}", reply.text);
    }
    wait.finish_well();
}

fn with_headers(headers: &[&str]) -> Vec<String> {
    headers.iter().map(|header| format!("GET {GOOD} HTTP/1.1\r\nHost: {{name}}\r\n{header}\r\n\r\n")).collect()
}

fn with_targets(targets: &[&str]) -> Vec<String> {
    targets.iter().map(|target| format!("GET {target} HTTP/1.1\r\nHost: {{name}}\r\n\r\n")).collect()
}

#[test]
fn the_matching_response_ends_the_wait_and_its_page_arrives_whole() {
    let wait = login();
    let chrome = "Connection: keep-alive\r\nUpgrade-Insecure-Requests: 1\r\nSec-Fetch-Site: cross-site\r\n\
        Sec-Fetch-Mode: navigate\r\nSec-Fetch-User: ?1\r\nSec-Fetch-Dest: document\r\nAccept-Encoding: gzip\r\n";
    let reply = wait.get(GOOD, chrome);
    assert_eq!(reply.status, 200);
    assert!(reply.text.ends_with("</html>\n"), "{}", reply.text);
    assert!(reply.text.contains("You can close this tab and return to the game."));
    assert_eq!(reply.text.to_ascii_lowercase().matches("\r\nconnection: close\r\n").count(), 1);
    assert!(!reply.text.contains(STATE) && !reply.text.contains("the-code"));
    assert_eq!(code_of(wait.finish()), "the-code");
}

#[test]
fn an_error_from_the_provider_ends_the_wait_and_is_shown_escaped() {
    let wait = login();
    let target = "/callback?error=access_denied&error_description=%3Cscript%3E%E2%80%AEno%22&state=st-7Jd&iss=https://id.example";
    let reply = wait.get(target, "");
    assert_eq!(reply.status, 200);
    assert!(reply.text.contains("&lt;script&gt;no&quot;") && !reply.text.contains("<script"), "{}", reply.text);
    match wait.finish() {
        Callback::Error { error, description } => {
            assert_eq!((error.as_str(), description.as_deref()), ("access_denied", Some("<script>no\"")));
        }
        Callback::Code(_) => panic!("no code was sent"),
    }
}

#[test]
fn another_path_is_404() {
    all_refused(
        404,
        &with_targets(&[
            "/",
            "/favicon.ico",
            "/signed-out?state=st-7Jd",
            "/callback/?code=the-code&state=st-7Jd&iss=https://id.example",
            "//callback?code=the-code&state=st-7Jd&iss=https://id.example",
            "/Callback?code=the-code&state=st-7Jd&iss=https://id.example",
            "/%63allback?code=the-code&state=st-7Jd&iss=https://id.example",
        ]),
    );
}

#[test]
fn another_method_is_405_and_told_which_one_is_allowed() {
    let methods = ["HEAD", "POST", "PUT", "OPTIONS", "DELETE", "PATCH", "TRACE", "get"];
    all_refused(405, &methods.map(|method| format!("{method} {GOOD} HTTP/1.1\r\nHost: {{name}}\r\n\r\n")));
    let wait = login();
    let reply = wait.send(&format!("HEAD {GOOD} HTTP/1.1\r\nHost: {}\r\n\r\n", wait.name));
    assert!(reply.text.to_ascii_lowercase().contains("\r\nallow: get\r\n"), "{}", reply.text);
    assert!(reply.text.ends_with("\r\n\r\n"), "an answer to HEAD has no body");
}

#[test]
fn a_host_other_than_the_bound_name_is_421() {
    let port = login().address.port();
    let mut requests: Vec<String> =
        ["evil.example", "evil.example:{port}", "localhost:{port}", "127.0.0.1", "{name}:80", ""]
            .iter()
            .map(|host| format!("GET {GOOD} HTTP/1.1\r\nHost: {}\r\n\r\n", host.replace("{port}", &port.to_string())))
            .collect();
    requests.push(format!("GET {GOOD} HTTP/1.0\r\n\r\n"));
    requests.push(format!("GET {GOOD} HTTP/1.1\r\nHost: {{name}}\r\nHost: {{name}}\r\n\r\n"));
    requests.push(format!("GET http://evil.example{GOOD} HTTP/1.1\r\nHost: {{name}}\r\n\r\n"));
    all_refused(421, &requests);
}

#[test]
fn port_80_may_be_left_out_of_the_host() {
    let gate = |port| {
        Gate::new(
            "127.0.0.1",
            port,
            "/".into(),
            PageConfig::default(),
            Box::new(|_, _| Some(hyper::Response::default())),
        )
    };
    let request = hyper::Request::builder().uri("/").header("host", "127.0.0.1");
    let request = request.body(http_body_util::Empty::<hyper::body::Bytes>::new()).unwrap();
    assert_eq!(gate(80).answer(0, &request).status(), 200);
    assert_eq!(gate(8080).answer(0, &request).status(), 421);
}

#[test]
fn what_is_not_a_navigation_is_403() {
    all_refused(
        403,
        &with_headers(&[
            "Sec-Fetch-Mode: cors",
            "Sec-Fetch-Mode: no-cors",
            "Sec-Fetch-Mode: websocket",
            "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Mode: cors",
            "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe",
            "Sec-Fetch-Dest: image",
            "Sec-Fetch-Dest: empty",
            "Sec-Fetch-Dest: serviceworker",
            "Sec-Fetch-Dest: \u{e9}",
            "Origin: https://attacker.example",
            "Origin: null",
        ]),
    );
}

#[test]
fn a_prefetch_is_403_and_uses_nothing_up() {
    all_refused(
        403,
        &with_headers(&[
            "Sec-Purpose: prefetch;prerender",
            "Purpose: Prefetch",
            "Sec-Purpose: prerender",
            "X-Moz: prefetch",
        ]),
    );
}

#[test]
fn a_request_with_a_body_is_413_and_the_body_is_not_read() {
    all_refused(
        413,
        &with_headers(&["Content-Length: 5", "Content-Length: 99999999999", "Transfer-Encoding: chunked"]),
    );
    let wait = login();
    assert_eq!(wait.get(GOOD, "Content-Length: 0\r\n").status, 200);
}

#[test]
fn a_response_without_exactly_our_state_is_400() {
    all_refused(
        400,
        &with_targets(&[
            "/callback",
            "/callback?",
            "/callback?code=the-code&iss=https://id.example",
            "/callback?code=the-code&state=&iss=https://id.example",
            "/callback?code=the-code&state=st-7JD&iss=https://id.example",
            "/callback?code=the-code&state=st-7Jd&state=st-7Jd&iss=https://id.example",
            "/callback?code=the-code&state=st-7Jd%00&iss=https://id.example",
            "/callback?error=access_denied",
        ]),
    );
}

#[test]
fn a_response_from_another_issuer_is_400() {
    all_refused(
        400,
        &with_targets(&[
            "/callback?code=the-code&state=st-7Jd",
            "/callback?code=the-code&state=st-7Jd&iss=https://evil.example",
            "/callback?code=the-code&state=st-7Jd&iss=https://id.example/",
            "/callback?code=the-code&state=st-7Jd&iss=https://id.example&iss=https://id.example",
            "/callback?error=access_denied&state=st-7Jd",
        ]),
    );
}

#[test]
fn a_code_that_is_missing_repeated_or_oddly_written_is_400() {
    let rests = [
        "",
        "&code=",
        "&code=a&code=a",
        "&code=%ff",
        "&code=%zz",
        "&code=a%2",
        "&code=a%0a",
        "&code=a&error=b",
        "&error=",
    ];
    let targets = rests.map(|rest| format!("/callback?state=st-7Jd&iss=https://id.example{rest}"));
    all_refused(400, &with_targets(&targets.each_ref().map(String::as_str)));
}

#[test]
fn what_is_not_http_is_refused() {
    for garbage in
        ["\x16\x03\x01\x02\x00", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "hello\r\n\r\n", "GET /callback\r\n\r\n"]
    {
        let wait = login();
        let reply = wait.send(garbage);
        assert!(matches!(reply.status, 0 | 400 | 421), "{garbage:?}: {}", reply.text);
        wait.finish_well();
    }
}

#[test]
fn nothing_after_the_first_request_of_a_connection_is_answered() {
    let wait = login();
    let name = &wait.name;
    let pipelined = format!("GET / HTTP/1.1\r\nHost: {name}\r\n\r\nGET {GOOD} HTTP/1.1\r\nHost: {name}\r\n\r\n");
    let reply = wait.send(&pipelined);
    assert_eq!(reply.status, 404);
    assert_eq!(reply.text.matches("HTTP/1.1 ").count(), 1, "{}", reply.text);
    wait.finish_well();
}

#[test]
fn of_many_matching_responses_at_once_one_counts() {
    for _ in 0..20 {
        let wait = login();
        let requests: Vec<_> = (0..8)
            .map(|index| {
                let stream = wait.connect();
                let target = GOOD.replace("the-code", &format!("code-{index}"));
                (stream, format!("GET {target} HTTP/1.1\r\nHost: {}\r\n\r\n", wait.name))
            })
            .collect();
        let clients: Vec<_> = requests
            .into_iter()
            .map(|(stream, request)| thread::spawn(move || exchange(stream, &request).status))
            .collect();
        let replies: Vec<u16> = clients.into_iter().map(|client| client.join().unwrap()).collect();
        let taken = replies.iter().position(|status| *status == 200).unwrap();
        assert_eq!(replies.iter().filter(|status| **status == 200).count(), 1, "{replies:?}");
        assert_eq!(code_of(wait.finish()), format!("code-{taken}"));
    }
}

#[test]
fn a_second_answer_that_was_read_before_the_sockets_closed_is_refused() {
    // Both requests are there before the listener looks, so both are judged before the wait can end.
    let runtime = runtime();
    let (listener, name, address) = runtime.block_on(async {
        let listener = Listener::bind(&config(RedirectHost::Literal, &[])).unwrap();
        let address = listener.bound.listeners[0].local_addr().unwrap();
        (listener, format!("127.0.0.1:{}", address.port()), address)
    });
    let clients = ["first", "second"].map(|code| {
        let mut client = connect(address);
        let target = GOOD.replace("the-code", code);
        client.write_all(format!("GET {target} HTTP/1.1\r\nHost: {name}\r\n\r\n").as_bytes()).unwrap();
        client
    });
    let callback = runtime.block_on(async {
        let expected = expected();
        let callback = listener.authorization_response(&expected, &PageConfig::default()).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        callback
    });
    assert_eq!(code_of(callback), "first");
    let [first, second] = clients.map(|client| read_reply(client).status);
    assert_eq!(first, 200);
    assert_ne!(second, 200);
}

#[test]
fn localhost_is_answered_on_both_families_under_its_own_name() {
    for family in ["127.0.0.1", "[::1]"] {
        let wait = Wait::for_login(RedirectHost::Localhost);
        let port = wait.address.port();
        assert_eq!(wait.name, format!("localhost:{port}"));
        let Ok(stream) = TcpStream::connect(format!("{family}:{port}")) else { continue };
        let literal = format!("GET {GOOD} HTTP/1.1\r\nHost: {family}:{port}\r\n\r\n");
        assert_eq!(exchange(stream, &literal).status, 421);
        let stream = TcpStream::connect(format!("{family}:{port}")).unwrap();
        let right = format!("GET {GOOD} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
        assert_eq!(exchange(stream, &right).status, 200);
        assert_eq!(code_of(wait.finish()), "the-code");
    }
}

#[test]
fn an_ipv6_literal_is_answered_under_its_own_name() {
    if std::net::TcpListener::bind("[::1]:0").is_err() {
        return;
    }
    let wait = Wait::for_login(RedirectHost::Ipv6Literal);
    assert_eq!(wait.name, format!("[::1]:{}", wait.address.port()));
    wait.finish_well();
}

#[test]
fn both_redirect_uris_share_their_origin() {
    runtime().block_on(async {
        let listener = Listener::bind(&config(RedirectHost::Literal, &[])).unwrap();
        let port = listener.bound.port;
        assert_eq!(listener.redirect_uri(), format!("http://127.0.0.1:{port}/callback"));
        assert_eq!(listener.post_logout_redirect_uri(), format!("http://127.0.0.1:{port}/signed-out"));
    });
}

#[test]
fn a_logout_ends_with_what_its_state_was() {
    for (query, expected) in [
        ("?state=st-7Jd", LogoutCallback::Matched),
        ("?state=other", LogoutCallback::OtherState),
        ("?state=%ff", LogoutCallback::OtherState),
        ("", LogoutCallback::NoState),
    ] {
        let wait = Wait::start(RedirectHost::Literal, |listener| async move {
            listener.logout_response(&SecretString::from(STATE), &PageConfig::default()).await
        });
        assert_eq!(wait.get(GOOD, "").status, 404, "a sign-in is not what is waited for");
        assert_eq!(wait.get("/signed-out?state=st-7Jd", "Sec-Fetch-Mode: cors\r\n").status, 403);
        assert!(wait.is_waiting());
        let reply = wait.get(&format!("/signed-out{query}"), "");
        assert_eq!(reply.status, 200);
        assert!(reply.text.contains("You are signed out") && !reply.text.contains(STATE));
        assert_eq!(wait.finish(), expected, "{query}");
    }
}
