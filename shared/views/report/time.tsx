import type { JSX } from 'preact';
import { inUtc, lasting } from './labels.ts';

/** A moment: in UTC, until the script puts it into the reader's zone; the exact UTC shows on hover. */
export function Time({ at }: { readonly at: Date | string }): JSX.Element {
  const moment = new Date(at);
  const iso = moment.toISOString();
  return (
    <time dateTime={iso} title={`${iso.replace('T', ' ').replace('Z', '')} UTC`}>
      {inUtc(moment)}
    </time>
  );
}

/** How long something has lasted, and below it since when. */
export function Since({ at, now }: { readonly at: string; readonly now: Date }): JSX.Element {
  return (
    <>
      {lasting(new Date(at), now)}{' '}
      <small>
        since <Time at={at} />
      </small>
    </>
  );
}
