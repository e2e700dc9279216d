#!/usr/bin/env bash
# Installs a .deb on a clean Debian 12 (an mmdebstrap chroot) and makes stickers with the installed program. Needs root, mmdebstrap and a
# Debian mirror; takes minutes, so it is no part of `cargo xtask test`. Usage: tests/window/package.sh PACKAGE.deb
set -euo pipefail

package=$(realpath "$1")
repository=$(realpath "$(dirname "$0")/../..")
system=${CHROOT:-$(mktemp -d)}

if [ ! -x "$system/usr/bin/apt-get" ]; then
  mmdebstrap --variant=apt --include=ca-certificates bookworm "$system"
fi
cp "$package" "$system/root/sticker-studio.deb"
mkdir -p "$system/mnt/repository" "$system/mnt/node"
mounts=()
cleanup() {
  for place in "${mounts[@]}"; do umount --lazy "$place"; done
  [ -n "${CHROOT:-}" ] || rm -rf "$system"
}
trap cleanup EXIT
bind() {
  mount --bind "$1" "$system/$2"
  mounts+=("$system/$2")
}
mount -t proc proc "$system/proc"
mounts+=("$system/proc")
bind /dev dev
bind "$repository" mnt/repository
bind "$(dirname "$(dirname "$(realpath "$(command -v node)")")")" mnt/node

chroot "$system" apt-get update --quiet=2
# What a person installs, and then what only the test needs.
chroot "$system" apt-get install --yes --no-install-recommends /root/sticker-studio.deb
chroot "$system" apt-get install --yes --no-install-recommends xvfb xauth webkit2gtk-driver
chroot "$system" env --unset=STICKER_MODEL_DIR STICKER_STUDIO=/usr/bin/sticker-studio PATH=/mnt/node/bin:/usr/bin:/bin:/usr/sbin:/sbin \
  xvfb-run -a -s '-screen 0 1280x900x24' node /mnt/repository/tests/window/package.mjs
