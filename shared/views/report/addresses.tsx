import type { JSX } from 'preact';
import {
  quarantinedValues,
  desiredAddresses,
  type DirectoryObject,
  userPrincipalNameOf,
} from '../../directory/objects.ts';
import { isPrimary, type ValueKey } from '../../directory/values.ts';
import { Breakable } from './breakable.tsx';

const mostShown = 12;

type Entry = { readonly key: ValueKey; readonly address: string; readonly isKept: boolean };

/** The addresses that an object desires: those kept from it struck out, and the one in question marked. */
export function Addresses({
  object,
  valueKey,
}: {
  readonly object: DirectoryObject;
  readonly valueKey: ValueKey;
}): JSX.Element {
  const awaited = quarantinedValues(object);
  const entries = desiredAddresses(object.exported, userPrincipalNameOf(object)).map(({ key, address }): Entry => ({
    key,
    address,
    isKept: awaited.has(key),
  }));
  if (entries.length === 0) return <span class="faint">none</span>;
  // The one in question comes first if there are too many to show.
  const inOrder =
    entries.length > mostShown
      ? [...entries].sort((left, right) => Number(right.key === valueKey) - Number(left.key === valueKey))
      : entries;
  return (
    <>
      <AddressList entries={inOrder.slice(0, mostShown)} valueKey={valueKey} />
      {inOrder.length > mostShown && (
        <details>
          <summary>{inOrder.length - mostShown} more</summary>
          <AddressList entries={inOrder.slice(mostShown)} valueKey={valueKey} />
        </details>
      )}
    </>
  );
}

function AddressList({
  entries,
  valueKey,
}: {
  readonly entries: readonly Entry[];
  readonly valueKey: ValueKey;
}): JSX.Element {
  return (
    <ul class="addresses">
      {entries.map(({ key, address, isKept }) => (
        <li key={key}>
          <Address address={address} isKept={isKept} isConcerned={key === valueKey} />
          <small> {[isPrimary(address) && 'primary', isKept && 'kept from it'].filter(Boolean).join(', ')}</small>
        </li>
      ))}
    </ul>
  );
}

function Address({
  address,
  isKept,
  isConcerned,
}: {
  readonly address: string;
  readonly isKept: boolean;
  readonly isConcerned: boolean;
}): JSX.Element {
  const text = <Breakable text={address} />;
  if (isConcerned) return <mark class={isKept ? 'kept' : undefined}>{text}</mark>;
  return isKept ? <s>{text}</s> : text;
}
