import type { JSX } from 'preact';
import { objectTypes } from '../../directory/objects.ts';
import { number, typePlurals } from '../report/labels.ts';
import type { LetterContent } from '../../use-cases/monday-mail/letter-content.ts';
import { propertyNames } from './sentences.ts';
import { colors, font } from './styles.ts';

/** How many values of each property are quarantined on objects of each type. */
export function Counts({ content }: { readonly content: LetterContent }): JSX.Element {
  const { counts } = content.digest;
  const cell = `padding:7px 0;border-bottom:1px solid ${colors.line};`;
  return (
    <table width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse;">
      <tr>
        <th class="line faint" scope="col" align="left" style={`${font.small}${cell}font-weight:normal;`}>
          Values
        </th>
        {objectTypes.map((type) => (
          <th class="line faint" scope="col" align="right" style={`${font.small}${cell}width:68px;font-weight:normal;`}>
            {typePlurals[type]}
          </th>
        ))}
      </tr>
      {propertyNames.map(({ property, label }) => (
        <tr>
          <th class="line ink" scope="row" align="left" style={`${font.text}${cell}font-weight:normal;`}>
            {label}
          </th>
          {objectTypes.map((type) => (
            <td class="line ink" align="right" style={`${font.text}${cell}`}>
              {number(counts[property][type])}
            </td>
          ))}
        </tr>
      ))}
    </table>
  );
}
