import { t } from '../i18n/index.svelte';

const settings = {
  seed: 'create.axis.seed',
  steps: 'create.axis.steps',
  guidance: 'create.axis.guidance',
  strength: 'create.axis.strength',
  weight: 'create.axis.adapterWeight',
} as const;

/** What sets a tile apart, in the page's language: the engine names a grid's settings in English ("guidance 4, steps 20"). */
export function tileLabel(label: string): string {
  return label
    .split(', ')
    .map((part) => {
      const [name = '', value = '', ...more] = part.split(' ');
      const isSetting = name in settings && more.length === 0 && value !== '' && Number.isFinite(Number(value));
      return isSetting ? `${t(settings[name as keyof typeof settings])} ${value}` : part;
    })
    .join(', ');
}
