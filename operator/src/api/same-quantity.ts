import { parseQuantity } from './quantity.ts';

/** Whether two values are quantities of the same amount: the API server rewrites `2000m` as `2`. */
export function isSameQuantity(a: unknown, b: unknown): boolean {
  const isText = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';
  if (!isText(a) || !isText(b)) return false;
  const amount = parseQuantity(a);
  return amount !== undefined && amount === parseQuantity(b);
}
