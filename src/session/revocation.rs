//! Tokens that could not be revoked when their session ended: tried again, ever more rarely, while the process lives.
//!
//! The session is long gone, its client may be too; what is left is a task with what it needs, ended by success, by a refusal
//! that would be the same tomorrow, or by the library's shutdown. Connections are made for an attempt and closed after it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::{Remains, keeper, logout};
use crate::clock;
use crate::config::Config;
use crate::log;
use crate::provider::Provider;

/// More at once are a host in a loop.
const MOST: u32 = 32;

static PENDING: AtomicU32 = AtomicU32::new(0);

struct Pending;

impl Drop for Pending {
    fn drop(&mut self) {
        PENDING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Must be called on the background thread.
pub fn keep_trying(config: &Arc<Config>, remains: &Remains) {
    if PENDING.fetch_add(1, Ordering::Relaxed) >= MOST {
        PENDING.fetch_sub(1, Ordering::Relaxed);
        log::warning!(
            "logout: too many revocations are waiting for the provider; these tokens live on until they expire"
        );
        return;
    }
    let (config, remains, pending) = (Arc::clone(config), remains.clone(), Pending);
    tokio::spawn(async move {
        let _pending = pending;
        until_revoked(&config, &remains).await;
    });
}

async fn until_revoked(config: &Config, remains: &Remains) {
    let mut wish = None;
    for failures in 1.. {
        clock::sleep(keeper::pause(failures, wish)).await;
        let provider = Provider::new(config.provider.clone(), config.wants_id_token());
        match logout::revoke(config, &provider, remains).await {
            Ok(()) => return log::info!("logout: the tokens of an ended session are revoked now"),
            Err(error) if error.temporary => wish = error.retry_after,
            Err(error) => return log::warning!("logout: the tokens of an ended session can't be revoked: {error}"),
        }
    }
}
