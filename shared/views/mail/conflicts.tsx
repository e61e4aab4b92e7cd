import type { JSX } from 'preact';
import type { ProvisioningError } from '../../directory/provisioning-error.ts';
import type { LetterContent } from '../../use-cases/monday-mail/letter-content.ts';
import { conflictWords } from './sentences.ts';
import { colors, font } from './styles.ts';

/** A handful of conflicts under a title: the value, who desires it, and who has it. */
export function Conflicts({
  title,
  errors,
  content,
}: {
  readonly title: string;
  readonly errors: readonly ProvisioningError[];
  readonly content: LetterContent;
}): JSX.Element | null {
  if (errors.length === 0) return null;
  return (
    <>
      <h2 class="ink" style={`${font.heading}margin:26px 0 4px;`}>
        {title}
      </h2>
      {errors.map((error) => (
        <Conflict error={error} content={content} />
      ))}
    </>
  );
}

function Conflict({
  error,
  content,
}: {
  readonly error: ProvisioningError;
  readonly content: LetterContent;
}): JSX.Element {
  const { value, property, asked, held, since } = conflictWords(content, error);
  return (
    <div class="line" style={`border-top:1px solid ${colors.line};padding:9px 0;`}>
      <p class="ink" style={`${font.text}margin:0;`}>
        <strong>{value}</strong>{' '}
        <span class="faint" style={font.small}>
          {property}
        </span>
      </p>
      <p class="ink" style={`${font.text}margin:0;`}>
        <Label>asked for by</Label> {asked}
      </p>
      <p class="ink" style={`${font.text}margin:0;`}>
        <Label>held by</Label> {held}
      </p>
      <p class="faint" style={`${font.small}margin:0;`}>
        since {since}
      </p>
    </div>
  );
}

function Label({ children }: { readonly children: string }): JSX.Element {
  return (
    <span class="faint" style={`color:${colors.faint};`}>
      {children}
    </span>
  );
}
