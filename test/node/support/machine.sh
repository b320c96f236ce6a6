#!/bin/sh
# Becomes a computer of its own, as far as a kubelet sees: machine.sh FOLDER INIT HIERARCHIES
# Called in a network namespace. FOLDER is what the computer keeps; INIT is the program that becomes its first process. HIERARCHIES are
# "CGROUP MOUNTPOINT OPTIONS", one a line: the cgroup to enter, where its hierarchy is mounted, and how.
#
# It has mounts, processes and cgroups of its own. /run, /var/lib and /var/log are its own folders, so that programs with fixed paths write
# nothing of the computer that it runs on, and all mounts and processes are gone with INIT. What a kubelet writes to the settings of the
# kernel goes to files that lie over them.
set -eu
folder=$1 init=$2 hierarchies=$3

if [ "${4:-}" != inside ]; then
  echo "$hierarchies" | while read -r cgroup _; do echo $$ > "$cgroup/cgroup.procs"; done
  exec unshare --mount --pid --fork --kill-child --cgroup --ipc --uts --propagation private -- /bin/sh "$0" "$@" inside
fi

# A kubelet's mounts must reach containers that run already.
mount --make-rshared /
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
echo "$hierarchies" | while read -r _ mountpoint options; do
  mkdir -p "$mountpoint"
  if [ "$options" = cgroup2 ]; then mount -t cgroup2 cgroup2 "$mountpoint"; else mount -t cgroup -o "$options" cgroup "$mountpoint"; fi
done

mkdir -p "$folder/lib" "$folder/log" "$folder/kernel"
mount -t tmpfs -o mode=755 tmpfs /run
mount --bind "$folder/lib" /var/lib
mount --bind "$folder/log" /var/log

# What a kubelet demands of the kernel; it would set it for the whole computer.
while read -r setting value; do
  [ -e "/proc/sys/$setting" ] || continue
  file="$folder/kernel/$(echo "$setting" | tr / .)"
  echo "$value" > "$file"
  mount --bind "$file" "/proc/sys/$setting"
done << 'EOF'
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
kernel/keys/root_maxkeys 1000000
kernel/keys/root_maxbytes 25000000
EOF

# Settings of its own network: it forwards for its pods, and answers for their addresses.
echo 1 > /proc/sys/net/ipv4/ip_forward
echo 1 > /proc/sys/net/ipv4/conf/eth0/proxy_arp
exec "$init"
