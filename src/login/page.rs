//! The pages that the player sees in the browser at the end: static, without script, without anything loaded.
//!
//! What comes from outside (the provider's words, the game's own title) is cleaned, cut and escaped here and nowhere
//! else. Pure: text in, a response out. No state, code or token ever gets here.

use std::borrow::Cow;

use http_body_util::Full;
use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

use self::style::style_sheet;
use crate::config::PageConfig;
use crate::error::clean;

mod style;
#[cfg(test)]
mod tests;

const LONGEST_TITLE: usize = 80;
const LONGEST_MESSAGE: usize = 300;
const LONGEST_ERROR: usize = 64;
const LONGEST_DESCRIPTION: usize = 300;

/// A whole answer to a browser.
pub(super) type Response = hyper::Response<Full<Bytes>>;

/// What there is to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page<'a> {
    /// The code came back. The tokens are not fetched yet, so this page doesn't say "signed in".
    Returned,
    /// The provider answered with an error, RFC 6749 section 4.1.2.1.
    Failed { error: &'a str, description: Option<&'a str> },
    /// The provider ended its session, OpenID Connect RP-Initiated Logout 1.0 section 3.
    SignedOut,
    /// Not a request that anyone waits for.
    Refused(StatusCode),
}

/// The page with its headers. The style is allowed by its hash; everything else that a page could do is forbidden.
pub(super) fn response(page: Page<'_>, brand: &PageConfig) -> Response {
    let style = style_sheet(brand.color.as_deref());
    let mut response = Response::new(Full::new(Bytes::from(document(page, brand, &style))));
    *response.status_mut() = page.status();
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy(&style));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Content Security Policy Level 3. A policy that could not be written would forbid the style as well.
fn policy(style: &str) -> HeaderValue {
    let hash = style::hash(style);
    HeaderValue::try_from(format!(
        "default-src 'none'; style-src '{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ))
    .unwrap_or(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"))
}

impl Page<'_> {
    fn status(self) -> StatusCode {
        if let Self::Refused(status) = self { status } else { StatusCode::OK }
    }

    fn heading(self) -> &'static str {
        match self {
            Self::Returned => "All done here",
            Self::Failed { error: "access_denied", .. } => "Sign-in was declined",
            Self::Failed { .. } => "Sign-in did not work",
            Self::SignedOut => "You are signed out",
            Self::Refused(_) => "Nothing to see here",
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::Returned | Self::SignedOut => "You can close this tab and return to the game.",
            Self::Failed { error: "access_denied", .. } => {
                "No harm done. You can close this tab, return to the game and sign in whenever you like."
            }
            Self::Failed { .. } => "You can close this tab, return to the game and try again.",
            Self::Refused(_) => {
                "The game waits here for the answer to a sign-in, and this is not it. Close this tab; if you were signing \
                 in, start again from the game."
            }
        }
    }

    fn tone(self) -> &'static str {
        match self {
            Self::Returned | Self::SignedOut => "brand",
            Self::Failed { .. } => "alert",
            Self::Refused(_) => "plain",
        }
    }

    /// Strokes on a canvas of 48 by 48.
    fn icon(self) -> &'static str {
        match self {
            Self::Returned => {
                r#"<path d="M16 15h16a9 9 0 0 1 9 9l1.5 7.5a4.2 4.2 0 0 1-7.5 3L31.5 30h-15L13 34.5a4.2 4.2 0 0 1-7.5-3L7 24a9 9 0 0 1 9-9Z"/><path d="M17 19.5v6M14 22.5h6M29.5 24.5h.01M33.5 20.5h.01"/>"#
            }
            Self::Failed { .. } => r#"<path d="M24 13v13M24 34.5h.01"/>"#,
            Self::SignedOut => r#"<path d="M22 12h-8v24h8M21 24h15M30.5 18l6 6-6 6"/>"#,
            Self::Refused(_) => r#"<path d="M18.5 19a5.5 5.5 0 1 1 8.5 4.6c-2 1.4-3 2.4-3 4.9M24 35h.01"/>"#,
        }
    }
}

fn document(page: Page<'_>, brand: &PageConfig, style: &str) -> String {
    let heading = page.heading();
    let title = brand.title.as_deref().map(|title| text(title, LONGEST_TITLE)).filter(|title| !title.is_empty());
    let tab = title.as_ref().map_or(Cow::from(heading), |title| format!("{heading} · {title}").into());
    let game = title.as_ref().map(|title| format!(r#"<p class="game" dir="auto">{title}</p>"#)).unwrap_or_default();
    let message = match (page, brand.message.as_deref()) {
        (Page::Returned, Some(message)) => text(message, LONGEST_MESSAGE).into(),
        _ => Cow::from(page.message()),
    };
    let (tone, icon, details) = (page.tone(), page.icon(), details(page));
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{tab}</title>
<style>{style}</style>
</head>
<body>
<main>
<svg class="{tone}" viewBox="0 0 48 48" aria-hidden="true" focusable="false">{icon}</svg>
{game}
<h1>{heading}</h1>
<p dir="auto">{message}</p>
{details}
</main>
</body>
</html>
"#
    )
}

/// The other side's own words, set apart so that nobody takes them for ours.
fn details(page: Page<'_>) -> String {
    match page {
        Page::Failed { error, description } => {
            let description = description
                .map(|description| text(description, LONGEST_DESCRIPTION))
                .filter(|description| !description.is_empty())
                .map(|description| format!(r#"<p dir="auto">{description}</p>"#))
                .unwrap_or_default();
            let error = text(error, LONGEST_ERROR);
            format!(
                r#"<section aria-label="Details"><h2>The sign-in service says</h2>{description}<code>{error}</code></section>"#
            )
        }
        Page::Refused(status) => format!(r#"<p class="status">{status}</p>"#),
        Page::Returned | Page::SignedOut => String::new(),
    }
}

/// Text from outside, fit for HTML content and for attributes in double quotes.
fn text(raw: &str, limit: usize) -> String {
    let cleaned = clean(raw.trim(), limit);
    let mut out = String::with_capacity(cleaned.len());
    for character in cleaned.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
