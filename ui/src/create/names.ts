import { t } from '../i18n/index.svelte';

/** Names of samplers are the same in every language. */
const samplers: Record<string, string> = {
  ddim: 'DDIM',
  ddpm: 'DDPM',
  euler: 'Euler',
  euler_a: 'Euler a',
  euler_ancestral: 'Euler a',
  heun: 'Heun',
  lms: 'LMS',
  pndm: 'PNDM',
  unipc: 'UniPC',
  lcm: 'LCM',
  dpmpp_2m: 'DPM++ 2M',
  dpmpp_2m_karras: 'DPM++ 2M Karras',
  dpmpp_2m_sde: 'DPM++ 2M SDE',
  dpmpp_sde: 'DPM++ SDE',
};

export function samplerName(sampler: string): string {
  return samplers[sampler] ?? sampler;
}

export function styleName(style: string): string {
  if (style === '3d' || style === 'flat' || style === 'noto') return t(`create.style.${style}`);
  return style.charAt(0).toUpperCase() + style.slice(1);
}
