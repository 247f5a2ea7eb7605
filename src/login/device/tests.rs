//! How often is asked, on a virtual clock; and what a provider may show to a player.

use std::collections::VecDeque;

use parking_lot::Mutex;
use tokio::time::Instant;

use super::*;
use crate::session::testing::tokens;

const LIFE: Duration = Duration::from_secs(300);
const HALF_AN_HOUR: Duration = Duration::from_secs(30 * 60);

/// A token endpoint that answers by heart, and writes down when it was asked.
struct Script {
    began: Instant,
    answers: Mutex<VecDeque<Result<Polled>>>,
    asked: Mutex<Vec<u64>>,
}

impl Script {
    /// After the last of these it says `authorization_pending` for ever.
    fn new(answers: impl IntoIterator<Item = Result<Polled>>) -> Self {
        Self { began: Instant::now(), answers: Mutex::new(answers.into_iter().collect()), asked: Mutex::default() }
    }

    /// Polls at this pace, and tells in which seconds it was asked and how that ended.
    async fn play(&self, interval: u64, time: Duration) -> (Vec<u64>, Result<Box<Tokens>>) {
        let mut pace = Pace::new(Duration::from_secs(interval));
        let outcome = poll(&mut pace, time, || async { self.answer() }).await;
        (std::mem::take(&mut *self.asked.lock()), outcome)
    }

    fn answer(&self) -> Result<Polled> {
        self.asked.lock().push(self.began.elapsed().as_secs());
        self.answers.lock().pop_front().unwrap_or(Ok(Polled::Pending))
    }
}

fn granted() -> Result<Polled> {
    Ok(Polled::Tokens(Box::new(tokens(1, LIFE))))
}

fn timed_out() -> Result<Polled> {
    Err(Error::new(Code::Network, "id.example did not answer in time"))
}

fn later(seconds: u64) -> Result<Polled> {
    let error = Error::new(Code::ProviderError, "the token endpoint answered 503").temporary();
    Err(Error { retry_after: Some(Duration::from_secs(seconds)), ..error })
}

#[tokio::test(start_paused = true)]
async fn it_asks_at_the_providers_interval_and_not_at_once() {
    let script = Script::new([Ok(Polled::Pending), Ok(Polled::Pending), granted()]);
    let (asked, outcome) = script.play(7, HALF_AN_HOUR).await;
    assert_eq!(asked, [7, 14, 21]);
    outcome.expect("tokens");
}

#[tokio::test(start_paused = true)]
async fn an_interval_has_bounds() {
    for (wished, kept) in [(0, 1), (1, 1), (60, 60), (61, 60), (u64::MAX, 60)] {
        let (asked, outcome) = Script::new([Ok(Polled::Pending), granted()]).play(wished, HALF_AN_HOUR).await;
        assert_eq!(asked, [kept, 2 * kept], "{wished} s");
        outcome.expect("tokens");
    }
}

#[tokio::test(start_paused = true)]
async fn slow_down_is_for_this_and_all_later_questions() {
    let script = Script::new([Ok(Polled::SlowDown), Ok(Polled::Pending), Ok(Polled::SlowDown), Ok(Polled::Pending)]);
    let (asked, _) = script.play(5, Duration::from_secs(69)).await;
    assert_eq!(asked, [5, 15, 25, 40, 55], "5, then 10, then 15 seconds apart (RFC 8628 section 3.5)");
}

#[tokio::test(start_paused = true)]
async fn time_outs_are_backed_off_from_until_one_is_answered() {
    let script = Script::new([timed_out(), timed_out(), timed_out(), Ok(Polled::Pending), Ok(Polled::Pending)]);
    let (asked, _) = script.play(5, Duration::from_secs(89)).await;
    assert_eq!(asked, [5, 15, 35, 75, 80, 85]);
}

