//! Takes the loopback port that the redirect URI names (RFC 8252 sections 7.3 and 8.3), for this process alone.
//!
//! The port is bound once and kept: nothing here probes, closes and binds again. Only loopback addresses are ever bound,
//! and what differs between systems is the one function [`claim`]. It touches sockets and nothing else; no request and no
//! secret ever comes here.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;

use crate::config::RedirectHost;
use crate::error::{Code, Error, Result};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows::{ADDRESS_FAMILY_ABSENT, claim};

#[cfg(unix)]
const ADDRESS_FAMILY_ABSENT: i32 = libc::EAFNOSUPPORT;

/// Room in the system's queue, so that a burst of connections doesn't push the browser's out. The system may cut it.
const BACKLOG: i32 = 4096;
/// How often a pair of free ports is looked for; one try in thousands fails on a busy machine.
const PAIR_ATTEMPTS: usize = 32;

/// Sockets that listen, and what a browser writes into `Host` to reach them.
pub(super) struct Bound {
    pub(super) listeners: Vec<TcpListener>,
    pub(super) name: &'static str,
    pub(super) port: u16,
}

/// Binds the first of `ports` that is free, or any free one if there are none. Must be called inside the runtime.
pub(super) fn bind(host: RedirectHost, ports: &[u16]) -> Result<Bound> {
    let mut failure = None;
    for &port in if ports.is_empty() { &[0] } else { ports } {
        match on_port(host, port) {
            Ok(bound) => return Ok(bound),
            Err(problem) if is_anothers(&problem, port) => {}
            Err(problem) => failure = Some(problem),
        }
    }
    match failure {
        Some(problem) => Err(unusable(host, &problem)),
        None => Err(all_taken(ports)),
    }
}

fn on_port(host: RedirectHost, port: u16) -> io::Result<Bound> {
    match host {
        RedirectHost::Literal => match on_ipv4(port) {
            Err(problem) if !is_taken(&problem) => on_ipv6(port).map_err(|second| worse(problem, second)),
            other => other,
        },
        RedirectHost::Ipv6Literal => on_ipv6(port),
        RedirectHost::Localhost => on_both(port),
    }
}

/// The IPv4 problem is the one to tell, unless the port was merely taken on IPv6 and the next one may be free.
fn worse(ipv4: io::Error, ipv6: io::Error) -> io::Error {
    if is_taken(&ipv6) { ipv6 } else { ipv4 }
}

fn on_ipv4(port: u16) -> io::Result<Bound> {
    let (listener, port) = listen((Ipv4Addr::LOCALHOST, port).into())?;
    Ok(Bound { listeners: vec![listener], name: "127.0.0.1", port })
}

fn on_ipv6(port: u16) -> io::Result<Bound> {
    let (listener, port) = listen((Ipv6Addr::LOCALHOST, port).into())?;
    Ok(Bound { listeners: vec![listener], name: "[::1]", port })
}

/// A browser takes `localhost` for either family and tries the other only when nobody answers. Whoever held the port on
/// the family that we left out would get the code, so both or none; only a family that the machine lacks may be missing.
fn on_both(port: u16) -> io::Result<Bound> {
    let attempts = if port == 0 { PAIR_ATTEMPTS } else { 1 };
    let mut taken = io::ErrorKind::AddrInUse.into();
    for _ in 0..attempts {
        match pair(port) {
            Err(problem) if is_taken(&problem) => taken = problem,
            other => return other,
        }
    }
    Err(taken)
}

fn pair(port: u16) -> io::Result<Bound> {
    let ipv4 = if_present(listen((Ipv4Addr::LOCALHOST, port).into()))?;
    let port = ipv4.as_ref().map_or(port, |(_, port)| *port);
    let ipv6 = if_present(listen((Ipv6Addr::LOCALHOST, port).into()))?;
    let port = ipv6.as_ref().map_or(port, |(_, port)| *port);
    let listeners: Vec<_> = [ipv4, ipv6].into_iter().flatten().map(|(listener, _)| listener).collect();
    if listeners.is_empty() {
        return Err(io::ErrorKind::AddrNotAvailable.into());
    }
    Ok(Bound { listeners, name: "localhost", port })
}

