//! Starts images in QEMU.
