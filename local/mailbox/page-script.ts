/**
 * The script of the page: it looks for new mail, and empties the mailbox.
 *
 * The server renders everything. The script replaces only the parts that differ, so that an open message and the scroll
 * position do not change.
 */
export const pageScript = `
'use strict';
const everyMs = 2000;

async function refresh() {
  const response = await fetch(location.pathname);
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  const focused = document.activeElement?.getAttribute('href');
  for (const tag of ['header', 'nav', 'main']) {
    const shown = document.querySelector('body > ' + tag);
    const next = fresh.querySelector('body > ' + tag);
    if (!shown.isEqualNode(next)) shown.replaceWith(document.adoptNode(next));
  }
  document.title = fresh.title;
  document.body.className = fresh.body.className;
  if (focused) document.querySelector('a[href="' + CSS.escape(focused) + '"]')?.focus();
}

async function tryToRefresh() {
  if (document.hidden) return;
  try {
    await refresh();
    document.documentElement.classList.remove('stopped');
  } catch {
    document.documentElement.classList.add('stopped');
  }
}

document.addEventListener('visibilitychange', tryToRefresh);
document.addEventListener('click', async (event) => {
  if (!event.target.closest('#empty')) return;
  await fetch('/api/messages', { method: 'DELETE' });
  location.assign('/');
});
setInterval(tryToRefresh, everyMs);
`;
