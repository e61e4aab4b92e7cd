/** What happened to a value so far. */
import type { JSX } from 'preact';
import type { ValueHistory } from '../../store/read-history.ts';
import type { PastEvent } from '../../store/history-row.ts';
import { Time } from './time.tsx';
import { nameOf } from './labels.ts';

/** The history of a value, the newest first. */
export function ValueHistorySection({ history }: { readonly history: ValueHistory }): JSX.Element {
  return (
    <section aria-labelledby="history-title">
      <h2 id="history-title">What happened so far</h2>
      {history.events.length === 0 && <p class="faint">Nothing is recorded about this value.</p>}
      <ol class="history" reversed>
        {history.events.map((event) => (
          <li key={`${event.at} ${event.event} ${event.object.sourceAnchor}`} class={event.event}>
            <Time at={event.at} /> <span>{inWords(event)}</span>
          </li>
        ))}
      </ol>
      {!history.isWhole && <p class="faint">Older events are not shown.</p>}
    </section>
  );
}

function inWords({ event, object, from, by }: PastEvent): string {
  const name = `${object.objectType.toLowerCase()} "${nameOf(object)}"`;
  const other = from && otherName(object, from);
  switch (event) {
    case 'quarantined':
      return `An export asked for it on ${name}; it was kept from it${other ? `, because ${other} had it` : ''}.`;
    case 'released': {
      const giver = by.kind === 'sweep' ? 'The sweep' : 'An export';
      return `${giver} gave it to ${name}${other ? `, after ${other} had given it up` : ''}.`;
    }
    case 'withdrawn':
      return `An export no longer desired it on ${name}.`;
  }
}

/** Names the other side, and tells it apart if it bears the same name. */
function otherName(object: PastEvent['object'], from: NonNullable<PastEvent['from']>): string {
  const name = nameOf(from);
  return name === nameOf(object) ? `another "${name}" (${from.sourceAnchor})` : `"${name}"`;
}
