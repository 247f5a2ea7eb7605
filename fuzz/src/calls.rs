//! The interpreter: each pair of bytes is a call, a letter and a digit. What is no letter of the table is skipped.
//!
//! | letter | call | digit |
//! |---|---|---|
//! | `c` | `latchkey_client_create` | which configuration |
//! | `d` | `latchkey_client_destroy` | which client, dead ones too |
//! | `s` `l` `p` | start, cancel, poll | which client; the options go round |
//! | `g` `t` `q` | profile, token, prompt | which client |
//! | `r` `f` `o` | resume, refresh, logout | which client; the modes go round |
//! | `e` | `latchkey_client_error` | which client |
//! | `v` | fills the host's vault | with what |
//! | `u` `x` | reads, frees what was handed out | |
//! | `a` | answers at the listener's port, as the provider would | which client |
//! | `w` | lets the library's thread work | |
//! | `b` | two threads at one client | which pair of calls |
//! | `n` `m` | NULL and made-up handles, wrong sizes | which call |
//! | `h` | `latchkey_set_log_sink` | which sink |
//! | `z` | `latchkey_shutdown` | how long |

use std::collections::BTreeSet;
use std::ffi::{CString, c_char, c_void};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use latchkey::ffi::*;

use crate::vault::{self, CLIENT_ID, Contents, NOWHERE};
use crate::world::{Ticket, World, text};

/// Longer sequences say nothing that shorter ones don't, and cost more.
const MOST_CALLS: usize = 48;
const MOST_CLIENTS: usize = 8;
/// No call that does not wait may take longer; the machine may be busy with other fuzzers.
const AT_ONCE: Duration = Duration::from_secs(5);

/// Runs the calls, and gives everything back.
pub fn abi_calls(data: &[u8]) {
    let before = threads();
    let mut world = World::default();
    for (turn, pair) in data.chunks_exact(2).take(MOST_CALLS).enumerate() {
        let number = usize::from(pair[1].wrapping_sub(b'0'));
        let began = Instant::now();
        call(&mut world, pair[0], number, turn);
        let may_wait = matches!(pair[0], b'd' | b'z' | b'a' | b'w' | b'b' | b'm');
        assert!(may_wait || began.elapsed() < AT_ONCE, "`{}` took {:?}", char::from(pair[0]), began.elapsed());
    }
    set_sink(0);
    world.end();
    assert_no_thread_is_left(&before);
}

fn call(world: &mut World, letter: u8, number: usize, turn: usize) {
    match letter {
        b'c' => create(world, number),
        b'd' => world.destroy(number),
        b's' => start(world, number, turn),
        b'l' => on_client(
            world,
            number,
            "latchkey_cancel_login",
            latchkey_cancel_login,
            &[LATCHKEY_OK, LATCHKEY_INVALID_STATE],
        ),
        b'p' => world.poll(number),
        b'g' => get_profile(world, number),
        b't' => get_token(world, number, turn),
        b'q' => get_prompt(world, number),
        b'r' => on_client(
            world,
            number,
            "latchkey_resume_session",
            latchkey_resume_session,
            &[LATCHKEY_OK, LATCHKEY_INVALID_STATE],
        ),
        b'f' => {
            let allowed = [LATCHKEY_OK, LATCHKEY_INVALID_STATE, LATCHKEY_NOT_SUPPORTED];
            on_client(world, number, "latchkey_refresh_session", latchkey_refresh_session, &allowed);
        }
        b'o' => logout(world, number, turn),
        b'e' => error_text(world, number, turn),
        b'v' => vault::fill(CONTENTS[number % CONTENTS.len()]),
        b'u' => world.read_everything(),
        b'x' => world.free_one(),
        b'a' => answer(world, number),
        b'w' => std::thread::sleep(Duration::from_micros(500)),
        b'b' => beside(world, number, turn),
        b'n' => nothing(number),
        b'm' => made_up(world, number),
        b'h' => set_sink(number),
        b'z' => world.shutdown(number as u32 * 20),
        _ => {}
    }
}

const CONTENTS: [Contents; 6] = [
    Contents::Nothing,
    Contents::Session,
    Contents::OldSession,
    Contents::Garbage,
    Contents::TooMuch,
    Contents::Broken,
];

