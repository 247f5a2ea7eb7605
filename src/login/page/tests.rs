//! What a page holds, and what must never be on one.

use http_body_util::BodyExt;

use super::*;

const PAGES: [Page<'_>; 5] = [
    Page::Returned,
    Page::SignedOut,
    Page::Failed { error: "access_denied", description: None },
    Page::Failed { error: "server_error", description: Some("the database is on holiday") },
    Page::Refused(StatusCode::NOT_FOUND),
];

fn html(page: Page<'_>, brand: &PageConfig) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let body = runtime.block_on(response(page, brand).into_body().collect()).unwrap();
    String::from_utf8(body.to_bytes().to_vec()).unwrap()
}

fn brand(title: &str, message: &str) -> PageConfig {
    PageConfig { title: Some(title.into()), message: Some(message.into()), color: Some("#ff8000".into()) }
}

#[test]
fn every_page_forbids_everything_but_its_own_style() {
    for page in PAGES {
        let response = response(page, &PageConfig::default());
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        for part in [
            "default-src 'none';",
            "style-src 'sha256-",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe"));
        assert_eq!(header("content-type"), "text/html; charset=utf-8");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("connection"), "close");
    }
}

#[test]
fn the_policy_allows_the_style_that_is_on_the_page() {
    let brand = brand("Game", "Bye");
    let html = html(Page::Returned, &brand);
    let style = html.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).unwrap();
    let policy = response(Page::Returned, &brand).headers()["content-security-policy"].clone();
    assert!(policy.to_str().unwrap().contains(&style::hash(style)));
    assert_eq!(style::hash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

#[test]
fn no_page_has_script_handlers_inline_styles_or_anything_to_load() {
    for page in PAGES {
        let html = html(page, &brand("Game", "Bye"));
        for forbidden in [
            "<script", "<link", "<img", "<iframe", "<form", "<base", " style=", " on", "src=", "href=", "http:",
            "https:", "url(",
        ] {
            let found = html.match_indices(forbidden).any(|(at, _)| {
                forbidden != " on" || html[at..].split_whitespace().next().is_some_and(|word| word.contains('='))
            });
            assert!(!found, "{forbidden} on {page:?}");
        }
    }
}

#[test]
fn every_page_has_its_language_a_heading_and_an_icon_that_readers_skip() {
    for page in PAGES {
        let html = html(page, &PageConfig::default());
        assert!(html.starts_with("<!doctype html>\n<html lang=\"en\">"));
        assert_eq!(html.matches("<h1>").count(), 1);
        assert!(html.contains("<main>") && html.contains("aria-hidden=\"true\""));
    }
}

#[test]
fn the_page_after_the_return_claims_nothing_that_is_not_known_yet() {
    let html = html(Page::Returned, &PageConfig::default());
    assert!(html.contains("You can close this tab and return to the game."));
    assert!(!html.to_lowercase().contains("signed in"));
}

#[test]
fn the_providers_words_are_escaped_stripped_and_cut() {
    let hostile = "</p><script>alert('1')</script>\"&\u{202e}\u{0}\n";
    for page in [
        Page::Failed { error: hostile, description: Some(hostile) },
        Page::Failed { error: hostile, description: None },
    ] {
        let html = html(page, &PageConfig::default());
        assert!(html.contains("&lt;/p&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;"), "{html}");
        assert!(!html.contains("<script") && !html.contains('\u{202e}') && !html.contains('\u{0}'));
    }
    let long = "&".repeat(1 << 20);
    let html = html(Page::Failed { error: &long, description: Some(&long) }, &PageConfig::default());
    assert_eq!(html.matches("&amp;").count(), LONGEST_ERROR + LONGEST_DESCRIPTION);
}

#[test]
fn the_games_words_are_escaped_as_well() {
    let html = html(Page::Returned, &brand("</title><b>Ore & Oath", "<i>Bye\u{202e}"));
    assert!(html.contains("All done here · &lt;/title&gt;&lt;b&gt;Ore &amp; Oath</title>"), "{html}");
    assert!(html.contains("&lt;i&gt;Bye</p>") && !html.contains("<b>") && !html.contains('\u{202e}'));
}

#[test]
fn the_games_message_is_for_the_return_only() {
    for page in PAGES {
        assert_eq!(html(page, &brand("Game", "See you there")).contains("See you there"), page == Page::Returned);
    }
}

#[test]
fn statuses_are_those_of_the_page() {
    let status = |page| response(page, &PageConfig::default()).status();
    assert_eq!(status(Page::Returned), 200);
    assert_eq!(status(Page::Failed { error: "server_error", description: None }), 200);
    assert_eq!(status(Page::Refused(StatusCode::FORBIDDEN)), 403);
}
