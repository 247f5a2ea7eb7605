//! The test's side of a sweep: a provider and a proxy for each seed that the other process asks for, and the judgement at its end.
//!
//! One line of JSON each way. A seed that ends takes its provider, its proxy and all their threads with it.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;

use practice_provider::{Options, PracticeProvider};
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::journal::{self, Entry};
use crate::judge::{self, Facts};
use crate::proxy::Proxy;
use crate::storm::Storm;

/// Takes lines for as long as the process lives; answers with the port.
pub fn open() -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    thread::Builder::new().name("chaos-arena".into()).spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || {
                // The other process ends a line by hanging up, also when it fails: that is for it to report.
                let _ = serve(stream);
            });
        }
    })?;
    Ok(port)
}

struct Stage {
    proxy: Proxy,
    provider: PracticeProvider,
}

fn serve(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stage = None;
    for line in BufReader::new(stream.try_clone()?).lines() {
        let asked: Value = serde_json::from_str(&line?)?;
        let answer = match (asked["do"].as_str(), &stage) {
            (Some("begin"), _) => {
                let begun = Stage::of(asked["seed"].as_u64().unwrap_or_default())?;
                let answer = begun.introduction();
                stage = Some(begun);
                answer
            }
            (Some("storm"), Some(stage)) => {
                stage.proxy.storm(asked["on"] == true);
                json!({})
            }
            (Some("report"), _) => {
                // Past the test harness, which would keep it for itself.
                writeln!(io::stderr(), "{}", asked["text"].as_str().unwrap_or_default())?;
                json!({})
            }
            (Some("leaving"), Some(stage)) => {
                stage.proxy.note_leaving();
                json!({})
            }
            (Some("live"), Some(stage)) => json!({"live": stage.provider.live_refresh_tokens()}),
            (Some("end"), Some(ended)) => {
                let answer = ended.verdict(&asked);
                stage = None;
                answer
            }
            (what, _) => json!({"error": format!("{what:?} makes no sense here")}),
        };
        stream.write_all(format!("{answer}\n").as_bytes())?;
    }
    Ok(())
}

impl Stage {
    fn of(seed: u64) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let mut dice = Dice::of(seed, "provider");
        let options = Options {
            public_root: Some(format!("http://{}", listener.local_addr()?)),
            // Short ones are fetched anew while a play is on, without being asked for.
            access_token_lifetime_s: dice.one_of(&[300, 300, 300, 3]),
            thin_id_token: dice.chance(30),
            second_factor: false,
            ..Options::default()
        };
        let provider = PracticeProvider::start(options).map_err(|problem| io::Error::other(problem.to_string()))?;
        let behind = SocketAddr::from((Ipv4Addr::LOCALHOST, provider.port()));
        Ok(Self { proxy: Proxy::open(listener, behind, Storm::of(seed))?, provider })
    }

    fn introduction(&self) -> Value {
        json!({"issuer": self.provider.issuer(), "direct": format!("http://127.0.0.1:{}", self.provider.port())})
    }

    fn verdict(&self, asked: &Value) -> Value {
        let facts = Facts { expired: asked["expired"] == true, host_ended: asked["host_ended"] == true };
        let (journal, leavings) = (self.proxy.journal(), self.proxy.leavings());
        let fault = |entry: &Entry| Some(format!("{:?} {}: {:?}", entry.kind, entry.ordinal?, entry.fault));
        let mut faults: Vec<_> = journal.iter().filter_map(fault).collect();
        // Whether another answer came in between is the library's doing as well, so it is told beside what the seed decided.
        faults
            .extend(journal.iter().filter(|entry| journal::was_overtaken(entry, &journal)).map(|_| "Reordered".into()));
        json!({"wrongs": judge::wrongs(&journal, &leavings, facts), "journal": journal::shown(&journal), "faults": faults})
    }
}
