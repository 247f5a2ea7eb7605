//! The other side: the practice provider, real TLS in front of it, and a line with a round trip to both.
//!
//! Each sign-in has one of its own, so that what it costs can be counted. The player's browser goes to the provider directly: what
//! a page takes to load is the same whoever waits for its end.

mod authority;
mod front;
mod line;

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use practice_provider::{Options, Player, PracticeProvider};
use rustls::ServerConfig;
use tokio::runtime::Runtime;
use url::Url;

use authority::Authority;
use front::{Arrival, Front};
use line::Line;

/// What goes wrong here is the machine's or the bench's fault, and ends the run.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// When the line hangs up on an idle connection: load balancers at their hastiest.
pub const IDLE: Duration = Duration::from_secs(5);

/// This machine by its number, which nobody has to look up, and by its name.
const HOSTS: [&str; 2] = ["127.0.0.1", "localhost"];

/// Who signs in.
const PLAYER: &str = "Ada Lovelace";

/// What all stages of a run share.
pub struct World {
    runtime: Runtime,
    tls: Arc<ServerConfig>,
    folder: tempfile::TempDir,
}

/// A provider at the end of a line.
pub struct Stage {
    // In this order: the line hangs up before its ends go.
    _line: Line,
    front: Front,
    provider: PracticeProvider,
    issuer: String,
}

/// What was asked of the provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub connections: usize,
    pub requests: usize,
    pub over_http2: usize,
    /// The last parts of the requests' paths, in their order.
    pub paths: Vec<String>,
}

impl World {
    pub fn new() -> Result<Self> {
        let authority = Authority::new()?;
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("authority.pem"), authority.pem())?;
        let tls = authority.server().map_err(|problem| problem.to_string())?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        Ok(Self { runtime, tls, folder })
    }

    /// The file with the authority that clients have to trust.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    /// Where a run may leave files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A provider behind a line of that round trip; with `thin` its ID tokens leave name and address to userinfo.
    pub fn stage(&self, round_trip: Duration, thin: bool) -> Result<Stage> {
        self.stage_at(HOSTS[0], round_trip, thin)
    }

    /// As [`World::stage`], with an issuer whose host clients have to look up.
    pub fn named_stage(&self, round_trip: Duration) -> Result<Stage> {
        self.stage_at(HOSTS[1], round_trip, false)
    }

    fn stage_at(&self, host: &str, round_trip: Duration, thin: bool) -> Result<Stage> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let issuer = format!("https://{host}:{}", listener.local_addr()?.port());
        let provider = PracticeProvider::start(Options {
            public_root: Some(issuer.clone()),
            thin_id_token: thin,
            // One player: what more there were would only wait.
            workers: 2,
            ..Options::default()
        })
        .map_err(|problem| problem.to_string())?;
        let front = Front::open(self.runtime.handle(), Arc::clone(&self.tls), provider.port())?;
        let line = Line::open(listener, front.address(), round_trip, IDLE)?;
        Ok(Stage { _line: line, front, provider, issuer })
    }
}

impl Stage {
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Where the player's browser finds the provider's pages: past the line.
    pub fn pages(&self) -> String {
        format!("http://127.0.0.1:{}", self.provider.port())
    }

    /// The player signs in at this address, and is about to be sent back to the game by this one.
    pub fn callback(&self, authorization: &str) -> Result<String> {
        let mut url = Url::parse(authorization)?;
        // Past the line.
        let direct = url.set_scheme("http").and_then(|()| url.set_port(Some(self.provider.port())));
        direct.map_err(|()| format!("no address of a page: {}", &url[..url::Position::AfterPath]))?;
        Ok(Player::new().prepare_callback(url.as_str(), PLAYER).map_err(|problem| problem.to_string())?.into())
    }

    /// What was asked of the provider since then.
    pub fn count_since(&self, moment: Instant) -> Count {
        let mut count = Count::default();
        for arrival in self.front.arrivals() {
            match arrival {
                Arrival::Connection { at } if at >= moment => count.connections += 1,
                Arrival::Request { at, path, http2 } if at >= moment => {
                    count.requests += 1;
                    count.over_http2 += usize::from(http2);
                    count.paths.push(path.rsplit('/').next().unwrap_or_default().to_owned());
                }
                _ => {}
            }
        }
        count
    }
}
