//! What the line itself costs: bare requests without any library of the field, by which the others are judged.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use latchkey_benches::figures::{Figures, Samples};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;
use url::{Url, form_urlencoded};

use crate::stage::{Result, Stage, World};

/// Verifier and challenge of RFC 7636, appendix B.
const PKCE: [&str; 2] = ["dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"];
/// Where nobody listens: the code is taken from the redirect.
const REDIRECT_URI: &str = "http://127.0.0.1:9/callback";

/// Measures requests over a connection that is open, and one with all that has to come before.
pub fn measure(world: &World, round_trips: &[Duration], rounds: usize, figures: &mut Figures) -> Result<()> {
    let tls = trusting(world)?;
    for &round_trip in round_trips {
        let stage = world.stage(round_trip, false)?;
        let [mut new, mut open, mut token, mut userinfo] = std::array::from_fn(|_| Samples::default());
        for _ in 0..rounds {
            let form = token_request(&stage)?;
            let mut bare = timed(&mut new, || {
                let mut bare = Bare::connect(&stage, &tls)?;
                bare.discovery()?;
                Ok(bare)
            })?;
            timed(&mut open, || bare.discovery())?;
            let access_token = timed(&mut token, || bare.token(&form))?;
            timed(&mut userinfo, || bare.userinfo(&access_token))?;
        }
        let line = round_trip.as_millis();
        for (name, samples) in [("open", open), ("new", new), ("token", token), ("userinfo", userinfo)] {
            figures.say_samples(&format!("bare.{line}ms.{name}"), &samples, "ms");
        }
    }
    figures.say("bare.idle", idle(world)?, "s");
    Ok(())
}

/// Adds how long it took.
fn timed<T>(samples: &mut Samples, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let began = Instant::now();
    let done = work()?;
    samples.add(began.elapsed().as_secs_f64() * 1000.0);
    Ok(done)
}

/// What the token endpoint is asked with, once the player has signed in.
fn token_request(stage: &Stage) -> Result<String> {
    let [verifier, challenge] = PKCE;
    let mut request = Url::parse(&format!("{}/authorize", stage.issuer()))?;
    request.query_pairs_mut().extend_pairs([
        ("response_type", "code"),
        ("client_id", "practice-game"),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "openid profile email offline_access"),
        ("state", "bare"),
        ("nonce", "bare"),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
    ]);
    let callback = Url::parse(&stage.callback(request.as_str())?)?;
    let code = callback.query_pairs().find(|(name, _)| name == "code").ok_or("a callback without a code")?.1;
    Ok(form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "authorization_code")
        .append_pair("client_id", "practice-game")
        .append_pair("redirect_uri", REDIRECT_URI)
        .append_pair("code_verifier", verifier)
        .append_pair("code", &code)
        .finish())
}

/// After how many seconds the line hangs up on a connection that says nothing.
fn idle(world: &World) -> Result<f64> {
    let stage = world.stage(Duration::from_millis(10), false)?;
    let mut socket = TcpStream::connect(stage.issuer().trim_start_matches("https://"))?;
    let began = Instant::now();
    socket.set_read_timeout(Some(Duration::from_secs(30)))?;
    match socket.read(&mut [0]) {
        Ok(0) => Ok(began.elapsed().as_secs_f64()),
        other => Err(format!("the line does not hang up on the idle: {other:?}").into()),
    }
}

/// A connection to the provider, and nothing that a client of the field would do beside.
struct Bare {
    connection: StreamOwned<ClientConnection, TcpStream>,
    host: String,
}

impl Bare {
    fn connect(stage: &Stage, tls: &Arc<ClientConfig>) -> Result<Self> {
        let host = stage.issuer().trim_start_matches("https://").to_owned();
        let socket = TcpStream::connect(&host)?;
        socket.set_nodelay(true)?;
        let session = ClientConnection::new(Arc::clone(tls), ServerName::try_from("127.0.0.1")?)?;
        Ok(Self { connection: StreamOwned::new(session, socket), host })
    }

    /// Which the provider has at hand.
    fn discovery(&mut self) -> Result<()> {
        self.ask("GET /.well-known/openid-configuration", "", "").map(drop)
    }

    /// Which the provider has to sign an ID token for; the access token.
    fn token(&mut self, form: &str) -> Result<String> {
        let headers = format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n", form.len());
        let tokens = self.ask("POST /token", &headers, form)?;
        Ok(tokens["access_token"].as_str().ok_or("an answer without an access token")?.to_owned())
    }

    fn userinfo(&mut self, access_token: &str) -> Result<()> {
        self.ask("GET /userinfo", &format!("Authorization: Bearer {access_token}\r\n"), "").map(drop)
    }

    /// All answers are JSON objects.
    fn ask(&mut self, what: &str, headers: &str, body: &str) -> Result<Value> {
        write!(self.connection, "{what} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n{body}", self.host)?;
        self.connection.flush()?;
        let mut received = Vec::new();
        let mut buffer = [0; 16 * 1024];
        loop {
            let length = self.connection.read(&mut buffer)?;
            received.extend_from_slice(&buffer[..length]);
            if length == 0 || received.ends_with(b"}") {
                break;
            }
        }
        let body = received.windows(4).position(|window| window == b"\r\n\r\n").map(|end| &received[end..]);
        match body.filter(|_| received.starts_with(b"HTTP/1.1 200")) {
            Some(body) => Ok(serde_json::from_slice(body)?),
            None => Err(format!("{what} was not answered with 200").into()),
        }
    }
}

fn trusting(world: &World) -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(world.authority())?)?;
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
