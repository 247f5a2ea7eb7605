//! Exclusive ports on Windows, where any program may otherwise share a port that another one listens on by setting
//! SO_REUSEADDR. One system call; no input from outside comes here.
#![allow(unsafe_code)]

use std::io;
use std::os::windows::io::AsRawSocket;

use socket2::Socket;
use windows_sys::Win32::Networking::WinSock::{
    SO_EXCLUSIVEADDRUSE, SOCKET, SOCKET_ERROR, SOL_SOCKET, WSAEAFNOSUPPORT, setsockopt,
};

pub(super) const ADDRESS_FAMILY_ABSENT: i32 = WSAEAFNOSUPPORT;

/// Refuses the port to everyone else for as long as the socket lives. Ports in TIME_WAIT can be bound without more.
pub(super) fn claim(socket: &Socket, _port: u16) -> io::Result<()> {
    let on = 1i32.to_ne_bytes();
    // SAFETY: the socket is open, for it is borrowed; `on` is the BOOL of four bytes that this option reads, it outlives
    // the call, and its true length is passed along.
    let outcome = unsafe {
        setsockopt(socket.as_raw_socket() as SOCKET, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, on.as_ptr(), on.len() as i32)
    };
    if outcome == SOCKET_ERROR { Err(io::Error::last_os_error()) } else { Ok(()) }
}
