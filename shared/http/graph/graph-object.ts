/** Objects in the shape of Microsoft Graph: its names for what this service has. */
import {
  type DirectoryObject,
  mailOf,
  type ObjectType,
  proxyAddressesOf,
  type PropertyName,
  userPrincipalNameOf,
} from '../../directory/objects.ts';
import { propertyNotSelectable } from '../../messages/request-refusals.ts';

/** The collections, and the type of object in each. */
export const collections = { users: 'User', groups: 'Group', contacts: 'Contact' } as const satisfies Readonly<
  Record<string, ObjectType>
>;
export type Collection = keyof typeof collections;

/** One quarantined value, as Graph writes it. */
export type GraphError = {
  readonly category: 'PropertyConflict';
  readonly occurredDateTime: string;
  readonly propertyCausingError: PropertyName;
  readonly value: string;
};

/** An object as Graph writes it; `onPremisesImmutableId` is its source anchor. */
export type GraphObject = {
  readonly id: string;
  readonly displayName: string | null;
  readonly userPrincipalName: string | null;
  readonly mail: string | null;
  readonly proxyAddresses: readonly string[];
  readonly onPremisesImmutableId: string;
  readonly onPremisesProvisioningErrors: readonly GraphError[];
};

/** The properties of an object that can be selected. */
const graphProperties = [
  'id',
  'displayName',
  'userPrincipalName',
  'mail',
  'proxyAddresses',
  'onPremisesImmutableId',
  'onPremisesProvisioningErrors',
] as const satisfies readonly (keyof GraphObject)[];

/** Writes an object as Graph does. */
export function toGraph(object: DirectoryObject): GraphObject {
  return {
    id: object.objectId,
    displayName: object.exported.displayName,
    userPrincipalName: userPrincipalNameOf(object),
    mail: mailOf(object),
    proxyAddresses: proxyAddressesOf(object),
    onPremisesImmutableId: object.sourceAnchor,
    onPremisesProvisioningErrors: object.quarantined.map(({ propertyName, propertyValue, whenStarted }) => ({
      category: 'PropertyConflict',
      occurredDateTime: whenStarted,
      propertyCausingError: propertyName,
      value: propertyValue,
    })),
  };
}

/** Parses `$select`. Throws `UnsupportedQuery` for a property that objects do not have here. */
export function parseSelect(select: string): readonly (keyof GraphObject)[] {
  return select.split(',').map((text) => {
    const name = text.trim();
    const property = graphProperties.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
    if (property) return property;
    throw propertyNotSelectable(name, graphProperties);
  });
}

/** Returns the selected properties of an object. */
export function pick(object: GraphObject, selected: readonly (keyof GraphObject)[]): Partial<GraphObject> {
  return Object.fromEntries(selected.map((property) => [property, object[property]]));
}
