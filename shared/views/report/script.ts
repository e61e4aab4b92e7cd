/** What runs in the page: it puts the times into the reader's zone. Without it they stand in UTC. */
export const script = `
'use strict';
const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
for (const time of document.querySelectorAll('time')) time.textContent = format.format(new Date(time.dateTime));
const zone = document.getElementById('zone');
if (zone) zone.textContent = 'in your time zone, ' + format.resolvedOptions().timeZone.replaceAll('_', ' ');
`;
