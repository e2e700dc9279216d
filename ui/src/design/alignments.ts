import type { Alignment } from '../bindings';
import type { IconName } from './icons';

/** The best first. */
export const ALIGNMENTS: readonly Alignment[] = ['strong', 'weak', 'fail'];

export const alignmentIcons: Record<Alignment, IconName> = { strong: 'checkAll', weak: 'wave', fail: 'close' };
