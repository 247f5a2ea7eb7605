//! Another user's process and the callback's port. As root, as in CI, the other process really is another user's (`nobody`);
//! otherwise it is this user's own, which the system treats no stricter, and the test says so.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::FromRawFd;
use std::{fs::File, mem};

use practice_provider::{Options, Player};
use support::ffi::*;
use support::{Client, ConfigBuilder, Login, PATIENCE, wait_for};

use crate::stage::{ADA, GAME, beside_a_provider, free_port, is_listened_to, port_of, redirect_uri};

const NOBODY: libc::uid_t = 65_534;
const LISTENING: u8 = b'l';
const REFUSED: u8 = b'r';

/// A process of another user that tries to listen on an address, with every option that asks for sharing, and keeps what it
/// got until this is dropped.
struct OtherUser {
    process: libc::pid_t,
    leash: File,
    listens: bool,
}

impl OtherUser {
    /// Must be called where nobody else uses descriptors: the child closes those that it has inherited.
    fn listen(address: SocketAddrV4) -> Self {
        let (mut ours, mut theirs) = ([0; 2], [0; 2]);
        // SAFETY: two writable pairs of integers.
        unsafe {
            assert_eq!(libc::pipe2(ours.as_mut_ptr(), libc::O_CLOEXEC), 0, "pipe2");
            assert_eq!(libc::pipe2(theirs.as_mut_ptr(), libc::O_CLOEXEC), 0, "pipe2");
        }
        // SAFETY: the child makes system calls and nothing else, and ends without any clean-up.
        let process = unsafe { libc::fork() };
        assert!(process >= 0, "no fork");
        if process == 0 {
            // SAFETY: the child of a fork, with descriptors of its own.
            unsafe { as_another_user(address, ours[1], theirs[0]) };
        }
        // SAFETY: descriptors of our own, each closed or owned once.
        let (mut answer, leash) = unsafe {
            libc::close(ours[1]);
            libc::close(theirs[0]);
            (File::from_raw_fd(ours[0]), File::from_raw_fd(theirs[1]))
        };
        let mut byte = [0];
        answer.read_exact(&mut byte).expect("the other process ended early");
        Self { process, leash, listens: byte[0] == LISTENING }
    }
}

impl Drop for OtherUser {
    fn drop(&mut self) {
        // Any byte lets it go; if it is gone already there is nobody to hear.
        let _ = self.leash.write_all(b".");
        let mut status = 0;
        // SAFETY: our own child, waited for once.
        unsafe { libc::waitpid(self.process, &mut status, 0) };
    }
}

/// # Safety
/// Only in the child of a fork: it never returns.
unsafe fn as_another_user(address: SocketAddrV4, answer: libc::c_int, leash: libc::c_int) -> ! {
    let on: libc::c_int = 1;
    // SAFETY: system calls on integers and on structs of this function.
    unsafe {
        for descriptor in 3..1024 {
            if descriptor != answer && descriptor != leash {
                libc::close(descriptor);
            }
        }
        let is_other = libc::geteuid() != 0 || (libc::setgid(NOBODY) == 0 && libc::setuid(NOBODY) == 0);
        let socket = libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0);
        for option in [libc::SO_REUSEADDR, libc::SO_REUSEPORT] {
            libc::setsockopt(socket, libc::SOL_SOCKET, option, (&raw const on).cast(), mem::size_of_val(&on) as u32);
        }
        let mut raw: libc::sockaddr_in = mem::zeroed();
        raw.sin_family = libc::AF_INET as libc::sa_family_t;
        raw.sin_port = address.port().to_be();
        raw.sin_addr.s_addr = u32::from_ne_bytes(address.ip().octets());
        let bound = libc::bind(socket, (&raw const raw).cast(), mem::size_of_val(&raw) as libc::socklen_t);
        let listens = is_other && bound == 0 && libc::listen(socket, 1) == 0;
        let byte = if listens { LISTENING } else { REFUSED };
        libc::write(answer, (&raw const byte).cast(), 1);
        let mut heard = 0_u8;
        libc::read(leash, (&raw mut heard).cast(), 1);
        libc::_exit(0)
    }
}

fn say_who_it_is() {
    // SAFETY: takes nothing.
    if unsafe { libc::geteuid() } != 0 {
        println!("not root: the other process is this user's own");
    }
}

/// A client whose login waits on the last of these ports, which is a free one, behind those that are `taken`.
fn on_a_fixed_port(issuer: &str, taken: &[u16]) -> (Client, u16) {
    for _ in 0..8 {
        let port = free_port();
        let ports: Vec<u16> = taken.iter().copied().chain([port]).collect();
        let client = Client::create(&ConfigBuilder::new(issuer, GAME).redirect_ports(&ports));
        client.start_login(&Login::new()).expect("latchkey_start_login");
        let status = client
            .wait_until(|status| status.state == LATCHKEY_STATE_WAITING_FOR_PLAYER || status.is_settled(), PATIENCE);
        if status.error != LATCHKEY_PORT_IN_USE {
            assert_eq!(port_of(&redirect_uri(&client.prompt_url())), port, "a bind was shared");
            return (client, port);
        }
    }
    panic!("eight times somebody took the port");
}

fn finish(client: &Client) {
    Player::new().sign_in(&client.prompt_url(), ADA).expect("the provider's pages");
    client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
}

#[test]
fn a_port_taken_between_login_and_login_by_another_users_process_is_a_clear_error_or_the_next_port() {
    beside_a_provider(Options::default(), |issuer| {
        say_who_it_is();
        let (client, port) = on_a_fixed_port(issuer, &[]);
        finish(&client);
        wait_for("the listener to be gone", PATIENCE, || !is_listened_to(port));

        let taken = OtherUser::listen(SocketAddrV4::new(Ipv4Addr::LOCALHOST, port));
        assert!(taken.listens, "the other process did not get the free port: nothing is tested");
        client.start_login(&Login::new()).expect("latchkey_start_login");
        let status = client.wait_until_settled();
        assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_PORT_IN_USE), "{status:?}");
        assert!(client.error_text().contains(&port.to_string()), "{}", client.error_text());

        let (next, _) = on_a_fixed_port(issuer, &[port]);
        finish(&next);

        drop(taken);
        client.start_login(&Login::new()).expect("latchkey_start_login");
        assert_eq!(port_of(&redirect_uri(&client.prompt_url())), port);
        finish(&client);
    });
}

#[test]
fn another_users_process_on_the_port_is_refused_while_the_callback_is_waited_for() {
    beside_a_provider(Options::default(), |issuer| {
        say_who_it_is();
        let (client, port) = on_a_fixed_port(issuer, &[]);
        for address in [Ipv4Addr::LOCALHOST, Ipv4Addr::UNSPECIFIED] {
            let other = OtherUser::listen(SocketAddrV4::new(address, port));
            assert!(!other.listens, "the bind on {address} was shared");
        }
        finish(&client);
    });
}
