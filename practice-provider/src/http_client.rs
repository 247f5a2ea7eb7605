//! The smallest HTTP/1.1 client that does: one request, one connection, plain http to this machine only.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use socket2::SockRef;
use url::{Host, Url};

/// More than any page or redirect here needs.
const LARGEST: u64 = 80 * 1024 * 1024;

/// A request to send with [`fetch`].
#[derive(Clone, Debug)]
pub struct Fetch<'a> {
    /// `GET`, `POST`, ...
    pub method: &'a str,
    /// Where to; http on loopback.
    pub url: &'a Url,
    /// Headers besides `Host`, `Connection` and `Content-Length`.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body, may be empty.
    pub body: &'a [u8],
    /// For the whole exchange.
    pub timeout: Duration,
}

/// A response.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The status code.
    pub status: u16,
    /// Headers in their order.
    pub headers: Vec<(String, String)>,
    /// The body without transfer encoding.
    pub body: Vec<u8>,
}

impl Fetched {
    /// The first header of that name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Sends a request and reads the response to its end. Follows nothing.
pub fn fetch(request: &Fetch<'_>) -> io::Result<Fetched> {
    let deadline = Instant::now() + request.timeout;
    let mut stream = connect(request.url, request.timeout)?;
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(request.timeout))?;

    let host = &request.url[url::Position::BeforeHost..url::Position::AfterPort];
    let target = &request.url[url::Position::BeforePath..url::Position::AfterQuery];
    let mut head = format!("{} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n", request.method);
    for (name, value) in request.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !request.body.is_empty() || request.method == "POST" {
        head.push_str(&format!("Content-Length: {}\r\n", request.body.len()));
    }
    head.push_str("\r\n");
    let whole = [head.as_bytes(), request.body].concat();
    stream.write_all(&whole)?;

    let mut received = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        if let Some(fetched) = parse(&received, request.method == "HEAD", false)? {
            // All is here, so nothing is lost by a reset, and this end's port is free at once instead of in a minute.
            SockRef::from(&stream).set_linger(Some(Duration::ZERO))?;
            return Ok(fetched);
        }
        if received.len() as u64 > LARGEST {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the response is too long"));
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "no complete response in time"));
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut buffer) {
            Ok(0) => {
                let ended = || io::Error::new(io::ErrorKind::UnexpectedEof, "the connection ended within the response");
                return parse(&received, request.method == "HEAD", true)?.ok_or_else(ended);
            }
            Ok(length) => received.extend_from_slice(&buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "no complete response in time"));
            }
            Err(error) => return Err(error),
        }
    }
}

fn connect(url: &Url, timeout: Duration) -> io::Result<TcpStream> {
    let refused = || io::Error::new(io::ErrorKind::InvalidInput, format!("not http on this machine: {url}"));
    if url.scheme() != "http" {
        return Err(refused());
    }
    let port = url.port_or_known_default().ok_or_else(refused)?;
    let addresses: &[IpAddr] = match url.host() {
        Some(Host::Ipv4(address)) if address.is_loopback() => &[IpAddr::V4(address)],
        Some(Host::Ipv6(address)) if address.is_loopback() => &[IpAddr::V6(address)],
        // As browsers do, whatever the hosts file says.
        Some(Host::Domain("localhost")) => &[IpAddr::V6(Ipv6Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::LOCALHOST)],
        _ => return Err(refused()),
    };
    let mut failure = refused();
    for address in addresses {
        match TcpStream::connect_timeout(&SocketAddr::new(*address, port), timeout) {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// The response if it is complete. `ended` says that no more will come.
fn parse(received: &[u8], no_body: bool, ended: bool) -> io::Result<Option<Fetched>> {
    let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let Some(end) = received.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = String::from_utf8_lossy(&received[..end]);
    let mut lines = head.split("\r\n");
    let status: u16 = lines
        .next()
        .and_then(|line| line.strip_prefix("HTTP/1."))
        .and_then(|line| line.split(' ').nth(1))
        .and_then(|status| status.parse().ok())
        .ok_or_else(|| wrong("not an HTTP response"))?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect();
    let mut fetched = Fetched { status, headers, body: Vec::new() };
    let rest = &received[end + 4..];
    if no_body || status == 204 || status == 304 {
        return Ok(Some(fetched));
    }
    if fetched.header("Transfer-Encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
        // Chunks are only put together once the last one seems to be there: a long body would be read over and over.
        if !ended && !rest.ends_with(b"0\r\n\r\n") {
            return Ok(None);
        }
        return Ok(dechunked(rest).map_err(wrong)?.map(|body| Fetched { body, ..fetched }));
    }
    let length = match fetched.header("Content-Length") {
        Some(value) => Some(value.parse::<usize>().map_err(|_| wrong("a Content-Length that is no number"))?),
        None => None,
    };
    let body = match length {
        Some(length) => rest.get(..length),
        None => ended.then_some(rest),
    };
    Ok(body.map(|body| {
        fetched.body = body.to_vec();
        fetched
    }))
}

fn dechunked(mut rest: &[u8]) -> Result<Option<Vec<u8>>, &'static str> {
    let mut body = Vec::new();
    loop {
        let Some(end) = rest.windows(2).position(|window| window == b"\r\n") else { return Ok(None) };
        let line = std::str::from_utf8(&rest[..end]).map_err(|_| "a chunk without a size")?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(|_| "a chunk without a size")?;
        rest = &rest[end + 2..];
        if size == 0 {
            return Ok(Some(body));
        }
        let Some(chunk) = rest.get(..size) else { return Ok(None) };
        body.extend_from_slice(chunk);
        let Some(after) = rest.get(size..).and_then(|rest| rest.get(2..)) else { return Ok(None) };
        rest = after;
    }
}
