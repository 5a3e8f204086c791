//! What VirtualBox would draw at random, derived from the image's name instead.

use crate::identity::uuid;
use uuid::Uuid;

/// VirtualBox's own prefix of MAC addresses.
const VENDOR: [u8; 3] = [0x08, 0x00, 0x27];

/// The identifiers of a machine that is made from the image.
pub struct Identity {
    /// Of the machine.
    pub machine: Uuid,
    /// Of its disk.
    pub disk: Uuid,
    /// Of its first network card, as VirtualBox writes it: without colons, upper case.
    pub mac: String,
}

impl Identity {
    /// For the image called `image`.
    pub fn of(image: &str) -> Self {
        let card = uuid(image, "virtualbox/card").into_bytes();
        let mac = hex::encode_upper([&VENDOR[..], &card[..3]].concat());
        Self { machine: uuid(image, "virtualbox/machine"), disk: uuid(image, "virtualbox/disk"), mac }
    }
}
