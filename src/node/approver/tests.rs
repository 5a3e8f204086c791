use super::*;
use base64ct::{Base64, Encoding as _};
use proptest::prelude::*;
use serde_json::json;
use std::cell::RefCell;

macro_rules! request {
    ($name:literal) => {
        Base64::encode_string(include_bytes!(concat!("requests/", $name, ".pem")))
    };
}

fn configuration() -> NodeConfiguration {
    let mut configuration = crate::node::tests::configuration(crate::node::configuration::Role::ControlPlane);
    configuration.pool_networks = vec!["192.168.61.0/24".into()];
    configuration
}

fn item(node: &str, request: &str) -> Value {
    json!({
        "metadata": { "name": "csr-1" },
        "spec": {
            "signerName": "kubernetes.io/kubelet-serving",
            "username": format!("system:node:{node}"),
            "groups": ["system:nodes", "system:authenticated"],
            "usages": ["digital signature", "server auth"],
            "request": request,
        },
    })
}

fn why(item: &Value) -> String {
    match decide(item, &configuration()) {
        Decision::Leave(why) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn nodes_get_what_is_theirs() {
    let good = item("host01", &request!("good"));
    assert_eq!(decide(&good, &configuration()), Decision::Approve("host01".into()));
    let member = item("pool-7", &request!("pool-member"));
    assert_eq!(decide(&member, &configuration()), Decision::Approve("pool-7".into()));
    let mut closed = configuration();
    closed.pool_networks.clear();
    assert!(matches!(decide(&member, &closed), Decision::Leave(_)));
}

#[test]
fn nobody_gets_what_is_not_theirs() {
    let table = [
        ("pool-7", request!("pool-thief"), "may not have the address 192.168.61.11"),
        ("pool-7", request!("endpoint-thief"), "may not have the address 192.168.61.10"),
        ("host01", request!("foreign-address"), "may not have the address 192.168.61.12"),
        ("host01", request!("foreign-name"), "another name than `host01`"),
        ("host01", request!("ipv6"), "may not have the address fd00::11"),
        ("host01", request!("email"), "neither DNS name nor IP address"),
        ("host01", request!("uri"), "neither DNS name nor IP address"),
        ("host01", request!("no-names"), "no name and no address"),
        ("host01", request!("foreign-subject"), "its subject is not"),
        ("host01", request!("two-organizations"), "its subject is not"),
        ("host01", request!("more-subject"), "its subject is not"),
        ("host01", request!("authority"), "an extension that kubelet does not write"),
        ("host02", request!("good"), "its subject is not"),
        ("host01", String::new(), "it cannot be read"),
        ("host01", "%".into(), "no base64"),
        ("host01", "A".repeat(40_000), "too large"),
    ];
    for (node, request, said) in table {
        let why = why(&item(node, &request));
        assert!(why.contains(said), "{said}: {why}");
    }
}

#[test]
fn who_asks_and_for_what_counts_too() {
    let good = item("host01", &request!("good"));
    let changed = |path: &str, value: Value| {
        let mut item = good.clone();
        item["spec"][path] = value;
        item
    };
    assert_eq!(why(&changed("username", json!("admin"))), "it is no node that asks");
    assert!(why(&changed("groups", json!(["system:authenticated"]))).contains("not in the group"));
    assert!(why(&changed("usages", json!(["server auth", "client auth"]))).contains("serving alone"));
    assert!(why(&changed("usages", json!(["digital signature"]))).contains("serving alone"));
    assert!(why(&changed("usages", json!([1]))).contains("serving alone"));
    let other = changed("signerName", json!("kubernetes.io/kube-apiserver-client-kubelet"));
    assert_eq!(decide(&other, &configuration()), Decision::NotOurs);
    let mut decided = good.clone();
    decided["status"] = json!({ "conditions": [{ "type": "Denied" }] });
    assert_eq!(decide(&decided, &configuration()), Decision::NotOurs);
    assert_eq!(decide(&json!({}), &configuration()), Decision::NotOurs);
}

#[test]
fn what_is_left_is_said_once() {
    let bad = item("host02", &request!("good"));
    let mut good = item("host01", &request!("good"));
    good["metadata"]["name"] = json!("csr-2");
    let stream = format!("{bad}\n{}\n{bad}", json!({ "kind": "List", "items": [good] }));
    let (names, said) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
    let accept = |name: &str| {
        names.borrow_mut().push(name.to_owned());
        Ok(())
    };
    let say = |line: &str| said.borrow_mut().push(line.to_owned());
    let configuration = configuration();
    let mut approver = Approver::new(&configuration, &accept, &say);
    approver.follow(stream.as_bytes()).unwrap();
    assert!(approver.follow(&b"{\"cut"[..]).is_err());
    assert_eq!(*names.borrow(), ["csr-2"]);
    assert_eq!(
        *said.borrow(),
        [
            "certificate request `csr-1` is left pending: its subject is not that of the node that asks",
            "serving certificate of `host01` approved",
        ]
    );
}

#[test]
fn endless_requests_do_not_fill_the_memory() {
    let (accept, say) = (|_: &str| Ok(()), |_: &str| {});
    let configuration = configuration();
    let mut approver = Approver::new(&configuration, &accept, &say);
    let mut bad = item("host01", "");
    for number in 0..=REMEMBERED {
        bad["metadata"]["name"] = json!(format!("csr-{number}"));
        approver.consider(&bad);
        assert!((1..=REMEMBERED).contains(&approver.said.len()));
    }
}

proptest! {
    #[test]
    fn hostile_requests_are_refused_and_nothing_else(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(Request::parse(&Base64::encode_string(&bytes)).is_err());
        let pem = format!("-----BEGIN CERTIFICATE REQUEST-----\n{}\n-----END CERTIFICATE REQUEST-----\n", Base64::encode_string(&bytes));
        prop_assert!(Request::parse(&Base64::encode_string(pem.as_bytes())).is_err());
    }

    #[test]
    fn a_changed_byte_never_widens_a_request(at in 0usize..1000, byte: u8) {
        let pem = include_str!("requests/good.pem");
        let body: String = pem.lines().filter(|line| !line.starts_with("--")).collect();
        let mut der = Base64::decode_vec(&body).unwrap();
        let at = at % der.len();
        der[at] = byte;
        let lines: Vec<String> = Base64::encode_string(&der).as_bytes().chunks(64)
            .map(|line| String::from_utf8(line.to_vec()).unwrap()).collect();
        let pem = format!("-----BEGIN CERTIFICATE REQUEST-----\n{}\n-----END CERTIFICATE REQUEST-----\n", lines.join("\n"));
        let item = item("host01", &Base64::encode_string(pem.as_bytes()));
        if let Ok(request) = Request::parse(item["spec"]["request"].as_str().unwrap()) {
            let decision = decide(&item, &configuration());
            let own = request.dns_names.iter().all(|name| name == "host01")
                && request.addresses.iter().all(|address| address.to_string() == "192.168.61.11");
            prop_assert!(own || matches!(decision, Decision::Leave(_)), "{:?}", request);
        }
    }
}
