/** Text from a server as a terminal may show it: control characters, which could move the cursor or worse, as U+FFFD. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\u{FFFD}');
}
