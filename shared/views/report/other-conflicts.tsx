import type { JSX } from 'preact';
import { quarantinedKey } from '../../directory/objects.ts';
import type { Conflict } from '../../use-cases/queries/read-conflict.ts';
import type { Links } from './links.ts';
import { propertyLabels } from './labels.ts';

/** What else is kept from the object of a conflict; nothing if this is all. */
export function OtherConflicts({
  conflict,
  links,
}: {
  readonly conflict: Conflict;
  readonly links: Links;
}): JSX.Element | null {
  const { object, key } = conflict;
  const others = object?.quarantined.filter((quarantined) => quarantinedKey(quarantined) !== key) ?? [];
  if (!object || others.length === 0) return null;
  return (
    <section aria-labelledby="others-title">
      <h2 id="others-title">Also kept from this object</h2>
      <ul class="others">
        {others.map(({ propertyName, propertyValue }) => (
          <li key={`${propertyName} ${propertyValue}`}>
            <a class="value" href={links.conflict({ propertyName, propertyValue, sourceAnchor: object.sourceAnchor })}>
              {propertyValue}
            </a>{' '}
            <small>{propertyLabels[propertyName]}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}
