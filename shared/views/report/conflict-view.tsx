/** One conflict: both objects side by side, what to do, who waits, and what happened so far. */
import type { JSX } from 'preact';
import type { Conflict } from '../../use-cases/queries/read-conflict.ts';
import type { SweepTimes } from '../../use-cases/queries/read-sweep-times.ts';
import { AdviceSection } from './advice-section.tsx';
import type { Links } from './links.ts';
import { lookAlikeNote } from './look-alike-note.ts';
import { OtherConflicts } from './other-conflicts.tsx';
import { QueueSection } from './queue-section.tsx';
import { Sides } from './sides.tsx';
import { type Situation, situationOf } from './situation.ts';
import { adviseOnConflict } from './advise-on-conflict.ts';
import { Since } from './time.tsx';
import { ValueHistorySection } from './value-history-section.tsx';
import { nameOf, propertyLabels } from './labels.ts';

type ConflictProperties = {
  readonly conflict: Conflict;
  readonly links: Links;
  readonly sweep: SweepTimes;
  readonly now: Date;
};

/** The page of one conflict, also of one that is settled. */
export function ConflictView({ conflict, links, sweep, now }: ConflictProperties): JSX.Element {
  const { name, quarantined, history } = conflict;
  const situation = situationOf(conflict);
  const note = quarantined && lookAlikeNote(quarantined.propertyValue);
  return (
    <>
      <p class="back">
        <a href={links.list({ pageSize: links.state.pageSize })}>All quarantined values</a>
      </p>
      <div class="title-block">
        <p class="eyebrow">{propertyLabels[name.propertyName]}</p>
        <h1 class="value">{quarantined?.propertyValue ?? name.propertyValue}</h1>
        <p class="lead">
          {quarantined && situation ? (
            <KeptFrom situation={situation} since={quarantined.whenStarted} now={now} />
          ) : (
            <Settled conflict={conflict} />
          )}
        </p>
        {note && <p role="note">{note}</p>}
      </div>
      <Sides conflict={conflict} />
      {situation && <AdviceSection advice={adviseOnConflict(situation)} nextSweep={sweep.nextAt} />}
      <QueueSection conflict={conflict} links={links} now={now} />
      <OtherConflicts conflict={conflict} links={links} />
      <ValueHistorySection history={history} />
    </>
  );
}

type KeptFromProperties = { readonly situation: Situation; readonly since: string; readonly now: Date };

function KeptFrom({ situation, since, now }: KeptFromProperties): JSX.Element {
  const { asker, holder } = situation;
  return (
    <>
      Kept from <strong>{asker.name}</strong>
      {holder ? (
        <>
          , because <strong>{holder.name}</strong> has it.
        </>
      ) : (
        '. No object has it now.'
      )}{' '}
      Waiting for <Since at={since} now={now} />.
    </>
  );
}

function Settled({ conflict }: { readonly conflict: Conflict }): JSX.Element {
  const { object, holder, name } = conflict;
  if (!object) return <>This conflict is settled: the object that asked for the value has been deleted.</>;
  const hasIt = holder?.object.sourceAnchor === name.sourceAnchor;
  return (
    <>
      This conflict is settled: <strong>{nameOf({ displayName: object.exported.displayName, ...name })}</strong>{' '}
      {hasIt ? 'has the value now.' : 'no longer desires the value.'}
    </>
  );
}
