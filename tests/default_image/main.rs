//! The image that `make bake` makes: the same digest wherever, whenever and by whomever it is baked.
//!
//! Leaves it in `dist/` for the tests that boot it. The Kubernetes stage comes from the user's cache; that it
//! too builds twice to the same bytes is checked by `make e2e-repro`.

#![allow(clippy::disallowed_methods)] // tests start and look freely

#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{IMGBUILD, Outcome, Project, disk, sums, sums_hold};

const IMAGE: &str = "debian-12-archive";
/// An account without any right, which the test makes if it runs as root.
const USER: &str = "imgbuild-test";

#[test]
fn five_bakes_one_digest() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let first = Bake::of(here).run();
    let baked = here.join("dist").join(IMAGE);
    assert!(sums_hold(&baked));
    disk::sound(&Project::empty(), &baked, IMAGE);
    let elsewhere = tempfile::tempdir().unwrap();
    let copies: Vec<PathBuf> =
        ["a", "another, deeper/b", "c", "d"].map(|name| elsewhere.path().join(name)).to_vec();
    for copy in &copies {
        copy_project(here, copy);
    }

    let odd =
        Bake::of(&copies[0]).variable("TZ", "Asia/Kolkata").variable("LANG", "tr_TR.UTF-8").umask("077");
    assert_eq!(odd.one_core().run(), first, "time zone, language, umask, one core, another folder");

    let cold = Bake::of(&copies[1]).cache(&cold_cache(elsewhere.path())).clock("2031-02-03 04:05:06");
    assert_eq!(cold.run(), first, "cold cache, another clock");

    if rustix::process::geteuid().is_root() {
        let cache = cold_cache(&elsewhere.path().join("user"));
        let program = copy_programs(elsewhere.path());
        give_away(elsewhere.path());
        let ordinary = Bake::of(&copies[2]).cache(&cache).user(USER, &program);
        assert_eq!(ordinary.run(), first, "an ordinary user, cold cache");
    } else {
        let cache = cold_cache(&elsewhere.path().join("user"));
        assert_eq!(Bake::of(&copies[2]).cache(&cache).run(), first, "cold cache");
    }

    assert_eq!(Bake::of(&copies[3]).without_network().run(), first, "no network, --locked --offline");
}

/// One bake in circumstances of its own.
struct Bake {
    program: PathBuf,
    folder: PathBuf,
    before: Vec<String>,
    arguments: Vec<&'static str>,
    variables: BTreeMap<String, String>,
    umask: &'static str,
}

impl Bake {
    fn of(folder: &Path) -> Self {
        Self {
            program: PathBuf::from(IMGBUILD),
            folder: folder.to_owned(),
            before: Vec::new(),
            arguments: vec!["bake", IMAGE],
            variables: BTreeMap::new(),
            umask: "022",
        }
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    fn umask(mut self, umask: &'static str) -> Self {
        self.umask = umask;
        self
    }

    fn cache(self, cache: &Path) -> Self {
        self.variable("IMGBUILD_CACHE_DIR", cache.to_str().unwrap())
    }

    fn one_core(self) -> Self {
        self.prefix(&["taskset", "--cpu-list", "0"])
    }

    fn clock(self, time: &str) -> Self {
        self.prefix(&["faketime", time])
    }

    /// As `name`, with a copy of the binary that `name` can reach: the checkout may be hidden from it.
    fn user(mut self, name: &str, program: &Path) -> Self {
        program.clone_into(&mut self.program);
        self.prefix(&["runuser", "--user", name, "--"])
    }

    fn without_network(mut self) -> Self {
        self.arguments.extend(["--locked", "--offline"]);
        if rustix::process::geteuid().is_root() {
            self.prefix(&["unshare", "--net", "--uts", "sh", "-c", "hostname elsewhere; exec \"$@\"", "sh"])
        } else {
            self.prefix(&["unshare", "--net", "--map-root-user", "--map-auto"])
        }
    }

    fn prefix(mut self, words: &[&str]) -> Self {
        self.before.extend(words.iter().map(ToString::to_string));
        self
    }

    /// Bakes and returns the digests.
    fn run(self) -> BTreeMap<String, String> {
        let mut command = Command::new("sh");
        // whoever starts imgbuild may hold files open, as flock(1) does
        let open = (3..=9).map(|number| format!("{number}</dev/null")).collect::<Vec<_>>().join(" ");
        let script = format!("umask {}; exec {open} \"$@\"", self.umask);
        command.args(["-c", &script, "sh"]).args(&self.before).arg(&self.program).args(&self.arguments);
        command.current_dir(&self.folder).envs(&self.variables);
        let outcome = Outcome::run(&mut command).success();
        eprintln!("{:?} {:?}\n{}", self.before, self.variables, outcome.stderr);
        sums(&self.folder.join("dist").join(IMAGE))
    }
}

/// What a bake reads of a checkout, with the lock that the first bake made.
fn copy_project(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for name in ["images", "templates"] {
        let (from, to) = (from.join(name), to.join(name));
        support::tool("cp", &["-r", from.to_str().unwrap(), to.to_str().unwrap()]);
    }
}

/// Copies imgbuild to the folder `to`, and the agent, which is looked for beside it; returns imgbuild's path.
fn copy_programs(to: &Path) -> PathBuf {
    for name in ["imgbuild", "imgbuild-node"] {
        std::fs::copy(Path::new(IMGBUILD).with_file_name(name), to.join(name)).unwrap();
    }
    to.join("imgbuild")
}

/// A cache with nothing but downloads and the built Kubernetes.
fn cold_cache(folder: &Path) -> PathBuf {
    let (own, cold) = (user_cache(), folder.join("cold"));
    std::fs::create_dir_all(cold.join("built")).unwrap();
    for name in ["store", "built/stage"] {
        let (from, to) = (own.join(name), cold.join(name));
        support::tool("cp", &["-r", from.to_str().unwrap(), to.to_str().unwrap()]);
    }
    cold
}

fn user_cache() -> PathBuf {
    let variable =
        |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty()).map(PathBuf::from);
    let standard = || variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")));
    variable("IMGBUILD_CACHE_DIR").or_else(|| Some(standard()?.join("imgbuild"))).unwrap()
}

/// Makes [`USER`] own `folder`.
fn give_away(folder: &Path) {
    let known = Command::new("id").arg(USER).output().unwrap().status.success();
    if !known {
        support::tool("useradd", &["--create-home", USER]);
    }
    support::tool("chown", &["-R", USER, folder.to_str().unwrap()]);
    support::tool("chmod", &["755", folder.to_str().unwrap()]);
}
