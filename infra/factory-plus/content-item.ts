/** JSON data. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Who writes a piece of content: `configdb` is `millwright configdb`; `setup` is the Job `service-setup`, by the dump in the centre's tree of
 * the permissions that the centre itself needs to start; `edge` is a program in an edge cluster, such as its Kerberos keys operator. One
 * owner each: the command only looks at what is another's, and removes it when it has left the estate. Of what is the edge's it only counts
 * whether it is there, and it may be missing.
 */
export type ContentOwner = 'configdb' | 'setup' | 'edge';

/** One thing that Factory+ should know. Its identity is its kind and ids; the rest is what is said. */
export type ContentItem = (
  | { readonly kind: 'object'; readonly uuid: string; readonly class: string }
  | { readonly kind: 'subclass'; readonly uuid: string; readonly of: string }
  /** A class that an object is a direct member of, beside the class that it was made in. */
  | { readonly kind: 'member'; readonly uuid: string; readonly of: string }
  | { readonly kind: 'entry'; readonly application: string; readonly uuid: string; readonly value: Json }
  /** The Kerberos principal that an account logs in as, with its realm. */
  | { readonly kind: 'identity'; readonly uuid: string; readonly principal: string }
  | { readonly kind: 'grant'; readonly uuid: string; readonly permission: string; readonly target: string }
) & {
  /** What it is, for people: `plants.leeds.machines.press-1: data points`. */
  readonly label: string;
  readonly owner: ContentOwner;
};

/** An item without what it is to whom. */
type Bare<Item> = Item extends unknown ? Omit<Item, 'label' | 'owner'> : never;

/** Makes items of one owner whose labels begin alike. */
export function itemsOf(place: string, owner: ContentOwner): (what: string, item: Bare<ContentItem>) => ContentItem {
  return (what, item) => ({ ...item, label: what === '' ? place : `${place}: ${what}`, owner }) as ContentItem;
}
