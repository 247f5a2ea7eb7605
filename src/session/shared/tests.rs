//! A sign-out that can't have the slot's lock: another program holds it, with the session in hand that it has read before.
//!
//! On a virtual clock. The two programs are two shelves over one vault, with their lock in a folder of the test's.

use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use super::*;
use crate::session::store::testing::{Memory, slot};
use crate::session::testing::{config, session};

const LIFE: Duration = Duration::from_secs(300);
const LONG: Duration = Duration::from_secs(600);

struct Scene {
    launcher: Shelf,
    game: Shelf,
    vault: Arc<Memory>,
    _folder: TempDir,
}

impl Scene {
    fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = Arc::new(Memory::default());
        let shelf = || Shelf {
            store: Store::new(Arc::new(Arc::clone(&vault)), slot()),
            turn: Arc::default(),
            locks: Some(folder.path().to_owned()),
        };
        Self { launcher: shelf(), game: shelf(), vault, _folder: folder }
    }

    /// The game has the lock and may store what it likes; the launcher signs out. What the sign-out still does comes back.
    async fn sign_out_without_the_lock(&self) -> (Hold, JoinHandle<()>) {
        let hold = self.game.lock(Duration::ZERO).await.unwrap();
        let (tell, told) = oneshot::channel();
        let launcher = self.launcher.clone();
        let erasing = tokio::spawn(async move { launcher.erase(|outcome| tell.send(outcome).unwrap()).await });
        told.await.unwrap().unwrap();
        assert!(!self.is_stored(), "not erased at once");
        (hold, erasing)
    }

    /// The game stores the answer to its refresh and gives the lock back: that must not undo the sign-out.
    async fn assert_what_is_stored_now_is_erased_again(&self, hold: Hold, erasing: JoinHandle<()>) {
        assert!(self.game.put(&session(2, LIFE), &hold).await);
        drop(hold);
        ended(erasing).await;
        assert!(!self.is_stored(), "the sign-out was undone");
    }

    fn is_stored(&self) -> bool {
        !self.vault.entries.lock().is_empty()
    }
}

async fn ended(erasing: JoinHandle<()>) {
    timeout(LONG, erasing).await.expect("it has an end").unwrap();
}

/// The same player, signed in anew.
fn another_sign_in() -> Session {
    let mut record = session(7, LIFE).record().unwrap();
    record.claims.insert("nonce".to_owned(), "another".into());
    Session::restore(record, &config().claim_paths).unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_is_stored_again_by_who_had_read_it_before_the_sign_out_is_erased() {
    let scene = Scene::set();
    assert!(scene.game.keep(&session(1, LIFE), || true).await.is_some());
    let (hold, erasing) = scene.sign_out_without_the_lock().await;
    scene.assert_what_is_stored_now_is_erased_again(hold, erasing).await;
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_read_is_erased_again_all_the_same() {
    let scene = Scene::set();
    scene.vault.entries.lock().insert(slot().key(), b"of another version".to_vec());
    let (hold, erasing) = scene.sign_out_without_the_lock().await;
    scene.assert_what_is_stored_now_is_erased_again(hold, erasing).await;
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_of_another_program_after_the_sign_out_stays() {
    let scene = Scene::set();
    assert!(scene.game.keep(&session(1, LIFE), || true).await.is_some());
    let (hold, erasing) = scene.sign_out_without_the_lock().await;
    drop(hold);
    assert!(scene.game.keep(&another_sign_in(), || true).await.is_some());
    ended(erasing).await;
    assert!(scene.is_stored(), "another sign-in was erased");
}

/// Plain OAuth 2.0 has nothing to tell two sign-ins of one player by.
#[tokio::test(start_paused = true)]
async fn a_sign_in_of_this_program_after_the_sign_out_stays_though_it_looks_the_same() {
    let scene = Scene::set();
    assert!(scene.game.keep(&session(1, LIFE), || true).await.is_some());
    let (hold, erasing) = scene.sign_out_without_the_lock().await;
    drop(hold);
    assert!(scene.launcher.keep(&session(3, LIFE), || true).await.is_some());
    ended(erasing).await;
    assert!(scene.is_stored(), "the new sign-in was erased");
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_is_never_given_back_holds_up_no_sign_in() {
    let scene = Scene::set();
    assert!(scene.game.keep(&session(1, LIFE), || true).await.is_some());
    let (hold, erasing) = scene.sign_out_without_the_lock().await;
    // By now the sign-out would like to have it.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let began = Instant::now();
    assert!(scene.launcher.keep(&another_sign_in(), || true).await.is_none(), "stored without the lock");
    let took = began.elapsed();
    assert!(took < PATIENCE_TO_SIGN_IN + Duration::from_secs(1), "{took:?}");
    // Nobody's session took the place of the one that ended.
    scene.assert_what_is_stored_now_is_erased_again(hold, erasing).await;
}

#[tokio::test(start_paused = true)]
async fn where_nothing_was_stored_nothing_is_waited_for() {
    let scene = Scene::set();
    let (_hold, erasing) = scene.sign_out_without_the_lock().await;
    timeout(LONG, erasing).await.expect("it waits for the lock").unwrap();
}

/// Two sign-ins of one program: the first was cancelled while it was being stored, the second is through meanwhile.
#[tokio::test(start_paused = true)]
async fn a_sign_in_that_was_cancelled_takes_back_its_own_session_and_no_later_one() {
    for before in [None, Some(session(1, LIFE))] {
        let scene = Scene::set();
        let cancelled = scene.game.keep(&session(3, LIFE), || true).await.unwrap();
        assert!(scene.game.keep(&another_sign_in(), || true).await.is_some());
        scene.game.take_back(cancelled, before.clone()).await;
        let stored = scene.game.take_up(&config().claim_paths).await.unwrap().expect("the later one");
        assert!(stored.has_the_tokens_of(&another_sign_in()), "{}", before.is_some());

        let alone = scene.game.keep(&session(3, LIFE), || true).await.unwrap();
        scene.game.take_back(alone, before.clone()).await;
        let stored = scene.game.take_up(&config().claim_paths).await.unwrap();
        assert_eq!(stored.map(|stored| stored.has_the_tokens_of(&session(1, LIFE))), before.map(|_| true));
    }
}
