#!/bin/bash
# c-chain.sh WIM INDEX STICK [VHD_MIB] - makes with C tools what "vhdboot create" makes: a stick image with an
# NTFS volume on which a dynamic VHD lies with the image applied to its NTFS volume. Root, since it needs
# loop devices. No boot code and no BCD store: that work is left out, to the C tools' advantage.
#   C_CHAIN_DIRECT=1   qemu-img writes the VHD straight onto the stick's volume (one copy less)
set -euo pipefail

[ $# -ge 3 ] || { sed -n 2,5p "$0" >&2; exit 2; }
wim=$1 index=$2 stick=$3 vhd_mib=${4:-15000}
mib=$((1 << 20))
work=$(mktemp -d "$(dirname "$stick")/c-chain.XXXXXX")
loops=() mounted=() daemon=

finish() {
  for m in "${mounted[@]}"; do ! mountpoint -q "$m" || umount "$m"; done
  [ -z "$daemon" ] || wait "$daemon" || true
  for l in "${loops[@]}"; do losetup -d "$l" || true; done
  rm -rf "$work"
}
trap finish EXIT

# partitioned FILE BYTES - a sparse disk with one active NTFS partition at 1 MiB
partitioned() {
  rm -f "$1"
  truncate -s "$2" "$1"
  printf 'label: dos\nstart=2048, type=7, bootable\n' | sfdisk -q "$1"
}

# loop FILE - the partition as a block device, in $device
loop() {
  device=$(losetup --show -f -o $mib --sizelimit $(($(stat -c %s "$1") - mib)) "$1")
  loops+=("$device")
}

unloop() {
  losetup -d "$1"
  loops=()
}

# mount DEVICE FOLDER - ntfs-3g in the foreground of its own job, so that its time is this script's
mount_ntfs() {
  mkdir -p "$2"
  ntfs-3g -o no_detach,big_writes "$1" "$2" &
  daemon=$!
  mounted+=("$2")
  until mountpoint -q "$2"; do kill -0 "$daemon"; sleep 0.02; done
}

unmount_ntfs() {
  umount "$1"
  wait "$daemon"
  daemon= mounted=()
}

# the volume with the image
partitioned "$work/disk.raw" $((vhd_mib * mib))
loop "$work/disk.raw"
mkntfs -q -Q -p 2048 "$device"
wimlib-imagex apply "$wim" "$index" "$device" > "$work/apply.log"
boot=$(wimlib-imagex dir "$wim" "$index" --path=/Windows/Boot/PCAT 2> /dev/null | head -1 || true)
[ -z "$boot" ] || wimlib-imagex extract "$wim" "$index" /Windows/Boot --dest-dir="$work/boot" \
  --no-acls --no-attributes > "$work/extract.log"
unloop "$device"

# the VHD
vhd=$work/virtualharddisk.vhd
convert() { qemu-img convert -f raw -O vpc -o subformat=dynamic,force_size=on "$work/disk.raw" "$1"; }

# the stick: as large as the VHD at its full size needs it, as vhdboot lays it out
partitioned "$stick" $(((vhd_mib + 300) * mib))
loop "$stick"
mkntfs -q -Q -p 2048 "$device"
mount_ntfs "$device" "$work/stick"
if [ -n "${C_CHAIN_DIRECT:-}" ]; then
  convert "$work/stick/virtualharddisk.vhd"
else
  convert "$vhd"
  cp "$vhd" "$work/stick/virtualharddisk.vhd"
fi
if [ -n "$boot" ]; then
  mkdir "$work/stick/Boot"
  cp "$work/boot/Boot/PCAT/bootmgr" "$work/stick/bootmgr"
  for d in PCAT Fonts; do [ ! -d "$work/boot/Boot/$d" ] || cp -r "$work/boot/Boot/$d/." "$work/stick/Boot/"; done
fi
unmount_ntfs "$work/stick"
unloop "$device"
