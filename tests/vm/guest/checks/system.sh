# The machine as a whole: services, clock, disk, firmware.

system_is_running() {
    state=$(systemctl is-system-running --wait) || true
    echo "the system is $state: $(systemctl --failed --plain --no-legend)"
    [ "$state" = running ]
}

no_unit_has_failed() {
    failed=$(systemctl --failed --plain --no-legend)
    echo "failed: $failed"
    [ -z "$failed" ]
}

time_is_synchronised() {
    for unit in chrony systemd-timesyncd; do
        if systemctl is-enabled -q "$unit" && systemctl is-active -q "$unit"; then
            return
        fi
    done
    echo "neither chrony nor systemd-timesyncd is enabled and active"
    return 1
}

root_has_grown_to_the_disk() {
    disk=$(lsblk -bdno SIZE /dev/vda)
    root=$(findmnt -bno SIZE /)
    echo "the root has $root of $disk bytes"
    [ "$disk" -ge "$EXPECTED_DISK" ]
    [ "$root" -ge $((disk * 93 / 100)) ]
}

firmware_is_as_wanted() {
    if [ "$EXPECTED_FIRMWARE" = bios ]; then
        [ ! -e /sys/firmware/efi ]
        return
    fi
    variable=/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
    state=0 # firmware that cannot do it does not name it
    [ ! -e "$variable" ] || state=$(od -An -tu1 -j4 -N1 "$variable" | tr -d ' ')
    echo "SecureBoot is $state"
    case $EXPECTED_FIRMWARE in
    uefi) [ "$state" = 0 ] ;;
    secure-boot) [ "$state" = 1 ] ;;
    esac
}
