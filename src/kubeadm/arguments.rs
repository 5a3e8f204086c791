//! Extra arguments of programs: a map until v1beta3, a list of `{name, value}` since v1beta4.

use crate::kube::quirks;
use crate::kube::version::Version;
use serde::Serialize;
use std::collections::BTreeMap;

/// Arguments by flag name without dashes, in the form that a version of kubeadm reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Arguments {
    /// v1beta2, v1beta3.
    Map(BTreeMap<String, String>),
    /// v1beta4.
    List(Vec<Argument>),
}

/// One argument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Argument {
    /// Flag without dashes.
    pub name: String,
    /// Always text.
    pub value: String,
}

impl Arguments {
    /// `arguments` as kubeadm of `version` reads them; `None` if there are none.
    pub fn of(version: Version, arguments: BTreeMap<String, String>) -> Option<Self> {
        if arguments.is_empty() {
            return None;
        }
        if !quirks::kubeadm_lists_arguments(version) {
            return Some(Self::Map(arguments));
        }
        Some(Self::List(arguments.into_iter().map(|(name, value)| Argument { name, value }).collect()))
    }
}
