//! Tokens of a session that has ended, revoked: at once, and if that fails for the moment again and again, ever more rarely, while
//! the process lives.
//!
//! It is no part of the logout that begins it: the player signs in anew, or the client goes, and the token has to die all the same.
//! What is left of the session is a task with what it needs, ended by success, by a refusal that would be the same tomorrow, or by
//! the library's shutdown. Later attempts make their own connections, which are closed after each.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;

use super::{Remains, keeper, logout};
use crate::clock;
use crate::config::Config;
use crate::error::{Code, Error, Result};
use crate::log;
use crate::provider::Provider;

/// More that wait at once are a host in a loop.
const MOST: u32 = 32;

static PENDING: AtomicU32 = AtomicU32::new(0);

struct Pending;

impl Pending {
    /// None: there are too many.
    fn one_more() -> Option<Self> {
        let (before, pending) = (PENDING.fetch_add(1, Ordering::Relaxed), Self);
        (before < MOST).then_some(pending)
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        PENDING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// To be spawned. Of one type, so that the runtime's code for it is made once.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How the first attempt goes.
pub struct FirstAttempt(oneshot::Receiver<Result<()>>);

impl FirstAttempt {
    /// Waits for it.
    pub async fn outcome(self) -> Result<()> {
        // A task that went with the runtime leaves nobody behind who could ask.
        self.0.await.unwrap_or_else(|_| Err(Error::new(Code::Internal, "a defect of the library ended the revocation")))
    }
}

/// A revocation as a task of its own. The first attempt goes by the client's own way to the provider.
pub fn task(config: &Arc<Config>, provider: &Arc<Provider>, remains: &Remains) -> (Task, FirstAttempt) {
    let (tell, told) = oneshot::channel();
    let (config, provider, remains) = (Arc::clone(config), Arc::clone(provider), remains.clone());
    let task = async move {
        let outcome = logout::revoke(&config, &provider, &remains).await;
        drop(provider);
        let wish = match &outcome {
            Err(error) if error.temporary => Some(error.retry_after),
            _ => None,
        };
        if let Err(unheard) = tell.send(outcome) {
            note(&unheard);
        }
        if let Some(wish) = wish {
            keep_trying(&config, &remains, wish).await;
        }
    };
    (Box::pin(task), FirstAttempt(told))
}

/// After one attempt has failed, with this wish of the provider's.
async fn keep_trying(config: &Config, remains: &Remains, mut wish: Option<Duration>) {
    let Some(_pending) = Pending::one_more() else {
        return log::warning!(
            "logout: too many revocations are waiting for the provider; these tokens live on until they expire"
        );
    };
    for failures in 1.. {
        clock::sleep(keeper::pause(failures, wish)).await;
        let provider = Provider::new(config.provider.clone(), config.wants_id_token());
        let outcome = logout::revoke(config, &provider, remains).await;
        match outcome {
            Err(error) if error.temporary => wish = error.retry_after,
            outcome => return note(&outcome),
        }
    }
}

/// For nobody but the log: the logout has ended, or was ended.
fn note(outcome: &Result<()>) {
    match outcome {
        Ok(()) => log::info!("logout: the tokens of an ended session are revoked now"),
        Err(error) if error.temporary => {
            log::warning!("logout: the tokens of an ended session can't be revoked yet: {error}");
        }
        Err(error) => log::warning!("logout: the tokens of an ended session can't be revoked: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::time::Instant;

    use super::*;
    use crate::session::testing::{plain_config, session};

    /// Reads a request to its end, where the client's name is.
    fn read(connection: &mut TcpStream) {
        let (mut request, mut buffer) = (String::new(), [0; 1024]);
        while !request.contains("client_id=game") {
            let length = connection.read(&mut buffer).unwrap();
            assert_ne!(length, 0, "it was hung up in the middle of {request}");
            request.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
        }
    }

    #[tokio::test]
    async fn a_provider_that_says_when_to_come_back_is_not_told_before() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap());
        let config = Arc::new(plain_config(&root));
        let provider = Arc::new(Provider::new(config.provider.clone(), false));
        let remains = session(0, Duration::from_secs(300)).end();
        let endpoint = std::thread::spawn(move || {
            let answers = ["503 Service Unavailable\r\nRetry-After: 2", "200 OK"];
            answers.map(|answer| {
                let (mut connection, _) = listener.accept().unwrap();
                read(&mut connection);
                let asked = Instant::now();
                write!(connection, "HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
                asked
            })
        });
        let (task, first) = task(&config, &provider, &remains);
        let task = tokio::spawn(task);
        let error = first.outcome().await.unwrap_err();
        assert!(error.temporary, "{error}");
        task.await.unwrap();
        let [first, second] = endpoint.join().unwrap();
        assert!(second - first >= Duration::from_secs(2), "{:?}", second - first);
    }
}
