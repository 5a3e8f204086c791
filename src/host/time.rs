//! Where a host on EC2 takes the time from: its network may lead nowhere else.

use super::Site;
use super::file::File;
use crate::cluster::Platform;

/// chrony, which the images have, reads what is in this folder when it starts (`sourcedir` in Debian's `chrony.conf`).
/// That is after cloud-init has written files: it does so before `sysinit.target`.
const PATH: &str = "/etc/chrony/sources.d/ec2.sources";
/// Amazon's time server, which is on the link of every instance (EC2 user guide, "Set the time on your instance").
const SOURCES: &str = "server 169.254.169.123 prefer iburst minpoll 4 maxpoll 4\n";

/// The file that names the time server; `None` elsewhere than on AWS.
pub fn file(site: &Site) -> Option<File> {
    (site.cluster().platform == Platform::Aws).then(|| File::public(PATH, SOURCES))
}
