/** Whether the long form of the tests runs: `npm run campaign`. */
export const isCampaign = process.env.MILLWRIGHT_CAMPAIGN === '1';

/** Seeds of a random test: the first ones in CI, all of them in the campaign. */
export function seeds(inCi: number, inCampaign: number): number[] {
  return Array.from({ length: isCampaign ? inCampaign : inCi }, (_, index) => index + 1);
}

/** Part of a long list: in CI every `step`th, beginning elsewhere for each `offset`, so that all have their turn; all in the campaign. */
export function share<T>(all: readonly T[], step: number, offset: number): readonly T[] {
  return isCampaign ? all : all.filter((_, index) => (index + offset) % step === 0);
}
