/** For onkeydown of a list with one tab stop: arrows, Home and End go from one to the next. */
export function rove(event: KeyboardEvent, list: HTMLElement | undefined): void {
  const all = [...(list?.querySelectorAll<HTMLElement>('[role=option]') ?? [])];
  const now = all.findIndex((each) => each === document.activeElement);
  const to = { ArrowLeft: now - 1, ArrowUp: now - 1, ArrowRight: now + 1, ArrowDown: now + 1, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined || now < 0 || event.altKey) return;
  event.preventDefault();
  all[Math.min(all.length - 1, Math.max(0, to))]?.focus();
}

/** The one that Tab comes to: the chosen one, else the first. */
export function tabStop<T>(list: readonly T[], chosen: (item: T) => boolean): number {
  return Math.max(0, list.findIndex(chosen));
}
