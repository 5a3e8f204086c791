use super::*;

#[test]
fn what_yaml_1_1_takes_for_something_else_is_quoted() {
    let file = WriteFile::plain("/a", 0o755, "yes");
    let user_data = UserData { write_files: vec![file], ..UserData::default() };
    let text = document(&user_data, "user-data");
    assert!(text.starts_with("#cloud-config\n"), "{text}");
    assert!(text.contains(r#"permissions: "0755""#) || text.contains("permissions: '0755'"), "{text}");
    assert!(!text.contains("content: yes"), "{text}");
    assert!(!text.contains("users") && !text.contains("runcmd"), "{text}");
}

#[test]
fn scripts_come_back_as_they_were() {
    let content = "#!/bin/sh\n\tset -eu\n\necho \"it's: #1\" \\\n  end  \n\n".to_owned();
    let file = WriteFile::plain("/a", 0o755, &content);
    let text = document(&UserData { write_files: vec![file], ..UserData::default() }, "user-data");
    let read: serde_json::Value = serde_yaml::from_str(&text).unwrap();
    assert_eq!(read["write_files"][0]["content"], content);
}

#[test]
fn keys_are_spelled_as_cloud_init_spells_them() {
    let text = document(&UserData::default(), "meta-data");
    assert!(text.contains("instance-id: \"1\"") || text.contains("instance-id: '1'"), "{text}");
    assert!(text.contains("local-hostname: host"), "{text}");
    assert!(document(&UserData::default(), "network-config").contains("dhcp4: true"));
}

fn document(user_data: &UserData, name: &str) -> String {
    let meta_data = MetaData { instance_id: "1".into(), local_hostname: Some("host".into()) };
    let seed = Seed { meta_data, user_data: user_data.clone(), network: NetworkConfig::dhcp() };
    String::from_utf8(seed.files().unwrap().remove(name).unwrap()).unwrap()
}

#[test]
fn the_cluster_card_is_matched_by_its_address_and_the_rest_by_name() {
    let card = Card {
        mac: "52:54:00:00:00:11".into(),
        name: "eth0".into(),
        address: [192, 168, 61, 11].into(),
        prefix: 24,
        routes: vec![Route { to: "172.31.2.0/24".into(), via: [192, 168, 61, 12].into() }],
        nameservers: Vec::new(),
    };
    let text = serde_yaml::to_string(&NetworkConfig::fixed(card).with_nat()).unwrap();
    let read: serde_json::Value = serde_yaml::from_str(&text).unwrap();
    let expected = serde_json::json!({
        "match": {"macaddress": "52:54:00:00:00:11"}, "set-name": "eth0", "dhcp4": false,
        "addresses": ["192.168.61.11/24"], "routes": [{"to": "172.31.2.0/24", "via": "192.168.61.12"}],
    });
    assert_eq!(read["ethernets"]["cluster"], expected);
    assert_eq!(read["ethernets"]["nat"], serde_json::json!({"match": {"name": "e*"}, "dhcp4": true}));
    assert!(text.contains("\"52:54:00:00:00:11\"") || text.contains("'52:54:00:00:00:11'"), "{text}");
}
