# What every machine of this box has, whatever the project's own Vagrantfile says further.
Vagrant.configure("2") do |config|
  config.vm.base_mac = "{{ mac }}"

  # The image has no Guest Additions, so nothing shares folders.
  config.vm.synced_folder ".", "/vagrant", disabled: true

  config.vm.provider :virtualbox do |virtualbox|
    virtualbox.check_guest_additions = false
    virtualbox.functional_vboxsf = false
    # The kernel is one for clouds: of VirtualBox's network cards it knows this one.
    virtualbox.default_nic_type = "virtio"
  end
end
