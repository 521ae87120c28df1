# Two targets do everything on a fresh Debian 12 machine with Rust, git, make and Python 3 with pip:
#
#   make demo               the library with its samples, served; ARGS=--once ends when it is ready
#   make test               the whole suite
#
# Each does its set-up itself and does nothing twice.

.PHONY: demo test assets system system-for-tests lint bench clean-demo
.DELETE_ON_ERROR:

# What building and running needs beside Rust, and what only tests need.
PACKAGES := ca-certificates cmake g++ gcc libc6-dev make pkg-config \
	libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev \
	gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad \
	gstreamer1.0-plugins-ugly gstreamer1.0-libav
TEST_PACKAGES := chromium curl ffmpeg fonts-dejavu-core postgresql rsync ruby util-linux

SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
NODE_PACKAGES := $(if $(shell command -v npm),,nodejs npm)

# Installs what is missing of the packages in $(1), and asks for no right if nothing is.
define install
@missing=""; for package in $(1); do \
	dpkg-query --show --showformat='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' \
		|| missing="$$missing $$package"; \
done; \
if [ -n "$$missing" ]; then \
	echo "installing$$missing"; \
	$(SUDO) apt-get -o DPkg::Lock::Timeout=600 -qq update && \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -qq install \
		--yes --no-install-recommends $$missing; \
fi
endef

demo: system assets
	cargo build --release --locked
	samples/demo $(ARGS)

test: system-for-tests assets
	.ci/suite

system:
	$(call install,$(PACKAGES) $(NODE_PACKAGES))

system-for-tests:
	$(call install,$(PACKAGES) $(NODE_PACKAGES) $(TEST_PACKAGES))

# Styles, scripts and fonts, which the build of the crate `web` embeds.
assets: web/dist/manifest.json

FRONTEND := $(shell find web/frontend -type f -not -path '*/node_modules/*')

web/frontend/node_modules: web/frontend/package-lock.json | $(if $(NODE_PACKAGES),system)
	cd web/frontend && npm ci --no-audit --no-fund
	touch $@

web/dist/manifest.json: web/frontend/node_modules $(FRONTEND)
	cd web/frontend && npm run build
	touch $@

lint:
	cargo fmt --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

bench: system-for-tests assets
	benches/run

clean-demo:
	rm -rf plenary-data
