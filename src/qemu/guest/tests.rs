use super::*;

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(300);

/// A "guest" that is a shell script with `$SERIAL` and `$REPORT`.
fn guest(dir: &tempfile::TempDir, script: &str) -> Guest {
    let (serial, report) = (dir.path().join("serial"), dir.path().join("report"));
    let shell = Tool::new("sh").args(["-c", script]).env("SERIAL", &serial).env("REPORT", &report);
    Guest::run(&shell, serial, Some(report)).unwrap()
}

#[test]
fn a_line_is_found_once_it_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let mut guest = guest(&dir, "printf 'value id ' >$REPORT; sleep 1; echo 17 >>$REPORT; sleep 60");
    let line = guest.wait_for_line(Log::Report, "value", LONG).unwrap();
    assert_eq!(line, "value id 17");
}

#[test]
fn waiting_too_long_shows_the_end_of_the_console() {
    let dir = tempfile::tempdir().unwrap();
    let mut guest = guest(&dir, r"printf '\033[31mKernel panic\033[0m\n' >$SERIAL; sleep 60");
    guest.wait_for_line(Log::Serial, "panic", LONG).unwrap();
    let error = guest.wait_for_line(Log::Report, "done", SHORT).unwrap_err().to_string();
    assert!(error.contains("a line with `done` in") && error.contains("\n    Kernel panic"), "{error}");
    let error = guest.wait_for_power_off(SHORT).unwrap_err().to_string();
    assert!(error.contains("did not power off"), "{error}");
}

#[test]
fn a_guest_that_ends_early_gives_the_reason_of_qemu() {
    let dir = tempfile::tempdir().unwrap();
    let mut guest = guest(&dir, "echo no such device >&2; exit 1");
    let error = guest.wait_for_line(Log::Report, "done", LONG).unwrap_err().to_string();
    assert!(error.contains("ended (exit status: 1)") && error.contains("no such device"), "{error}");
    assert!(guest.wait_for_power_off(LONG).is_err());
}

#[test]
fn what_was_written_right_before_the_end_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let mut guest = guest(&dir, "echo done >$REPORT");
    guest.wait_for_line(Log::Report, "done", LONG).unwrap();
    guest.wait_for_power_off(LONG).unwrap();
}

#[test]
fn dropping_a_guest_ends_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut guest = guest(&dir, "echo $$ >$REPORT; exec sleep 60");
    let pid = guest.wait_for_line(Log::Report, "", LONG).unwrap();
    let process = Path::new("/proc").join(pid);
    assert!(process.exists());
    drop(guest);
    assert!(!process.exists());
}
