/**
 * The mail as HTML, for mail programs: tables for the layout, styles inline, nothing loaded from anywhere.
 *
 * What the style sheet adds (dark colours, narrow screens) is lost where a program drops it, and nothing else is.
 */
import type { ComponentChildren, JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { showInvisible } from '../show-invisible.ts';
import { Conflicts } from './conflicts.tsx';
import type { LetterContent } from '../../use-cases/monday-mail/letter-content.ts';
import { Counts } from './counts.tsx';
import { Failures } from './failures.tsx';
import { Figures } from './figures.tsx';
import { aboutLink, aboutRecipients, aboutTest, andMore, headline, sinceWhen, tenantName } from './sentences.ts';
import { colors, font, sheet } from './styles.ts';

/** Writes the HTML. All that comes from the directory is escaped. */
export function renderHtml(content: LetterContent, title: string): string {
  return `<!DOCTYPE html>\n${showInvisible(renderToString(<Page content={content} title={title} />))}`;
}

function Page({ content, title }: { readonly content: LetterContent; readonly title: string }): JSX.Element {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{title}</title>
        <style dangerouslySetInnerHTML={{ __html: sheet }} />
      </head>
      <body class="desk" style={`margin:0;padding:0;background-color:${colors.desk};`}>
        <div style="display:none;max-height:0;overflow:hidden;">{`${headline(content)}.`}</div>
        <table
          role="presentation"
          width="100%"
          cellpadding="0"
          cellspacing="0"
          class="desk"
          style={`background-color:${colors.desk};`}
        >
          <tr>
            <td align="center" class="desk" style="padding:24px 12px;">
              <Sheet content={content} title={title} />
            </td>
          </tr>
        </table>
      </body>
    </html>
  );
}

function Sheet({ content, title }: { readonly content: LetterContent; readonly title: string }): JSX.Element {
  return (
    <table
      role="presentation"
      width="600"
      cellpadding="0"
      cellspacing="0"
      class="paper"
      style={`width:100%;max-width:600px;background-color:${colors.paper};border:1px solid ${colors.line};text-align:left;`}
    >
      <Row padding="24px 28px 0">
        <Heading content={content} title={title} />
      </Row>
      <Row padding="20px 28px 0">
        <Figures content={content} />
      </Row>
      <Row padding="22px 28px 0">
        <Button url={content.link.url} />
        <Faint margin="10px 0 0">{aboutLink(content)}</Faint>
      </Row>
      {content.digest.values > 0 && (
        <Row padding="22px 28px 0">
          <Counts content={content} />
        </Row>
      )}
      <Row padding="0 28px">
        <Details content={content} />
      </Row>
      <Row padding="26px 28px 24px">
        <div class="line" style={`border-top:1px solid ${colors.line};padding-top:14px;`}>
          {aboutRecipients(content).map((sentence) => (
            <Faint margin="0 0 6px">{sentence}</Faint>
          ))}
        </div>
      </Row>
    </table>
  );
}

function Heading({ content, title }: { readonly content: LetterContent; readonly title: string }): JSX.Element {
  return (
    <>
      <Faint margin="0">{title}</Faint>
      <p class="ink" style={`${font.small}margin:2px 0 0;font-weight:bold;`}>
        {tenantName(content)}
      </p>
      <h1 class="ink" style={`${font.title}margin:14px 0 0;`}>
        {headline(content)}
      </h1>
      {content.isTest && <Faint margin="10px 0 0">{aboutTest}</Faint>}
    </>
  );
}

function Details({ content }: { readonly content: LetterContent }): JSX.Element {
  const { newest, longest } = content.digest;
  return (
    <>
      <Conflicts title={`New ${sinceWhen(content)}`} errors={newest} content={content} />
      <Conflicts title="Waiting longest" errors={longest} content={content} />
      {andMore(content) && <Faint margin="10px 0 0">{andMore(content)}</Faint>}
      <Failures content={content} />
    </>
  );
}

function Faint({ margin, children }: { readonly margin: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <p class="faint" style={`${font.small}margin:${margin};`}>
      {children}
    </p>
  );
}

function Row({ padding, children }: { readonly padding: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <tr>
      <td style={`padding:${padding};`}>{children}</td>
    </tr>
  );
}

/** A button that Outlook shows as one: the colour and the room are those of the cell. */
function Button({ url }: { readonly url: string }): JSX.Element {
  return (
    <table role="presentation" cellpadding="0" cellspacing="0">
      <tr>
        <td class="button" style={`background-color:${colors.accent};padding:11px 22px;border-radius:6px;`}>
          <a
            class="button"
            href={url}
            style={`${font.text}font-weight:bold;color:${colors.onAccent};text-decoration:none;`}
          >
            Open the report
          </a>
        </td>
      </tr>
    </table>
  );
}
