//! Finds forms in a page and fills them in: as much HTML as a scripted player needs.

/// A field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) kind: String,
    /// What a password manager would go by.
    pub(crate) autocomplete: String,
}

/// The first form of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: Vec<Field>,
    /// Name and value of each button.
    pub(crate) buttons: Vec<(String, String)>,
}

impl Form {
    /// The first form of the page.
    pub(crate) fn find(html: &str) -> Option<Form> {
        let mut form: Option<Form> = None;
        for tag in Tags(html) {
            let value = |name: &str| tag.attribute(name).unwrap_or_default();
            match (tag.name.as_str(), &mut form) {
                ("form", None) => form = Some(Form { action: value("action"), ..Form::default() }),
                ("/form", Some(_)) => break,
                ("input", Some(form)) => form.fields.push(Field {
                    name: value("name"),
                    value: value("value"),
                    kind: tag.attribute("type").unwrap_or_else(|| "text".to_owned()),
                    autocomplete: value("autocomplete"),
                }),
                ("button", Some(form)) => form.buttons.push((value("name"), value("value"))),
                _ => {}
            }
        }
        form
    }

    /// What a browser sends when the button with this value is pressed.
    pub(crate) fn encoded(&self, button: &str) -> String {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(self.fields.iter().map(|field| (&field.name, &field.value)));
        body.extend_pairs(self.buttons.iter().filter(|(_, value)| value == button));
        body.finish()
    }
}

/// The text of the element with this id, up to the next tag.
pub(crate) fn text_of(html: &str, id: &str) -> Option<String> {
    let tag = Tags(html).find(|tag| tag.attribute("id").as_deref() == Some(id))?;
    Some(unescaped(tag.after.split('<').next()?))
}

struct Tag<'a> {
    name: String,
    attributes: Vec<(String, String)>,
    after: &'a str,
}

impl Tag<'_> {
    fn attribute(&self, name: &str) -> Option<String> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }
}

/// Every tag of a page in its order. Quoted values may hold angle brackets.
struct Tags<'a>(&'a str);

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        let (_, rest) = self.0.split_once('<')?;
        let end_of_name = rest.find(|letter: char| letter.is_whitespace() || letter == '>').unwrap_or(rest.len());
        let (name, mut rest) = rest.split_at(end_of_name);
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '/');
            if rest.is_empty() || rest.starts_with('>') {
                break;
            }
            let end = rest
                .char_indices()
                .skip(1)
                .find(|(_, letter)| letter.is_whitespace() || *letter == '=' || *letter == '>')
                .map_or(rest.len(), |(position, _)| position);
            let (key, after) = rest.split_at(end);
            let (value, after) = match after.strip_prefix('=') {
                Some(after) => attribute_value(after),
                None => ("", after),
            };
            attributes.push((key.to_ascii_lowercase(), unescaped(value)));
            rest = after;
        }
        rest = rest.strip_prefix('>').unwrap_or(rest);
        self.0 = rest;
        Some(Tag { name: name.to_ascii_lowercase(), attributes, after: rest })
    }
}

fn attribute_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    let end = text.find(|letter: char| letter.is_whitespace() || letter == '>').unwrap_or(text.len());
    text.split_at(end)
}

/// Character references back to characters; unknown ones stay as they are.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let decoded = after.split_once(';').and_then(|(name, after)| Some((reference(name)?, after)));
        match decoded {
            Some((letter, after)) => {
                out.push(letter);
                rest = after;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let digits = name.strip_prefix('#')?;
            let number = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(number)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_through_their_escaping() {
        let html = "<p title='a > b'>x</p><form action=\"/a?b=1&amp;c=2\" method=post>\
                    <input name=a value='&lt;&#34;&#x3e;&amp;amp;&nope;'><input type=hidden name=b value=1 required>\
                    <button name=action value=continue>Go</button></form><output id=\"o\">12 3&amp;</output>";
        let form = Form::find(html).expect("a form");
        assert_eq!(form.action, "/a?b=1&c=2");
        assert_eq!(form.fields[0].value, "<\">&amp;&nope;");
        assert_eq!(form.fields[1].kind, "hidden");
        assert_eq!(form.encoded("continue"), "a=%3C%22%3E%26amp%3B%26nope%3B&b=1&action=continue");
        assert_eq!(text_of(html, "o").as_deref(), Some("12 3&"));
        assert_eq!(Form::find("<form action=\"/x").expect("half a form").action, "/x");
    }
}
