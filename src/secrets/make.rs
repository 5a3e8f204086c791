//! New secrets.

use super::authority::Authority;
use super::key::Key;
use super::{Secret, Secrets, Token, random};
use crate::cluster::Role;
use crate::{Result, environment};

/// Names of the CAs, as kubeadm gives them.
pub const KUBERNETES: &str = "kubernetes";
/// See [`KUBERNETES`].
pub const FRONT_PROXY: &str = "front-proxy-ca";
/// See [`KUBERNETES`].
pub const ETCD: &str = "etcd-ca";

/// VRRP takes no longer password (RFC 2338).
const PASSWORD: usize = 8;
/// The roles that have a token of their own.
pub const ROLES: [Role; 2] = [Role::ControlPlane, Role::Worker];

impl Secrets {
    /// New ones for the cluster called `cluster`.
    pub(super) fn make(cluster: &str) -> Result<Self> {
        let now = environment::wall_clock();
        Ok(Self {
            cluster: cluster.to_owned(),
            kubernetes: Authority::make(KUBERNETES, now)?,
            front_proxy: Authority::make(FRONT_PROXY, now)?,
            etcd: Authority::make(ETCD, now)?,
            service_account: Key::make()?,
            tokens: tokens(now)?,
            certificate_key: random::hex::<32>()?,
            ssh: Key::make()?,
            keepalived_password: Secret::new(random::lower(PASSWORD)?),
        })
    }

    /// The same with a new token for each role; tokens older than `lifetime` (seconds) are dropped.
    pub(super) fn rotated(mut self, lifetime: u64) -> Result<Self> {
        let now = environment::wall_clock();
        self.tokens.retain(|token| now.saturating_sub(token.made) < lifetime);
        self.tokens.extend(tokens(now)?);
        Ok(self)
    }
}

fn tokens(now: u64) -> Result<Vec<Token>> {
    ROLES.into_iter().map(|role| Token::make(role, now)).collect()
}
