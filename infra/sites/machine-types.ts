import { machineType } from '../estate/define';

/** A hydraulic press under an S7-1500: strokes, force and temperature from one data block, lamps from the outputs. */
export const press = machineType('press', {
  protocol: 's7',
  description: 'Hydraulic press',
  controller: 'S7-1500',
  points: {
    state: { address: 'DB10.DBW0', type: 'INT', description: '0 off, 1 idle, 2 running, 3 fault' },
    'stroke-counter': { address: 'DB10.DBD2', type: 'UDINT', description: 'Strokes since commissioning' },
    'rejected-parts': { address: 'DB10.DBD6', type: 'UDINT' },
    'main-pressure': { address: 'DB10.DBD10', type: 'REAL', unit: 'bar', scan: 'fast' },
    'ram-position': { address: 'DB10.DBD14', type: 'REAL', unit: 'mm', scan: 'fast' },
    'oil-temperature': { address: 'DB10.DBD18', type: 'REAL', unit: '°C', scan: 'slow' },
    'guard-closed': { address: 'DB10.DBX22.0', type: 'BOOL' },
    order: { address: 'DB10.DBB24', type: 'STRING[20]', scan: 'slow', description: 'Order that the operator loaded' },
  },
});

/** A lathe under an S7-1200: spindle, feed and tool. */
export const lathe = machineType('lathe', {
  protocol: 's7',
  description: 'CNC lathe',
  controller: 'S7-1200',
  points: {
    state: { address: 'DB1.DBW0', type: 'INT', description: '0 off, 1 idle, 2 running, 3 fault' },
    'part-counter': { address: 'DB1.DBD2', type: 'UDINT' },
    'spindle-speed': { address: 'DB1.DBD6', type: 'REAL', unit: '1/min' },
    'spindle-load': { address: 'DB1.DBW10', type: 'INT', unit: '%' },
    'tool-number': { address: 'DB1.DBB12', type: 'BYTE' },
    'emergency-stop': { address: 'M10.0', type: 'BOOL' },
  },
});
