//! Who begins a refresh: whoever finds the token too old, once, and nobody after it has come.

use super::*;
use crate::session::testing::{config, session, tokens};

const LIFE: Duration = Duration::from_secs(300);

/// With a token whose time was up long ago.
fn with_an_old_token() -> Inner {
    let mut record = session(0, LIFE).record().expect("a refresh token");
    record.received_ms = 0;
    let session = Session::restore(record, &config().claim_paths).expect("a session");
    let mut inner = Inner::new(Box::leak(Box::default()));
    let (number, _) = inner.begin_login(SystemTime::now()).expect("a login");
    assert!(inner.sign_in(number, Held { session, persisted: false }));
    inner
}

fn ask(inner: &mut Inner) -> Wanted {
    inner.access_token(Duration::ZERO, since_boot()).expect("signed in, and nothing has failed")
}

fn renew(inner: &mut Inner, (number, held): Begun) {
    let session = held.session.renewed(tokens(1, LIFE), None, &config(), None).expect("new tokens");
    assert!(inner.end_refresh(number, Ok(Held { session, persisted: false })).expect("a refresh that worked"));
}

#[test]
fn who_asks_first_begins_a_refresh_who_asks_meanwhile_waits_for_it_and_who_asks_later_has_its_token() {
    let mut inner = with_an_old_token();
    let Wanted::Refresh(Some(begun)) = ask(&mut inner) else { panic!("the first begins it") };
    assert!(matches!(ask(&mut inner), Wanted::Refresh(None)), "one is enough");
    renew(&mut inner, begun);
    let Wanted::Token(token) = ask(&mut inner) else { panic!("a new token is there") };
    token.with_text(|text| assert_eq!(text, "access-1"));
}

#[test]
fn a_refresh_that_is_due_begins_once_and_not_again_when_it_has_come() {
    let mut inner = with_an_old_token();
    let begun = inner.begin_due_refresh().expect("signed in").expect("it is due");
    assert!(inner.begin_due_refresh().expect("signed in").is_none(), "one is under way");
    renew(&mut inner, begun);
    assert!(inner.begin_due_refresh().expect("signed in").is_none(), "the new token is good for minutes");
}
