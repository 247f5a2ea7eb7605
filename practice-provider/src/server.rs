//! Starts and stops a provider: the door, the HTTP server behind it, and a few workers.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::{Map, Value};
use tiny_http::{Header, Response, Server, StatusCode};

use crate::door::Door;
use crate::exchange::{Answer, Body, LoggedRequest, Reply};
use crate::keys::KeyRing;
use crate::provider::{Provider, lock};
use crate::secrets::{book_of_secrets, note_secret};
use crate::{Error, Misbehaviour, Options};

/// A running provider. Its drop hangs up on everybody and joins all workers.
pub struct PracticeProvider {
    inside: Arc<Inside>,
    port: u16,
    workers: Vec<JoinHandle<()>>,
}

struct Inside {
    provider: Provider,
    server: Server,
    door: Mutex<Option<Door>>,
    /// Requests that never get an answer. They hold no thread, only their connection.
    parked: Mutex<Vec<tiny_http::Request>>,
}

impl PracticeProvider {
    /// Starts a provider; it answers as soon as this returns.
    pub fn start(options: Options) -> Result<PracticeProvider, Error> {
        book_of_secrets();
        if let Some((_, secret)) = &options.client_secret {
            note_secret("client secret", secret);
        }
        let keys = KeyRing::new(options.algorithm)?;
        let count = options.workers.max(1);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).map_err(Error::Bind)?;
        let port = listener.local_addr().map_err(Error::Bind)?.port();
        let server = Server::http((Ipv4Addr::LOCALHOST, 0)).map_err(|error| Error::Start(error.to_string()))?;
        let behind: SocketAddr =
            server.server_addr().to_ip().ok_or_else(|| Error::Start("the server has no address".to_owned()))?;
        let door = Door::open(listener, behind).map_err(|error| Error::Start(error.to_string()))?;
        let inside = Arc::new(Inside {
            provider: Provider::new(options, port, keys),
            server,
            door: Mutex::new(Some(door)),
            parked: Mutex::default(),
        });
        let mut running = PracticeProvider { inside, port, workers: Vec::with_capacity(count) };
        for number in 0..count {
            let inside = Arc::clone(&running.inside);
            let worker = thread::Builder::new()
                .name(format!("practice-{number}"))
                .spawn(move || inside.work())
                .map_err(|error| Error::Start(error.to_string()))?;
            running.workers.push(worker);
        }
        Ok(running)
    }

    /// The issuer, exactly as in discovery and ID tokens.
    pub fn issuer(&self) -> &str {
        &self.inside.provider.issuer
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Misbehaves from now on.
    pub fn misbehave(&self, misbehaviour: Misbehaviour) {
        self.inside.provider.set_misbehaviour(Some(misbehaviour));
    }

    /// Does everything right again. Requests that already hang go on hanging.
    pub fn behave(&self) {
        self.inside.provider.set_misbehaviour(None);
    }

    /// Lets requests for this path wait from now on, up to [`PracticeProvider::release`]: a moment in which a test can look
    /// around. They are in the log already.
    pub fn hold(&self, path: &str) {
        self.inside.provider.hold(Some(path));
    }

    /// Answers what was held, and holds nothing any more.
    pub fn release(&self) {
        self.inside.provider.hold(None);
    }

    /// Signs with a new key from now on and returns its id; the old key stays published.
    pub fn rotate_keys(&self) -> String {
        self.rotate(true)
    }

    /// Signs with a new key from now on and returns its id; no older key stays published.
    pub fn rotate_keys_and_withdraw_old(&self) -> String {
        self.rotate(false)
    }

    fn rotate(&self, keep_previous: bool) -> String {
        let mut keys = self.inside.provider.keys();
        keys.rotate(keep_previous).unwrap_or_else(|_| keys.signing().id.clone())
    }

    /// Every request so far, in the order they were read.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.inside.provider.requests()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.inside.provider.clear_requests();
    }

    /// How many requests there were for a path, `"/token"`.
    pub fn count(&self, path: &str) -> usize {
        self.inside.provider.count(path)
    }

    /// Waits until there were so many requests for a path; `false` if the time is over first.
    pub fn wait_for(&self, path: &str, count: usize, timeout: Duration) -> bool {
        self.inside.provider.wait_for(path, count, timeout)
    }

    /// How many connections clients have made so far.
    pub fn connections_accepted(&self) -> usize {
        lock(&self.inside.door).as_ref().map_or(0, Door::accepted)
    }

    /// How many connections are open now.
    pub fn connections_open(&self) -> usize {
        lock(&self.inside.door).as_ref().map_or(0, Door::open_connections)
    }

    /// Hangs up on everybody, as a network that goes away would. New connections are welcome.
    pub fn hang_up_all(&self) {
        if let Some(door) = lock(&self.inside.door).as_ref() {
            door.hang_up_all();
        }
    }

    /// Is not there any more: everybody is hung up on and new connections are refused. What it remembers it keeps.
    pub fn go_away(&self) {
        // Taken first: the door waits for its thread, and nobody should wait for the lock meanwhile.
        let door = lock(&self.inside.door).take();
        drop(door);
    }

    /// Is there again, on the same port.
    pub fn come_back(&self) -> Result<(), Error> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).map_err(Error::Bind)?;
        let behind = self.inside.server.server_addr().to_ip();
        let behind = behind.ok_or_else(|| Error::Start("the server has no address".to_owned()))?;
        let door = Door::open(listener, behind).map_err(|error| Error::Start(error.to_string()))?;
        *lock(&self.inside.door) = Some(door);
        Ok(())
    }

    /// Revokes every token, as an administrator would.
    pub fn revoke_everything(&self) {
        self.inside.provider.grants().end_all_families();
    }

    /// Every player has these from now on in place of [`Options::extra_claims`], as an administrator would give and take roles.
    pub fn set_extra_claims(&self, claims: Map<String, Value>) {
        self.inside.provider.set_extra_claims(claims);
    }

    /// Ends every browser session: the next sign-in shows the form again.
    pub fn end_browser_sessions(&self) {
        self.inside.provider.grants().end_all_sessions();
    }

    /// Every code and token so far: what it is (`"code"`, `"access token"`, `"refresh token"`, `"ID token"`) and the text.
    pub fn issued(&self) -> Vec<(&'static str, String)> {
        self.inside.provider.grants().issued()
    }

    /// How many refresh tokens could still be used.
    pub fn live_refresh_tokens(&self) -> usize {
        self.inside.provider.grants().live_refresh_tokens()
    }
}

