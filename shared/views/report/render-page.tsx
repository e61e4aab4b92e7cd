import type { ComponentChildren, JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { showInvisible } from '../show-invisible.ts';
import { script } from './script.ts';
import { styles } from './styles.ts';

/** What every page has: a title, and the nonce that its style and script are allowed by. */
type PageFrame = { readonly title: string; readonly nonce: string; readonly children: ComponentChildren };

const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1f5f99"/><circle cx="12.5" cy="16" r="6" fill="none" stroke="#fff" stroke-width="2.5"/><circle cx="19.5" cy="16" r="6" fill="none" stroke="#fff" stroke-width="2.5"/></svg>',
)}`;

/** Writes a whole page as HTML. */
export function renderPage({ title, nonce, children }: PageFrame): string {
  const page: JSX.Element = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{title}</title>
        <link rel="icon" href={icon} />
        <style nonce={nonce} dangerouslySetInnerHTML={{ __html: styles }} />
      </head>
      <body>
        {children}
        <script nonce={nonce} dangerouslySetInnerHTML={{ __html: script }} />
      </body>
    </html>
  );
  return `<!doctype html>${showInvisible(renderToString(page))}`;
}
