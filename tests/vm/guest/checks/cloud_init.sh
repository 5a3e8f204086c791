# cloud-init: what it is allowed to ask, and that nothing of it went wrong.

cloud_init_is_done() {
    status=$(cloud-init status --long) || true
    echo "$status"
    grep -Eq '^status: done$' <<<"$status"
}

# Versions before 23.4 know errors only; later ones also such from which they recovered.
cloud_init_has_no_errors() {
    python3 - <<'PYTHON'
import json, sys
stages = json.load(open("/run/cloud-init/result.json"))["v1"]
status = json.load(open("/run/cloud-init/status.json"))["v1"]
parts = [part for part in status.values() if isinstance(part, dict)]
errors = stages["errors"] + [e for part in parts for e in part.get("errors", [])]
errors += [e for part in parts for e in part.get("recoverable_errors", {}).items()]
sys.exit(repr(errors) if errors else 0)
PYTHON
}

cloud_init_warns_of_nothing() {
    refuse grep -E ' - [^ ]+\[(WARNING|ERROR|CRITICAL|DEPRECATED)\]' /var/log/cloud-init.log
}

datasources_are_pinned() {
    python3 - <<'PYTHON'
import sys
from cloudinit import util
found = util.read_conf_with_confd("/etc/cloud/cloud.cfg").get("datasource_list")
sys.exit(0 if found == ["NoCloud", "Ec2", "None"] else repr(found))
PYTHON
}

user_data_fits_the_schema() {
    cloud-init schema --system
}

# The image has none of Debian's sources; without any, no machine ever gets an update.
apt_knows_the_suites_of_the_release() {
    # shellcheck source=/dev/null
    . /etc/os-release
    known=$(apt-get indextargets --no-release-info --format '$(RELEASE)' | sort -u)
    echo "apt knows: $known"
    for suite in "$VERSION_CODENAME" "$VERSION_CODENAME-security"; do
        grep -Fx "$suite" <<<"$known"
    done
}
