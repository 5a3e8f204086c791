//! Network cards of a machine and what they are plugged into. Nothing listens on any address but 127.0.0.1.

/// What one network card is plugged into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Network {
    /// QEMU's own router, with DHCP for the guest.
    User {
        /// This port of 127.0.0.1 leads to the guest's SSH server.
        ssh_port: Option<u16>,
        /// The guest reaches nothing outside.
        isolated: bool,
    },
    /// A cable between two machines; this end waits for the other at a port of 127.0.0.1.
    Listen(u16),
    /// The other end of that cable.
    Connect(u16),
    /// A cable to a [`super::Router`], which waits for it at a port of 127.0.0.1.
    Cable {
        /// The port.
        port: u16,
        /// The card's own address, lower case.
        mac: String,
    },
}

impl Network {
    /// The arguments for the machine's card number `index`, counted from 0.
    pub(super) fn arguments(&self, index: u8) -> [String; 4] {
        let netdev = match self {
            Self::User { ssh_port, isolated } => user(index, *ssh_port, *isolated),
            Self::Listen(port) => format!("socket,id=net{index},listen=127.0.0.1:{port}"),
            Self::Connect(port) | Self::Cable { port, .. } => {
                format!("socket,id=net{index},connect=127.0.0.1:{port}")
            }
        };
        let card = format!("virtio-net-pci,netdev=net{index},mac={}", self.mac(index));
        ["-netdev".into(), netdev, "-device".into(), card]
    }

    /// In QEMU's own range unless it is given; the two ends of a cable differ.
    fn mac(&self, index: u8) -> String {
        if let Self::Cable { mac, .. } = self {
            return mac.clone();
        }
        let end = u8::from(matches!(self, Self::Connect(_)));
        format!("52:54:00:69:{end:02x}:{index:02x}")
    }
}

fn user(index: u8, ssh_port: Option<u16>, isolated: bool) -> String {
    let restrict = if isolated { ",restrict=on" } else { "" };
    let forward = ssh_port.map(|port| format!(",hostfwd=tcp:127.0.0.1:{port}-:22")).unwrap_or_default();
    format!("user,id=net{index}{restrict}{forward}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ssh_is_offered_to_this_machine_only() {
        let [_, netdev, _, card] = Network::User { ssh_port: Some(2222), isolated: true }.arguments(0);
        assert_eq!(netdev, "user,id=net0,restrict=on,hostfwd=tcp:127.0.0.1:2222-:22");
        assert_eq!(card, "virtio-net-pci,netdev=net0,mac=52:54:00:69:00:00");
    }

    #[test]
    fn the_ends_of_a_cable_have_different_addresses() {
        let [_, listen, _, one] = Network::Listen(4000).arguments(1);
        let [_, connect, _, other] = Network::Connect(4000).arguments(1);
        assert_eq!(listen, "socket,id=net1,listen=127.0.0.1:4000");
        assert_eq!(connect, "socket,id=net1,connect=127.0.0.1:4000");
        assert_ne!(one, other);
    }
}
