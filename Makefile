# Two commands to know: `make bake` and `make test`. Both do all their set-up themselves.
IMAGE ?= debian-12-archive
# the example cluster that stands on IMAGE, if there is one
CLUSTER_debian-12-archive := archive
CLUSTER_debian-12-archive-vagrant := archive-vagrant
CLUSTER_debian-13-vagrant := book
CLUSTER ?= $(CLUSTER_$(IMAGE))
CARGO ?= cargo
# where rustup puts cargo, which it need not have put into PATH
export PATH := $(PATH):$(HOME)/.cargo/bin
# tests that Cargo.toml keeps out of a plain `cargo test`
BY_NAME := vm default_image cluster cluster_ec2 cluster_ha cluster_faults containerd upstream vagrant
IMGBUILD := target/release/imgbuild
# `aws`: publishing AMIs
FEATURES ?=

.PHONY: bake build node node-arm64 test lint e2e-addons e2e-arm64 e2e-aws e2e-cluster e2e-containerd e2e-ec2 e2e-faults e2e-ha e2e-repro e2e-upstream e2e-vagrant bench fuzz host-tools test-tools addons-tools vagrant-tools arm64-tools

bake: host-tools build ## bake IMAGE and everything it needs into dist/, and render its example cluster
	$(IMGBUILD) bake $(IMAGE)
	$(if $(CLUSTER),$(IMGBUILD) cloud-init $(CLUSTER))

build: node
	CARGO_TARGET_DIR=target $(CARGO) build --release --locked --features "$(FEATURES)"

node: ## the on-host agent, which images get, beside imgbuild itself
	CARGO=$(CARGO) scripts/build-node.sh target target/release/imgbuild-node

node-arm64: ## the on-host agent that arm64 images get, where imgbuild itself is not arm64
	CARGO=$(CARGO) scripts/build-node.sh target target/release/imgbuild-node-arm64 arm64

host-tools:
	scripts/install-host-tools.sh bake

test-tools:
	scripts/install-host-tools.sh test

addons-tools:
	scripts/install-host-tools.sh addons

vagrant-tools:
	scripts/install-host-tools.sh vagrant

arm64-tools: ## what an amd64 machine needs to bake images for arm64, and to start them
	scripts/install-host-tools.sh arm64

test: test-tools build ## units, golden files, bakes, boots, a cluster of two hosts (the rest: docs/testing.md)
	scripts/test.sh

lint: ## formatting, clippy, dependency policy
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets --locked -- -D warnings
	$(CARGO) clippy $(addprefix --test ,$(BY_NAME)) --locked -- -D warnings

e2e-repro: host-tools build ## builds every stage twice from nothing and compares (not part of `make test`)
	scripts/e2e-repro.sh

e2e-addons: addons-tools ## what is filled in of addons, against schemas of Kubernetes and a kubectl of today (not part of `make test`)
	scripts/e2e-addons.sh

e2e-cluster: test-tools build ## two hosts in QEMU become a cluster, and one with an addon (not part of `make test`)
	CARGO_TARGET_DIR=target $(CARGO) test --release --locked --test cluster -- --nocapture --test-threads=1

e2e-containerd: test-tools ## a real containerd 2, of Debian's testing, reads its configuration (not part of `make test`)
	CARGO_TARGET_DIR=target $(CARGO) test --release --locked --test containerd

e2e-aws: FEATURES = aws
e2e-aws: test-tools build ## publishes to a moto server (not part of `make test`)
	CARGO_TARGET_DIR=target $(CARGO) test --release --locked --features $(FEATURES) --test aws -- --nocapture

e2e-ec2: test-tools build ## a worker with AWS's user-data and metadata service joins a cluster in QEMU (not part of `make test`)
	scripts/e2e-ec2.sh

e2e-ha: test-tools build ## three control planes, then losing one (not part of `make test`)
	CARGO_TARGET_DIR=target $(CARGO) test --release --locked --test cluster_ha -- --nocapture

e2e-faults: test-tools build ## what may go wrong in a first boot (not part of `make test`)
	CARGO_TARGET_DIR=target $(CARGO) test --release --locked --test cluster_faults -- --nocapture --test-threads=1

e2e-arm64: IMAGE = debian-12-archive-arm64
e2e-arm64: arm64-tools build node-arm64 ## bakes an image for arm64 here and boots it, with all checks (not part of `make test`)
	$(IMGBUILD) bake $(IMAGE)
	CARGO_TARGET_DIR=target IMGBUILD_TEST_NAME=$(IMAGE) IMGBUILD_TEST_IMAGE=$(CURDIR)/dist/$(IMAGE)/$(IMAGE).qcow2 \
		$(CARGO) test --release --locked --test vm -- --nocapture under_uefi secure_boot

e2e-upstream: IMAGE = debian-13
e2e-upstream: test-tools build ## bakes all of debian-13 from a mirror with stand-ins, boots it, with all checks, and bakes it again (not part of `make test`)
	CARGO_TARGET_DIR=target $(CARGO) test --release --locked --test upstream -- --nocapture a_the_whole
	CARGO_TARGET_DIR=target IMGBUILD_TEST_NAME=$(IMAGE) \
		IMGBUILD_TEST_IMAGE=$(CURDIR)/target/tmp/upstream/$(IMAGE)/$(IMAGE).qcow2 \
		$(CARGO) test --release --locked --test vm -- --nocapture
	CARGO_TARGET_DIR=target $(CARGO) test --release --locked --test upstream -- --nocapture b_what_is

e2e-vagrant: vagrant-tools build ## one host, then two, under the real Vagrant and libvirt (not part of `make test`)
	CARGO_TARGET_DIR=target $(CARGO) test --release --locked --test vagrant -- --nocapture --test-threads=1

bench: FEATURES = $(if $(COLDSNAP),aws)
bench: test-tools build ## speed, memory and size beside the peers that this machine can have; COLDSNAP=1: AWS too
	scripts/bench.sh

fuzz: test-tools ## parsers against inputs that nobody has thought of (not part of `make test`)
	scripts/fuzz.sh
