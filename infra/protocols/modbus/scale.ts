/**
 * Factor and offset as one fraction: the value is (raw × `times` + `plus`) ÷ `by`, three whole numbers. So a raw 3 with the factor 0.1 is
 * 3 ÷ 10 = 0.3, as a person calculates, and not 3 × 0.1 = 0.30000000000000004.
 */
export interface Fraction {
  readonly times: number;
  readonly plus: number;
  /** A power of ten, at least 1. */
  readonly by: number;
}

/** A number as digits and a power of ten: 0.25 is 25 and −2. */
function decimal(value: number): { readonly digits: number; readonly exponent: number } {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: Number(whole + fraction), exponent: Number(exponent) - fraction.length };
}

/**
 * Factor and offset in whole numbers; undefined when one of the three would exceed 2⁵³ − 1, so that it could not be calculated with
 * exactly.
 *
 * @param factor any finite number but 0
 * @param offset any finite number
 */
export function fractionOf(factor: number, offset: number): Fraction | undefined {
  const [a, b] = [decimal(factor), decimal(offset)];
  const places = Math.max(0, -a.exponent, offset === 0 ? 0 : -b.exponent);
  const whole = ({ digits, exponent }: { digits: number; exponent: number }) => digits * 10 ** (exponent + places);
  const found = { times: whole(a), plus: offset === 0 ? 0 : whole(b), by: 10 ** places };
  return Object.values(found).every(Number.isSafeInteger) ? found : undefined;
}
