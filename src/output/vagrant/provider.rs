//! What runs the machines of a box.

use crate::architecture::Architecture;
use crate::definition::Format;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A provider of Vagrant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// QEMU with or without KVM, by the plugin `vagrant-libvirt`.
    Libvirt,
    /// Oracle VirtualBox, which Vagrant knows without a plugin.
    Virtualbox,
}

impl Provider {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Libvirt, Self::Virtualbox];

    /// The one whose boxes have that format.
    pub fn of(format: Format) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.format() == format)
    }

    /// The format of its boxes.
    pub fn format(self) -> Format {
        match self {
            Self::Libvirt => Format::VagrantLibvirt,
            Self::Virtualbox => Format::VagrantVirtualbox,
        }
    }

    /// Vagrant's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Libvirt => "libvirt",
            Self::Virtualbox => "virtualbox",
        }
    }

    /// Whether it runs machines of that architecture that the images fit.
    pub fn runs(self, architecture: Architecture) -> bool {
        self == Self::Libvirt || architecture == Architecture::Amd64
    }

    /// File name of the box of the image called `image`.
    pub fn box_file(self, image: &str) -> String {
        format!("{image}-{self}.box")
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
