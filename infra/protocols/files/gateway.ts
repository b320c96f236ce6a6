import { milliseconds } from '../../model/duration';
import { byCodeUnits } from '../../model/order';
import { machineFilesPath } from '../../model/services';
import type { GatewayInput, GatewayProcessor, MachineSecret, MachineShare } from '../protocol';
import { goDuration } from '../table/columns';
import { columnConstants } from '../table/script';
import { FILES_SCRIPT, LINE } from './script';
import type { FilesMachine } from './settings';
import { NAMED_FORMATS, parseTimeFormat } from './time-format';

/** Readings that wait for the plant broker at most: fewer than a gateway holds at least, so that none is ever dropped. */
const UNDELIVERED = 800;

/** Go's name of RFC 3339. */
const RFC_3339 = '2006-01-02T15:04:05Z07:00';

/** Id of the Secret that opens a Windows share. */
const SHARE_LOGIN = 'share-login';

/** The layout of times as the script takes it. */
function layoutOf(format: string): string {
  if (format === 'iso') return RFC_3339;
  if ((NAMED_FORMATS as readonly string[]).includes(format)) return format;
  const parsed = parseTimeFormat(format);
  // Rules refuse what has no layout.
  return 'layout' in parsed ? parsed.layout : RFC_3339;
}

/**
 * One `[[inputs.tail]]`: it reads every file from its beginning after each start, whole lines only, and no further than what the plant
 * broker has acknowledged but for the last few lines. Files of a share are polled, because a node is not told of what others write.
 */
export function inputs({ name, settings }: FilesMachine): GatewayInput[] {
  const interval = Object.hasOwn(settings.scans, settings.scan) ? settings.scans[settings.scan] : undefined;
  return [
    {
      plugin: 'tail',
      settings: {
        // Names the input in Telegraf's log.
        alias: `${name}/${settings.scan}`,
        interval: goDuration(milliseconds(interval ?? '30s')),
        files: [`${machineFilesPath(name)}/${settings.files}`],
        initial_read_offset: 'beginning',
        watch_method: 'poll',
        max_undelivered_lines: Math.max(1, Math.floor(UNDELIVERED / Object.keys(settings.points).length)),
        character_encoding: 'utf-8',
        path_tag: 'path',
        name_override: LINE,
        data_format: 'grok',
        grok_patterns: ['%{GREEDYDATA:line}'],
      },
      points: Object.keys(settings.points).sort(byCodeUnits),
      ownTimes: true,
    },
  ];
}

/** The processor that makes readings of lines. */
export function processors({ settings }: FilesMachine): GatewayProcessor[] {
  const { columns = [], delimiter, decimal, time, points } = settings;
  return [
    {
      plugin: 'starlark',
      settings: {
        namepass: [LINE],
        source: FILES_SCRIPT,
        constants: {
          columns,
          delimiter: delimiter === 'tab' ? '\t' : delimiter,
          time_columns: time.columns,
          layout: layoutOf(time.format),
          zone: time.zone,
          DECIMAL: decimal,
          points: columnConstants(Object.entries(points).sort(([a], [b]) => byCodeUnits(a, b))),
        },
      },
    },
  ];
}

/** The share, which the node mounts. */
export function shares({ name, address, settings: { share } }: FilesMachine): MachineShare[] {
  const { kind, path, server = address } = share;
  return [{ kind, server, path, mountPath: machineFilesPath(name), readOnly: true, ...(kind === 'smb' ? { secret: SHARE_LOGIN } : {}) }];
}

/** The login of a Windows share. */
export function secrets({ name, settings: { share } }: FilesMachine): MachineSecret[] {
  if (share.kind !== 'smb') return [];
  const purpose = `user of the share of ${name} that may only read`;
  return [{ id: SHARE_LOGIN, purpose, content: { kind: 'login', purpose }, keys: ['password', 'username'] }];
}
