import type { JSX } from 'preact';
import { number } from '../report/labels.ts';
import type { LetterContent } from '../../use-cases/monday-mail/letter-content.ts';
import { longestWait, resolvedHow, sinceWhen } from './sentences.ts';
import { colors, font } from './styles.ts';

/** The numbers of the week, side by side: new errors, errors that ended by themselves, and the longest wait. */
export function Figures({ content }: { readonly content: LetterContent }): JSX.Element {
  const { newValues, ended } = content.digest;
  const wait = longestWait(content);
  return (
    <table
      role="presentation"
      width="100%"
      cellpadding="0"
      cellspacing="0"
      class="soft"
      style={`background-color:${colors.soft};`}
    >
      <tr>
        <Figure value={number(newValues)} label={`new ${sinceWhen(content)}`} />
        <Figure value={number(ended.released + ended.withdrawn)} label={resolvedHow(content)} />
        {wait && <Figure value={wait.wait} label={`the longest wait, ${wait.since}`} />}
      </tr>
    </table>
  );
}

function Figure({ value, label }: { readonly value: string; readonly label: string }): JSX.Element {
  return (
    <td class="figure" width="33%" valign="top" style="padding:12px 14px;">
      <p class="ink" style={`${font.figure}margin:0;`}>
        {value}
      </p>
      <p class="faint" style={`${font.small}margin:0;`}>
        {label}
      </p>
    </td>
  );
}
