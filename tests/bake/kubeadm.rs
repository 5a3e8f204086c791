//! `imgbuild check --locked` asks the image's own kubeadm what it wants.

use crate::hostile::NO_PACKAGES;
use crate::support::Project;

/// Kubernetes whose programs lie beside the definition, so that no package is needed.
const NODE: &str = "\
kubernetes:
  version: 1.36.4
  image_repository: example.org/own
  kubelet: {file: program}
  kubeadm: {file: kubeadm}
  kubectl: {file: program}
runtime:
  containerd_version: 2.3.4
  containerd: {file: program}
  runc: {file: program}
  cni: {file: program, to: /opt/cni/bin/bridge}
";
const KUBEADM: &str = "#!/bin/sh
# a stand-in for kubeadm
[ \"$*\" = 'config images list --kubernetes-version v1.36.4 --image-repository example.org/own' ] || exit 1
echo example.org/own/new-program:v1
";

#[test]
fn what_kubeadm_wants_and_no_table_knows_is_missed() {
    let project = Project::mini();
    project.extend("asked", NODE);
    project.write("images/program", "").write("images/kubeadm", KUBEADM);
    project.write("images/asked.lock", &*NO_PACKAGES);
    project.run(&["lock", "asked"]).success();
    let checked = project.run(&["check", "--locked", "asked"]).failure(3, &["`asked` has errors"]);
    let wanted = "kubeadm wants `example.org/own/new-program:v1`, which is not baked";
    assert!(checked.stdout.contains(wanted), "{}", checked.stdout);
    project.write("images/kubeadm", "#!/bin/sh\necho something is wrong >&2\nexit 1\n");
    project.run(&["lock", "asked"]).success();
    let checked = project.run(&["check", "--locked", "asked"]).failure(3, &["`asked` has errors"]);
    let words = ["kubeadm could not be asked", "something is wrong"];
    assert!(words.iter().all(|words| checked.stdout.contains(words)), "{}", checked.stdout);
}
