//! Who gives out tokens for a registry: JSON web tokens that `openssl` signs and the registry itself verifies
//! (distribution, `spec/auth/jwt`).

use crate::support::server::{Answer, Server};
use crate::support::tool;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// What the registry is to its realm.
const SERVICE: &str = "stand-in";
/// What the realm is to its registry.
const ISSUER: &str = "tests";

/// A running realm, which ends with the process.
pub struct Realm {
    folder: tempfile::TempDir,
    server: Server,
    given: Arc<AtomicUsize>,
}

impl Realm {
    /// Gives whoever shows `login` (in base64) a token for what they ask for, good for so many seconds from now.
    pub fn start(login: &str, lifetime: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let signer = Signer::new(folder.path(), lifetime);
        let given = Arc::new(AtomicUsize::new(0));
        let (count, basic) = (given.clone(), format!("Basic {login}"));
        let server = Server::start(move |request| {
            if request.header("authorization") != Some(basic.as_str()) {
                return Answer::Empty("401 Unauthorized", Vec::new());
            }
            count.fetch_add(1, Ordering::SeqCst);
            Answer::Whole(json!({"token": signer.token(&request.target)}).to_string().into_bytes())
        });
        Self { folder, server, given }
    }

    /// How many tokens it has given out.
    pub fn given(&self) -> usize {
        self.given.load(Ordering::SeqCst)
    }

    /// `auth` of the configuration of a registry that believes it.
    pub fn auth(&self) -> String {
        let (url, certificate) = (self.server.url(), certificate(self.folder.path()));
        let token = format!("realm: '{url}/token', service: {SERVICE}, issuer: {ISSUER}");
        format!("auth: {{token: {{{token}, rootcertbundle: {}}}}}\n", certificate.display())
    }
}

struct Signer {
    key: PathBuf,
    /// The certificate as a token's header has it.
    certificate: String,
    lifetime: i64,
}

impl Signer {
    fn new(folder: &Path, lifetime: i64) -> Self {
        let (key, file) = (folder.join("key.pem"), certificate(folder));
        let (out, keyout) = (file.to_str().unwrap(), key.to_str().unwrap());
        let made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=realm"];
        tool("openssl", &[&made[..], &["-keyout", keyout, "-out", out][..]].concat());
        let pem = std::fs::read_to_string(&file).unwrap();
        let certificate = pem.lines().filter(|line| !line.starts_with('-')).collect();
        Self { key, certificate, lifetime }
    }

    /// A token for what the query of `target` asks for.
    fn token(&self, target: &str) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let header = json!({"typ": "JWT", "alg": "RS256", "x5c": [self.certificate]});
        let claims = json!({
            "iss": ISSUER, "aud": SERVICE, "sub": "me", "access": access(target),
            "exp": i64::try_from(now).unwrap() + self.lifetime,
        });
        let signed = [header, claims].map(|part| encoded(part.to_string().as_bytes())).join(".");
        format!("{signed}.{}", encoded(&self.signature(&signed)))
    }

    fn signature(&self, text: &str) -> Vec<u8> {
        let mut command = Command::new("openssl");
        command.args(["dgst", "-sha256", "-sign"]).arg(&self.key);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "openssl cannot sign");
        output.stdout
    }
}

fn certificate(folder: &Path) -> PathBuf {
    folder.join("certificate.pem")
}

fn encoded(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Each `scope=repository:NAME:ACTION,ACTION` as a claim.
fn access(target: &str) -> Vec<Value> {
    let url = reqwest::Url::parse(&format!("http://realm{target}")).unwrap();
    let scopes = url.query_pairs().filter(|(name, _)| name == "scope").map(|(_, value)| value.into_owned());
    let claim = |scope: &str| {
        let (kind, rest) = scope.split_once(':')?;
        let (name, actions) = rest.rsplit_once(':')?;
        let actions: Vec<&str> = actions.split(',').collect();
        Some(json!({"type": kind, "name": name, "actions": actions}))
    };
    scopes.flat_map(|scope| scope.split(' ').filter_map(claim).collect::<Vec<_>>()).collect()
}
