//! The API at its endpoint and on this host, as far as it can be asked without credentials, always with the
//! cluster's CA pinned.

use super::configuration::{KUBEADM, NodeAddress, NodeConfiguration, PKI};
use super::failure::{Failure, Outcome};
use super::files::KUBERNETES_PKI;
use super::host::{Command, Host, Input, Told};
use super::{address, curl};
use crate::kube::token;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// Longest wait for an answer, in seconds: an API server in emulation takes its time.
const PATIENCE: &str = "30";
/// What curl exits with if a server has no certificate of the CA.
const WRONG_CERTIFICATE: i32 = 60;

/// What answers at an address of the API.
enum Api {
    /// This cluster's, and it is ready.
    Ready,
    /// Something without a certificate of this cluster's CA.
    Foreign(String),
    /// Nothing, or not yet.
    Away(String),
}

/// The API answers at the endpoint that it is ready.
pub fn answers(host: &impl Host, configuration: &NodeConfiguration) -> Outcome {
    ready(host, &configuration.endpoint.address, configuration.endpoint.port)
}

/// The API server of this host is ready.
pub fn own_api_server(host: &impl Host, configuration: &NodeConfiguration) -> Outcome {
    let own = match configuration.address {
        NodeAddress::Fixed(address) => address,
        NodeAddress::Within(_) => address::own(host, configuration)?,
    };
    ready(host, &own.to_string(), configuration.endpoint.api_port)
}

/// No API answers at the endpoint: a first control plane that came back without its disk would begin a second
/// cluster of the same name, and one with the data of another cluster would take that one's address from it.
pub fn no_cluster(host: &impl Host, configuration: &NodeConfiguration) -> Outcome {
    let endpoint = &configuration.endpoint;
    match api(host, &endpoint.address, endpoint.port)? {
        Api::Ready => Err(Failure::Never(format!(
            "the cluster `{}` is there already, so this host must join it: render it as a replacement",
            configuration.cluster
        ))),
        Api::Foreign(why) => Err(Failure::Again(format!("another cluster has the endpoint: {why}"))),
        Api::Away(_) => Ok(None),
    }
}

/// The cluster knows the bootstrap token of this host; kubeadm itself would wait for it without saying so.
pub fn knows_token(host: &impl Host, configuration: &NodeConfiguration) -> Outcome {
    let Some(id) = token_id(host)? else { return Ok(None) };
    let base = base(&configuration.endpoint.address, configuration.endpoint.port);
    let told = get(host, &format!("{base}/api/v1/namespaces/kube-public/configmaps/cluster-info"))?;
    let told = told.expect("reading the cluster's `cluster-info`")?;
    if told.text().contains(&format!("\"jws-kubeconfig-{id}\"")) {
        return Ok(None);
    }
    Err(Failure::Again(format!(
        "the cluster does not know the bootstrap token with the id `{id}`: it is wrong, has expired, or is not there yet"
    )))
}

/// The `ClusterConfiguration` that kubeadm keeps in the cluster, which whoever has a bootstrap token may read; `None` on
/// a host that joins without one.
pub fn cluster_configuration(
    host: &impl Host,
    configuration: &NodeConfiguration,
) -> Result<Option<String>, Failure> {
    let Some(token) = token(host)? else { return Ok(None) };
    let base = base(&configuration.endpoint.address, configuration.endpoint.port);
    let url = format!("{base}/api/v1/namespaces/kube-system/configmaps/kubeadm-config");
    // everyone can read the arguments of a process
    let header = format!("header = \"Authorization: Bearer {token}\"\n");
    let command = request(host).args(["--config", "-", &url]).input(Input::Bytes(header.into_bytes()));
    let told = host.run(&command)?.expect("reading the cluster's `kubeadm-config`")?;
    let map: serde_json::Value = serde_json::from_slice(&told.stdout)
        .map_err(|error| Failure::again(format!("the cluster's `kubeadm-config` makes no sense: {error}")))?;
    Ok(map["data"]["ClusterConfiguration"].as_str().map(str::to_owned))
}

/// Starts the unit that holds the endpoint's address, now and at each boot.
pub fn start_unit(host: &impl Host, unit: &str) -> Outcome {
    // enabling what is enabled still keeps the scripts of System V in step, which takes long
    let enabled = host.run(&systemctl("is-enabled", unit))?.succeeded();
    for verb in ["enable", "restart"].into_iter().skip(usize::from(enabled)) {
        host.run(&systemctl(verb, unit))?.expect(&format!("systemctl {verb} {unit}"))?;
    }
    Ok(None)
}

