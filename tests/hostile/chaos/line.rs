//! The game's side of a sweep talks to the arena: one line of JSON each way.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};
use socket2::SockRef;

use crate::judge::Facts;

/// One seed's line. When it is dropped, the arena clears the stage.
pub struct Line {
    stream: BufReader<TcpStream>,
}

/// What the arena has to say in the end.
pub struct Verdict {
    /// Sentences; none is what is hoped for.
    pub wrongs: Vec<String>,
    /// For people.
    pub journal: String,
    /// Which request met which fault.
    pub faults: Vec<String>,
}

impl Line {
    pub fn to(port: u16) -> Result<Self, String> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).map_err(|problem| problem.to_string())?;
        stream.set_nodelay(true).map_err(|problem| problem.to_string())?;
        // Else its port is kept for a minute, and thousands of seeds run out of them.
        SockRef::from(&stream).set_linger(Some(Duration::ZERO)).map_err(|problem| problem.to_string())?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Sets the stage: the issuer as the library is told, and the way round the storm for everybody else.
    pub fn begin(&mut self, seed: u64) -> Result<(String, String), String> {
        let answer = self.ask(&json!({"do": "begin", "seed": seed}))?;
        let text = |name: &str| answer[name].as_str().map(str::to_owned).ok_or(format!("the arena said {answer}"));
        Ok((text("issuer")?, text("direct")?))
    }

    pub fn storm(&mut self, on: bool) -> Result<(), String> {
        self.ask(&json!({"do": "storm", "on": on})).map(drop)
    }

    /// A client is about to be destroyed.
    pub fn leaving(&mut self) -> Result<(), String> {
        self.ask(&json!({"do": "leaving"})).map(drop)
    }

    /// How many refresh tokens the provider would still take.
    pub fn live_refresh_tokens(&mut self) -> Result<u64, String> {
        Ok(self.ask(&json!({"do": "live"}))?["live"].as_u64().unwrap_or(u64::MAX))
    }

    pub fn end(&mut self, facts: Facts) -> Result<Verdict, String> {
        let answer = self.ask(&json!({"do": "end", "expired": facts.expired, "host_ended": facts.host_ended}))?;
        let texts = |name: &str| {
            let list = answer[name].as_array().into_iter().flatten();
            list.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let journal = answer["journal"].as_str().unwrap_or_default().to_owned();
        Ok(Verdict { wrongs: texts("wrongs"), journal, faults: texts("faults") })
    }

    /// A line for whoever watches the tests.
    pub fn report(&mut self, text: &str) -> Result<(), String> {
        self.ask(&json!({"do": "report", "text": text})).map(drop)
    }

    fn ask(&mut self, question: &Value) -> Result<Value, String> {
        let lost = |problem: std::io::Error| format!("the arena can't be reached: {problem}");
        self.stream.get_mut().write_all(format!("{question}\n").as_bytes()).map_err(lost)?;
        let mut answer = String::new();
        self.stream.read_line(&mut answer).map_err(lost)?;
        let answer: Value = serde_json::from_str(&answer).map_err(|_| format!("the arena said {answer:?}"))?;
        match answer.get("error") {
            Some(error) => Err(error.to_string()),
            None => Ok(answer),
        }
    }
}
