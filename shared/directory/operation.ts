/** The operations of an export. Behaviour 4.1. */
import type { DirectoryObject, ObjectType } from './objects.ts';

/** An add or an update. In an update an absent attribute stays and null clears it; in an add both mean empty. */
export type WriteOperation = {
  readonly operation: 'add' | 'update';
  readonly sourceAnchor: string;
  readonly objectType?: ObjectType | undefined;
  readonly displayName?: string | null | undefined;
  readonly userPrincipalName?: string | null | undefined;
  readonly mail?: string | null | undefined;
  readonly proxyAddresses?: readonly string[] | null | undefined;
  readonly exchangeLicensed?: boolean | null | undefined;
  readonly attributes?: Readonly<Record<string, string | readonly string[] | null>> | null | undefined;
};

type DeleteOperation = { readonly operation: 'delete'; readonly sourceAnchor: string };

export type Operation = WriteOperation | DeleteOperation;

/** An object as its export desires it: its type, and the attributes as exported. */
export type DesiredObject = Pick<DirectoryObject, 'objectType' | 'exported'>;
