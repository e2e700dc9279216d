import { goTo } from '../state/route.svelte';
import { editor } from './editor.svelte';

/** Shows stickers on the Finish screen; several share the effects. */
export function openInFinish(ids: string[]) {
  goTo('finish');
  void editor.open(ids);
}
