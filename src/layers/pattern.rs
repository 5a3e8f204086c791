//! Glob patterns as dpkg matches `path-exclude`: `fnmatch(3)` without flags, so `*` and `?` match `/` too.

/// A pattern over absolute paths, such as `/usr/share/doc/*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Token>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// `*`
    Anything,
    /// `?`
    One,
    /// A character of its own.
    Literal(char),
    /// `[a-z]`, `[!a-z]`: ranges, and whether they are what must not match.
    Set(Vec<(char, char)>, bool),
}

impl Pattern {
    /// Any text is a pattern: a `[` that is never closed stands for itself, as in `fnmatch(3)`.
    pub fn new(text: &str) -> Self {
        let characters: Vec<char> = text.chars().collect();
        let mut tokens = Vec::new();
        let mut at = 0;
        while at < characters.len() {
            let (token, used) = token(&characters[at..]);
            tokens.push(token);
            at += used;
        }
        Self(tokens)
    }

    /// Whether all of `text` matches. Linear in `text` for one `*`, at worst quadratic; never exponential.
    pub fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let (mut token, mut at) = (0, 0);
        let mut retry = None;
        while at < text.len() {
            match self.0.get(token) {
                Some(Token::Anything) => {
                    retry = Some((token, at));
                    token += 1;
                }
                Some(one) if one.accepts(text[at]) => (token, at) = (token + 1, at + 1),
                _ => match retry {
                    Some((star, from)) => {
                        retry = Some((star, from + 1));
                        (token, at) = (star + 1, from + 1);
                    }
                    None => return false,
                },
            }
        }
        self.0[token..].iter().all(|rest| *rest == Token::Anything)
    }
}

impl Token {
    fn accepts(&self, c: char) -> bool {
        match self {
            Token::Anything | Token::One => true,
            Token::Literal(literal) => *literal == c,
            Token::Set(ranges, negated) => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated
            }
        }
    }
}

/// The token at the start of `text` (which is not empty) and how many characters it takes.
fn token(text: &[char]) -> (Token, usize) {
    match (text[0], text.get(1)) {
        ('*', _) => (Token::Anything, 1),
        ('?', _) => (Token::One, 1),
        ('\\', Some(escaped)) => (Token::Literal(*escaped), 2),
        ('[', _) => set(text).unwrap_or((Token::Literal('['), 1)),
        (literal, _) => (Token::Literal(literal), 1),
    }
}

fn set(text: &[char]) -> Option<(Token, usize)> {
    let negated = matches!(text.get(1), Some('!' | '^'));
    let start = 1 + usize::from(negated);
    // A `]` in the first place is a member of the set, not its end.
    let end = start + 1 + text.get(start + 1..)?.iter().position(|c| *c == ']')?;
    let mut ranges = Vec::new();
    let mut at = start;
    while at < end {
        let is_range = at + 2 < end && text[at + 1] == '-';
        ranges.push((text[at], if is_range { text[at + 2] } else { text[at] }));
        at += if is_range { 3 } else { 1 };
    }
    Some((Token::Set(ranges, negated), end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_as_fnmatch_without_flags_does() {
        let table = [
            ("/usr/share/doc/*", "/usr/share/doc/a/b/copyright", true),
            ("/usr/share/doc/*", "/usr/share/doc", false),
            ("/usr/share/doc/*", "/usr/share/docs/a", false),
            ("/a?c", "/a/c", true),
            ("*.gz", "/x/y.gz", true),
            ("*.gz", "/x/y.gz.bak", false),
            ("/usr/share/locale/[a-df-z]*", "/usr/share/locale/de", true),
            ("/usr/share/locale/[a-df-z]*", "/usr/share/locale/en", false),
            ("[!a]b", "ab", false),
            ("[!a]b", "xb", true),
            ("[]]", "]", true),
            ("[a", "[a", true),
            ("\\*", "*", true),
            ("\\*", "x", false),
            ("a*b*c", "aXbYbZc", true),
            ("a**", "a", true),
            ("", "", true),
        ];
        for (pattern, text, expected) in table {
            assert_eq!(Pattern::new(pattern).matches(text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn many_stars_do_not_explode() {
        let pattern = Pattern::new(&"*a".repeat(30));
        assert!(!pattern.matches(&format!("{}b", "a".repeat(2000))));
    }
}