fn create(world: &mut World, number: usize) {
    if world.clients.iter().filter(|client| client.lives).count() >= MOST_CLIENTS {
        return;
    }
    let texts = ["", "/authorize", "/token", "/userinfo", "/jwks", "/revoke", "/end-session"];
    let texts = texts.map(|path| CString::new(format!("{NOWHERE}{path}")).expect("no NUL"));
    let client_id = CString::new(CLIENT_ID).expect("no NUL");
    let store = vault::store();
    let mut config = vault::zeroed_config();
    config.issuer = texts[0].as_ptr();
    config.client_id = client_id.as_ptr();
    config.browser = LATCHKEY_BROWSER_HOST;
    [config.authorization_endpoint, config.token_endpoint, config.userinfo_endpoint] =
        [&texts[1], &texts[2], &texts[3]].map(|text| text.as_ptr());
    [config.jwks_uri, config.revocation_endpoint, config.end_session_endpoint] =
        [&texts[4], &texts[5], &texts[6]].map(|text| text.as_ptr());
    let wanted = match number % 5 {
        0 | 1 => {
            config.storage = LATCHKEY_STORAGE_HOST;
            config.store = &raw const store;
            LATCHKEY_OK
        }
        2 => LATCHKEY_OK,
        3 => {
            config.client_id = std::ptr::null();
            LATCHKEY_CONFIGURATION
        }
        _ => {
            config.struct_size -= 1;
            LATCHKEY_INVALID_ARGUMENT
        }
    };
    let untouched = 0x5ca1_ab1e as *mut latchkey_client;
    let mut out = untouched;
    // SAFETY: the struct and its texts live through the call; the output is writable.
    let code = unsafe { latchkey_client_create(&raw const config, &raw mut out) };
    assert_eq!(code, wanted, "latchkey_client_create");
    if code != LATCHKEY_OK {
        assert_eq!(out, untouched, "written without success");
        return;
    }
    assert!(!out.is_null() && world.clients.iter().all(|client| client.raw != out), "a ticket that there was before");
    world.clients.push(Ticket { raw: out, lives: true, revision: 0 });
}

fn on_client(
    world: &World,
    number: usize,
    name: &str,
    function: unsafe extern "C" fn(*mut latchkey_client) -> latchkey_result,
    allowed: &[latchkey_result],
) {
    let ticket = world.client(number);
    // SAFETY: a ticket of any kind.
    world.judge(name, ticket, unsafe { function(ticket.raw) }, allowed);
}

fn start(world: &World, number: usize, turn: usize) {
    // SAFETY: integers and pointers, all of which may be zero.
    let mut options: latchkey_login_options = unsafe { std::mem::zeroed() };
    options.struct_size = size_of::<latchkey_login_options>() as u32;
    let pair = latchkey_parameter { name: c"organization".as_ptr(), value: c"blue team".as_ptr() };
    let own = latchkey_parameter { name: c"state".as_ptr(), value: c"mine".as_ptr() };
    let allowed: &[latchkey_result] = match turn % 5 {
        0 | 1 => &[LATCHKEY_OK],
        2 => {
            options.login_timeout_ms = 1;
            options.extra_parameters = &raw const pair;
            options.extra_parameter_count = 1;
            &[LATCHKEY_OK]
        }
        3 => {
            options.extra_parameters = &raw const own;
            options.extra_parameter_count = 1;
            &[LATCHKEY_CONFIGURATION]
        }
        _ => {
            options.flags = 0x8000_0000;
            &[LATCHKEY_NOT_SUPPORTED]
        }
    };
    let ticket = world.client(number);
    // SAFETY: a ticket of any kind; the struct and its texts live through the call.
    let code = unsafe { latchkey_start_login(ticket.raw, &raw const options) };
    world.judge("latchkey_start_login", ticket, code, allowed);
}

fn logout(world: &World, number: usize, turn: usize) {
    let ticket = world.client(number);
    let mode = turn as u32 % 4;
    // SAFETY: a ticket of any kind.
    let code = unsafe { latchkey_logout(ticket.raw, mode) };
    let allowed = if mode < 3 { LATCHKEY_OK } else { LATCHKEY_INVALID_ARGUMENT };
    world.judge("latchkey_logout", ticket, code, &[allowed]);
}

fn get_profile(world: &mut World, number: usize) {
    let ticket = world.client(number);
    let mut out = std::ptr::null_mut();
    // SAFETY: a ticket of any kind; the output is writable.
    let code = unsafe { latchkey_get_profile(ticket.raw, &raw mut out) };
    world.judge("latchkey_get_profile", ticket, code, &[LATCHKEY_OK, LATCHKEY_INVALID_STATE]);
    assert_eq!(code == LATCHKEY_OK, !out.is_null(), "written without success, or not with it");
    world.profiles.extend((!out.is_null()).then_some(out));
}

