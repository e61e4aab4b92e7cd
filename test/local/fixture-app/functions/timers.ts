/** Timers that record their inputs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { app } from '@azure/functions';
import type { Timer } from '@azure/functions';

const ticks: Timer[] = [];
const yearly: Timer[] = [];
let sluggishRuns = 0;
let overlapping = 0;
let mostOverlapping = 0;

app.timer('tick', { schedule: '%EVERY_SECOND%', handler: (timer) => void ticks.push(timer) });
app.timer('sluggish', {
  schedule: '%SLUGGISH_SCHEDULE%',
  handler: async () => {
    sluggishRuns++;
    mostOverlapping = Math.max(mostOverlapping, ++overlapping);
    await sleep(1200);
    overlapping--;
  },
});
app.timer('yearly', { schedule: '0 0 0 1 1 *', handler: (timer) => void yearly.push(timer) });
app.timer('failing', {
  schedule: '0 0 0 1 1 *',
  handler: () => {
    throw new Error('the timer failed on purpose');
  },
});
app.get('timers', () => ({ jsonBody: { ticks, yearly, sluggishRuns, mostOverlapping } }));
