export const MEMORY_LEAST = 256;
export const MEMORY_STEP = 256;

/** Why a limit cannot be taken; an empty box is no limit. */
export function memoryProblem(megabytes: number | null): 'tooLow' | 'notWhole' | null {
  if (megabytes === null) return null;
  if (!Number.isInteger(megabytes)) return 'notWhole';
  return megabytes < MEMORY_LEAST ? 'tooLow' : null;
}