fn if_present<T>(listening: io::Result<T>) -> io::Result<Option<T>> {
    match listening {
        Err(problem) if is_family_absent(&problem) => Ok(None),
        other => other.map(Some),
    }
}

fn listen(address: SocketAddr) -> io::Result<(TcpListener, u16)> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    claim(&socket, address.port())?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    let listener = TcpListener::from_std(socket.into())?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

/// On unix a fixed port counts as taken for a minute after its last connection closed (TIME_WAIT) unless SO_REUSEADDR is
/// set. The option never lets two sockets listen on one address and port. A free port has no past, so it goes without.
#[cfg(unix)]
fn claim(socket: &Socket, port: u16) -> io::Result<()> {
    if port == 0 { Ok(()) } else { socket.set_reuse_address(true) }
}

/// Windows answers "access denied" for a port that is held exclusively or reserved, unix for one under 1024: in each case
/// it is not ours, and the next one may be.
fn is_taken(problem: &io::Error) -> bool {
    matches!(problem.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied)
}

/// Whether the next port may be free. Where any would do and none may be had, listening itself is forbidden, as in macOS' App Sandbox.
fn is_anothers(problem: &io::Error, port: u16) -> bool {
    is_taken(problem) && !(port == 0 && problem.kind() == io::ErrorKind::PermissionDenied)
}

fn is_family_absent(problem: &io::Error) -> bool {
    problem.kind() == io::ErrorKind::AddrNotAvailable || problem.raw_os_error() == Some(ADDRESS_FAMILY_ABSENT)
}

fn all_taken(ports: &[u16]) -> Error {
    let tried = match ports {
        [] => {
            return Error::new(
                Code::PortInUse,
                "the browser's way back into the game needs a free port on this machine, and the system had none to \
                 give: close programs that hold many connections, and try again",
            );
        }
        [port] => format!("port {port}, and it is"),
        many => format!("one of the ports {}, and all of them are", list(many)),
    };
    let low = if ports.iter().any(|port| *port < 1024) { " (ports under 1024 are often reserved)" } else { "" };
    Error::new(
        Code::PortInUse,
        format!(
            "the browser's way back into the game needs {tried} in use by another program or reserved by the \
             system{low}: close that program (a second copy of the game?), or set further ports in redirect_ports and \
             register their redirect URIs with the provider"
        ),
    )
}

fn list(ports: &[u16]) -> String {
    ports.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
}

