//! The door to a vault: names, turns, bounds.

use std::future::Future;
use std::sync::atomic::Ordering;

use secrecy::ExposeSecret;

use super::record::tests::record;
use super::testing::{Gated, Memory, slot};
use super::*;

const SHORT: Duration = Duration::from_millis(50);

fn run(test: impl Future<Output = ()>) {
    let bounded = async { tokio::time::timeout(6 * PATIENCE, test).await.expect("a call without a bound") };
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(bounded);
}

fn named(refresh_token: &str) -> Record {
    Record { refresh_token: refresh_token.into(), ..record() }
}

async fn stored(store: &Store) -> Option<String> {
    match store.load().await.unwrap() {
        Loaded::Nothing => None,
        Loaded::Session(record) => Some(record.refresh_token.expose_secret().to_owned()),
        Loaded::Refused(refusal) => panic!("{refusal}"),
    }
}

fn impatient(store: &Store) -> Store {
    Store { patience: SHORT, ..store.clone() }
}

#[test]
fn a_key_is_the_same_in_every_version() {
    let key = slot().key();
    assert_eq!(key, "latchkey-35e1ae8fa90db4cf9ace6f9f55644f46de4d8bce39daead4cd902198a2960083");
    assert!(key.is_ascii() && key.len() <= 80);
}

#[test]
fn no_two_slots_share_a_key() {
    let mut keys = std::collections::BTreeSet::new();
    let parts = ["", "a", "ab", "aba", "b", "ba"];
    for issuer in parts {
        for client_id in parts {
            for name in parts {
                keys.insert(Slot { issuer: issuer.into(), client_id: client_id.into(), name: name.into() }.key());
            }
        }
    }
    assert_eq!(keys.len(), parts.len().pow(3));
}

#[test]
fn people_see_who_the_entry_is_for() {
    assert_eq!(slot().label(), "Latchkey: game at id.example.com");
    let odd = Slot { issuer: "not a URL\u{202e}".into(), client_id: "x".repeat(500), ..slot() };
    assert!(odd.label().chars().count() < 200 && !odd.label().contains('\u{202e}'));
}

#[test]
fn what_is_saved_is_loaded_until_it_is_erased() {
    run(async {
        let store = Store::new(Arc::new(Memory::default()), slot());
        assert_eq!(stored(&store).await, None);
        store.erase(&None).await.unwrap();
        store.save(&named("first"), &None).await.unwrap();
        store.save(&named("second"), &None).await.unwrap();
        assert_eq!(stored(&store).await.as_deref(), Some("second"));
        store.erase(&None).await.unwrap();
        assert_eq!(stored(&store).await, None);
    });
}

#[test]
fn an_altered_entry_is_not_an_absent_store() {
    run(async {
        let vault = Arc::new(Memory::default());
        let store = Store::new(vault.clone(), slot());
        store.save(&record(), &None).await.unwrap();
        *vault.entries.lock().get_mut(store.key()).unwrap().last_mut().unwrap() ^= 1;
        let Loaded::Refused(refusal) = store.load().await.unwrap() else { panic!("accepted") };
        assert_eq!(refusal.code, Code::StoreUnavailable);
        assert!(refusal.message.contains("altered"));
    });
}

#[test]
fn a_record_beyond_the_limit_is_not_handed_to_the_vault() {
    run(async {
        let vault = Arc::new(Memory::default());
        let store = Store::new(vault.clone(), slot());
        let refusal = store.save(&named(&"x".repeat(LARGEST)), &None).await.unwrap_err();
        assert_eq!(refusal.code, Code::StoreUnavailable);
        assert!(vault.keys().is_empty());
    });
}

#[test]
fn a_store_that_does_not_answer_is_given_up() {
    run(async {
        let (vault, _begun, open) = Gated::new();
        let store = Store::new(Arc::new(vault), slot());
        assert_eq!(store.patience, Duration::from_secs(10));
        let refusal = impatient(&store).save(&record(), &None).await.unwrap_err();
        assert_eq!((refusal.code, refusal.temporary), (Code::StoreUnavailable, true));
        assert!(refusal.message.contains("in time"));
        open.send(()).unwrap();
    });
}

#[test]
fn a_save_that_was_given_up_never_lands_on_a_later_one() {
    run(async {
        let (vault, mut begun, open) = Gated::new();
        let vault = Arc::new(vault);
        let store = Store::new(vault.clone(), slot());
        impatient(&store).save(&named("first"), &None).await.unwrap_err();
        begun.recv().await.unwrap();
        // The first is still at it. The second waits for its turn, gives up, and is never made.
        impatient(&store).save(&named("second"), &None).await.unwrap_err();
        assert_eq!(*vault.saves.lock(), 1);
        open.send(()).unwrap();
        open.send(()).unwrap();
        store.save(&named("third"), &None).await.unwrap();
        assert_eq!(stored(&store).await.as_deref(), Some("third"));
        assert_eq!(*vault.saves.lock(), 2);
        assert!(!vault.overlapped.load(Ordering::Acquire));
    });
}

#[test]
fn a_call_that_has_begun_runs_to_its_end_without_its_caller() {
    run(async {
        let (vault, mut begun, open) = Gated::new();
        let vault = Arc::new(vault);
        let store = Store::new(vault.clone(), slot());
        let saving = tokio::spawn({
            let store = store.clone();
            async move { store.save(&named("kept"), &None).await }
        });
        begun.recv().await.unwrap();
        saving.abort();
        assert!(saving.await.unwrap_err().is_cancelled());
        // Its turn is still its own: nobody else gets at the vault.
        impatient(&store).load().await.unwrap_err();
        open.send(()).unwrap();
        assert_eq!(stored(&store).await.as_deref(), Some("kept"));
        assert!(!vault.overlapped.load(Ordering::Acquire));
    });
}

#[test]
fn a_save_that_was_given_up_holds_the_slots_lock_to_its_end() {
    run(async {
        let (vault, mut begun, open) = Gated::new();
        let store = Store::new(Arc::new(vault), slot());
        let folder = tempfile::tempdir().unwrap();
        let lock = |patience| SlotLock::acquire_in(folder.path(), "slot", patience);
        let hold = Some(Arc::new(lock(SHORT).await.unwrap()));
        impatient(&store).save(&record(), &hold).await.unwrap_err();
        begun.recv().await.unwrap();
        drop(hold);
        lock(SHORT).await.expect_err("another program would read what is about to be replaced");
        open.send(()).unwrap();
        lock(PATIENCE).await.unwrap();
    });
}

#[test]
fn a_vault_that_panics_is_a_defect_and_the_next_call_is_made() {
    struct Broken;
    impl Vault for Broken {
        fn load(&self, _: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
            panic!("a test's panic");
        }
        fn save(&self, _: &str, _: &[u8]) -> Result<()> {
            Ok(())
        }
        fn erase(&self, _: &str) -> Result<()> {
            Ok(())
        }
    }
    run(async {
        let store = Store::new(Arc::new(Broken), slot());
        assert_eq!(store.load().await.unwrap_err().code, Code::Internal);
        store.erase(&None).await.unwrap();
    });
}