fn get_token(world: &mut World, number: usize, turn: usize) {
    let ticket = world.client(number);
    let mut out = std::ptr::null_mut();
    let life = [0, 60, u32::MAX][turn % 3];
    // SAFETY: a ticket of any kind; the output is writable.
    let code = unsafe { latchkey_get_access_token(ticket.raw, life, &raw mut out) };
    // The provider is nowhere, so what a refresh fails with is the network.
    let allowed = [LATCHKEY_OK, LATCHKEY_INVALID_STATE, LATCHKEY_PENDING, LATCHKEY_NETWORK, LATCHKEY_SESSION_EXPIRED];
    world.judge("latchkey_get_access_token", ticket, code, &allowed);
    assert_eq!(code == LATCHKEY_OK, !out.is_null(), "written without success, or not with it");
    world.tokens.extend((!out.is_null()).then_some(out));
}

fn get_prompt(world: &mut World, number: usize) {
    let ticket = world.client(number);
    let mut out = std::ptr::null_mut();
    // SAFETY: a ticket of any kind; the output is writable.
    let code = unsafe { latchkey_get_prompt(ticket.raw, &raw mut out) };
    world.judge("latchkey_get_prompt", ticket, code, &[LATCHKEY_OK, LATCHKEY_INVALID_STATE]);
    assert_eq!(code == LATCHKEY_OK, !out.is_null(), "written without success, or not with it");
    world.prompts.extend((!out.is_null()).then_some(out));
}

fn error_text(world: &World, number: usize, turn: usize) {
    let ticket = world.client(number);
    let mut buffer = vec![0x5a_u8; turn];
    let into: *mut c_char = if turn == 0 { std::ptr::null_mut() } else { buffer.as_mut_ptr().cast() };
    // SAFETY: a ticket of any kind; the buffer has its capacity, and `needed` may be NULL.
    let code = unsafe { latchkey_client_error(ticket.raw, into, turn, std::ptr::null_mut()) };
    world.judge("latchkey_client_error", ticket, code, &[LATCHKEY_OK]);
    let end = buffer.iter().position(|byte| *byte == 0).unwrap_or(0);
    assert!(std::str::from_utf8(&buffer[..end]).is_ok() || code != LATCHKEY_OK, "cut inside a character");
}

/// The provider's answer, sent to the port in the prompt. What becomes of it is the library's business.
fn answer(world: &mut World, number: usize) {
    get_prompt(world, number);
    let Some(prompt) = world.prompts.last() else { return };
    // SAFETY: handed out and not freed yet.
    let url = unsafe { text(latchkey_prompt_url(*prompt)) }.unwrap_or_default();
    let of = |name: &str| {
        url.split(['?', '&']).find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default()
    };
    let Some(port) =
        of("redirect_uri").split("%3A").nth(2).and_then(|rest| rest.split("%2F").next()?.parse::<u16>().ok())
    else {
        return;
    };
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return };
    let request = format!("GET /callback?code=code-1&state={} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n", of("state"));
    // The listener may have gone meanwhile, which is no finding.
    let _ = stream.set_read_timeout(Some(Duration::from_millis(500)));
    let _ = stream.write_all(request.as_bytes());
    let _ = stream.read(&mut [0; 512]);
}

/// Two threads, one client. The header lets any thread call anything.
fn beside(world: &mut World, number: usize, turn: usize) {
    type Verb = unsafe extern "C" fn(*mut latchkey_client) -> latchkey_result;
    const VERBS: [Verb; 4] = [latchkey_cancel_login, latchkey_resume_session, latchkey_refresh_session, started];
    let ticket = world.client(turn);
    let (one, other) = (VERBS[number % 4], VERBS[number / 4 % 4]);
    let ends = number % 16 == 7;
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let ticket = ticket;
            // SAFETY: a ticket of any kind, on any thread.
            let code = unsafe { if ends { destroyed(ticket.raw) } else { one(ticket.raw) } };
            assert_ne!(code, LATCHKEY_INTERNAL_ERROR, "a defect");
        });
        // SAFETY: as above.
        let code = unsafe { other(ticket.raw) };
        assert_ne!(code, LATCHKEY_INTERNAL_ERROR, "a defect");
    });
    if ends && !world.clients.is_empty() {
        let at = turn % world.clients.len();
        world.clients[at].lives = false;
    }
}

unsafe extern "C" fn started(client: *mut latchkey_client) -> latchkey_result {
    // SAFETY: integers and pointers, all of which may be zero.
    let mut options: latchkey_login_options = unsafe { std::mem::zeroed() };
    options.struct_size = size_of::<latchkey_login_options>() as u32;
    // SAFETY: a ticket of any kind.
    unsafe { latchkey_start_login(client, &raw const options) }
}

