/** The operations that failed: the refused operation, why, since when, and what to do. */
import type { JSX } from 'preact';
import type { FailurePage } from '../../use-cases/queries/read-report.ts';
import type { StoredFailure } from '../../store/failures.ts';
import { type Api, Dismissal } from './dismissal.tsx';
import { failureAdvice } from './failure-advice.ts';
import type { Links } from './links.ts';
import { Since } from './time.tsx';
import { counted, nameOf } from './labels.ts';

/** The first of the operations that failed, on the report; nothing if none failed. */
export function FailuresSection({
  page,
  links,
  api,
  now,
}: {
  readonly page: FailurePage;
  readonly links: Links;
  readonly api: Api;
  readonly now: Date;
}): JSX.Element | null {
  if (page.count === 0) return null;
  return (
    <section aria-labelledby="failures-title">
      <div class="heading">
        <h2 id="failures-title">Operations that failed</h2>
        {page.next && (
          <a class="button" href={links.failures()}>
            All {page.isMore ? 'of them' : page.count}
          </a>
        )}
      </div>
      <p class="lead">
        Nothing of these was written, and they fail again in every synchronisation until their cause is corrected. Each
        leaves this list when an export of its object succeeds, or when it is dismissed.
      </p>
      <FailureList failures={page.entries} api={api} now={now} />
    </section>
  );
}

/** All of the operations that failed, a page at a time. */
export function FailuresPage({
  page,
  links,
  api,
  now,
}: {
  readonly page: FailurePage;
  readonly links: Links;
  readonly api: Api;
  readonly now: Date;
}): JSX.Element {
  return (
    <section aria-labelledby="failures-title">
      <p class="back">
        <a href={links.start()}>The report</a>
      </p>
      <h1 id="failures-title">Operations that failed</h1>
      <p class="lead">
        {page.count === 0
          ? 'None: the last export of every object succeeded.'
          : `${page.isMore ? 'More than ' : ''}${counted(page.count, 'object')}, each with the last operation on it. It leaves this list when an export of the object succeeds, or when it is dismissed.`}
      </p>
      <FailureList failures={page.entries} api={api} now={now} />
      {page.next && (
        <nav class="pager" aria-label="Pages of failed operations">
          <a class="button" href={links.failures(page.next)} rel="next">
            Next page
          </a>
        </nav>
      )}
    </section>
  );
}

function FailureList({
  failures,
  api,
  now,
}: {
  readonly failures: readonly StoredFailure[];
  readonly api: Api;
  readonly now: Date;
}): JSX.Element {
  return (
    <ul class="failures">
      {failures.map((failure) => (
        <Failure key={failure.sourceAnchor} failure={failure} api={api} now={now} />
      ))}
    </ul>
  );
}

function Failure({
  failure,
  api,
  now,
}: {
  readonly failure: StoredFailure;
  readonly api: Api;
  readonly now: Date;
}): JSX.Element {
  const { code, message, objectType, objectId, since } = failure;
  const { meaning, whatToDo } = failureAdvice[code];
  return (
    <li class="card">
      <p class="title">
        {nameOf(failure)} <small>{objectType ?? 'type not known'}</small>
      </p>
      <p>
        {meaning}. <strong>{whatToDo}</strong>
      </p>
      <p class="message">{message}</p>
      <p class="faint">
        <code>{code}</code> for <Since at={since} now={now} />.{' '}
        {objectId ? 'The object is unchanged.' : 'The object is not in the tenant.'}
      </p>
      <Dismissal api={api} sourceAnchor={failure.sourceAnchor} />
    </li>
  );
}
