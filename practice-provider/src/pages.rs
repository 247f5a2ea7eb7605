//! The pages a person sees. No script, nothing from elsewhere, everything that came from outside escaped.

use crate::person::Person;

const STYLE: &str = include_str!("page.css");

/// Makes text safe between tags and in quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Controls and marks that turn the writing direction have no business in a name.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => {}
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<p class=\"brand\"><span class=\"mark\" aria-hidden=\"true\"></span>Practice Provider</p>\n\
         {body}</main>\n<footer>For trying out sign-in on this machine. No account, no password, nothing is kept.\
         </footer>\n</body>\n</html>\n"
    )
}

fn alert(hint: Option<&str>) -> String {
    hint.map(|hint| format!("<p class=\"alert\" id=\"hint\" role=\"alert\">{}</p>\n", escape(hint))).unwrap_or_default()
}

/// Asks for the name.
pub(crate) fn login(login: &str, client_id: &str, name: &str, hint: Option<&str>) -> String {
    let (login, client_id, name, alert) = (escape(login), escape(client_id), escape(name), alert(hint));
    page(
        "Sign in",
        &format!(
            "<h1>Sign in</h1>\n<p class=\"lead\">to continue to <strong>{client_id}</strong></p>\n\
             <form method=\"post\" action=\"/login\">\n<input type=\"hidden\" name=\"login\" value=\"{login}\">\n{alert}\
             <label for=\"name\">Player name</label>\n\
             <input type=\"text\" id=\"name\" name=\"name\" value=\"{name}\" placeholder=\"Ada Lovelace\" maxlength=\"100\" \
             autocomplete=\"username\" autocapitalize=\"words\" spellcheck=\"false\" required autofocus>\n\
             <p class=\"note\">Any name will do. The same name is the same player next time.</p>\n\
             <div class=\"buttons\">\n<button class=\"primary\" name=\"action\" value=\"continue\">Continue</button>\n\
             <button class=\"quiet\" name=\"action\" value=\"cancel\" formnovalidate>Cancel</button>\n</div>\n</form>\n"
        ),
    )
}

/// Asks for the code that the other screen shows.
pub(crate) fn device(user_code: &str, hint: Option<&str>) -> String {
    let (user_code, alert) = (escape(user_code), alert(hint));
    page(
        "Sign in on another screen",
        &format!(
            "<h1>Another screen</h1>\n<p class=\"lead\">Does your game show this code? If you did not just start to sign in \
             there, press Cancel.</p>\n<form method=\"post\" action=\"/device\">\n{alert}\
             <label for=\"user_code\">Code on the other screen</label>\n\
             <input class=\"digits\" type=\"text\" id=\"user_code\" name=\"user_code\" value=\"{user_code}\" maxlength=\"20\" \
             autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" required autofocus>\n\
             <div class=\"buttons\">\n<button class=\"primary\" name=\"action\" value=\"continue\">Continue</button>\n\
             <button class=\"quiet\" name=\"action\" value=\"cancel\" formnovalidate>Cancel</button>\n</div>\n</form>\n"
        ),
    )
}

/// The other screen goes on by itself.
pub(crate) fn device_done(signed_in: bool) -> String {
    let (heading, words) = match signed_in {
        true => ("All done here", "Your game goes on by itself in a moment."),
        false => ("Sign-in was declined", "Nobody was signed in on the other screen."),
    };
    page(
        heading,
        &format!("<h1>{heading}</h1>\n<p class=\"lead\">{words}</p>\n<p class=\"note\">You can close this tab.</p>\n"),
    )
}

/// Asks for the one-time code, and shows the phone it went to.
pub(crate) fn one_time_code(login: &str, person: &Person, code: &str, hint: Option<&str>) -> String {
    let (login, email, alert) = (escape(login), escape(&person.email), alert(hint));
    let (first, second) = code.split_at_checked(3).unwrap_or((code, ""));
    let greeting = escape(&person.name);
    page(
        "Enter your code",
        &format!(
            "<h1>Enter your code</h1>\n<p class=\"lead\">Hello <strong>{greeting}</strong>. One more step for \
             <span class=\"email\">{email}</span>.</p>\n\
             <section class=\"phone\" aria-label=\"Your phone\">\n<p class=\"from\"><span class=\"dot\" aria-hidden=\"true\">\
             </span>Messages<span class=\"now\">now</span></p>\n<p class=\"message\">Your sign-in code is</p>\n\
             <output class=\"code\" id=\"phone-code\">{first} {second}</output>\n</section>\n\
             <form method=\"post\" action=\"/code\">\n<input type=\"hidden\" name=\"login\" value=\"{login}\">\n{alert}\
             <label for=\"code\">Six-digit code</label>\n\
             <input class=\"digits\" type=\"text\" id=\"code\" name=\"code\" inputmode=\"numeric\" \
             autocomplete=\"one-time-code\" pattern=\"[0-9]{{3}} ?[0-9]{{3}}\" maxlength=\"7\" \
             title=\"The six digits from your phone\" aria-describedby=\"phone-code\" required autofocus>\n\
             <p class=\"note\">A real provider would send it to your phone. Here the phone is on this page.</p>\n\
             <div class=\"buttons\">\n<button class=\"primary\" name=\"action\" value=\"continue\">Sign in</button>\n\
             <button class=\"quiet\" name=\"action\" value=\"cancel\" formnovalidate>Cancel</button>\n</div>\n</form>\n"
        ),
    )
}

/// Something in the request is wrong, and there is no safe way back.
pub(crate) fn problem(reason: &str) -> String {
    let reason = escape(reason);
    page(
        "This did not work",
        &format!(
            "<h1>This did not work</h1>\n<p class=\"lead\">{reason}</p>\n\
             <p class=\"note\">You can close this tab and start again from the game.</p>\n"
        ),
    )
}

/// The login was finished, cancelled or never begun.
pub(crate) fn login_is_over() -> String {
    problem("This sign-in is over.")
}

/// After the end of the session, if there is no way back.
pub(crate) fn signed_out() -> String {
    page(
        "You are signed out",
        "<h1>You are signed out</h1>\n<p class=\"lead\">See you next time.</p>\n\
         <p class=\"note\">You can close this tab.</p>\n",
    )
}

/// For who opens the issuer in a browser.
pub(crate) fn welcome(issuer: &str) -> String {
    let issuer = escape(issuer);
    let discovery = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    page(
        "Practice Provider",
        &format!(
            "<h1>Ready</h1>\n<p class=\"lead\">An OpenID provider for practice, on this machine only.</p>\n\
             <dl>\n<dt>Issuer</dt>\n<dd><code>{issuer}</code></dd>\n<dt>Discovery</dt>\n\
             <dd><a href=\"{discovery}\"><code>/.well-known/openid-configuration</code></a></dd>\n</dl>\n"
        ),
    )
}

/// Initials on a disc, as SVG.
pub(crate) fn picture(initials: &str) -> String {
    let initials = escape(initials);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 96 96\" width=\"96\" height=\"96\">\
         <rect width=\"96\" height=\"96\" rx=\"48\" fill=\"#2f6f5e\"/>\
         <text x=\"48\" y=\"48\" fill=\"#fff\" font-family=\"system-ui, sans-serif\" font-size=\"38\" font-weight=\"600\" \
         text-anchor=\"middle\" dominant-baseline=\"central\">{initials}</text></svg>\n"
    )
}
