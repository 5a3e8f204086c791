//! Writers of what users take away: raw, qcow2, ISO, manifest.
