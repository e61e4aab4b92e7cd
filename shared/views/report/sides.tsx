/** The two objects of a conflict side by side, the value marked in each place. */
import type { ComponentChildren, JSX } from 'preact';
import { type DirectoryObject, userPrincipalNameOf } from '../../directory/objects.ts';
import { smtpKey, upnKey, type ValueKey } from '../../directory/values.ts';
import type { Conflict } from '../../use-cases/queries/read-conflict.ts';
import { Addresses } from './addresses.tsx';
import { attributeLabels, nameOf } from './labels.ts';

/** The object that holds the value, and the one that it is quarantined on; of a settled conflict only those that are in one. */
export function Sides({ conflict }: { readonly conflict: Conflict }): JSX.Element {
  const { key, object, holder, quarantined, queue } = conflict;
  const hasValue = !quarantined && holder !== null && holder.object.sourceAnchor === object?.sourceAnchor;
  return (
    <div class="sides">
      {holder && (
        <SideCard
          title="Has the value"
          by={`by ${attributeLabels[holder.attribute]}`}
          object={holder.object}
          valueKey={key}
        />
      )}
      {!holder && queue.count > 0 && <NobodyCard />}
      {object && !hasValue && (
        <SideCard
          title={quarantined ? 'Asks for the value' : 'Asked for the value'}
          by={quarantined ? 'and waits' : 'not any more'}
          object={object}
          valueKey={key}
          isWaiting
        />
      )}
    </div>
  );
}

type SideProperties = {
  readonly title: string;
  readonly by: string;
  readonly object: DirectoryObject;
  readonly valueKey: ValueKey;
  readonly isWaiting?: boolean;
};

function SideCard({ title, by, object, valueKey, isWaiting = false }: SideProperties): JSX.Element {
  const { exported, objectType, sourceAnchor, objectId } = object;
  const forest = exported.attributes.onPremisesDomainName;
  return (
    <section class={isWaiting ? 'card side waiting' : 'card side holding'} aria-label={title}>
      <div class="side-head">
        <p class="eyebrow">
          {title} <span>{by}</span>
        </p>
        <h2>{nameOf({ displayName: exported.displayName, sourceAnchor })}</h2>
      </div>
      <dl>
        <Field name="Type">{objectType}</Field>
        <Field name="User principal name">
          <UserPrincipalName object={object} valueKey={valueKey} />
        </Field>
        <Field name="Addresses">
          <Addresses object={object} valueKey={valueKey} />
        </Field>
        <Field name="Mail">
          <Mail mail={exported.mail} valueKey={valueKey} />
        </Field>
        <Field name="Exchange licence">{exported.exchangeLicensed ? 'Yes' : 'No'}</Field>
        <Field name="On-premises domain">
          {typeof forest === 'string' ? forest : <span class="faint">not exported</span>}
        </Field>
        <Field name="Source anchor">
          <code>{sourceAnchor}</code>
        </Field>
        <Field name="Object id">
          <code>{objectId}</code>
        </Field>
      </dl>
    </section>
  );
}

function Field({ name, children }: { readonly name: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function None(): JSX.Element {
  return <span class="faint">none</span>;
}

type ValueOn = { readonly object: DirectoryObject; readonly valueKey: ValueKey };

/** The name in force and, for a user on a temporary one, the name that it desires. */
function UserPrincipalName({ object, valueKey }: ValueOn): JSX.Element {
  const inForce = userPrincipalNameOf(object);
  if (inForce === null) return <None />;
  const isConcerned = (name: string | null): boolean => name !== null && valueKey === upnKey(name);
  const asked = object.exported.userPrincipalName;
  return (
    <>
      {isConcerned(inForce) ? <mark>{inForce}</mark> : inForce}
      {object.placeholder !== null && (
        <small>temporary; asks for {isConcerned(asked) ? <mark class="kept">{asked}</mark> : asked}</small>
      )}
    </>
  );
}

function Mail({ mail, valueKey }: { readonly mail: string | null; readonly valueKey: ValueKey }): JSX.Element {
  if (mail === null) return <None />;
  return smtpKey(mail) === valueKey ? <mark>{mail}</mark> : <>{mail}</>;
}

function NobodyCard(): JSX.Element {
  return (
    <section class="card side vacant" aria-label="Has the value">
      <p class="eyebrow">Has the value</p>
      <h2>Nobody</h2>
      <p>It is vacant. The next sweep releases it to the object that has waited longest.</p>
    </section>
  );
}
