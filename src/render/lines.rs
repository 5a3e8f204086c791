//! Which lines of a text changed.

/// More comparisons than this are not worth a finer answer.
const LIMIT: usize = 4_000_000;

/// Lines that are gone, with `-`, and that are new, with `+`, in the order of the text.
pub fn changed(old: &str, new: &str) -> Vec<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[same..], &new[same..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[..old.len() - end], &new[..new.len() - end]);
    if old.len().saturating_mul(new.len()) > LIMIT {
        return old.iter().map(|line| minus(line)).chain(new.iter().map(|line| plus(line))).collect();
    }
    walk(old, new, &lengths(old, new))
}

/// Length of the longest common subsequence of what begins at each pair of lines.
fn lengths(old: &[&str], new: &[&str]) -> Vec<Vec<usize>> {
    let mut table = vec![vec![0; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            table[i][j] =
                if old[i] == new[j] { table[i + 1][j + 1] + 1 } else { table[i + 1][j].max(table[i][j + 1]) };
        }
    }
    table
}

fn walk(old: &[&str], new: &[&str], lengths: &[Vec<usize>]) -> Vec<String> {
    let (mut i, mut j, mut changes) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && lengths[i + 1][j] >= lengths[i][j + 1]) {
            changes.push(minus(old[i]));
            i += 1;
        } else {
            changes.push(plus(new[j]));
            j += 1;
        }
    }
    changes
}

fn minus(line: &str) -> String {
    format!("- {line}")
}

fn plus(line: &str) -> String {
    format!("+ {line}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown() {
        assert_eq!(changed("a\nb\nc\nd\n", "a\nx\nc\nd\ne\n"), ["- b", "+ x", "+ e"]);
        assert_eq!(changed("a\n", "a\n"), [""; 0]);
        assert_eq!(changed("", "a\n"), ["+ a"]);
    }
}