fn unusable(host: RedirectHost, problem: &io::Error) -> Error {
    let name = match host {
        RedirectHost::Literal => "127.0.0.1 (nor on [::1])",
        RedirectHost::Ipv6Literal => "[::1]",
        RedirectHost::Localhost => "localhost",
    };
    Error::new(
        Code::Network,
        format!(
            "the browser's way back into the game could not be opened on {name}: {problem}. Check that this machine's \
             loopback network works and that the game may open sockets"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(host: RedirectHost, ports: &[u16]) -> Bound {
        bind(host, ports).unwrap()
    }

    fn addresses(bound: &Bound) -> Vec<SocketAddr> {
        bound.listeners.iter().map(|listener| listener.local_addr().unwrap()).collect()
    }

    /// A socket of a stranger, listening as most programs do.
    fn stranger(address: &str) -> std::net::TcpListener {
        std::net::TcpListener::bind(address).unwrap()
    }

    fn has_ipv6() -> bool {
        std::net::TcpListener::bind("[::1]:0").is_ok()
    }

    #[tokio::test]
    async fn a_literal_is_bound_on_ipv4_loopback_only() {
        let bound = bound(RedirectHost::Literal, &[]);
        assert_eq!(addresses(&bound), [SocketAddr::from((Ipv4Addr::LOCALHOST, bound.port))]);
        assert_ne!(bound.port, 0);
    }

    #[tokio::test]
    async fn an_ipv6_literal_is_bound_on_ipv6_loopback_only() {
        if !has_ipv6() {
            return;
        }
        let bound = bound(RedirectHost::Ipv6Literal, &[]);
        assert_eq!(addresses(&bound), [SocketAddr::from((Ipv6Addr::LOCALHOST, bound.port))]);
    }

    #[tokio::test]
    async fn localhost_is_bound_on_both_families_with_one_port() {
        let bound = bound(RedirectHost::Localhost, &[]);
        let mut expected = vec![SocketAddr::from((Ipv4Addr::LOCALHOST, bound.port))];
        if has_ipv6() {
            expected.push(SocketAddr::from((Ipv6Addr::LOCALHOST, bound.port)));
        }
        assert_eq!(addresses(&bound), expected);
    }

    #[tokio::test]
    async fn localhost_is_refused_when_a_stranger_holds_the_port_on_ipv6() {
        if !has_ipv6() {
            return;
        }
        let stranger = stranger("[::1]:0");
        let port = stranger.local_addr().unwrap().port();
        let problem = bind(RedirectHost::Localhost, &[port]).err().unwrap();
        assert_eq!(problem.code, Code::PortInUse);
    }

    #[tokio::test]
    async fn ports_are_tried_in_their_order() {
        let strangers = [stranger("127.0.0.1:0"), stranger("127.0.0.1:0")];
        let [first, second] = strangers.map(|socket| (socket.local_addr().unwrap().port(), socket));
        let free = bound(RedirectHost::Literal, &[]).port;
        assert_eq!(bound(RedirectHost::Literal, &[first.0, free, second.0]).port, free);
    }

    #[tokio::test]
    async fn ports_in_use_are_named_with_what_to_do() {
        let strangers = [stranger("127.0.0.1:0"), stranger("127.0.0.1:0")];
        let ports = strangers.each_ref().map(|socket| socket.local_addr().unwrap().port());
        let problem = bind(RedirectHost::Literal, &ports).err().unwrap();
        assert_eq!(problem.code, Code::PortInUse);
        for part in [ports[0].to_string(), ports[1].to_string(), "redirect_ports".to_owned()] {
            assert!(problem.message.contains(&part), "{} lacks {part}", problem.message);
        }
    }

    #[tokio::test]
    async fn a_port_in_use_never_falls_back_to_ipv6() {
        let stranger = stranger("127.0.0.1:0");
        let port = stranger.local_addr().unwrap().port();
        assert_eq!(bind(RedirectHost::Literal, &[port]).err().unwrap().code, Code::PortInUse);
    }

    #[tokio::test]
    async fn a_second_listener_never_shares_the_port() {
        let first = bound(RedirectHost::Literal, &[]);
        let problem = bind(RedirectHost::Literal, &[first.port]).err().unwrap();
        assert_eq!(problem.code, Code::PortInUse);
        let again = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        #[cfg(unix)]
        again.set_reuse_address(true).unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, first.port)).into();
        again.bind(&address).and_then(|()| again.listen(1)).expect_err("a shared bind hands the code to a stranger");
    }

    #[tokio::test]
    async fn a_fixed_port_can_be_bound_again_while_a_connection_is_in_time_wait() {
        let port = bound(RedirectHost::Literal, &[]).port;
        let first = bound(RedirectHost::Literal, &[port]);
        let client = std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        let (server, _) = first.listeners[0].accept().await.unwrap();
        // The side that closes first is the one that has to wait.
        drop(server);
        drop(client);
        drop(first);
        assert_eq!(bound(RedirectHost::Literal, &[port]).port, port);
    }

    #[test]
    fn a_missing_family_is_not_a_taken_port() {
        let missing = io::Error::from(io::ErrorKind::AddrNotAvailable);
        assert!(is_family_absent(&missing) && !is_taken(&missing));
        let missing = io::Error::from_raw_os_error(ADDRESS_FAMILY_ABSENT);
        assert!(is_family_absent(&missing) && !is_taken(&missing));
        let taken = io::Error::from(io::ErrorKind::AddrInUse);
        assert!(is_taken(&taken) && !is_family_absent(&taken));
    }

    #[test]
    fn a_sandbox_that_forbids_to_listen_is_not_a_taken_port() {
        let refused = io::Error::from(io::ErrorKind::PermissionDenied);
        assert!(!is_anothers(&refused, 0) && is_anothers(&refused, 443));
        assert!(is_anothers(&io::ErrorKind::AddrInUse.into(), 0));
    }

    #[test]
    fn another_problem_than_a_taken_port_is_told_in_its_own_words() {
        let told = unusable(RedirectHost::Localhost, &io::Error::other("too many open files"));
        assert_eq!(told.code, Code::Network);
        assert!(told.message.contains("localhost") && told.message.contains("too many open files"));
    }
}
