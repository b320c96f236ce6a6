import { byCodeUnits } from '../../model/order';
import { type ModbusKind, REQUEST_LIMITS } from './tables';

/** Registers or bits that are fetched together as one value. */
export interface RequestItem {
  /** Unique among the items. */
  readonly name: string;
  readonly kind: ModbusKind;
  readonly number: number;
  /** Registers or bits, at least 1. */
  readonly length: number;
}

/** One request to the device. */
export interface ModbusRequest<Item> {
  readonly kind: ModbusKind;
  readonly number: number;
  /** Registers or bits that it asks for. */
  readonly length: number;
  /** In the order of their numbers. */
  readonly items: readonly Item[];
}

/** How items are put together. */
export interface Grouping {
  /** Every item in a request of its own. */
  readonly single: boolean;
  /** The most registers or bits without an item between two items of one request. */
  readonly readThrough: number;
}

/**
 * The requests that Telegraf makes of the items of one input (plugins/inputs/modbus/request.go, 1.37.2): without `readThrough` neighbours are
 * joined (`none`), with it also items that are not farther apart (`max_insert`); neither exceeds {@link REQUEST_LIMITS}. In the order in
 * which they are sent. An item that shares its registers with the one before it begins a request of its own where nothing is read through; one
 * that ends before the other would cut the request short (rules refuse that). The result does not depend on the order of `items`.
 */
export function planRequests<Item extends RequestItem>(items: readonly Item[], grouping: Grouping): ModbusRequest<Item>[] {
  const order: readonly ModbusKind[] = ['coil', 'discrete', 'holding', 'input'];
  return order.flatMap((kind) => {
    const sorted = items
      .filter((item) => item.kind === kind)
      .sort((a, b) => a.number - b.number || b.length - a.length || byCodeUnits(a.name, b.name));
    const limit = REQUEST_LIMITS[kind];
    const requests: { kind: ModbusKind; number: number; length: number; items: Item[] }[] = [];
    for (const item of sorted) {
      const last = requests.at(-1);
      const gap = last ? item.number - (last.number + last.length) : 0;
      const joins = !grouping.single && (grouping.readThrough === 0 ? gap === 0 : gap <= grouping.readThrough);
      if (last && joins && last.length + Math.max(0, gap) + item.length <= limit) {
        last.length = item.number + item.length - last.number;
        last.items.push(item);
      } else requests.push({ kind, number: item.number, length: item.length, items: [item] });
    }
    return requests;
  });
}
