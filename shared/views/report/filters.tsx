/** The form above the list: its fields are in the address of the page. */
import type { JSX } from 'preact';
import { objectTypes } from '../../directory/objects.ts';
import { type Links, type ListState, pageSizes, type Sort } from './links.ts';
import { properties, propertyLabels, typePlurals } from './labels.ts';

const sorts: readonly (readonly [Sort | '', string])[] = [
  ['', 'Property and value'],
  ['displayName', 'Name, A to Z'],
  ['-displayName', 'Name, Z to A'],
  ['userPrincipalName', 'User principal name, A to Z'],
  ['-userPrincipalName', 'User principal name, Z to A'],
  ['whenStarted', 'Oldest first'],
  ['-whenStarted', 'Newest first'],
];

/** The search, the filters, the order and the page size of the list. */
export function Filters({ links }: { readonly links: Links }): JSX.Element {
  const { state } = links;
  return (
    <form class="filters" method="get" role="search" aria-label="Quarantined values">
      <input type="hidden" name="token" value={links.token} />
      <div class="field wide">
        <label for="search">Search</label>
        <input
          id="search"
          type="search"
          name="search"
          value={state.search ?? ''}
          maxLength={256}
          placeholder="A part of a name, address or value"
          autocomplete="off"
        />
      </div>
      <Choice
        label="Property"
        name="property"
        chosen={state.property}
        options={[['', 'All'], ...properties.map((property) => [property, propertyLabels[property]] as const)]}
      />
      <Choice
        label="Type"
        name="type"
        chosen={state.type}
        options={[['', 'All'], ...objectTypes.map((type) => [type, typePlurals[type]] as const)]}
      />
      <Choice label="Order" name="sort" chosen={state.sort} options={sorts} />
      <Choice
        label="On a page"
        name="pageSize"
        chosen={String(state.pageSize)}
        options={pageSizes.map((size) => [String(size), String(size)] as const)}
      />
      <button type="submit">Show</button>
      {isNarrowed(state) && (
        <a class="button" href={links.list({ search: undefined, property: undefined, type: undefined })}>
          Show all
        </a>
      )}
    </form>
  );
}

/** Tells whether the list leaves something out. */
export function isNarrowed({ search, property, type }: ListState): boolean {
  return (search ?? property ?? type) !== undefined;
}

type ChoiceProperties = {
  readonly label: string;
  readonly name: string;
  readonly chosen: string | undefined;
  readonly options: readonly (readonly [string, string])[];
};

function Choice({ label, name, chosen = '', options }: ChoiceProperties): JSX.Element {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        {options.map(([value, text]) => (
          <option key={value} value={value} selected={value === chosen}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
