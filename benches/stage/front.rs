//! What stands in front of the practice provider: ends TLS, speaks HTTP/1.1 and HTTP/2, counts connections and requests.
//!
//! Like a provider's own front it keeps its connections to what is behind it open. May touch loopback sockets, and the tasks of the
//! runtime that it is given.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, Version};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;

/// A connection or a request, as it came.
#[derive(Clone, Debug)]
pub enum Arrival {
    Connection { at: Instant },
    Request { at: Instant, path: String, http2: bool },
}

type Journal = Arc<Mutex<Vec<Arrival>>>;

/// A running front.
pub struct Front {
    address: SocketAddr,
    journal: Journal,
    accepting: AbortHandle,
}

impl Front {
    /// Listens on a free port, before a provider on that one.
    pub fn open(runtime: &Handle, tls: Arc<ServerConfig>, provider: u16) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let journal = Journal::default();
        let _inside = runtime.enter();
        let listener = TcpListener::from_std(listener)?;
        let serving = Serving { provider, journal: Arc::clone(&journal), onward: onward() };
        let accepting = runtime.spawn(accept(listener, TlsAcceptor::from(tls), serving)).abort_handle();
        Ok(Self { address, journal, accepting })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Everything that has come so far.
    pub fn arrivals(&self) -> Vec<Arrival> {
        entries(&self.journal).clone()
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        // Connections end with the line before it.
        self.accepting.abort();
    }
}

#[derive(Clone)]
struct Serving {
    provider: u16,
    journal: Journal,
    onward: Client<HttpConnector, Full<Bytes>>,
}

fn onward() -> Client<HttpConnector, Full<Bytes>> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    // Also for a player of ninety seconds, who would else pay for one of the provider's own.
    Client::builder(TokioExecutor::new()).pool_idle_timeout(None).build(connector)
}

fn entries(journal: &Journal) -> MutexGuard<'_, Vec<Arrival>> {
    journal.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, tls: TlsAcceptor, serving: Serving) {
    loop {
        // Too many open files, at most; whoever waits for the connection says so.
        let Ok((stream, _)) = listener.accept().await else { continue };
        entries(&serving.journal).push(Arrival::Connection { at: Instant::now() });
        tokio::spawn(serve(stream, tls.clone(), serving.clone()));
    }
}

async fn serve(stream: TcpStream, tls: TlsAcceptor, serving: Serving) {
    // Without it the kernel would add delays of its own.
    let _ = stream.set_nodelay(true);
    // A client that gives up within the handshake has its reasons.
    let Ok(stream) = tls.accept(stream).await else { return };
    let answer = service_fn(move |request| {
        let serving = serving.clone();
        async move { Ok::<_, Infallible>(serving.answer(request).await) }
    });
    // The end of a connection is no error, however it comes.
    let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), answer).await;
}

impl Serving {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        entries(&self.journal).push(Arrival::Request {
            at: Instant::now(),
            path: request.uri().path().to_owned(),
            http2: request.version() == Version::HTTP_2,
        });
        self.pass_on(request).await.unwrap_or_else(|problem| {
            let mut answer = Response::new(Full::from(format!("the provider behind: {problem}\n")));
            *answer.status_mut() = StatusCode::BAD_GATEWAY;
            answer
        })
    }

    async fn pass_on(
        &self,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, Box<dyn std::error::Error + Send + Sync>> {
        let (head, body) = request.into_parts();
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        let mut onward =
            Request::builder().method(head.method).uri(format!("http://127.0.0.1:{}{path}", self.provider));
        for (name, value) in head.headers.iter().filter(|(name, _)| !OF_ONE_CONNECTION.contains(&name.as_str())) {
            onward = onward.header(name, value);
        }
        let onward = onward.body(Full::new(body.collect().await?.to_bytes()))?;
        let (mut head, body) = self.onward.request(onward).await?.into_parts();
        OF_ONE_CONNECTION.iter().for_each(|name| drop(head.headers.remove(*name)));
        // What is behind speaks its own.
        head.version = Version::default();
        Ok(Response::from_parts(head, Full::new(body.collect().await?.to_bytes())))
    }
}

/// Headers that say something of one connection only, or that are written anew.
const OF_ONE_CONNECTION: [&str; 6] =
    ["connection", "content-length", "host", "keep-alive", "transfer-encoding", "upgrade"];
