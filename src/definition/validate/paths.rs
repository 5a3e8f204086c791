//! Syntax of paths inside the image, inside archives and inside composed images.

use crate::document::names::Checked;
use crate::error::Fault;

/// Folders that Debian replaced by links into `/usr`; a file written through them would break the link.
const MERGED_INTO_USR: [&str; 4] = ["bin", "lib", "lib64", "sbin"];
/// Folders that something is mounted on when the image runs.
const MOUNTED_OVER: [&str; 5] = ["dev", "proc", "run", "sys", "tmp"];

/// An absolute, normalised path of the image.
pub fn in_image(path: &str) -> Checked {
    absolute(path)?;
    let mut components = path[1..].split('/');
    let first = components.next().unwrap_or_default();
    if MERGED_INTO_USR.contains(&first) {
        return wrong(path, "is a link into `/usr` on Debian", &format!("write `/usr{path}`"));
    }
    if MOUNTED_OVER.contains(&first) {
        return wrong(path, "is hidden when the image runs", &format!("something is mounted on `/{first}`"));
    }
    Ok(())
}

/// An absolute, normalised path.
pub fn absolute(path: &str) -> Checked {
    match path.strip_prefix('/') {
        Some(rest) => normalised(rest, path),
        None => wrong(path, "is no absolute path", "begin it with `/`"),
    }
}

/// A relative, normalised path.
pub fn relative(path: &str) -> Checked {
    if path.starts_with('/') {
        wrong(path, "is no relative path", "remove the leading `/`")
    } else {
        normalised(path, path)
    }
}

/// A member of an archive: exact, or everything below a folder by a trailing `/*`.
pub fn member(path: &str) -> Checked {
    let plain = path.strip_suffix("/*").unwrap_or(path);
    if plain.contains('*') {
        wrong(path, "has a `*` that does not stand alone at the end", "write `bin/*` or whole names")
    } else {
        relative(plain)
    }
}

/// A dpkg `path-exclude` pattern.
pub fn pattern(path: &str) -> Checked {
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !"'\"\\,".contains(c);
    if path.starts_with('/') && path.chars().all(plain) && !path.split('/').any(|part| part == "..") {
        Ok(())
    } else {
        wrong(path, "is no pattern", "write an absolute path, perhaps with `*`: `/usr/share/man/*`")
    }
}

/// Target of a symbolic link, absolute or relative.
pub fn link_target(path: &str) -> Checked {
    if path.is_empty() || path.contains(|c: char| c.is_control()) {
        wrong(path, "is no target of a link", "write a path")
    } else {
        Ok(())
    }
}

fn normalised(components: &str, path: &str) -> Checked {
    let clean = |part: &str| !["", ".", ".."].contains(&part);
    if path.contains(|c: char| c.is_control()) {
        return wrong(path, "has control characters", "remove them");
    }
    if path.len() >= 4096 || components.split('/').any(|part| part.len() > 255) {
        return wrong(path, "is too long", "Linux takes 255 bytes between two `/`, and 4095 in all");
    }
    if components.split('/').all(clean) {
        Ok(())
    } else {
        wrong(path, "is not normalised", "write it without `.`, `..`, `//` and a trailing `/`")
    }
}

fn wrong(path: &str, problem: &str, hint: &str) -> Checked {
    Err(Fault::input(format!("`{}` {problem}", path.escape_debug())).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::names::table;
    use proptest::prelude::*;

    #[test]
    fn paths_of_the_image() {
        table(
            in_image,
            &["/etc/hosts", "/usr/lib/a b", "/opt/...", "/library/x"],
            &[
                "", "/", "etc", "/a/../b", "/a/./b", "/a//b", "/a/", "/a\nb", "/bin/sh", "/lib/x", "/run/x",
                "/tmp",
            ],
        );
        assert_eq!(in_image("/lib/a").unwrap_err().hint.unwrap(), "write `/usr/lib/a`");
        let long = format!("/etc/{}", "a".repeat(256));
        assert!(in_image(&long).unwrap_err().message.ends_with("` is too long"));
    }

    #[test]
    fn members_patterns_and_targets() {
        table(
            member,
            &["bin/kubectl", "bin/*", "LICENSE"],
            &["", "/a", "../a", "*", "a*", "a/*/b", "a/../b"],
        );
        table(pattern, &["/usr/share/man/*", "/a"], &["", "usr/*", "/a b", "/a\n", "/../x", "/a'"]);
        table(link_target, &["../run/x", "/a"], &["", "a\nb"]);
    }

    proptest! {
        #[test]
        fn what_passes_can_never_leave_the_root(path in "[/.a\\*]{0,8}") {
            if in_image(&path).is_ok() {
                prop_assert!(path.starts_with('/') && !path.contains("//"));
                prop_assert!(path[1..].split('/').all(|part| part != "." && part != ".."));
            }
        }
    }
}
