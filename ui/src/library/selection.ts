/** What is selected in a list of ids: never changed in place. */
export type Selection = {
  readonly ids: ReadonlySet<string>;
  /** Where a range begins. */
  readonly anchor: string | null;
  /** Where the keyboard is. */
  readonly active: string | null;
};

export const NOTHING: Selection = { ids: new Set(), anchor: null, active: null };

export type Modifiers = { toggle: boolean; range: boolean };

export function only(id: string): Selection {
  return { ids: new Set([id]), anchor: id, active: id };
}

export function toggle(from: Selection, id: string): Selection {
  const ids = new Set(from.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, anchor: id, active: id };
}

/** From the anchor to `id`; `adding` keeps what was selected before. */
export function range(from: Selection, order: readonly string[], id: string, adding = false): Selection {
  const start = from.anchor === null ? -1 : order.indexOf(from.anchor);
  const end = order.indexOf(id);
  if (start < 0 || end < 0) return only(id);
  const between = order.slice(Math.min(start, end), Math.max(start, end) + 1);
  return { ids: new Set(adding ? [...from.ids, ...between] : between), anchor: from.anchor, active: id };
}

/** A click, or an arrow key that leads to `id`. */
export function choose(from: Selection, order: readonly string[], id: string, { toggle: toggles, range: ranges }: Modifiers): Selection {
  if (ranges) return range(from, order, id, toggles);
  return toggles ? toggle(from, id) : only(id);
}

export function all(from: Selection, order: readonly string[]): Selection {
  return { ids: new Set(order), anchor: from.anchor ?? order[0] ?? null, active: from.active ?? order[0] ?? null };
}

export function none(from: Selection): Selection {
  return { ids: new Set(), anchor: from.active, active: from.active };
}

/** After the list became `order`: what is gone is not selected, and the keyboard stays near where it was. */
export function keep(from: Selection, before: readonly string[], order: readonly string[]): Selection {
  const there = new Set(order);
  const near = (id: string | null): string | null => {
    if (id === null || there.has(id)) return id;
    const at = before.indexOf(id);
    const next = before.slice(at + 1).find((each) => there.has(each));
    return next ?? order.at(-1) ?? null;
  };
  return { ids: new Set([...from.ids].filter((id) => there.has(id))), anchor: near(from.anchor), active: near(from.active) };
}

/** The selected ids in the order of the list. */
export function inOrder(from: Selection, order: readonly string[]): string[] {
  return from.ids.size === 0 ? [] : order.filter((id) => from.ids.has(id));
}
