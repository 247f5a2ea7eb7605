//! What strangers can make the listener hold, and that the browser gets through all the same.

use super::*;

/// What the other side may take before a player would notice.
const NOTICEABLE: Duration = Duration::from_secs(1);

fn login() -> Wait<Callback> {
    Wait::for_login(RedirectHost::Literal)
}

fn finish_within_a_second(wait: Wait<Callback>) {
    let start = Instant::now();
    wait.finish_well();
    assert!(start.elapsed() < NOTICEABLE, "took {:?}", start.elapsed());
}

/// How many of the connections are open once that number stops being above `most`.
fn open_after_settling(streams: &[TcpStream], most: usize) -> usize {
    let deadline = Instant::now() + SOON;
    loop {
        let open = streams.iter().filter(|stream| !is_closed(stream, Duration::from_micros(1))).count();
        if open <= most || Instant::now() > deadline {
            return open;
        }
    }
}

#[test]
fn silent_preconnects_cost_nothing_and_leave_with_the_wait() {
    let wait = login();
    let silent: Vec<_> = (0..20).map(|_| wait.connect()).collect();
    assert!(wait.get("/", "").status == 404, "they were let in before this one");
    assert_eq!(open_after_settling(&silent, 0), 20, "nobody has to leave while there is room");
    finish_within_a_second(wait);
    assert_eq!(open_after_settling(&silent, 0), 0);
}

#[test]
fn at_most_32_connections_are_held_and_the_oldest_leaves() {
    let wait = login();
    let silent: Vec<_> = (0..100).map(|_| wait.connect()).collect();
    assert!(open_after_settling(&silent, 32) <= 32);
    assert!(is_closed(&silent[0], SOON) && !is_closed(&silent[99], Duration::from_millis(1)));
    finish_within_a_second(wait);
}

#[test]
fn a_browser_in_the_midst_of_a_flood_is_answered() {
    // All are connected, and the browser has spoken, before the listener gets to look: the worst that a burst can do.
    for before in [0, 31, 32, 150] {
        let runtime = runtime();
        let listener = runtime.block_on(async { Listener::bind(&config(RedirectHost::Literal, &[])) }).unwrap();
        let address = listener.bound.listeners[0].local_addr().unwrap();
        let strangers = |count| (0..count).map(|_| connect(address)).collect::<Vec<_>>();
        let _early = strangers(before);
        let mut browser = connect(address);
        let request = format!("GET {GOOD} HTTP/1.1\r\nHost: {address}\r\n\r\n");
        browser.write_all(request.as_bytes()).unwrap();
        let _late = strangers(100);
        let start = Instant::now();
        let callback = runtime.block_on(async {
            let expected = expected();
            let brand = PageConfig::default();
            let wait = tokio::time::timeout(NOTICEABLE, listener.authorization_response(&expected, &brand));
            let callback = wait.await.unwrap_or_else(|_| panic!("lost behind {before}"));
            tokio::time::sleep(Duration::from_millis(50)).await;
            callback
        });
        assert_eq!(code_of(callback), "the-code");
        assert!(start.elapsed() < NOTICEABLE);
        assert_eq!(read_reply(browser).status, 200);
    }
}

#[test]
fn nobody_has_to_leave_before_there_was_time_to_speak() {
    const ROUNDS: usize = 20;
    runtime().block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let nobody = Box::new(|_, _: &str| None);
        let gate = Gate::new("127.0.0.1", 1, "/".into(), PageConfig::default(), nobody);
        let mut crowd = Crowd::new(Arc::new(gate));
        let mut strangers = std::collections::VecDeque::new();
        let start = Instant::now();
        for _ in 0..ROUNDS * crowd::SEATS + 1 {
            strangers.push_back(connect(listener.local_addr().unwrap()));
            let (stream, _) = listener.accept().await.unwrap();
            crowd.admit(stream, crowd::Pressure::Usual).await;
            if strangers.len() > 2 * crowd::SEATS {
                assert!(is_closed(&strangers.pop_front().unwrap(), SOON), "in the order in which they came");
            }
        }
        let took = start.elapsed();
        assert!(took >= crowd::GRACE * ROUNDS as u32, "each seat changed hands {ROUNDS} times in {took:?}");
    });
}

