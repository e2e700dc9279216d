import type { BucketCoverage, Rating, Sticker } from '../bindings';

export const isRated = (rating: Rating): boolean => rating.alignment !== null || rating.quality !== null;

export const isComplete = (rating: Rating): boolean => rating.alignment !== null && rating.quality !== null;

/** The coverage as it is with the ratings given here: each with what the library counted it as. */
export function withRatings(
  counted: readonly BucketCoverage[],
  changes: Iterable<{ sticker: Sticker; now: Rating }>,
): BucketCoverage[] {
  const out = counted.map((bucket) => ({ ...bucket }));
  for (const { sticker, now } of changes) {
    const bucket = out.find((one) => one.bucket === sticker.bucket);
    if (!bucket) continue;
    bucket.rated += Number(isRated(now)) - Number(isRated(sticker.rating));
    bucket.strong += Number(now.alignment === 'strong') - Number(sticker.rating.alignment === 'strong');
  }
  return out;
}
