//! What a host needed to join, and must not have any more once it is in its cluster.

use crate::trial::Trial;

/// Looks for the secrets themselves, wherever they may have been copied to on the two hosts, by the probes on them.
pub fn no_join_secret(trial: &Trial) {
    let secrets = JoinSecrets::read(trial);
    for (host, forbidden) in [("host01", &secrets.tokens), ("host02", &secrets.all())] {
        let there = ["nowhere at all".to_owned(), "apiVersion".to_owned()];
        assert_ne!(files_with(trial, host, &there), "", "the search finds nothing, whatever it looks for");
        assert_eq!(files_with(trial, host, forbidden), "", "secrets on {host}");
    }
    keys_are_where_kubeadm_has_them(trial, &secrets.keys);
}

/// On the control plane, and not in what it was given them with. That they are found at all shows that the search finds
/// them elsewhere, too.
fn keys_are_where_kubeadm_has_them(trial: &Trial, keys: &[String]) {
    let found = files_with(trial, "host01", keys);
    let in_place = |file: &str| file.starts_with("/host/etc/kubernetes/pki/");
    assert!(found.lines().any(|file| file == "/host/etc/kubernetes/pki/ca.key"), "no key on host01: {found}");
    assert!(found.lines().all(in_place), "keys on host01: {found}");
}

/// Files of `host` that hold one of `patterns`, wherever something of its first boot may have been kept; what is
/// mounted there belongs to containers.
fn files_with(trial: &Trial, host: &str, patterns: &[String]) -> String {
    let patterns = patterns.join("\n");
    let script = format!(
        "busybox find /host/etc /host/root /host/run /host/tmp /host/var/lib/cloud /host/var/lib/kubelet \
         /host/var/lib/imgbuild/*.json /host/var/log /host/var/tmp -xdev -type f \
         -exec busybox grep -lF '{patterns}' {{}} + 2>/dev/null; true"
    );
    trial.kubectl(&["exec", &format!("web-{host}"), "--", "sh", "-c", &script])
}

/// What a host needs to join and must not keep.
struct JoinSecrets {
    tokens: Vec<String>,
    keys: Vec<String>,
}

impl JoinSecrets {
    /// From the text of the secrets' file: tokens in whatever field, and a line of each private key.
    fn read(trial: &Trial) -> Self {
        let text = std::fs::read_to_string(trial.secrets()).unwrap();
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "./+=-".contains(c)));
        let is_token =
            |word: &str| word.split_once('.').is_some_and(|(id, secret)| id.len() == 6 && secret.len() == 16);
        let tokens: Vec<String> = words.filter(|word| is_token(word)).map(str::to_owned).collect();
        let first_line_of_key = |pem: &str| {
            let (head, body) = pem.split_once('\n')?;
            head.contains("PRIVATE KEY").then(|| body.lines().next().unwrap_or_default().trim().to_owned())
        };
        let keys: Vec<String> = text.split("-----BEGIN").filter_map(first_line_of_key).collect();
        assert!(!tokens.is_empty() && !keys.is_empty(), "the secrets' file has neither tokens nor keys");
        Self { tokens, keys }
    }

    fn all(&self) -> Vec<String> {
        self.tokens.iter().chain(&self.keys).cloned().collect()
    }
}
