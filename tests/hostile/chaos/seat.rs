//! A client that is watched: whatever a play does with it, each look at it must make sense together with the last.

use std::time::{Duration, Instant};

use support::ffi::*;
use support::{Client, Code, ConfigBuilder, Status};

/// What the header allows a call that does not wait, and what a machine adds on which thirty clients are busy.
const AT_ONCE: Duration = Duration::from_secs(2);
/// The header's bound of `latchkey_client_destroy`, and the same.
const DESTROYED: Duration = Duration::from_millis(2500);
const LOOK: Duration = Duration::from_millis(4);

/// Why an attempt may have failed in a storm. All else is a defect: nobody forges, cancels or misconfigures here unasked.
const WHAT_STORMS_DO: [latchkey_result; 6] = [
    LATCHKEY_OK,
    LATCHKEY_NETWORK,
    LATCHKEY_PROVIDER_ERROR,
    LATCHKEY_TIMED_OUT,
    LATCHKEY_CANCELLED,
    LATCHKEY_SESSION_EXPIRED,
];

/// The client and what was seen of it last.
pub struct Seat {
    pub client: Client,
    last: Status,
    /// The host has called something that ends the session.
    pub host_ends: bool,
    /// A session has ended with `LATCHKEY_SESSION_EXPIRED`.
    pub expired: bool,
    /// The statuses, for people.
    pub seen: Vec<(Instant, Status)>,
}

impl Seat {
    pub fn new(config: &ConfigBuilder) -> Result<Self, String> {
        let client = at_once("latchkey_client_create", || Client::try_create(config))?;
        let client = client.map_err(|code| format!("no client: {code:?}"))?;
        let last = client.status();
        Ok(Self { client, last, host_ends: false, expired: false, seen: vec![(Instant::now(), last)] })
    }

    /// Looks, and judges what is seen.
    pub fn look(&mut self) -> Result<Status, String> {
        let (last, now) = (self.last, self.client.status());
        if now == last {
            return Ok(now);
        }
        self.last = now;
        self.seen.push((Instant::now(), now));
        if now.revision <= last.revision {
            return Err(format!("the revision went back from {last:?} to {now:?}"));
        }
        if !WHAT_STORMS_DO.contains(&now.error.0) {
            return Err(format!("no storm does this: {now:?}: {}", self.client.error_text()));
        }
        self.expired |= now.error == LATCHKEY_SESSION_EXPIRED;
        let ended = last.state == LATCHKEY_STATE_SIGNED_IN && now.state == LATCHKEY_STATE_SIGNED_OUT;
        if ended && !self.host_ends && now.error != LATCHKEY_SESSION_EXPIRED {
            return Err(format!("a session that was shown has ended without a reason: {last:?}, then {now:?}"));
        }
        self.check_what_is_shown(now)?;
        Ok(now)
    }

    /// A profile is there when somebody is signed in, and only then. The status may change between two calls, and then the
    /// next look tells.
    fn check_what_is_shown(&self, status: Status) -> Result<(), String> {
        let profile = self.client.profile().map(|profile| profile.subject());
        if self.client.status().revision != status.revision {
            return Ok(());
        }
        match (status.state, profile) {
            (LATCHKEY_STATE_SIGNED_IN, Err(code)) => Err(format!("signed in, and no profile: {code:?}, {status:?}")),
            (LATCHKEY_STATE_SIGNED_OUT | LATCHKEY_STATE_SIGNING_OUT, Ok(_)) => {
                Err(format!("nobody is signed in, and here is a profile: {status:?}"))
            }
            _ => Ok(()),
        }
    }

    /// Waits until the status is as wished; an error after so long, for then it hangs.
    pub fn wait(
        &mut self,
        what: &str,
        within: Duration,
        mut wished: impl FnMut(&Client, &Status) -> bool,
    ) -> Result<Status, String> {
        let began = Instant::now();
        loop {
            let status = self.look()?;
            if wished(&self.client, &status) {
                return Ok(status);
            }
            if began.elapsed() > within {
                return Err(format!("hung: {what} was not there within {within:?}: {status:?}"));
            }
            std::thread::park_timeout(LOOK);
        }
    }

    /// Waits until nothing is under way.
    pub fn settle(&mut self, what: &str, within: Duration) -> Result<Status, String> {
        self.wait(what, within, |_, status| status.is_settled())
    }

    /// Calls a verb, which must not wait.
    pub fn call(&self, verb: &str, call: impl FnOnce(&Client) -> Code) -> Result<Code, String> {
        at_once(verb, || call(&self.client))
    }

    /// Destroys the client in its time.
    pub fn leave(self) -> Result<(), String> {
        let took = self.client.destroy();
        if took > DESTROYED { Err(format!("latchkey_client_destroy took {took:?}")) } else { Ok(()) }
    }
}

fn at_once<T>(verb: &str, call: impl FnOnce() -> T) -> Result<T, String> {
    let began = Instant::now();
    let answer = call();
    let took = began.elapsed();
    if took > AT_ONCE { Err(format!("{verb} took {took:?}")) } else { Ok(answer) }
}
