/** Who waits for a value, in the order in which they get it. */
import type { JSX } from 'preact';
import type { Conflict, Waiting } from '../../use-cases/queries/read-conflict.ts';
import type { Links } from './links.ts';
import { Since } from './time.tsx';
import { counted, nameOf } from './labels.ts';

const mostShown = 20;

/** The queue for the value of a conflict; nothing if no object waits. */
export function QueueSection({
  conflict,
  links,
  now,
}: {
  readonly conflict: Conflict;
  readonly links: Links;
  readonly now: Date;
}): JSX.Element | null {
  const { queue, name } = conflict;
  if (queue.count === 0) return null;
  const place = queue.first.findIndex(({ sourceAnchor }) => sourceAnchor === name.sourceAnchor);
  return (
    <section aria-labelledby="queue-title">
      <h2 id="queue-title">Waiting objects</h2>
      <p class="lead">
        {counted(queue.count, 'object')}. When the value comes free, the sweep gives it to the first; the others go on
        waiting, in this order.
      </p>
      <ol class="queue">
        {queue.first.slice(0, mostShown).map((waiting, index) => (
          <Place key={waiting.sourceAnchor} waiting={waiting} isThis={index === place} {...{ conflict, links, now }} />
        ))}
      </ol>
      {queue.count > mostShown && (
        <p class="faint">
          And {counted(queue.count - mostShown, 'more object')}.
          {place >= mostShown && ` This one is number ${place + 1}.`}
        </p>
      )}
    </section>
  );
}

type PlaceProperties = {
  readonly waiting: Waiting;
  readonly isThis: boolean;
  readonly conflict: Conflict;
  readonly links: Links;
  readonly now: Date;
};

function Place({ waiting, isThis, conflict, links, now }: PlaceProperties): JSX.Element {
  const { sourceAnchor, objectType, whenStarted } = waiting;
  const { propertyName, propertyValue } = conflict.name;
  return (
    <li {...(isThis ? { 'aria-current': 'true' as const } : {})}>
      {isThis ? (
        <strong>{nameOf(waiting)}</strong>
      ) : (
        <a href={links.conflict({ propertyName, propertyValue, sourceAnchor })}>{nameOf(waiting)}</a>
      )}{' '}
      <small>
        {objectType}
        {isThis && ', the one shown here'}
      </small>
      <span class="for">
        for <Since at={whenStarted} now={now} />
      </span>
    </li>
  );
}
