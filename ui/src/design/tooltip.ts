import type { Attachment } from 'svelte/attachments';
import { hasTopLayer, raise } from './topLayer';

const DELAY = 450;
const GAP = 8;

/**
 * {@attach tooltip('Delete')}: shown after a short rest of the pointer, or at once on keyboard focus. It only repeats
 * the control's name, so it is hidden from screen readers.
 */
export function tooltip(text: string | undefined, keys?: string): Attachment<HTMLElement> {
  return (element) => {
    if (!text) return;
    let bubble: HTMLElement | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const hide = () => {
      clearTimeout(timer);
      removeEventListener('resize', hide);
      bubble?.remove();
      bubble = null;
    };
    const show = () => {
      hide();
      bubble = document.createElement('div');
      bubble.className = 'tooltip';
      bubble.setAttribute('aria-hidden', 'true');
      bubble.popover = 'manual';
      bubble.append(text);
      if (keys) {
        const kbd = document.createElement('kbd');
        kbd.textContent = keys;
        bubble.append(kbd);
      }
      document.body.append(bubble);
      if (hasTopLayer) raise(bubble, element);
      place(bubble, element.getBoundingClientRect());
      addEventListener('resize', hide);
    };
    const enter = (event: PointerEvent) => {
      if (event.pointerType !== 'mouse' || event.buttons) return;
      timer = setTimeout(show, DELAY);
    };
    const focus = () => {
      if (element.matches(':focus-visible')) show();
    };
    const key = (event: KeyboardEvent) => {
      if (event.key === 'Escape') hide();
    };

    element.addEventListener('pointerenter', enter);
    element.addEventListener('pointerleave', hide);
    element.addEventListener('pointerdown', hide);
    element.addEventListener('focus', focus);
    element.addEventListener('blur', hide);
    element.addEventListener('keydown', key);
    return () => {
      hide();
      element.removeEventListener('pointerenter', enter);
      element.removeEventListener('pointerleave', hide);
      element.removeEventListener('pointerdown', hide);
      element.removeEventListener('focus', focus);
      element.removeEventListener('blur', hide);
      element.removeEventListener('keydown', key);
    };
  };
}

function place(bubble: HTMLElement, anchor: DOMRect) {
  const { width, height } = bubble.getBoundingClientRect();
  const above = anchor.top - height - GAP >= 0;
  const left = anchor.left + anchor.width / 2 - width / 2;
  bubble.style.left = `${Math.max(GAP, Math.min(left, innerWidth - width - GAP))}px`;
  bubble.style.top = `${above ? anchor.top - height - GAP : anchor.bottom + GAP}px`;
}
