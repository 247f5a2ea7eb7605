//! Faults that any endpoint may have, whatever it would have said: the transport, the status, the size, the form.
//!
//! One table says which misbehaviour is which fault of which endpoint. Some faults take the place of the answer, some are
//! what becomes of it on the way.

use std::io::{self, Read};

use crate::Misbehaviour as M;
use crate::bomb;
use crate::exchange::{Answer, Body, Reply};
use crate::provider::{ELSEWHERE, Provider};

/// As long as the huge answers are.
const HUGE: u64 = 50 * 1024 * 1024;

/// An endpoint that a client asks by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Discovery,
    Keys,
    Token,
    Userinfo,
    Revocation,
    DeviceAuthorization,
}

/// What is wrong with its answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    // In place of the answer.
    Redirect,
    ServerError,
    Hang,
    CloseAtOnce,
    TooManyRequests(u64),
    Unavailable(u64),
    // On its way.
    CloseMidBody,
    TruncatedJson,
    WrongContentType,
    Huge { with_length: bool },
    CompressionBomb,
    NestedJson,
}

/// The table.
fn fault(misbehaviour: M) -> Option<(Endpoint, Fault)> {
    use Endpoint::{DeviceAuthorization, Discovery, Keys, Revocation, Token, Userinfo};
    use Fault as F;
    Some(match misbehaviour {
        M::DiscoveryRedirect => (Discovery, F::Redirect),
        M::DiscoveryServerError => (Discovery, F::ServerError),
        M::DiscoveryHang => (Discovery, F::Hang),
        M::DiscoveryTooManyRequests(seconds) => (Discovery, F::TooManyRequests(seconds)),
        M::DiscoveryUnavailable(seconds) => (Discovery, F::Unavailable(seconds)),
        M::DiscoveryCloseMidBody => (Discovery, F::CloseMidBody),
        M::DiscoveryTruncatedJson => (Discovery, F::TruncatedJson),
        M::DiscoveryHuge => (Discovery, F::Huge { with_length: false }),
        M::DiscoveryCompressionBomb => (Discovery, F::CompressionBomb),
        M::DiscoveryNestedJson => (Discovery, F::NestedJson),

        M::KeysRedirect => (Keys, F::Redirect),
        M::KeysServerError => (Keys, F::ServerError),
        M::KeysHang => (Keys, F::Hang),
        M::KeysTooManyRequests(seconds) => (Keys, F::TooManyRequests(seconds)),
        M::KeysUnavailable(seconds) => (Keys, F::Unavailable(seconds)),
        M::KeysCloseMidBody => (Keys, F::CloseMidBody),
        M::KeysTruncatedJson => (Keys, F::TruncatedJson),
        M::KeysHuge => (Keys, F::Huge { with_length: true }),
        M::KeysCompressionBomb => (Keys, F::CompressionBomb),
        M::KeysNestedJson => (Keys, F::NestedJson),

        M::TokenRedirect => (Token, F::Redirect),
        M::TokenServerError => (Token, F::ServerError),
        M::TokenHang => (Token, F::Hang),
        M::TokenCloseAtOnce => (Token, F::CloseAtOnce),
        M::TokenTooManyRequests(seconds) => (Token, F::TooManyRequests(seconds)),
        M::TokenUnavailable(seconds) => (Token, F::Unavailable(seconds)),
        M::TokenCloseMidBody => (Token, F::CloseMidBody),
        M::TokenTruncatedJson => (Token, F::TruncatedJson),
        M::TokenWrongContentType => (Token, F::WrongContentType),
        M::TokenHuge => (Token, F::Huge { with_length: true }),
        M::TokenCompressionBomb => (Token, F::CompressionBomb),
        M::TokenNestedJson => (Token, F::NestedJson),

        M::UserinfoRedirect => (Userinfo, F::Redirect),
        M::UserinfoServerError => (Userinfo, F::ServerError),
        M::UserinfoHang => (Userinfo, F::Hang),
        M::UserinfoTooManyRequests(seconds) => (Userinfo, F::TooManyRequests(seconds)),
        M::UserinfoUnavailable(seconds) => (Userinfo, F::Unavailable(seconds)),
        M::UserinfoCloseMidBody => (Userinfo, F::CloseMidBody),
        M::UserinfoTruncatedJson => (Userinfo, F::TruncatedJson),
        M::UserinfoHuge => (Userinfo, F::Huge { with_length: false }),
        M::UserinfoCompressionBomb => (Userinfo, F::CompressionBomb),
        M::UserinfoNestedJson => (Userinfo, F::NestedJson),

        M::RevocationServerError => (Revocation, F::ServerError),

        M::DeviceHang => (DeviceAuthorization, F::Hang),
        M::DeviceRedirect => (DeviceAuthorization, F::Redirect),
        _ => return None,
    })
}

