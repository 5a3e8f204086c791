#!/bin/bash
# What must differ between any two machines.
echo "value machine-id $(cat /etc/machine-id)"
echo "value initiator-name $(sed -n 's/^InitiatorName=//p' /etc/iscsi/initiatorname.iscsi)"
for key in /etc/ssh/ssh_host_*_key.pub; do
    name=${key##*/ssh_host_}
    echo "value ssh-host-key-${name%_key.pub} $(cut -d ' ' -f 2 "$key")"
done
