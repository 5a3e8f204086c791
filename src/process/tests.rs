use super::*;
use crate::error;
use std::io::Write;

#[test]
fn children_see_a_clean_environment() {
    let text = Tool::new("env").text().unwrap();
    assert!(text.contains("TZ=UTC") && text.contains("LC_ALL=C.UTF-8"), "{text}");
    assert!(!text.contains("CARGO"), "{text}");
}

#[test]
fn a_failure_carries_the_end_of_stderr() {
    let error = Tool::new("sh").args(["-c", "echo it broke >&2; exit 3"]).run().unwrap_err();
    assert!(error.to_string().contains("it broke"), "{error}");
    assert_eq!(error::exit_code(&error), 8);
}

#[test]
fn a_child_that_finds_the_disk_full_gets_the_hint_for_that() {
    let said =
        |text: &str| Tool::new("sh").args(["-c", &format!("echo {text} >&2; exit 1")]).run().unwrap_err();
    assert_eq!(error::hint(&said("mke2fs: No space left on device")).unwrap(), error::FULL_DISK_HINT);
    assert_eq!(error::hint(&said("it broke")), None);
}

#[test]
fn a_missing_program_names_its_package() {
    let error = Tool::require("newuidmap-that-is-nowhere").unwrap_err();
    assert_eq!(error::exit_code(&error), 6);
    assert_eq!(package::of("newuidmap"), "uidmap");
    let error = Tool::new("no-such-program").run().unwrap_err();
    assert_eq!(error::hint(&error).unwrap(), "apt-get install no-such-program");
}

#[test]
fn a_fed_child_that_dies_gives_its_own_reason() {
    let error = Tool::new("sh")
        .args(["-c", "echo no space >&2; exit 1"])
        .run_fed(|stdin| Ok(stdin.write_all(&vec![0; 1 << 20])?))
        .unwrap_err();
    assert!(error.to_string().contains("no space"), "{error}");
}

#[test]
#[should_panic(expected = "apt-get install no-such-program")]
fn a_foreign_program_that_is_missing_fails_its_test() {
    foreign("no-such-program");
}

#[test]
fn foreign_programs_are_found_without_sbin_in_the_path() {
    assert!(foreign("debugfs").into_argv()[0].to_string_lossy().starts_with('/'));
}

#[test]
fn a_child_may_be_judged_by_its_caller() {
    let told = Tool::new("sh").args(["-c", "echo out; echo err >&2; exit 3"]).tell(Stdio::null()).unwrap();
    assert_eq!((told.status.code(), &*told.stdout, &*told.stderr), (Some(3), &b"out\n"[..], &b"err\n"[..]));
    let mut lines = Vec::new();
    let tool = Tool::new("sh").args(["-c", "echo out; echo err >&2; exit 2"]);
    let status = tool.follow(&mut |line| lines.push(line.to_owned())).unwrap();
    assert_eq!((status.code(), lines), (Some(2), vec!["out".to_owned(), "err".to_owned()]));
}

#[test]
fn children_of_a_host_see_nothing_of_our_environment() {
    let text = Tool::on_host("env").text().unwrap();
    let names: Vec<&str> = text.lines().filter_map(|line| line.split('=').next()).collect();
    assert_eq!(names, ["HOME", "LC_ALL", "PATH", "TZ"]);
}
