import { CENTRAL_MOUNTS, HISTORIAN } from '../model/central-services';
import { serviceHost } from '../model/services';

/** Where the historian keeps its data, and where its scripts lie. */
export const SERVE_MOUNTS = { data: '/var/lib/influxdb2', scripts: '/etc/historian' } as const;

/**
 * Starts InfluxDB 2.7. A server that was cut off, or whose disk was full, may have left half an entry at the end of a shard's log. It goes on writing behind that
 * place, cuts the half off only afterwards, and so leaves a hole of zeros; at the next start it takes all behind the hole for damaged and throws it away, although it had
 * acknowledged it (tsdb/engine/tsm1, WAL.Open and CacheLoader.Load, 2.7.12; influxdb issue 24901). An empty file as the last one of each log
 * makes it begin a new one.
 */
export const START_SCRIPT = String.raw`#!/bin/sh
set -eu
DATA=${SERVE_MOUNTS.data}
rm -f /tmp/was-full
for shard in "$DATA"/engine/wal/*/*/*/; do
  [ -d "$shard" ] || continue
  last=$(find "$shard" -maxdepth 1 -type f -name '_*.wal' | sort | tail -n 1)
  [ -n "$last" ] || continue
  number=$(basename "$last" .wal | tr -d _ | sed 's/^0*//')
  [ ! -s "$last" ] || : > "$shard$(printf '_%05d.wal' $((number + 1)))"
done
exec influxd \
  "--bolt-path=$DATA/influxd.bolt" \
  "--sqlite-path=$DATA/influxd.sqlite" \
  "--engine-path=$DATA/engine" \
  --http-bind-address=:${HISTORIAN.port} \
  --tls-cert=${CENTRAL_MOUNTS.tls}/tls.crt \
  --tls-key=${CENTRAL_MOUNTS.tls}/tls.key \
  --tls-min-version=1.2 \
  --tls-strict-ciphers \
  --storage-wal-fsync-delay=0s \
  --hardening-enabled \
  --reporting-disabled \
  --log-level=warn
`;

/**
 * Whether the historian is alive (`alive.sh`), and whether it works (`alive.sh ready`). After its disk was full, InfluxDB 2.7 goes on
 * refusing what goes to the shards that it could not write to, until it is started again (influxdb issue 24460): it is no longer alive
 * once there is room again. While there is none it is left alone.
 */
export const ALIVE_SCRIPT = String.raw`#!/bin/sh
set -eu
ask() {
  curl --silent --fail --max-time 4 --cacert ${CENTRAL_MOUNTS.tls}/ca.crt \
    --resolve ${serviceHost(HISTORIAN)}:${HISTORIAN.port}:127.0.0.1 "https://${serviceHost(HISTORIAN)}:${HISTORIAN.port}$1"
}
if [ "$#" -gt 0 ]; then
  ask /health > /dev/null
  exit
fi
free=$(df -P -k ${SERVE_MOUNTS.data} | tail -n 1 | tr -s ' ' | cut -d ' ' -f 4)
if [ "$free" -lt 4096 ]; then
  touch /tmp/was-full
  ask /health > /dev/null
  exit
fi
ask /metrics > /tmp/metrics
[ -e /tmp/was-full ] || exit 0
if grep '^storage_writer_err_points_count' /tmp/metrics | grep -qv ' 0$'; then
  echo 'it refused writes while its disk was full, and would go on: it is started again' >&2
  exit 1
fi
rm -f /tmp/was-full
`;