impl Drop for PracticeProvider {
    fn drop(&mut self) {
        // First the connections: a worker may be in the middle of a long answer.
        let door = lock(&self.inside.door).take();
        drop(door);
        self.release();
        for _ in &self.workers {
            self.inside.server.unblock();
        }
        for worker in self.workers.drain(..) {
            let _ = worker.join();
        }
        lock(&self.inside.parked).clear();
    }
}

impl Inside {
    fn work(&self) {
        // `recv` fails when it is unblocked, and only then or when the listener is gone.
        while let Ok(mut request) = self.server.recv() {
            let Some(seen) = request.remote_addr().copied() else { continue };
            let peer = match lock(&self.door).as_ref() {
                Some(door) => door.peer(seen),
                None => continue,
            };
            let logged = LoggedRequest::read(&mut request, peer);
            self.provider.log(logged.clone());
            self.provider.wait_for_release(&logged.path);
            match self.provider.answer(&logged) {
                Answer::Reply(reply) => self.send(request, reply),
                Answer::Hang => lock(&self.parked).push(request),
                Answer::HangUp(last_words) => {
                    if let Some(door) = lock(&self.door).as_ref() {
                        door.hang_up(seen, &last_words);
                    }
                }
            }
        }
    }

    /// A client that has gone is no fault of ours, so errors are dropped.
    fn send(&self, request: tiny_http::Request, reply: Reply) {
        let headers: Vec<Header> = reply
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .chain([("Date", self.provider.date().as_str()), ("Server", "practice-provider")])
            .filter_map(|(name, value)| Header::from_bytes(name, value).ok())
            .collect();
        let status = StatusCode(reply.status);
        match reply.body {
            Body::Bytes(bytes) => {
                // Written in one piece: in several, the kernel would hold the second back for up to 40 ms.
                let length = bytes.len();
                let response = Response::new(status, headers, bytes.as_slice(), Some(length), None)
                    .with_chunked_threshold(usize::MAX);
                let mut whole = Vec::with_capacity(length + 512);
                let (version, asked) = (request.http_version().clone(), request.headers().to_vec());
                let head = *request.method() == tiny_http::Method::Head;
                if response.raw_print(&mut whole, version, &asked, head, None).is_ok() {
                    let mut writer = request.into_writer();
                    let _ = writer.write_all(&whole).and_then(|()| writer.flush());
                }
            }
            Body::Stream(reader, length) => {
                let response = Response::new(status, headers, reader, length, None).with_chunked_threshold(usize::MAX);
                let _ = request.respond(response);
            }
        }
    }
}