impl M {
    /// Whether an endpoint never answers: whoever tries everything out meets each of these with a time-out of its own.
    pub fn hangs(&self) -> bool {
        matches!(fault(*self), Some((_, Fault::Hang)))
    }
}

impl Provider {
    /// What an endpoint answers instead of what it would say.
    pub(crate) fn instead_of(&self, endpoint: Endpoint, path: &str) -> Option<Answer> {
        match self.fault_of(endpoint)? {
            // 307 keeps method and body: a client that follows it gives the code away.
            Fault::Redirect if matches!(endpoint, Endpoint::Token | Endpoint::DeviceAuthorization) => {
                Some(self.away(307, path))
            }
            Fault::Redirect => Some(self.away(302, path)),
            Fault::ServerError => Some(Reply::new(500, "text/plain", "Something went wrong here.\n").into()),
            Fault::Hang => Some(Answer::Hang),
            Fault::CloseAtOnce => Some(Answer::HangUp(Vec::new())),
            Fault::TooManyRequests(seconds) => Some(later(429, seconds)),
            Fault::Unavailable(seconds) => Some(later(503, seconds)),
            _ => None,
        }
    }

    /// What becomes of a good answer on its way.
    pub(crate) fn spoiled(&self, endpoint: Endpoint, answer: Answer) -> Answer {
        let Some(fault) = self.fault_of(endpoint) else { return answer };
        match answer {
            Answer::Reply(Reply { status: 200, headers, body: Body::Bytes(body) }) => {
                self.spoil(fault, Reply { status: 200, headers, body: Body::Bytes(Vec::new()) }, body)
            }
            other => other,
        }
    }

    fn spoil(&self, fault: Fault, mut reply: Reply, body: Vec<u8>) -> Answer {
        match fault {
            Fault::WrongContentType => {
                reply.headers.retain(|(name, _)| *name != "Content-Type");
                Reply { body: Body::Bytes(body), ..reply.with("Content-Type", "text/html; charset=utf-8") }.into()
            }
            Fault::TruncatedJson => Reply::new(200, "application/json", half(&body)).into(),
            Fault::CloseMidBody => {
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: {}\r\nContent-Length: {}\r\n\r\n",
                    self.date(),
                    body.len()
                );
                Answer::HangUp([head.as_bytes(), half(&body)].concat())
            }
            Fault::Huge { with_length } => {
                let length = with_length.then_some(body.len() + HUGE as usize);
                reply.with_stream(padded(body), length).into()
            }
            Fault::CompressionBomb => {
                let mut bomb = Reply::new(200, "application/json", bomb::gzip_of_blanks());
                bomb.headers.push(("Content-Encoding", "gzip".into()));
                bomb.into()
            }
            Fault::NestedJson => {
                let levels = 100_000;
                let nested = format!("{{\"access_token\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
                Reply::new(200, "application/json", nested).into()
            }
            _ => Reply { body: Body::Bytes(body), ..reply }.into(),
        }
    }

    fn fault_of(&self, endpoint: Endpoint) -> Option<Fault> {
        fault(self.misbehaviour()?).filter(|(at, _)| *at == endpoint).map(|(_, fault)| fault)
    }

    fn away(&self, status: u16, path: &str) -> Answer {
        Reply::redirect(status, format!("{}{ELSEWHERE}{path}", self.root)).into()
    }
}

fn later(status: u16, seconds: u64) -> Answer {
    Reply::oauth_error(status, "temporarily_unavailable", "Please come back later.")
        .with("Retry-After", seconds.to_string())
        .into()
}

fn half(body: &[u8]) -> &[u8] {
    &body[..body.len() / 2]
}

/// The answer with blanks behind it: right JSON to the end, for who reads that far.
fn padded(body: Vec<u8>) -> impl Read + Send + 'static {
    io::Cursor::new(body).chain(io::repeat(b' ').take(HUGE))
}
