/** The rows of a table as kubectl prints it, by its columns; an empty cell is an empty text. */
export function kubectlTable(text: string): Record<string, string>[] {
  const [head = '', ...rows] = text.trimEnd().split('\n');
  // The head of a column may hold single blanks; two end it.
  const columns = [...head.matchAll(/\S+(?: \S+)*/g)].map(({ 0: name, index }) => ({ name, start: index }));
  return rows.map((row) =>
    Object.fromEntries(
      columns.map(({ name, start }, index) => [name, row.slice(start, columns[index + 1]?.start).trim()]),
    ),
  );
}
