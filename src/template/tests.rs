use super::*;
use serde_json::json;

/// A project with `images/` and the given templates.
fn project(templates: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let images = dir.path().join("images");
    fs_err::create_dir(&images).unwrap();
    for (name, text) in templates {
        let path = dir.path().join("templates").join(name);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, text).unwrap();
    }
    (dir, images)
}

#[test]
fn the_embedded_table_equals_the_folder() {
    let mut folder = BTreeMap::new();
    read_folder(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/templates")), "", &mut folder).unwrap();
    let folder: Vec<(&str, &str)> = folder.iter().map(|(n, s)| (n.as_str(), s.text.as_str())).collect();
    assert_eq!(embedded::TABLE, folder, "list the files of `templates/` in src/template/embedded.rs, sorted");
}

#[test]
fn a_project_overrides_and_adds() {
    let (_dir, images) = project(&[("etc/sysctl.conf", "mine {{ a }}\n"), ("my/own", "x")]);
    let templates = Templates::open(&images).unwrap();
    assert_eq!(templates.render("etc/sysctl.conf", &json!({"a": 1})).unwrap(), "mine 1\n");
    assert_eq!(templates.render("my/own", &json!({})).unwrap(), "x");
    assert!(exists(&images, "my/own") && !exists(&images, "my/other"));
}

#[test]
fn an_undefined_variable_is_an_error_that_names_the_file() {
    let (_dir, images) = project(&[("t", "a\n{{ missing }}\n")]);
    let error = Templates::open(&images).unwrap().render("t", &json!({})).unwrap_err().to_string();
    assert!(error.contains("missing") && error.contains("templates/t"), "{error}");
}

#[test]
fn a_syntax_error_and_an_unknown_name_are_errors() {
    let (_dir, images) = project(&[("t", "{{ a")]);
    assert!(Templates::open(&images).is_err());
    let (_dir, images) = project(&[]);
    let error = Templates::open(&images).unwrap().render("nope", &json!({})).unwrap_err();
    assert_eq!(error.to_string(), "there is no template `nope`");
}

#[test]
fn a_digest_changes_with_what_is_included_and_with_nothing_else() {
    let digest = |inner: &str, other: &str| {
        let files = [("outer", "{% include \"inner\" %}"), ("inner", inner), ("other", other)];
        let (_dir, images) = project(&files);
        Templates::open(&images).unwrap().source_digest("outer").unwrap()
    };
    assert_eq!(digest("1", "1"), digest("1", "2"));
    assert_ne!(digest("1", "1"), digest("2", "1"));
}

#[test]
fn nothing_is_escaped_for_html() {
    let (_dir, images) = project(&[("a.html", "{{ a }}")]);
    let templates = Templates::open(&images).unwrap();
    assert_eq!(templates.render("a.html", &json!({"a": "<&>"})).unwrap(), "<&>");
}
