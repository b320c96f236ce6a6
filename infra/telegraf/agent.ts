import type { ConfigTable } from '../model/config';
import { TELEGRAF_HEALTH_PORT } from '../model/services';

/** Metrics that leave in one message at most, so that a message stays far below the broker's limit of 1 MiB. */
export const GATEWAY_BATCH = 200;

/** What every Telegraf of a plant has: the agent's settings and the health check. Telegraf 1.37.2. */
export function agentTables(settings: { readonly batchSize: number; readonly bufferLimit: number }): {
  agent: ConfigTable;
  health: ConfigTable;
} {
  return {
    agent: {
      interval: '1s',
      round_interval: true,
      flush_interval: '1s',
      flush_jitter: '0s',
      metric_batch_size: settings.batchSize,
      metric_buffer_limit: settings.bufferLimit,
      precision: '1ms',
      omit_hostname: true,
      // Files in the container are read-only; logs go to standard error, where the cluster collects them.
      logformat: 'structured',
    },
    health: { service_address: `http://:${TELEGRAF_HEALTH_PORT}` },
  };
}
