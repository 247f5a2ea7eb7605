//! The loopback listener: waits for the provider's answer that comes back through the browser (RFC 8252 section 7.3).
//!
//! Everyone on this machine, and every page in its browser, can knock here. So whatever comes in is judged step by step
//! (`gate`: is it a browser going to our address? `answer`: is it the provider's answer to our question?), refused with a
//! 4xx if not, and costs next to nothing while it lasts (`door`, `crowd`). A wrong request never ends the wait. It all runs on
//! the library's one thread and may touch sockets and the clock; it never logs, and the expected state never leaves it.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::mpsc;

use self::answer::{Expected, StateDigest};
use self::crowd::Crowd;
use self::door::Door;
use self::gate::Gate;
use super::bind::{self, Bound};
use super::page::{self, Page, Response};
use crate::config::{PageConfig, RedirectConfig};
use crate::error::Result;

mod answer;
mod crowd;
mod door;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod gate;
mod query;
#[cfg(test)]
mod tests;

/// A port on loopback that belongs to this login alone, and that a browser can be sent to.
pub struct Listener {
    bound: Bound,
    path: String,
    post_logout_path: String,
}

/// What the authorization response must bring along to be believed.
#[derive(Clone, Debug)]
pub struct ExpectedResponse {
    /// The value of the authorization request (RFC 6749 section 4.1.1).
    pub state: SecretString,
    /// The issuer that the request went to: an `iss` in the response must equal it (RFC 9207 section 2.4).
    pub issuer: Option<String>,
    /// Whether the provider advertised that it always sends `iss` (RFC 9207 section 3).
    pub issuer_required: bool,
}

/// The authorization response whose state matched, RFC 6749 sections 4.1.2 and 4.1.2.1.
#[derive(Clone, Debug)]
pub enum Callback {
    /// The authorization code, as it came.
    Code(SecretString),
    /// The provider, or the player, said no. The words are cleaned and cut, and still those of the other side.
    Error {
        /// An OAuth error code such as `access_denied`.
        error: String,
        /// For people.
        description: Option<String>,
    },
}

/// What came back after the provider's logout, OpenID Connect RP-Initiated Logout 1.0 section 3. The local session has ended
/// whatever it is; a state that doesn't match is worth a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoutCallback {
    /// The state of the logout request.
    Matched,
    /// Another state, or more than one.
    OtherState,
    /// None at all.
    NoState,
}

impl Listener {
    /// Binds exclusively, before the browser opens. Must be called inside the runtime.
    pub fn bind(config: &RedirectConfig) -> Result<Self> {
        let bound = bind::bind(config.host, &config.ports)?;
        Ok(Self { bound, path: config.path.clone(), post_logout_path: config.post_logout_path.clone() })
    }

    /// `http://127.0.0.1:PORT/callback` and the like, RFC 8252 section 7.3.
    pub fn redirect_uri(&self) -> String {
        self.uri(&self.path)
    }

    /// The same origin with the post-logout path, OpenID Connect RP-Initiated Logout 1.0 section 2.
    pub fn post_logout_redirect_uri(&self) -> String {
        self.uri(&self.post_logout_path)
    }

    fn uri(&self, path: &str) -> String {
        format!("http://{}:{}{path}", self.bound.name, self.bound.port)
    }

    /// Waits for the authorization response whose state matches (RFC 6749 section 4.1.2, RFC 9207 section 2.4), and
    /// answers everything else with a 4xx. The port is free again when this returns; dropping the future closes
    /// everything as well.
    pub async fn authorization_response(self, expected: &ExpectedResponse, page: &PageConfig) -> Callback {
        let expected = Expected::new(expected);
        let brand = page.clone();
        let path = self.path.clone();
        let judge = move |query: &str| {
            let callback = expected.judge(query)?;
            let page = page::response(page_for(&callback), &brand);
            Some((callback, page))
        };
        self.wait(path, page.clone(), judge).await
    }

    /// Waits for the post-logout redirect (OpenID Connect RP-Initiated Logout 1.0 section 3). It ends the wait whatever
    /// its state is, for the local session ends all the same; the answer says what there was.
    pub async fn logout_response(self, state: &SecretString, page: &PageConfig) -> LogoutCallback {
        let state = StateDigest::of(state.expose_secret());
        let brand = page.clone();
        let path = self.post_logout_path.clone();
        let judge = move |query: &str| Some((answer::logout(&state, query), page::response(Page::SignedOut, &brand)));
        self.wait(path, page.clone(), judge).await
    }

    /// The first answer that `judge` lets pass ends the wait. The channel has room for one: a second answer, on a
    /// connection that was accepted before the sockets closed, doesn't fit and is refused like any other request.
    async fn wait<A: Send + 'static>(
        self,
        path: String,
        brand: PageConfig,
        judge: impl Fn(&str) -> Option<(A, Response)> + Send + Sync + 'static,
    ) -> A {
        let (sender, mut answers) = mpsc::channel(1);
        let judge = Box::new(move |connection, query: &str| {
            let (answer, page) = judge(query)?;
            sender.try_send((connection, answer)).ok().map(|()| page)
        });
        let gate = Arc::new(Gate::new(self.bound.name, self.bound.port, path, brand, judge));
        let mut crowd = Crowd::new(gate);
        let (connection, answer) = tokio::select! {
            biased;
            Some(answered) = answers.recv() => answered,
            never = Door::new(self.bound.listeners).serve(&mut crowd) => match never {},
        };
        crowd.disperse_but(connection);
        answer
    }
}

fn page_for(callback: &Callback) -> Page<'_> {
    match callback {
        Callback::Code(_) => Page::Returned,
        Callback::Error { error, description } => Page::Failed { error, description: description.as_deref() },
    }
}
