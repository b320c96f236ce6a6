#!/bin/sh
# Runs a command as a container of an image would, with this computer's Debian as the image: debian-pod.sh ROOT MOUNTS -- COMMAND
# In a mount namespace of its own: a root with the programs of /usr, the users that Debian knows and the files that are mounted, read-only but
# for the volumes; user and group POD_USER, by default 10001, which no image knows, and no new privileges. MOUNTS are "SOURCE TARGET ro|rw", one a
# line.
set -eu
root=$1 mounts=$2 user=${POD_USER:-10001}
unset POD_USER
shift 3
mount -t tmpfs -o mode=755 tmpfs "$root"
mkdir -p "$root/usr" "$root/proc" "$root/dev" "$root/etc" "$root/var" "$root/run" "$root/tmp"
cp -a /bin /sbin /lib /lib64 "$root/"
mount --rbind /usr "$root/usr"
mount -o remount,bind,ro "$root/usr"
cp -a /etc/passwd /etc/group /etc/nsswitch.conf /etc/ld.so.cache /etc/alternatives "$root/etc/"
mount -t proc proc "$root/proc"
ln -s /proc/self/fd "$root/dev/fd"
for device in null zero random urandom; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
echo "$mounts" | while read -r source target mode; do
  if [ -d "$source" ]; then mkdir -p "$root$target"; else mkdir -p "$root$(dirname "$target")" && touch "$root$target"; fi
  mount --bind "$source" "$root$target"
  [ "$mode" = rw ] || mount -o remount,bind,ro "$root$target"
done
mount -o remount,ro "$root"
exec setpriv --no-new-privs chroot --userspec="$user:$user" --groups="$user" "$root" "$@"