#[test]
fn ten_thousand_connections_do_not_keep_the_browser_out() {
    let wait = login();
    let address = wait.address;
    let flood = thread::spawn(move || {
        let mut held = std::collections::VecDeque::new();
        for index in 0..10_000 {
            let Ok(mut stream) = TcpStream::connect_timeout(&address, SOON) else { continue };
            if index % 2 == 0 {
                let _ = stream.write_all(b"GET /callback?code=");
            }
            held.push_back(stream);
            if held.len() > 150 {
                held.pop_front();
            }
        }
    });
    let (mut probes, mut turned_away) = (0, 0);
    while !flood.is_finished() {
        let start = Instant::now();
        // Whoever has no processor between connecting and writing may find itself turned away, and reloads.
        while wait.get("/callback?state=wrong", "").status != 400 {
            turned_away += 1;
        }
        probes += 1;
        assert!(start.elapsed() < NOTICEABLE, "one request took {:?}", start.elapsed());
    }
    assert!(turned_away * 20 <= probes, "{turned_away} turned away, {probes} answered");
    flood.join().unwrap();
    finish_within_a_second(wait);
}

#[test]
fn a_slow_loris_is_cut_off_and_keeps_nobody_out() {
    let wait = login();
    let start = Instant::now();
    let silent = wait.connect();
    let mut dripping = wait.connect();
    dripping.write_all(b"GET /callback HTTP/1.1\r\n").unwrap();
    while start.elapsed() < Duration::from_secs(9) && dripping.write_all(b"x: y\r\n").is_ok() {
        thread::sleep(Duration::from_millis(200));
    }
    assert!(start.elapsed() > Duration::from_secs(4), "a slow browser has five seconds");
    assert!(start.elapsed() < Duration::from_secs(8), "nobody has longer than that");
    assert!(is_closed(&silent, SOON) && is_closed(&dripping, SOON));
    finish_within_a_second(wait);
}

#[test]
fn endless_headers_are_cut_off_at_the_size_of_the_buffer() {
    for line in [&b"X"[..], b"x: y\r\n", b"GET /"] {
        let wait = login();
        let mut stream = wait.connect();
        let chunk = line.repeat(64 * 1024 / line.len());
        let _ = stream.write_all(b"GET /callback HTTP/1.1\r\n");
        // 256 MiB, of which the system's own buffers may swallow some before the connection is reset.
        let accepted = (0..4096).take_while(|_| stream.write_all(&chunk).is_ok()).count();
        assert!(accepted < 256, "{accepted} chunks of 64 KiB went through");
        finish_within_a_second(wait);
    }
}

#[test]
fn a_head_of_up_to_16_kib_is_read_and_a_larger_one_is_431() {
    let wait = login();
    let padding = |size: usize| format!("Cookie: {}\r\n", "c".repeat(size));
    assert_eq!(wait.get("/", &padding(15 * 1024)).status, 404);
    assert_eq!(wait.get("/", &padding(17 * 1024)).status, 431);
    assert_eq!(wait.get("/", &"a: b\r\n".repeat(60)).status, 404);
    assert_eq!(wait.get("/", &"a: b\r\n".repeat(70)).status, 431);
    finish_within_a_second(wait);
}

#[test]
fn an_endless_body_is_not_read() {
    let wait = login();
    let mut stream = wait.connect();
    stream
        .write_all(
            format!("GET {GOOD} HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\n\r\n", wait.name).as_bytes(),
        )
        .unwrap();
    let chunk = format!("10000\r\n{}\r\n", "b".repeat(0x10000));
    let accepted = (0..4096).take_while(|_| stream.write_all(chunk.as_bytes()).is_ok()).count();
    assert!(accepted < 256, "{accepted} chunks of 64 KiB went through");
    finish_within_a_second(wait);
}

#[test]
fn everything_is_closed_when_the_wait_is_over() {
    let wait = login();
    let address = wait.address;
    let silent = wait.connect();
    let mut halfway = wait.connect();
    halfway.write_all(b"GET /callback?code=").unwrap();
    wait.finish_well();
    assert!(is_refused(address));
    assert!(is_closed(&silent, NOTICEABLE) && is_closed(&halfway, NOTICEABLE));
}