unsafe extern "C" fn destroyed(client: *mut latchkey_client) -> latchkey_result {
    latchkey_client_destroy(client);
    LATCHKEY_OK
}

/// NULL is accepted by every `_free` and `_destroy`, answered by every other, and nothing to every getter.
fn nothing(number: usize) {
    use std::ptr::{null, null_mut};
    // SAFETY: the header lets every pointer be NULL.
    unsafe {
        latchkey_client_destroy(null_mut());
        latchkey_profile_free(null_mut());
        latchkey_token_free(null_mut());
        latchkey_prompt_free(null_mut());
        let refused = match number % 8 {
            0 => latchkey_client_create(null(), null_mut()),
            1 => latchkey_poll_status(null(), null_mut()),
            2 => latchkey_get_profile(null(), null_mut()),
            3 => latchkey_get_access_token(null_mut(), 0, null_mut()),
            4 => latchkey_get_prompt(null(), null_mut()),
            5 => latchkey_client_error(null(), null_mut(), 1, null_mut()),
            6 => latchkey_config_check(null(), null_mut(), 0, null_mut()),
            _ => latchkey_prompt_kind(null(), null_mut()),
        };
        assert_eq!(refused, LATCHKEY_INVALID_ARGUMENT, "a NULL was taken");
        assert!(latchkey_profile_subject(null()).is_null() && latchkey_token_text(null()).is_null());
        assert!(latchkey_prompt_url(null()).is_null() && latchkey_profile_role(null(), 0).is_null());
        assert!(text(latchkey_result_name(number as i32 - 5)).is_some_and(|name| name.starts_with("LATCHKEY_")));
    }
}

/// Handles that there never were.
fn made_up(world: &World, number: usize) {
    let raws: Vec<_> = world.clients.iter().map(|client| client.raw.addr()).collect();
    let near = raws.last().copied().unwrap_or(0);
    let raw = [near ^ 1, near.wrapping_add(1 << 17), usize::MAX, 0xffff, near ^ (1 << 16), 1][number % 6];
    if raws.contains(&raw) {
        return;
    }
    let raw = std::ptr::without_provenance_mut::<latchkey_client>(raw);
    // SAFETY: a made-up ticket is recognised, by the header's word on `latchkey_client`.
    unsafe {
        latchkey_client_destroy(raw);
        assert_eq!(latchkey_cancel_login(raw), LATCHKEY_INVALID_ARGUMENT, "a made-up client");
        assert_eq!(latchkey_logout(raw, 0), LATCHKEY_INVALID_ARGUMENT, "a made-up client");
    }
}

fn set_sink(number: usize) {
    let (sink, level): (latchkey_log_sink, u32) = match number % 4 {
        0 => (None, LATCHKEY_LOG_DEBUG),
        3 => (Some(sink), 17),
        level => (Some(sink), [0, LATCHKEY_LOG_WARNING, LATCHKEY_LOG_DEBUG][level]),
    };
    // SAFETY: the function lives as long as the process and needs no context.
    let code = unsafe { latchkey_set_log_sink(sink, std::ptr::null_mut(), level) };
    let wanted = if level == 17 { LATCHKEY_INVALID_ARGUMENT } else { LATCHKEY_OK };
    assert_eq!(code, wanted, "latchkey_set_log_sink");
}

/// Reads the whole record, and does what a sink must not.
unsafe extern "C" fn sink(_: *mut c_void, level: u32, message: *const c_char) {
    // SAFETY: a text that lives until this function returns.
    let message = unsafe { text(message) }.expect("a message");
    assert!((1..=4).contains(&level) && !message.contains('\n'), "no record: {message:?}");
    // SAFETY: no pointer but NULL.
    let code = unsafe { latchkey_set_log_sink(None, std::ptr::null_mut(), LATCHKEY_LOG_DEBUG) };
    assert_eq!(code, LATCHKEY_INVALID_STATE, "a sink was changed from inside a sink");
}

/// A thread that was joined may be listed for a moment still.
fn assert_no_thread_is_left(before: &BTreeSet<String>) {
    let began = Instant::now();
    while threads().difference(before).next().is_some() {
        assert!(began.elapsed() < AT_ONCE, "a thread is left");
        std::thread::yield_now();
    }
}

/// The fuzzer has some of its own.
fn threads() -> BTreeSet<String> {
    let entries = std::fs::read_dir("/proc/self/task").expect("/proc is mounted");
    entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned())).collect()
}
