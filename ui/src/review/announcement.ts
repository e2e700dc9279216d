import { t } from '../i18n/index.svelte';
import type { Action } from './keys';
import type { ReviewView } from './types';

function named(action: Action): string {
  switch (action.kind) {
    case 'alignment':
      return t(`common.alignment.${action.value}`);
    case 'quality':
      return t('common.qualityOf', { quality: action.value });
    case 'favourite':
      return t('common.favourite');
    case 'set':
      return t('review.set');
    default:
      return t('review.next');
  }
}

/** What a screen reader says after a key: what it did, and the prompt when another sticker came. */
export function announcement(view: ReviewView): string {
  const { last, current, finished } = view;
  const did = last === null ? '' : last.undone ? t('common.undone', { what: named(last.action) }) : named(last.action);
  const now = finished ? t('review.endTitle') : (current?.detail?.sticker.prompt ?? '');
  return [did, now].filter(Boolean).join('. ');
}
