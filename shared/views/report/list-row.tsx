import type { JSX } from 'preact';
import type { ProvisioningError } from '../../directory/provisioning-error.ts';
import { Breakable } from './breakable.tsx';
import type { Links } from './links.ts';
import { Since } from './time.tsx';
import { attributeLabels, nameOf, propertyLabels } from './labels.ts';

/** One quarantined value: from whom it is kept, who has it, and since when. */
export function ListRow({
  error,
  links,
  now,
}: {
  readonly error: ProvisioningError;
  readonly links: Links;
  readonly now: Date;
}): JSX.Element {
  const { object, heldBy, propertyName, propertyValue, whenStarted } = error;
  const { sourceAnchor, objectType, userPrincipalName } = object;
  return (
    <tr role="row">
      <td role="cell" data-label="Kept from">
        <a class="name" href={links.conflict({ propertyName, propertyValue, sourceAnchor })}>
          {nameOf(object)}
          <span class="unseen">, {propertyValue}</span>
        </a>
        <small>
          {objectType}
          {userPrincipalName && (
            <>
              , <Breakable text={userPrincipalName} />
            </>
          )}
        </small>
      </td>
      <td role="cell" data-label="Value">
        <span class="value">
          <Breakable text={propertyValue} />
        </span>
        <small>{propertyLabels[propertyName]}</small>
      </td>
      <td role="cell" data-label="Held by">
        {heldBy ? nameOf(heldBy) : 'Nobody'}
        <small>
          {heldBy ? `${heldBy.objectType}, by ${attributeLabels[heldBy.attribute]}` : 'given out by the next sweep'}
        </small>
      </td>
      <td role="cell" data-label="Waiting">
        <Since at={whenStarted} now={now} />
      </td>
    </tr>
  );
}
