import type { Range } from '../bindings';
import { formatNumber } from '../i18n/format';
import { clamp } from './geometry';

/** Parts are shown as percent. */
export function shownAs(range: Range, value: number): number {
  return rounded(range.unit === 'part' ? value * 100 : value);
}

export function fromShown(range: Range, shown: number): number {
  return snapped(range, range.unit === 'part' ? shown / 100 : shown);
}

/** Within the range and on its steps, without the dust of binary fractions. */
export function snapped({ min, max, step }: Range, value: number): number {
  return clamp(rounded(Math.round(value / step) * step), min, max);
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

/** What was typed, as a number; null when it is none. */
export function typed(text: string): number | null {
  const number = Number(text.trim().replace(',', '.').replace(/[%°]$|px²?$/, ''));
  return text.trim() === '' || !Number.isFinite(number) ? null : number;
}

export function withUnit(range: Range, value: number, unit: string): string {
  const space = range.unit === 'degrees' || range.unit === 'part' ? '' : ' ';
  return `${formatNumber(shownAs(range, value), 1)}${space}${unit}`;
}
