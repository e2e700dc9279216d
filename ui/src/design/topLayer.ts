/**
 * Shows a popover above everything. Outside an open modal dialog it could not be reached, so it moves into that dialog; else into
 * the page's main part, where a screen reader looks for it.
 */
export function raise(element: HTMLElement, near?: HTMLElement) {
  const dialogs = document.querySelectorAll<HTMLElement>('dialog[open]');
  const host = near?.closest<HTMLElement>('dialog') ?? dialogs[dialogs.length - 1] ?? document.querySelector('main') ?? document.body;
  if (element.parentElement !== host) host.append(element);
  if (element.matches(':popover-open')) element.hidePopover();
  element.showPopover();
}

/** jsdom and very old engines have no popovers; there it stays where it is. */
export const hasTopLayer = typeof HTMLElement.prototype.showPopover === 'function';
