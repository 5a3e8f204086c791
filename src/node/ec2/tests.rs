use super::*;
use crate::node::configuration::{Ec2, NodeAddress, PKI, Role};
use crate::node::host::Told;
use crate::node::machine::End;
use crate::node::status::State;
use crate::node::tests::fake::FakeHost;
use base64ct::Encoding as _;
use serde_json::json;

const SECRET: &str = "imgbuild/book/control-plane";

fn file(hosts: &[&str], path: &str, content: &str) -> SecretFile {
    let hosts = hosts.iter().map(|&host| host.to_owned()).collect();
    SecretFile { hosts, path: path.into(), mode: 0o600, content: content.into() }
}

/// `host02` of the book as an instance whose secrets are elsewhere.
fn control_plane() -> (FakeHost, NodeConfiguration) {
    let (host, mut configuration) = FakeHost::of(Role::ControlPlane);
    configuration.ec2 = Some(Ec2 { secret: Some(SECRET.into()) });
    for name in ["ca.key", "etcd/ca.key", "sa.key"] {
        fs_err::remove_file(host.path(&format!("{PKI}/{name}"))).unwrap();
    }
    let keys = ["ca.key", "etcd/ca.key", "sa.key"];
    let keys = keys.map(|name| file(&["host01", "host02"], &format!("{PKI}/{name}"), "made beforehand\n"));
    let secret = GroupSecret::new(keys).encode().unwrap();
    host.world().cluster.ec2.secret = json!({ "SecretString": secret }).to_string();
    (host, configuration)
}

#[test]
fn a_control_plane_fetches_its_keys_and_joins() {
    let (host, configuration) = control_plane();
    assert_eq!(host.boot(&configuration), Some(End::Done), "{:?}", host.world().said.last());
    assert_eq!(host.read("/etc/kubernetes/pki/ca.key"), "made beforehand\n");
    assert!(!host.has(&format!("{PKI}/ca.key")), "what was fetched is removed in the end");
    assert_eq!(
        host.read(crate::node::kubelet::ENVIRONMENT),
        "KUBELET_HOST_ARGS=--node-ip=192.168.61.12 --provider-id=aws:///eu-central-1a/i-0123456789abcdef0\n"
    );
}

#[test]
fn no_secret_is_an_argument_or_said() {
    let (host, configuration) = control_plane();
    host.boot(&configuration);
    let world = host.world();
    for text in world.commands.iter().chain(&world.said) {
        for secret in ["KEYOFTHEROLE", "TOKENOFTHEROLE", "made beforehand"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[test]
fn a_refusal_is_said_and_tried_again() {
    let (host, configuration) = control_plane();
    let refusal = json!({"__type": "AccessDeniedException", "Message": "not authorized"}).to_string();
    let told = Told { code: 22, stdout: refusal.into_bytes(), said: "curl: (22) 400\n".into() };
    let whole = std::mem::take(&mut host.world().cluster.ec2.secret);
    host.world().cluster.ec2.refusal = Some(told);
    host.world().left = Some(400);
    assert_eq!(host.boot(&configuration), None);
    let expected = format!("the secret `{SECRET}`: AccessDeniedException: not authorized");
    assert_eq!(host.status().last_error, expected);
    host.world().cluster.ec2.refusal = None;
    host.world().cluster.ec2.secret = whole;
    assert_eq!(host.boot(&configuration), Some(End::Done));
}

#[test]
fn user_data_of_another_host_are_refused_for_good() {
    let (host, mut configuration) = FakeHost::of(Role::Worker);
    configuration.ec2 = Some(Ec2 { secret: None });
    configuration.address = NodeAddress::Within("192.168.61.0/24".into());
    host.world().cluster.ec2.address = Some("10.9.9.9".into());
    assert_eq!(host.boot(&configuration), Some(End::Failed));
    let status = host.status();
    assert_eq!(status.state, State::Failed);
    let expected = "the instance has the address 10.9.9.9, and its user-data are for one in 192.168.61.0/24";
    assert_eq!(status.last_error, expected);
}

#[test]
fn what_hosts_have_alike_is_in_the_secret_once() {
    let files = [file(&["a"], "/k", "x"), file(&["b"], "/k", "x"), file(&["a"], "/l", "y")];
    let text = GroupSecret::new(files).encode().unwrap();
    let host = FakeHost::of(Role::Worker).0;
    let secret = GroupSecret::decode(&text).unwrap();
    assert_eq!(secret.install(&host, "b"), Ok(None));
    assert!(host.has("/k") && !host.has("/l"));
    assert!(matches!(secret.install(&host, "c"), Err(Failure::Again(_))));
    let outside = GroupSecret::new([file(&["a"], "/etc/../k", "x")]);
    assert!(matches!(outside.install(&host, "a"), Err(Failure::Never(_))));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_agent_panic(text in "\\PC{0,80}", json in "[\\[\\]{}\":,a-z0-9]{0,40}") {
        let _ = GroupSecret::decode(&text);
        let _ = GroupSecret::decode(&base64ct::Base64::encode_string(json.as_bytes()));
    }
}
