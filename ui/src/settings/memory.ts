export const MEMORY_LEAST = 256;
export const MEMORY_STEP = 256;

/** Why a whole number cannot be the limit; an empty box is no limit. */
export function memoryProblem(megabytes: number | null): 'tooLow' | null {
  return megabytes !== null && megabytes < MEMORY_LEAST ? 'tooLow' : null;
}
