//! The listener as a browser, a page in it, and strangers on this machine meet it: raw sockets against a real wait.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc as std_mpsc;
use std::thread;
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::oneshot;

use super::*;
use crate::config::RedirectHost;

mod protocol;
mod resources;

const STATE: &str = "st-7Jd";
const ISSUER: &str = "https://id.example";
const GOOD: &str = "/callback?code=the-code&state=st-7Jd&iss=https://id.example";
/// For what must happen, on a machine that is busy with other tests as well.
const SOON: Duration = Duration::from_secs(3);

fn config(host: RedirectHost, ports: &[u16]) -> RedirectConfig {
    RedirectConfig { host, ports: ports.to_vec(), path: "/callback".into(), post_logout_path: "/signed-out".into() }
}

fn expected() -> ExpectedResponse {
    ExpectedResponse { state: SecretString::from(STATE), issuer: Some(ISSUER.into()), issuer_required: true }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// A wait on a thread of its own, as in the library.
struct Wait<A> {
    name: String,
    address: SocketAddr,
    outcome: std_mpsc::Receiver<A>,
    cancel: Option<oneshot::Sender<()>>,
}

impl<A: Send + 'static> Wait<A> {
    fn start<F: Future<Output = A>>(host: RedirectHost, wait: impl FnOnce(Listener) -> F + Send + 'static) -> Self {
        let (tell, told) = std_mpsc::channel();
        let (answer, outcome) = std_mpsc::channel();
        let (cancel, cancelled) = oneshot::channel();
        thread::spawn(move || {
            runtime().block_on(async {
                let listener = Listener::bind(&config(host, &[])).unwrap();
                let address = listener.bound.listeners[0].local_addr().unwrap();
                tell.send((listener.redirect_uri(), address)).unwrap();
                tokio::select! {
                    answered = wait(listener) => { let _ = answer.send(answered); }
                    _ = cancelled => {}
                }
                // The library's runtime lives on after a login, so whatever is left of one has to end by itself.
                std::future::pending::<()>().await;
            });
        });
        let (uri, address): (String, SocketAddr) = told.recv().unwrap();
        let name = uri.strip_prefix("http://").and_then(|rest| rest.split('/').next()).unwrap().to_owned();
        Self { name, address, outcome, cancel: Some(cancel) }
    }

    fn connect(&self) -> TcpStream {
        connect(self.address)
    }

    /// Sends a GET as a browser would, with further header lines.
    fn get(&self, target: &str, headers: &str) -> Reply {
        self.send(&format!("GET {target} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n", self.name))
    }

    fn send(&self, request: &str) -> Reply {
        exchange(self.connect(), request)
    }

    fn is_waiting(&self) -> bool {
        matches!(self.outcome.try_recv(), Err(std_mpsc::TryRecvError::Empty))
    }

    fn finish(self) -> A {
        self.outcome.recv_timeout(SOON).expect("the wait must end")
    }
}

impl Wait<Callback> {
    fn for_login(host: RedirectHost) -> Self {
        Self::start(host, |listener| async {
            let expected = expected();
            listener.authorization_response(&expected, &PageConfig::default()).await
        })
    }

    /// The wait goes on: the right response still ends it.
    fn finish_well(self) {
        assert!(self.is_waiting(), "ended by a request that is not the answer");
        let reply = self.get(GOOD, "");
        assert_eq!(reply.status, 200);
        assert_eq!(code_of(self.finish()), "the-code");
    }
}

#[derive(Debug)]
struct Reply {
    status: u16,
    text: String,
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, SOON).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    stream.set_write_timeout(Some(SOON)).unwrap();
    stream
}

fn exchange(mut stream: TcpStream, request: &str) -> Reply {
    // What is refused unread may reset the connection while we still write.
    let _ = stream.write_all(request.as_bytes());
    read_reply(stream)
}

fn read_reply(mut stream: TcpStream) -> Reply {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        bytes.extend_from_slice(&buffer[..count]);
    }
    let text = String::from_utf8(bytes).unwrap();
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Reply { status, text }
}

/// Whether the peer closed: an end of file or a reset, and not merely nothing to read.
fn is_closed(mut stream: &TcpStream, within: Duration) -> bool {
    stream.set_read_timeout(Some(within)).unwrap();
    match stream.read(&mut [0; 1]) {
        Ok(count) => count == 0,
        Err(problem) => !matches!(problem.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut),
    }
}

fn code_of(callback: Callback) -> String {
    match callback {
        Callback::Code(code) => code.expose_secret().to_owned(),
        Callback::Error { error, .. } => panic!("{error}"),
    }
}

fn is_refused(address: SocketAddr) -> bool {
    let deadline = Instant::now() + SOON;
    while Instant::now() < deadline {
        if TcpStream::connect_timeout(&address, SOON).is_err() {
            return true;
        }
    }
    false
}
