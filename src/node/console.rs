//! One line for each step: to the journal, and to the console, which is what people see of a machine that has
//! no network yet.

use crate::report;
use std::io::Write as _;

/// The kernel's console: the last `console=` of its command line, so usually the serial line.
const CONSOLE: &str = "/dev/console";

/// Says `text` in the journal and on the console; a machine without a console is no reason to stop.
pub fn say(text: &str) {
    let line = format!("imgbuild-node: {text}");
    report::line(text);
    let console = fs_err::OpenOptions::new().write(true).open(CONSOLE);
    // carriage return: whoever is logged in there may have switched off what the terminal adds by itself
    let _ = console.and_then(|mut console| console.write_all(format!("{line}\r\n").as_bytes()));
}
