//! What the line itself costs: bare requests without any library of the field, by which the others are judged.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use latchkey_benches::figures::{Figures, Samples};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::stage::{Result, World};

/// Measures a request over a connection that is open, and one with all that has to come before.
pub fn measure(world: &World, round_trips: &[Duration], rounds: usize, figures: &mut Figures) -> Result<()> {
    let tls = trusting(world)?;
    for &round_trip in round_trips {
        let stage = world.stage(round_trip, false)?;
        let address = stage.issuer().trim_start_matches("https://");
        let (mut cold, mut warm) = (Samples::default(), Samples::default());
        for _ in 0..rounds {
            let began = Instant::now();
            let socket = TcpStream::connect(address)?;
            socket.set_nodelay(true)?;
            let session = ClientConnection::new(Arc::clone(&tls), ServerName::try_from("127.0.0.1")?)?;
            let mut connection = StreamOwned::new(session, socket);
            ask(&mut connection, address)?;
            cold.add(milliseconds(began));
            let again = Instant::now();
            ask(&mut connection, address)?;
            warm.add(milliseconds(again));
        }
        let line = round_trip.as_millis();
        figures.say_samples(&format!("bare.{line}ms.open"), &warm, "ms");
        figures.say_samples(&format!("bare.{line}ms.new"), &cold, "ms");
    }
    figures.say("bare.idle", idle(world)?, "s");
    Ok(())
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

/// The discovery document, which the provider has at hand.
fn ask(connection: &mut (impl Read + Write), host: &str) -> Result<()> {
    write!(connection, "GET /.well-known/openid-configuration HTTP/1.1\r\nHost: {host}\r\n\r\n")?;
    connection.flush()?;
    let mut received = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        let length = connection.read(&mut buffer)?;
        received.extend_from_slice(&buffer[..length]);
        if length == 0 || received.ends_with(b"}") {
            break;
        }
    }
    if received.starts_with(b"HTTP/1.1 200") { Ok(()) } else { Err("the provider has no discovery document".into()) }
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

fn milliseconds(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1000.0
}
