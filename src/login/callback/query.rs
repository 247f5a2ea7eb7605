//! Reads one parameter of a query, strictly (RFC 6749 sections 3.1, 4.1.2 and appendix B).
//!
//! Pure. Library decoders replace what they can't read; a code or a state that was "repaired" is not the provider's any
//! more, so here it is refused.

/// The parameter is there and can't be used: repeated, empty, not decodable, or not UTF-8.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unusable;

/// The value of `name`, or `None` if there is no such parameter. Names may be encoded as well, so that nobody can hide a
/// second one.
pub(super) fn find(query: &str, name: &str) -> Result<Option<String>, Unusable> {
    let mut found = None;
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if decode(key).as_deref() != Ok(name) {
            continue;
        }
        let value = decode(value)?;
        if value.is_empty() || found.replace(value).is_some() {
            return Err(Unusable);
        }
    }
    Ok(found)
}

/// Like [`find`], for parameters that hold printable ASCII only (VSCHAR, RFC 6749 appendix A).
pub(super) fn find_visible(query: &str, name: &str) -> Result<Option<String>, Unusable> {
    let value = find(query, name)?;
    let is_visible = |text: &String| text.bytes().all(|byte| matches!(byte, 0x20..=0x7e));
    if value.as_ref().is_none_or(is_visible) { Ok(value) } else { Err(Unusable) }
}

fn decode(text: &str) -> Result<String, Unusable> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => hex(bytes.next())? << 4 | hex(bytes.next())?,
            b'+' => b' ',
            plain => plain,
        });
    }
    String::from_utf8(out).map_err(|_| Unusable)
}

fn hex(digit: Option<u8>) -> Result<u8, Unusable> {
    match digit {
        Some(digit @ b'0'..=b'9') => Ok(digit - b'0'),
        Some(digit @ b'a'..=b'f') => Ok(digit - b'a' + 10),
        Some(digit @ b'A'..=b'F') => Ok(digit - b'A' + 10),
        _ => Err(Unusable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_parameter_wherever_it_stands() {
        for query in ["code=a%2Fb+c", "x=1&code=a%2fb%20c", "code=a/b+c&&y"] {
            assert_eq!(find(query, "code"), Ok(Some("a/b c".to_owned())), "{query}");
        }
        for query in ["", "&", "xcode=1", "codex=1", "CODE=1", "x=code=1", "%zz=1"] {
            assert_eq!(find(query, "code"), Ok(None), "{query}");
        }
    }

    #[test]
    fn refuses_what_is_repeated_empty_or_oddly_encoded() {
        for query in [
            "code=a&code=a",
            "code=a&c%6Fde=b",
            "code=a&code",
            "code=",
            "code",
            "code=%",
            "code=a%2",
            "code=%zz",
            "code=%+1",
            "code=%%34%31",
            "code=%u0041",
        ] {
            assert_eq!(find(query, "code"), Err(Unusable), "{query}");
        }
    }

    #[test]
    fn refuses_what_is_not_utf_8() {
        for query in ["code=%ff", "code=%c0%ae", "code=%ed%a0%80", "code=%e2%82"] {
            assert_eq!(find(query, "code"), Err(Unusable), "{query}");
        }
        assert_eq!(find("code=%e2%82%ac", "code"), Ok(Some("€".to_owned())));
    }

    #[test]
    fn a_visible_value_has_no_control_and_no_foreign_characters() {
        for query in ["code=a%00", "code=a%0d%0a", "code=%7f", "code=%e2%82%ac"] {
            assert_eq!(find_visible(query, "code"), Err(Unusable), "{query}");
        }
        assert_eq!(find_visible("code=%7e%20!", "code"), Ok(Some("~ !".to_owned())));
    }
}