fn systemctl(verb: &str, unit: &str) -> Command {
    Command::new(["systemctl", "--quiet", verb, unit])
}

/// The file with the cluster's CA: the one made beforehand, or kubeadm's.
pub fn ca(host: &impl Host) -> PathBuf {
    let made = host.path(PKI).join("ca.crt");
    if made.exists() { made } else { host.path(KUBERNETES_PKI).join("ca.crt") }
}

/// The API at `address` is ready.
fn ready(host: &impl Host, address: &str, port: u16) -> Outcome {
    match api(host, address, port)? {
        Api::Ready => Ok(None),
        Api::Foreign(why) => Err(Failure::Again(format!("refused: {why}"))),
        Api::Away(why) => Err(Failure::Again(why)),
    }
}

/// Asks for `/readyz`, which needs no credentials.
///
/// This is what hosts do for most of their first boot. So as long as nothing listens at all, no program is
/// started for it; of an address that is a name only programs know how to resolve it.
fn api(host: &impl Host, address: &str, port: u16) -> Result<Api, Failure> {
    let base = base(address, port);
    let listens = address.parse::<IpAddr>().map_or(Ok(()), |ip| host.connect(SocketAddr::new(ip, port)));
    if let Err(error) = listens {
        return Ok(Api::Away(format!("{base} is not ready: {error}")));
    }
    let told = get(host, &format!("{base}/readyz"))?;
    Ok(match told.code {
        0 => Api::Ready,
        WRONG_CERTIFICATE => {
            Api::Foreign(format!("{base} has no certificate of this cluster's CA: {}", told.reason()))
        }
        _ => Api::Away(format!("{base} is not ready: {}", untimed(&told.reason()))),
    })
}

/// curl's reason without the time that it took, so that the same reason reads the same each time.
fn untimed(reason: &str) -> String {
    let Some((before, timed)) = reason.split_once(" after ") else { return reason.to_owned() };
    let rest = timed.trim_start_matches(|c: char| c.is_ascii_digit());
    let units = [" milliseconds", " ms"];
    let after = units.iter().find_map(|unit| rest.strip_prefix(unit)).filter(|_| rest.len() < timed.len());
    after.map_or_else(|| reason.to_owned(), |after| format!("{before}{after}"))
}

fn get(host: &impl Host, url: &str) -> Result<Told, Failure> {
    Ok(host.run(&request(host).arg(url))?)
}

fn request(host: &impl Host) -> Command {
    curl::request(PATIENCE).args(["--fail", "--cacert"]).arg(ca(host).to_string_lossy())
}

fn base(address: &str, port: u16) -> String {
    format!("https://{address}:{port}")
}

/// The public half of the token in kubeadm's configuration, if it joins by one.
fn token_id(host: &impl Host) -> Result<Option<String>, Failure> {
    let id = |token: String| token::parts(&token).map(|(id, _)| id.to_owned());
    Ok(token(host)?.and_then(id))
}

/// The token in kubeadm's configuration, if it joins by one.
fn token(host: &impl Host) -> Result<Option<String>, Failure> {
    let text = fs_err::read_to_string(host.path(KUBEADM))?;
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    Ok(words.find(|word| token::parts(word).is_some()).map(str::to_owned))
}

/// The base URL of etcd on the host with that address.
pub fn etcd(address: Ipv4Addr) -> String {
    base(&address.to_string(), 2379)
}

/// The base URL of etcd on the host with that address, as its peers reach it.
pub fn etcd_peer(address: Ipv4Addr) -> String {
    base(&address.to_string(), 2380)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_reason_reads_the_same_each_time() {
        let reason = |time| {
            format!("curl: (7) Failed to connect to 10.0.0.9 port 6443 after {time} ms: Couldn't connect")
        };
        assert_eq!(untimed(&reason("3137")), untimed(&reason("3084")));
        assert_eq!(untimed("curl: (28) timed out after 10009 milliseconds"), "curl: (28) timed out");
        assert_eq!(untimed("it broke after lunch ms"), "it broke after lunch ms");
    }
}
