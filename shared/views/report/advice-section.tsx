import type { JSX } from 'preact';
import { type ConflictAdvice, nextSweepMark } from './advise-on-conflict.ts';
import { Time } from './time.tsx';

/** What to do about a conflict, and what happens by itself once that is done. */
export function AdviceSection({
  advice,
  nextSweep,
}: {
  readonly advice: ConflictAdvice;
  readonly nextSweep: Date;
}): JSX.Element {
  const [before, after] = advice.afterwards.split(nextSweepMark);
  return (
    <section class="card advice" aria-labelledby="advice-title">
      <div>
        <h2 id="advice-title">What to do</h2>
        <p>{advice.diagnosis}</p>
        {advice.steps.length > 0 && (
          <ol>
            {advice.steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        )}
      </div>
      <div>
        <h3>What happens by itself</h3>
        <p>
          {before}
          {after !== undefined && (
            <>
              at <Time at={nextSweep} />
              {after}
            </>
          )}
        </p>
      </div>
    </section>
  );
}
