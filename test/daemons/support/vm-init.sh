#!/bin/busybox sh
# The first process of a virtual machine that runs one container: what the node and its kubelet would do. /machine says what:
# ADDRESS, DATA (mount path of the volume on the drive), SCRATCH (mount paths of empty folders), USER (id of user and group).
# shellcheck source=/dev/null shell=sh
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
. /machine
while read -r module; do insmod "/modules/$module.ko" || echo "no module $module"; done < /modules/order
ip link set lo up
ip addr add "$ADDRESS/32" dev eth0
ip link set eth0 up
ip route add default dev eth0

# As a node mounts its disk: ext4 with its defaults, the journal played back.
mount -t ext4 /dev/vda /drive || { echo 'the drive cannot be mounted'; poweroff -f; }
# A volume is a folder of the node's disk, given to the pod's group.
mkdir -p /drive/volume
chown "0:$USER" /drive/volume
chmod 2770 /drive/volume

mount --bind /pod /pod
mkdir -p "/pod$DATA"
mount --bind /drive/volume "/pod$DATA"
for folder in $SCRATCH; do
  mkdir -p "/pod$folder"
  mount -t tmpfs -o "mode=2770,gid=$USER" tmpfs "/pod$folder"
done
mount -t proc proc /pod/proc
mount -t tmpfs -o mode=755 tmpfs /pod/dev
ln -s /proc/self/fd /pod/dev/fd
for device in null zero random urandom; do
  touch "/pod/dev/$device"
  mount --bind "/dev/$device" "/pod/dev/$device"
done
mount -o remount,bind,ro /pod

. /environment
enter() {
  PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot /pod /usr/bin/setpriv --no-new-privs --reuid "$USER" --regid "$USER" --groups "$USER" -- /bin/sh "$1"
}
echo "the machine is up after $(cut -d ' ' -f 1 /proc/uptime) s"
if [ -e /pod/probe.sh ]; then
  (
    until enter /probe.sh > /tmp/probe 2>&1; do sleep 2; done
    echo "the container is ready after $(cut -d ' ' -f 1 /proc/uptime) s"
  ) &
fi
# A kubelet starts a container again; when it does not help, the test need not wait.
for _ in 1 2 3 4 5; do
  enter /start.sh
  echo "the container ended with $?"
  sleep 2
done
sync
poweroff -f