#[test]
fn the_port_is_free_again_the_moment_the_wait_is_over() {
    let runtime = runtime();
    runtime.block_on(async {
        let port = Listener::bind(&config(RedirectHost::Literal, &[])).unwrap().bound.port;
        let listener = Listener::bind(&config(RedirectHost::Literal, &[port])).unwrap();
        let address = listener.bound.listeners[0].local_addr().unwrap();
        let mut browser = connect(address);
        browser.write_all(format!("GET {GOOD} HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes()).unwrap();
        let expected = expected();
        let brand = PageConfig::default();
        listener.authorization_response(&expected, &brand).await;
        let again = Listener::bind(&config(RedirectHost::Literal, &[port])).unwrap();
        assert_eq!(again.bound.port, port);
    });
}

#[test]
fn dropping_the_wait_closes_everything_at_once() {
    let mut wait = login();
    let silent: Vec<_> = (0..5).map(|_| wait.connect()).collect();
    assert_eq!(wait.get("/", "").status, 404);
    drop(wait.cancel.take());
    assert!(is_refused(wait.address));
    assert!(silent.iter().all(|stream| is_closed(stream, NOTICEABLE)));
    assert!(wait.outcome.recv_timeout(Duration::ZERO).is_err());
}

#[test]
fn a_listener_that_is_never_waited_on_is_closed_by_its_drop() {
    let runtime = runtime();
    let listener = runtime.block_on(async { Listener::bind(&config(RedirectHost::Literal, &[])) }).unwrap();
    let address = listener.bound.listeners[0].local_addr().unwrap();
    drop(listener);
    assert!(is_refused(address));
}

/// Out of descriptors: each in a process of its own, for it would starve the other tests.
#[cfg(target_os = "linux")]
mod out_of_descriptors {
    use std::fs::File;
    use std::io::Seek;

    use super::*;

    const CHILD: &str = "LATCHKEY_TEST_OUT_OF_DESCRIPTORS";

    /// Runs the test `name` of this module once more, with few descriptors.
    fn run_starved(name: &str) {
        let module = module_path!().split_once("::").unwrap().1;
        let output = std::process::Command::new("sh")
            .args(["-c", "ulimit -n 64 && exec \"$0\" --exact \"$1\""])
            .arg(std::env::current_exe().unwrap())
            .arg(format!("{module}::{name}"))
            .env(CHILD, "1")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("1 passed"), "{text}");
    }

    fn is_starved() -> bool {
        std::env::var_os(CHILD).is_some()
    }

    #[test]
    fn running_out_of_descriptors_neither_ends_the_wait_nor_spins() {
        if !is_starved() {
            return run_starved("running_out_of_descriptors_neither_ends_the_wait_nor_spins");
        }
        let wait = login();
        let mut stat = File::open("/proc/self/stat").unwrap();
        let hoard = take_all_descriptors_but_one();
        let browser = wait.connect();
        let before = processor_time(&mut stat);
        thread::sleep(Duration::from_millis(500));
        let used = processor_time(&mut stat) - before;
        assert!(File::open("/dev/null").is_err(), "somebody closed a descriptor, this tests nothing");
        assert!(wait.is_waiting(), "ended for want of a descriptor");
        assert!(used < Duration::from_millis(100), "spun for {used:?}");
        drop(hoard);
        let request = format!("GET {GOOD} HTTP/1.1\r\nHost: {}\r\n\r\n", wait.name);
        assert_eq!(exchange(browser, &request).status, 200);
        assert_eq!(code_of(wait.finish()), "the-code");
    }

    #[test]
    fn a_silent_connection_gives_its_descriptor_to_the_browser() {
        if !is_starved() {
            return run_starved("a_silent_connection_gives_its_descriptor_to_the_browser");
        }
        let wait = login();
        let before = descriptors();
        let silent = wait.connect();
        while descriptors() < before + 2 {
            thread::yield_now();
        }
        let _hoard = take_all_descriptors_but_one();
        finish_within_a_second(wait);
        assert!(is_closed(&silent, SOON));
    }

    fn descriptors() -> usize {
        std::fs::read_dir("/proc/self/fd").unwrap().count()
    }

    fn take_all_descriptors_but_one() -> Vec<File> {
        let mut hoard: Vec<_> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
        hoard.pop();
        hoard
    }

    /// Of the whole process, which counts it in ticks of 10 ms.
    fn processor_time(stat: &mut File) -> Duration {
        let mut text = String::new();
        stat.rewind().unwrap();
        stat.read_to_string(&mut text).unwrap();
        let fields = text.rsplit(')').next().unwrap().split_whitespace();
        let ticks: u64 = fields.skip(11).take(2).map(|field| field.parse::<u64>().unwrap()).sum();
        Duration::from_millis(10 * ticks)
    }
}
