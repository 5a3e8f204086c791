//! The end of a serial log, made readable for an error message.

use std::iter::Peekable;
use std::str::Chars;

const ESCAPE: char = '\u{1b}';
const BELL: char = '\u{7}';

/// The last `count` lines that are not empty, without escape sequences, indented.
pub fn tail(log: &str, count: usize) -> String {
    let plain = plain(log);
    let lines: Vec<&str> = plain.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(count)..];
    last.iter().flat_map(|line| ["\n    ", line]).collect()
}

/// `text` without terminal escape sequences (ECMA-48) and control characters other than the line feed.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            ESCAPE => skip_sequence(&mut rest),
            '\n' | '\t' => plain.push(next),
            _ if next.is_control() => {}
            _ => plain.push(next),
        }
    }
    plain
}

/// Skips what follows an escape character: a control sequence, an operating system command, or one character.
fn skip_sequence(rest: &mut Peekable<Chars>) {
    match rest.next() {
        Some('[') => while rest.next_if(|c| !('@'..='~').contains(c)).is_some() {},
        Some(']') => return while rest.next().is_some_and(|c| c != BELL && c != ESCAPE) {},
        Some('(' | ')' | '#' | '%') => {}
        _ => return,
    }
    rest.next();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn colours_cursor_moves_and_titles_are_dropped() {
        let log =
            "\u{1b}[0;32m  OK  \u{1b}[0m] Started\u{1b}[K\r\n\u{1b}]0;title\u{7}login:\u{1b}(B\u{1b}c x";
        assert_eq!(plain(log), "  OK  ] Started\nlogin: x");
    }

    #[test]
    fn the_tail_is_the_last_lines_that_say_something() {
        assert_eq!(tail("a\n\nb \r\n\u{1b}[2J\nc", 2), "\n    b\n    c");
        assert_eq!(tail("", 2), "");
    }

    proptest! {
        #[test]
        fn no_escape_is_left(text in any::<String>()) {
            prop_assert!(!plain(&text).contains(ESCAPE));
        }
    }
}
