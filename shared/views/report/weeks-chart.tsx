/** The chart of the last weeks: above, how many were open; below, the new and the ended ones. */
import type { JSX } from 'preact';
import { beginOf, type Week } from '../../calendar/weeks.ts';
import { number, shortDay } from './labels.ts';

const width = 480;
const left = 44;
const columnWidth = (width - left) / 8;
const open = { top: 16, bottom: 104 };
const flow = { top: 132, bottom: 204 };
const barWidth = 14;

type Band = { readonly top: number; readonly bottom: number };

/** Draws the last weeks, with a text alternative and the numbers as a table. */
export function WeeksChart({ weeks }: { readonly weeks: readonly Week[] }): JSX.Element {
  return (
    <figure class="card">
      <figcaption>The last eight weeks</figcaption>
      <svg viewBox={`0 0 ${width} 232`} role="img" aria-labelledby="weeks-title weeks-text">
        <title id="weeks-title">Quarantined values in the last eight weeks</title>
        <desc id="weeks-text">{inWords(weeks)}</desc>
        <OpenBand weeks={weeks} />
        <FlowBand weeks={weeks} />
        {weeks.map(({ monday }, index) => (
          <text key={monday} class="tick" x={middleOf(index)} y={224} text-anchor="middle">
            {shortDay(beginOf(monday))}
          </text>
        ))}
      </svg>
      <ul class="legend" aria-hidden="true">
        <li class="of-open">open at the end of the week</li>
        <li class="of-new">new</li>
        <li class="of-released">released</li>
        <li class="of-withdrawn">no longer desired</li>
      </ul>
      <WeeksTable weeks={weeks} />
    </figure>
  );
}

function inWords(weeks: readonly Week[]): string {
  const [first, last] = [weeks[0], weeks.at(-1)];
  if (!first || !last) return 'Nothing is known yet.';
  return `From ${number(first.open)} open at the end of the week of ${shortDay(beginOf(first.monday))} to ${number(last.open)} open now. This week: ${number(last.quarantined)} new, ${number(last.released)} released, ${number(last.withdrawn)} no longer desired.`;
}

function middleOf(index: number): number {
  return left + (index + 0.5) * columnWidth;
}

/** Returns the height at which a count is drawn in a band. */
function heightIn({ top, bottom }: Band, most: number): (count: number) => number {
  return (count) => bottom - (count / Math.max(1, most)) * (bottom - top);
}

function Scale({ band, most }: { readonly band: Band; readonly most: number }): JSX.Element {
  return (
    <g class="scale">
      <line x1={left} x2={width} y1={band.top} y2={band.top} class="grid" />
      <line x1={left} x2={width} y1={band.bottom} y2={band.bottom} class="axis" />
      <text x={left - 8} y={band.top + 4} text-anchor="end" class="tick">
        {number(most)}
      </text>
      <text x={left - 8} y={band.bottom + 4} text-anchor="end" class="tick">
        0
      </text>
    </g>
  );
}

function OpenBand({ weeks }: { readonly weeks: readonly Week[] }): JSX.Element {
  const most = Math.max(1, ...weeks.map((week) => week.open));
  const y = heightIn(open, most);
  const points = weeks.map((week, index) => `${middleOf(index)},${y(week.open).toFixed(1)}`).join(' ');
  const last = weeks.length - 1;
  return (
    <g>
      <Scale band={open} most={most} />
      <polygon class="area" points={`${middleOf(0)},${open.bottom} ${points} ${middleOf(last)},${open.bottom}`} />
      <polyline class="line" points={points} />
      {weeks.map((week, index) => (
        <circle key={week.monday} class="dot" cx={middleOf(index)} cy={y(week.open)} r={index === last ? 4.5 : 3} />
      ))}
    </g>
  );
}

function FlowBand({ weeks }: { readonly weeks: readonly Week[] }): JSX.Element {
  const most = Math.max(
    1,
    ...weeks.map(({ quarantined, released, withdrawn }) => Math.max(quarantined, released + withdrawn)),
  );
  const y = heightIn(flow, most);
  return (
    <g>
      <Scale band={flow} most={most} />
      {weeks.map(({ monday, quarantined, released, withdrawn }, index) => {
        const x = middleOf(index);
        return (
          <g key={monday}>
            <Bar kind="new" x={x - barWidth - 1} from={y(0)} to={y(quarantined)} />
            <Bar kind="released" x={x + 1} from={y(0)} to={y(released)} />
            <Bar kind="withdrawn" x={x + 1} from={y(released)} to={y(released + withdrawn)} />
          </g>
        );
      })}
    </g>
  );
}

type BarProperties = { readonly kind: string; readonly x: number; readonly from: number; readonly to: number };

function Bar({ kind, x, from, to }: BarProperties): JSX.Element | null {
  if (from === to) return null;
  return <rect class={`bar-${kind}`} x={x} y={to} width={barWidth} height={from - to} />;
}

function WeeksTable({ weeks }: { readonly weeks: readonly Week[] }): JSX.Element {
  return (
    <details>
      <summary>The numbers of the chart</summary>
      <table class="numbers">
        <caption class="unseen">Quarantined values by week</caption>
        <thead>
          <tr>
            <th scope="col">Week of</th>
            <th scope="col">New</th>
            <th scope="col">Released</th>
            <th scope="col">No longer desired</th>
            <th scope="col">Open at its end</th>
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week.monday}>
              <th scope="row">{shortDay(beginOf(week.monday))}</th>
              <td>{number(week.quarantined)}</td>
              <td>{number(week.released)}</td>
              <td>{number(week.withdrawn)}</td>
              <td>{number(week.open)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
