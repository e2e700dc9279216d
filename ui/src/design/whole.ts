export const MOST_WHOLE = 4294967295;

/** What Rust's u32 takes; anything else it answers with a sentence for programmers. */
export function isWhole(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0 && number <= MOST_WHOLE;
}
