#!/bin/sh
# Runs a program as a container would, without an image: pod.sh ROOT PROGRAM MOUNTS -- ARGUMENTS
# In a mount namespace of its own: a root that holds the program, the files that are mounted and nothing else, read-only but for the
# volumes; user and group 10001, no new privileges. ROOT is an empty folder. MOUNTS are "SOURCE TARGET ro|rw", one a line.
set -eu
root=$1 program=$2 mounts=$3
shift 4
mount -t tmpfs -o mode=755 tmpfs "$root"
mkdir -p "$root/usr/bin" "$root/proc" "$root/dev"
mount -t proc proc "$root/proc"
for device in null zero random urandom; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
name=$(basename "$program")
touch "$root/usr/bin/$name"
mount --bind -o ro "$program" "$root/usr/bin/$name"
echo "$mounts" | while read -r source target mode; do
  if [ -d "$source" ]; then mkdir -p "$root$target"; else mkdir -p "$root$(dirname "$target")" && touch "$root$target"; fi
  mount --bind "$source" "$root$target"
  [ "$mode" = rw ] || mount -o remount,bind,ro "$root$target"
done
mount -o remount,ro "$root"
exec setpriv --no-new-privs chroot --userspec=10001:10001 --groups=10001 "$root" "/usr/bin/$name" "$@"
