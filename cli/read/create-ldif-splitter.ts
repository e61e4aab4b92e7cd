/** An unfolded line of LDIF, and the number of its first physical line. */
export type LdifLine = { readonly text: string; readonly line: number };

/** Takes text piece by piece, and returns the records: the lines between blank lines, without comments. */
type LdifSplitter = {
  push(text: string): readonly (readonly LdifLine[])[];
  end(): readonly (readonly LdifLine[])[];
};

/**
 * Splits LDIF into records of unfolded lines (RFC 2849, notes 2, 4 and 5).
 *
 * Lines end in LF or CR LF. A line that begins with a space continues the line before it, even a comment.
 */
export function createLdifSplitter(): LdifSplitter {
  let rest = '';
  let number = 0;
  let line: { text: string; line: number } | undefined;
  let record: LdifLine[] = [];
  const records: (readonly LdifLine[])[] = [];

  const endLine = (): void => {
    if (line && !line.text.startsWith('#')) record.push(line);
    line = undefined;
  };
  const endRecord = (): void => {
    endLine();
    if (record.length > 0) records.push(record);
    record = [];
  };
  const take = (physical: string): void => {
    number++;
    const text = physical.endsWith('\r') ? physical.slice(0, -1) : physical;
    if (text === '') endRecord();
    else if (text.startsWith(' ') && line) line.text += text.slice(1);
    else {
      endLine();
      line = { text, line: number };
    }
  };
  return {
    push(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const physical of lines) take(physical);
      return records.splice(0);
    },
    end() {
      if (rest !== '') take(rest);
      rest = '';
      endRecord();
      return records.splice(0);
    },
  };
}
