import type { IconName } from './icons';

export interface MenuItem {
  id: string;
  label: string;
  icon?: IconName;
  /** Shown at the right, as in shortcuts: "delete", "mod+c". */
  keys?: string;
  danger?: boolean;
  disabled?: boolean;
  /** Makes it a menuitemcheckbox. */
  checked?: boolean;
  /** A line above it. */
  separated?: boolean;
  onselect: () => void;
}

export interface OpenMenu {
  label: string;
  items: MenuItem[];
  /** A point for context menus, an element for buttons. */
  at: { x: number; y: number } | HTMLElement;
  returnFocus: HTMLElement | null;
}

export const menu = $state<{ open: OpenMenu | null }>({ open: null });

/** One menu at a time, drawn by MenuHost in the app shell. Also right for oncontextmenu: it stops the browser's own. */
export function openMenu(from: MouseEvent | HTMLElement | { x: number; y: number }, label: string, items: MenuItem[]) {
  const returnFocus = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  let at: OpenMenu['at'];
  if (from instanceof HTMLElement) {
    at = from;
  } else if (from instanceof MouseEvent) {
    from.preventDefault();
    const target = from.currentTarget;
    // The keyboard's context-menu key gives no point worth using.
    at = from.clientX || from.clientY || !(target instanceof HTMLElement) ? { x: from.clientX, y: from.clientY } : target;
  } else {
    at = from;
  }
  menu.open = { label, items, at, returnFocus };
}

export function closeMenu(focusBack = true) {
  const back = menu.open?.returnFocus;
  menu.open = null;
  if (focusBack && back?.isConnected) back.focus();
}
