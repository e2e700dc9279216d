import { backend } from '../backend';
import { t } from '../i18n/index.svelte';
import { attempt, toast } from './toasts.svelte';

/** Ways out of the studio that say what they did. */
export async function copyPicture(id: string): Promise<void> {
  await attempt(async () => {
    await backend.copySticker(id);
    toast(t('common.copiedPicture'), { tone: 'success' });
  });
}

export async function saveAs(id: string, recipe: boolean): Promise<void> {
  await attempt(async () => {
    const path = await backend.saveStickerAs(id, recipe);
    if (path !== null) toast(t('common.saved', { path }), { tone: 'success' });
  });
}

export async function reveal(id: string): Promise<void> {
  await attempt(() => backend.revealSticker(id));
}

const FAR_ENOUGH = 6;

/**
 * For onpointerdown on a picture: moving on more than a few pixels starts the system's drag of the files.
 */
export function dragOutFrom(event: PointerEvent, ids: () => string[]) {
  if (event.button !== 0) return;
  const { clientX, clientY } = event;
  const end = () => {
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', end);
    removeEventListener('pointercancel', end);
  };
  const move = (now: PointerEvent) => {
    if (Math.hypot(now.clientX - clientX, now.clientY - clientY) <= FAR_ENOUGH) return;
    end();
    swallowClick();
    void attempt(() => backend.dragStickers(ids()));
  };
  addEventListener('pointermove', move);
  addEventListener('pointerup', end);
  addEventListener('pointercancel', end);
}

/** Where the drag ends over its own picture, the release must not count as a click on it. */
function swallowClick() {
  const stop = (event: Event) => event.stopPropagation();
  const over = () => setTimeout(() => removeEventListener('click', stop, true));
  addEventListener('click', stop, { capture: true, once: true });
  addEventListener('pointerup', over, { once: true });
  addEventListener('pointercancel', over, { once: true });
}
