//! apt in a root of its own: only the given sources, no installed packages, every signature checked.
//!
//! Nothing of the machine's apt state is read or changed, apart from how it is told to reach archives.

use super::connection;
use super::resolve::percent_decode;
use super::sources::{self, Source};
use crate::Result;
use crate::architecture::Architecture;
use crate::error::Fault;
use crate::process::Tool;
use anyhow::Context as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// An apt that knows `sources` and nothing else; gone when dropped.
pub struct IsolatedApt {
    root: TempDir,
    sources: Vec<Source>,
}

/// A file that `apt-get --print-uris` tells of.
pub(super) struct PrintedUri<'a> {
    /// The archive that has it.
    pub archive: String,
    /// Path below the archive's base URL.
    pub path: String,
    /// What apt would call it: `uidmap_1%3a4.13-1_amd64.deb`.
    pub name: &'a str,
}

impl IsolatedApt {
    /// Fetches and checks the indices of `sources`; authorities in `ca_file` are trusted too.
    ///
    /// # Errors
    /// Unreachable, unsigned, wrongly signed and expired archives, with apt's own words.
    pub fn open(sources: Vec<Source>, architecture: Architecture, ca_file: Option<&Path>) -> Result<Self> {
        let root = tempfile::Builder::new().prefix("imgbuild-apt-").tempdir()?;
        let apt = Self { root, sources };
        apt.configure(architecture, ca_file)?;
        apt.get(["update", "-q", "--error-on=any"]).run().map_err(|error| refused(&error))?;
        Ok(apt)
    }

    /// The sources it was opened with.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The `…_InRelease` and `…_Release` files that were fetched.
    pub fn release_files(&self) -> Result<Vec<PathBuf>> {
        let lists = fs_err::read_dir(self.path().join("state/lists"))?;
        let paths = lists.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        Ok(paths.into_iter().filter(|path| path.to_string_lossy().ends_with("Release")).collect())
    }

    /// What `line` of the output of `apt-get --print-uris` says.
    pub(super) fn printed_uri<'a>(&self, line: &'a str) -> Result<PrintedUri<'a>> {
        let fields: Vec<&str> = line.split(' ').collect();
        let [uri, name, ..] = fields[..] else {
            return Err(Fault::child(format!("`apt-get --print-uris` printed `{line}`")).into());
        };
        let uri = percent_decode(uri.trim_matches('\''));
        let (archive, path) = sources::locate(&self.sources, &uri)
            .with_context(|| format!("`{uri}` is below none of the archives asked"))?;
        Ok(PrintedUri { archive: archive.to_owned(), path: path.to_owned(), name })
    }

    pub(super) fn get<const N: usize>(&self, arguments: [&str; N]) -> Tool {
        self.tool("apt-get").args(arguments)
    }

    pub(super) fn cache<const N: usize>(&self, arguments: [&str; N]) -> Tool {
        self.tool("apt-cache").args(arguments)
    }

    fn tool(&self, program: &str) -> Tool {
        Tool::new(program).env("APT_CONFIG", self.path().join("apt.conf"))
    }

    fn path(&self) -> &Path {
        self.root.path()
    }

    fn configure(&self, architecture: Architecture, ca_file: Option<&Path>) -> Result<()> {
        let root = self.path();
        for directory in ["state/lists/partial", "cache/archives/partial", "etc/sources", "etc/empty"] {
            fs_err::create_dir_all(root.join(directory))?;
        }
        fs_err::write(root.join("status"), "")?;
        fs_err::write(root.join("etc/sources/imgbuild.sources"), sources::deb822(&self.sources))?;
        let connection = connection::settings(ca_file, &root.join("etc"))?;
        fs_err::write(root.join("apt.conf"), configuration(root, architecture) + &connection)?;
        Ok(())
    }
}

/// What apt said, as a wrong signature or as an archive that cannot be reached.
fn refused(error: &anyhow::Error) -> Fault {
    const SIGNATURE: [&str; 6] =
        ["NO_PUBKEY", "BADSIG", "EXPKEYSIG", "REVKEYSIG", "not signed", "is expired"];
    // as apt says it with GnuTLS and with OpenSSL
    const UNTRUSTED: [&str; 2] = ["Certificate verification failed", "certificate verify failed"];
    let said = error.to_string();
    if SIGNATURE.iter().any(|word| said.contains(word)) {
        return Fault::mismatch(format!("an archive has no valid signature: {said}"))
            .hint("check its `key` in the definition, the mirror, and the clock of this machine");
    }
    let fault = Fault::unavailable(format!("the package indices cannot be had: {said}"));
    if UNTRUSTED.iter().any(|words| said.contains(words)) {
        return fault.hint("name the CA that signed the server with `--ca-file FILE`");
    }
    fault.hint("check the mirror (`--mirror`), the suites and components, and the network")
}

/// apt.conf(5) with every path inside `root`. apt reads this file first, so the machine's own is never found.
fn configuration(root: &Path, architecture: Architecture) -> String {
    let root = root.display();
    format!(
        r#"Dir "{root}/";
Dir::State "state";
Dir::State::status "{root}/status";
Dir::Cache "cache";
Dir::Etc "etc";
Dir::Etc::main "none.conf";
Dir::Etc::parts "empty";
Dir::Etc::sourcelist "none.list";
Dir::Etc::sourceparts "sources";
Dir::Etc::preferences "none";
Dir::Etc::preferencesparts "empty";
Dir::Etc::trusted "none.gpg";
Dir::Etc::trustedparts "empty";
Dir::Log "log";
APT::Architecture "{architecture}";
APT::Architectures {{ "{architecture}"; }};
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::http::Timeout "60";
"#
    )
}