#[tokio::test(start_paused = true)]
async fn the_back_off_ends_at_a_minute_and_never_hurries() {
    let (asked, _) = Script::new((0..9).map(|_| timed_out())).play(20, Duration::from_secs(299)).await;
    assert_eq!(asked, [20, 60, 120, 180, 240]);
    // The provider has asked for more than a minute by now, and gets it, network or not.
    let script = Script::new([Ok(Polled::SlowDown), timed_out(), timed_out()]);
    let (asked, _) = script.play(60, Duration::from_secs(300)).await;
    assert_eq!(asked, [60, 125, 190, 255]);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_says_when_to_come_back_is_not_asked_before() {
    let (asked, _) = Script::new([later(40), later(1)]).play(5, Duration::from_secs(200)).await;
    assert_eq!(asked[..3], [5, 45, 105], "{asked:?}");
    let (asked, outcome) = Script::new([later(u64::MAX)]).play(5, Duration::from_secs(200)).await;
    assert_eq!(asked, [5]);
    assert_eq!(outcome.err().map(|error| error.code), Some(Code::TimedOut));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_time_is_the_end() {
    let script = Script::new([]);
    let (asked, outcome) = script.play(5, Duration::from_secs(62)).await;
    assert_eq!(asked.len(), 12);
    assert_eq!(script.began.elapsed().as_secs(), 62);
    let error = outcome.err().expect("no tokens");
    assert_eq!(error.code, Code::TimedOut);
    assert!(error.message.contains("62 seconds") && !error.message.contains("could not be asked"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_network_that_was_away_at_the_end_is_named() {
    let (_, outcome) = Script::new([Ok(Polled::Pending), timed_out()]).play(5, Duration::from_secs(12)).await;
    let error = outcome.err().expect("no tokens");
    assert_eq!(error.code, Code::TimedOut);
    assert!(error.message.contains("did not answer in time"), "{error}");
    // But not when it has come back since.
    let (_, outcome) = Script::new([timed_out(), Ok(Polled::Pending)]).play(5, Duration::from_secs(17)).await;
    assert!(!outcome.err().expect("no tokens").message.contains("did not answer"));
}

#[tokio::test(start_paused = true)]
async fn what_will_not_pass_ends_it_at_once() {
    for code in [Code::Denied, Code::TimedOut, Code::ProviderError, Code::Configuration] {
        let (asked, outcome) = Script::new([Err(Error::new(code, "no"))]).play(5, HALF_AN_HOUR).await;
        assert_eq!((asked.len(), outcome.err().map(|error| error.code)), (1, Some(code)));
    }
    let wrong_clock = Error::new(Code::WrongClock, "not valid yet").temporary();
    let (asked, outcome) = Script::new([Err(wrong_clock)]).play(5, HALF_AN_HOUR).await;
    assert_eq!((asked.len(), outcome.err().map(|error| error.code)), (1, Some(Code::WrongClock)));
}

fn grant() -> DeviceAuthorization {
    DeviceAuthorization {
        device_code: "a-device-code-that-nobody-may-see".into(),
        user_code: "WDJB-MJHT".into(),
        verification_uri: "https://id.example/device".into(),
        verification_uri_complete: Some("https://id.example/device?user_code=WDJB-MJHT".into()),
        expires_in: HALF_AN_HOUR,
        interval: Duration::from_secs(5),
    }
}

#[track_caller]
fn refused(grant: &DeviceAuthorization, named: &str) {
    let error = instructions(grant).err().unwrap_or_else(|| panic!("accepted, though {named} can't be shown"));
    assert_eq!(error.code, Code::ProviderError);
    assert!(error.message.contains(named), "{error}");
    assert!(!error.message.contains("WDJB"), "the user code is in a sentence: {error}");
}

#[test]
fn the_url_with_the_code_in_it_goes_into_the_qr_code_where_there_is_one() {
    let instructions = instructions(&grant()).expect("instructions");
    assert_eq!(instructions.user_code, "WDJB-MJHT");
    assert_eq!(instructions.verification_url.as_str(), "https://id.example/device");
    assert_eq!(instructions.url.as_str(), "https://id.example/device?user_code=WDJB-MJHT");
    let plain = super::instructions(&DeviceAuthorization { verification_uri_complete: None, ..grant() });
    assert_eq!(plain.expect("instructions").url.as_str(), "https://id.example/device");
}

#[test]
fn addresses_that_no_phone_may_be_led_to_are_refused() {
    let too_long = format!("https://id.example/{}", "a".repeat(LONGEST_URL));
    let longer_than_it_looks = format!("https://id.example/{}", "{".repeat(LONGEST_URL / 2));
    for bad in [
        "http://id.example/device",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "steam://run/1",
        "https://user:password@id.example/",
        "https://id.example/\u{202e}device",
        "https://id.example/de vice",
        "https://id.ex\u{430}mple/device",
        "",
        &too_long,
        &longer_than_it_looks,
    ] {
        refused(&DeviceAuthorization { verification_uri: bad.into(), ..grant() }, "verification_uri");
        let with_code = format!("{bad}?user_code=WDJB-MJHT");
        let complete = Some(with_code).filter(|_| bad.len() < LONGEST_URL).or_else(|| Some(bad.into()));
        refused(&DeviceAuthorization { verification_uri_complete: complete, ..grant() }, "verification_uri_complete");
    }
    for good in ["https://id.example/#/device", "http://127.0.0.1:8080/device", "https://id.example"] {
        instructions(&DeviceAuthorization { verification_uri: good.into(), ..grant() }).expect(good);
    }
}

#[test]
fn codes_that_nobody_could_type_are_refused() {
    for bad in ["", "  ", "AB\nCD", "AB\u{0}", "\u{202e}ABCD", "ВОРК", "WDJB\u{1b}[31m", &"7".repeat(LONGEST_CODE + 1)]
    {
        refused(&DeviceAuthorization { user_code: bad.into(), ..grant() }, "user_code");
    }
    for good in ["1", "094 712", " 24-QX ", &"7".repeat(LONGEST_CODE)] {
        let instructions = instructions(&DeviceAuthorization { user_code: good.into(), ..grant() }).expect(good);
        assert_eq!(instructions.user_code, good.trim());
    }
}

#[test]
fn the_longest_url_still_has_a_qr_code() {
    let head = "https://id.example/";
    let longest = format!("{head}{}", "a".repeat(LONGEST_URL - head.len()));
    let instructions = instructions(&DeviceAuthorization { verification_uri_complete: Some(longest), ..grant() });
    assert_eq!(instructions.expect("instructions").qr.expect("a QR code").size(), 121);
}

#[test]
fn a_code_that_has_expired_before_it_is_shown_is_no_code() {
    let expired = DeviceAuthorization { expires_in: Duration::ZERO, ..grant() };
    assert_eq!(lifetime(&expired).err().map(|error| error.code), Some(Code::ProviderError));
    assert_eq!(lifetime(&grant()).ok(), Some(HALF_AN_HOUR));
}
