# What every machine of this box has, whatever the project's own Vagrantfile says further.
Vagrant.configure("2") do |config|
  # The image has nothing that shares folders.
  config.vm.synced_folder ".", "/vagrant", disabled: true

  config.vm.provider :libvirt do |libvirt|
    libvirt.disk_bus = "virtio"
    libvirt.nic_model_type = "virtio"
  end
end
