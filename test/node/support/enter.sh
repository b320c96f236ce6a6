#!/bin/sh
# Runs a program on a computer that machine.sh made, in its cgroups as well as in its namespaces: enter.sh PROGRAM ARGUMENTS
set -eu
for processes in /sys/fs/cgroup/*/cgroup.procs; do echo 0 > "$processes"; done
exec "$@"
