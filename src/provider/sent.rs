//! What went out with a request, so that no sentence gives it back.
//!
//! Providers like to repeat what they did not like (`Invalid refresh token: …`), and their words go to the log and to the player. Here
//! is only text; which secrets a request has is known where it is made.

use secrecy::{ExposeSecret, SecretString};
use url::form_urlencoded;

use crate::config::ClientConfig;
use crate::error::clean;

/// What stands in the place of a secret.
const HIDDEN: &str = "[hidden]";
/// Shorter ones stand in honest sentences by chance, and are no secrets either.
const SHORTEST: usize = 8;
/// Who repeats a secret may cut it. As much of its beginning is enough to know it by.
const KNOWN_BY: usize = 12;

/// The secrets of one request. Nothing is copied before there are words to look into, which is seldom.
pub struct Sent<'s>(Vec<&'s SecretString>);

impl<'s> Sent<'s> {
    /// These.
    pub fn only(secrets: impl IntoIterator<Item = &'s SecretString>) -> Self {
        Self(secrets.into_iter().collect())
    }

    /// Those of this client's request beside its own.
    pub fn with(client: &'s ClientConfig, secrets: &[&'s SecretString]) -> Self {
        Self::only(client.secret.iter().chain(secrets.iter().copied()))
    }

    /// Somebody else's words without them, cleaned and of `limit` characters at most. What is cut off is cut off afterwards: a piece of a
    /// secret would be left.
    pub fn quoted(&self, text: &str, limit: usize) -> String {
        let printable = clean(text, text.len());
        let quoted = self.0.iter().fold(printable, |text, secret| {
            let secret = secret.expose_secret();
            let encoded: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            without(&without(&text, &encoded), secret)
        });
        clean(&quoted, limit)
    }
}

fn without(text: &str, secret: &str) -> String {
    if secret.len() < SHORTEST {
        return text.to_owned();
    }
    let beginning: String = secret.chars().take(KNOWN_BY).collect();
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(&beginning) {
        out.push_str(&rest[..at]);
        out.push_str(HIDDEN);
        let alike = rest[at..].chars().zip(secret.chars()).take_while(|(ours, theirs)| ours == theirs);
        rest = &rest[at + alike.map(|(letter, _)| letter.len_utf8()).sum::<usize>()..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "v1.Mjo5b/cUv-1s+Qd0Zb5tkYz";

    fn quoted(text: &str) -> String {
        Sent::only([&TOKEN.into()]).quoted(text, 300)
    }

    #[test]
    fn a_secret_is_hidden_whole_cut_encoded_and_however_often() {
        let encoded: String = form_urlencoded::byte_serialize(TOKEN.as_bytes()).collect();
        for (said, shown) in [
            (format!("Invalid refresh token: {TOKEN}."), "Invalid refresh token: [hidden]."),
            (format!("{TOKEN}{TOKEN} is {TOKEN}"), "[hidden][hidden] is [hidden]"),
            (format!("token={encoded}&"), "token=[hidden]&"),
            (format!("'{}…' is not known", &TOKEN[..15]), "'[hidden]…' is not known"),
            (format!("a\u{200b}b{}\u{200b}{}", &TOKEN[..9], &TOKEN[9..]), "ab[hidden]"),
        ] {
            assert_eq!(quoted(&said), shown);
        }
    }

    #[test]
    fn one_at_the_end_of_what_is_shown_is_not_cut_into_two() {
        let said = format!("{}{TOKEN}", "x".repeat(290));
        let shown = quoted(&said);
        assert!(!shown.contains(&TOKEN[..4]), "{shown}");
        assert!(shown.chars().count() <= 301, "{shown}");
    }

    #[test]
    fn words_without_one_stay_as_they_are() {
        for said in ["The grant is no longer good.", "", "v1.Mjo5 is a version", "Prüfung fehlgeschlagen"] {
            assert_eq!(quoted(said), said);
        }
        let token = "token".into();
        let short = Sent::only([&token]);
        assert_eq!(short.quoted("the token is no longer good", 300), "the token is no longer good");
    }
}
