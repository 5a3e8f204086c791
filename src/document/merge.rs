//! How a definition overrides the one that it extends: mappings key by key; scalars and lists are replaced;
//! `null` removes an inherited key; a key that ends in `+` appends to the inherited list.

use super::place::key_path;
use super::tree::{Node, Tree};
use crate::error::Fault;
use std::collections::BTreeMap;

/// `over` on top of `base`.
pub fn merge(base: Tree, over: Tree) -> Result<Tree, Fault> {
    merge_at("", base, over)
}

/// `tree` on top of nothing: checks that it removes nothing, and turns `key+` into `key`.
pub fn alone(tree: Tree) -> Result<Tree, Fault> {
    let nothing = Tree { node: Node::Map(BTreeMap::new()), origin: tree.origin.clone() };
    merge(nothing, tree)
}

fn merge_at(path: &str, base: Tree, over: Tree) -> Result<Tree, Fault> {
    let node = match (base.node, over.node) {
        (Node::Map(base), Node::Map(over)) => Node::Map(merge_maps(path, base, over)?),
        (_, Node::Map(over)) => Node::Map(merge_maps(path, BTreeMap::new(), over)?),
        (_, Node::List(items)) => Node::List(clean_items(path, items)?),
        (_, scalar @ Node::Scalar(_)) => scalar,
    };
    Ok(Tree { node, origin: over.origin })
}

type Map = BTreeMap<String, Tree>;

fn merge_maps(path: &str, mut base: Map, over: Map) -> Result<Map, Fault> {
    for (key, value) in over {
        match key.strip_suffix('+') {
            Some(list) => append(path, &mut base, list, value)?,
            None => set(path, &mut base, key, value)?,
        }
    }
    Ok(base)
}

fn set(path: &str, base: &mut Map, key: String, value: Tree) -> Result<(), Fault> {
    let at = key_path(path, &key);
    let inherited = base.remove(&key);
    if value.is_null() {
        return inherited.map(drop).ok_or_else(|| nothing_to_remove(&at, &value));
    }
    let nothing = || Tree { node: Node::Scalar(serde_json::Value::Null), origin: value.origin.clone() };
    let merged = merge_at(&at, inherited.unwrap_or_else(nothing), value)?;
    base.insert(key, merged);
    Ok(())
}

fn nothing_to_remove(at: &str, value: &Tree) -> Fault {
    Fault::input(format!(
        "{}: `{at}` is empty, which removes an inherited key, and none is inherited",
        value.origin
    ))
    .hint("write `{}` for a value without settings, or delete the line")
}

/// Items of a list are whole values: nothing is inherited inside them.
fn clean_items(path: &str, items: Vec<Tree>) -> Result<Vec<Tree>, Fault> {
    let clean = |(index, item): (usize, Tree)| match item.node {
        Node::Map(map) => {
            let at = super::place::item_path(path, index);
            Ok(Tree { node: Node::Map(merge_maps(&at, Map::new(), map)?), ..item })
        }
        _ => Ok(item),
    };
    items.into_iter().enumerate().map(clean).collect()
}

fn append(path: &str, base: &mut Map, key: &str, value: Tree) -> Result<(), Fault> {
    let at = key_path(path, key);
    let Node::List(items) = value.node else {
        let message = format!("{}: `{at}+` appends to a list, and this is none", value.origin);
        return Err(Fault::input(message).hint(format!("write `{key}+: [item, …]`")));
    };
    let mut items = clean_items(&at, items)?;
    match base.get_mut(key) {
        Some(Tree { node: Node::List(list), .. }) => list.append(&mut items),
        Some(other) => {
            let message = format!("{}: `{at}+` appends to `{at}`, which is no list", value.origin);
            return Err(Fault::input(message).hint(format!("`{key}` was set at {}", other.origin)));
        }
        None => drop(base.insert(key.to_owned(), Tree { node: Node::List(items), origin: value.origin })),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::place::{Origins, Place};
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use std::path::Path;

    fn tree(file: &str, text: &str) -> Tree {
        Tree::parse(text, Path::new(file)).unwrap()
    }

    fn merged(base: &str, over: &str) -> Result<Value, String> {
        let base = alone(tree("base.yaml", base)).map_err(|f| f.to_string())?;
        merge(base, tree("over.yaml", over)).map(|t| t.to_json()).map_err(|f| f.to_string())
    }

    #[test]
    fn mappings_merge_and_the_rest_is_replaced() {
        let result = merged("{a: {b: 1, c: [1, 2]}, d: x}", "{a: {c: [3], e: 4}, d: {f: 5}}").unwrap();
        assert_eq!(result, json!({"a": {"b": 1, "c": [3], "e": 4}, "d": {"f": 5}}));
    }

    #[test]
    fn null_removes_and_plus_appends() {
        let result = merged("{a: 1, b: {c: 2}, d: [1]}", "{a: null, b: {c: ~}, d+: [2], e+: [3]}").unwrap();
        assert_eq!(result, json!({"b": {}, "d": [1, 2], "e": [3]}));
    }

    #[test]
    fn plus_in_a_document_of_its_own_makes_the_list() {
        assert_eq!(merged("{a: [1], a+: [2]}", "{}").unwrap(), json!({"a": [1, 2]}));
        assert_eq!(merged("{}", "{a: {b+: [2]}}").unwrap(), json!({"a": {"b": [2]}}));
    }

    #[test]
    fn refuses_to_remove_nothing_and_to_append_to_no_list() {
        let error = merged("{}", "images:\n  a:\n").unwrap_err();
        assert!(error.starts_with("over.yaml:2:3: `images.a` is empty"), "{error}");
        let error = merged("{a: 1}", "{a+: [2]}").unwrap_err();
        assert!(error.contains("`a+` appends to `a`, which is no list"), "{error}");
        assert!(merged("{a: [1]}", "{a+: 2}").unwrap_err().contains("this is none"));
    }

    #[test]
    fn every_value_keeps_its_origin() {
        let base = alone(tree("base.yaml", "a:\n  - 1\nb: 1\n")).unwrap();
        let merged = merge(base, tree("over.yaml", "\na+: [2]\n")).unwrap();
        let origins = Origins::of(&merged);
        let origin = |place: Place| place.origin().to_string();
        assert_eq!(origin(origins.root().key("a").item(0)), "base.yaml:2:5");
        assert_eq!(origin(origins.root().key("a").item(1)), "over.yaml:2:6");
        assert_eq!(origin(origins.root().key("b")), "base.yaml:3:1");
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![any::<i64>().prop_map(Value::from), "[a-z]{0,4}".prop_map(Value::from)];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map("[a-c]", inner, 0..4).prop_map(|m| m.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn merging_a_document_onto_itself_changes_nothing(value in value()) {
            let text = json!({ "root": value }).to_string();
            prop_assert_eq!(merged(&text, &text).unwrap(), json!({ "root": value }));
        }

        #[test]
        fn what_the_later_document_says_holds(base in value(), over in value()) {
            let over = json!({ "root": over });
            let result = merged(&json!({ "root": base }).to_string(), &over.to_string()).unwrap();
            prop_assert!(says(&result, &over), "{} in {}", over, result);
        }
    }

    fn says(result: &Value, over: &Value) -> bool {
        match (result, over) {
            (Value::Object(result), Value::Object(over)) => {
                over.iter().all(|(key, value)| result.get(key).is_some_and(|r| says(r, value)))
            }
            _ => result == over,
        }
    }
}
