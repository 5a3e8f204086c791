//! Debian archives: resolving with apt, signature checks, `.deb` files, local repositories.
