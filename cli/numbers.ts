import { InputError } from './errors.ts';

/** The whole number that an option says, at least so much. @throws InputError */
export function wholeNumber(option: string, text: string, least: number): number {
  const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least) return value;
  throw new InputError(`${option}: found ${JSON.stringify(text)}, expected a whole number, at least ${least}`);
}
