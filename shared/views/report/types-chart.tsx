/** The chart by type: a bar for users, groups and contacts, in two parts by property. */
import type { JSX } from 'preact';
import { objectTypes, type ObjectType } from '../../directory/objects.ts';
import type { ErrorCounts } from '../../store/summary.ts';
import type { Links } from './links.ts';
import { number, properties, propertyLabels, typePlurals } from './labels.ts';

const width = 300;
const left = 64;
const longestBar = 180;
const rowHeight = 44;
const barHeight = 22;

/** Draws the quarantined values by type, with a text alternative and the numbers as a table. */
export function TypesChart({ counts, links }: { readonly counts: ErrorCounts; readonly links: Links }): JSX.Element {
  const most = Math.max(1, ...objectTypes.map((type) => totalOf(counts, type)));
  return (
    <figure class="card by-type">
      <figcaption>By type</figcaption>
      <svg
        viewBox={`0 0 ${width} ${rowHeight * objectTypes.length}`}
        role="img"
        aria-labelledby="types-title types-text"
      >
        <title id="types-title">Quarantined values by type</title>
        <desc id="types-text">{objectTypes.map((type) => inWords(counts, type)).join(' ')}</desc>
        {objectTypes.map((type, index) => (
          <TypeBar key={type} counts={counts} type={type} y={index * rowHeight} unit={longestBar / most} />
        ))}
      </svg>
      <ul class="legend" aria-hidden="true">
        {properties.map((property) => (
          <li key={property} class={`of-${property}`}>
            {propertyLabels[property]}
          </li>
        ))}
      </ul>
      <TypesTable counts={counts} links={links} />
    </figure>
  );
}

function totalOf(counts: ErrorCounts, type: ObjectType): number {
  return properties.reduce((sum, property) => sum + counts[property][type], 0);
}

function inWords(counts: ErrorCounts, type: ObjectType): string {
  return `${typePlurals[type]}: ${number(totalOf(counts, type))}.`;
}

type TypeBarProperties = {
  readonly counts: ErrorCounts;
  readonly type: ObjectType;
  readonly y: number;
  /** How long the bar of one value is. */
  readonly unit: number;
};

function TypeBar({ counts, type, y, unit }: TypeBarProperties): JSX.Element {
  const [first, second] = properties.map((property) => counts[property][type] * unit) as [number, number];
  const top = y + (rowHeight - barHeight) / 2;
  const middle = y + rowHeight / 2 + 4;
  return (
    <g>
      <text x={left - 8} y={middle} text-anchor="end" class="label">
        {typePlurals[type]}
      </text>
      {first > 0 && <rect class="bar-UserPrincipalName" x={left} y={top} width={first} height={barHeight} />}
      {second > 0 && <rect class="bar-ProxyAddresses" x={left + first} y={top} width={second} height={barHeight} />}
      <text x={left + first + second + 6} y={middle} class="label">
        {number(totalOf(counts, type))}
      </text>
    </g>
  );
}

function TypesTable({ counts, links }: { readonly counts: ErrorCounts; readonly links: Links }): JSX.Element {
  return (
    <details open>
      <summary>The numbers of the chart</summary>
      <table class="numbers">
        <caption class="unseen">Quarantined values by type and property</caption>
        <thead>
          <tr>
            <th scope="col">Type</th>
            {properties.map((property) => (
              <th key={property} scope="col">
                {propertyLabels[property]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {objectTypes.map((type) => (
            <tr key={type}>
              <th scope="row">
                <a href={links.list({ type, property: undefined, search: undefined })}>{typePlurals[type]}</a>
              </th>
              {properties.map((property) => (
                <td key={property}>{number(counts[property][type])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
