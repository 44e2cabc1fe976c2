/** The value of an option that counts. @throws RangeError that names the option and what it takes */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new RangeError(`${option} is ${JSON.stringify(text)}; a whole number such as 100000 is needed`);
}
