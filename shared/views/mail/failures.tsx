import type { JSX } from 'preact';
import { number } from '../report/labels.ts';
import type { LetterContent } from '../../use-cases/monday-mail/letter-content.ts';
import { failureWords } from './sentences.ts';
import { colors, font } from './styles.ts';

/** A few of the operations that failed, with the message of each. */
export function Failures({ content }: { readonly content: LetterContent }): JSX.Element | null {
  const { entries: failures, count } = content.digest.failures;
  if (failures.length === 0) return null;
  const more = count - failures.length;
  return (
    <>
      <h2 class="ink" style={`${font.heading}margin:26px 0 4px;`}>
        Operations that failed
      </h2>
      {failures.map(failureWords).map(({ name, message }) => (
        <div class="line" style={`border-top:1px solid ${colors.line};padding:9px 0;`}>
          <p class="ink" style={`${font.text}margin:0;`}>
            <strong>{name}</strong>
          </p>
          <p class="ink" style={`${font.small}margin:0;color:${colors.ink};`}>
            {message}
          </p>
        </div>
      ))}
      {more > 0 && (
        <p class="faint" style={`${font.small}margin:10px 0 0;`}>
          {`${number(more)} more in the report.`}
        </p>
      )}
    </>
  );
}
