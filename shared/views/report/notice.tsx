import type { JSX } from 'preact';

/** The text of a notice: the situation, and what to do about it. */
export type NoticeTexts = {
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** Where a way on leads, if there is one. */
  readonly link?: { readonly href: string; readonly text: string };
};

/** The notices in place of a report. They say nothing of any tenant. */
export const notices = {
  missing: {
    title: 'This address needs a link',
    paragraphs: [
      'The report opens only with the link from the mail "Sync errors detected", or with one that an administrator has made.',
      'Open the link itself; if you copied it, make sure that it is whole.',
    ],
  },
  invalid: {
    title: 'This link is not valid',
    paragraphs: [
      'It is not one that this service has made, or it has lost a part on its way: long links are sometimes cut where they break over two lines.',
      'Open the link from the mail again, or ask an administrator of the service for a new one.',
    ],
  },
  expired: {
    title: 'This link has expired',
    paragraphs: [
      'A link to the report is good for some days only, so that a forwarded mail does not stay a key for ever.',
      'Use the link in the latest mail: every Monday brings a new one while there are errors. An administrator of the service can also make one at any time: POST /api/tenants/{tenantId}/reportLink.',
    ],
  },
  voided: {
    title: 'This link no longer opens the report',
    paragraphs: [
      'It was voided by an administrator of the service, or the service has been updated since the link was made.',
      'Use the link in the latest mail, or ask an administrator of the service for a new one.',
    ],
  },
  unavailable: {
    title: 'The report cannot be read just now',
    paragraphs: [
      'The storage of the service does not answer. Nothing is lost, and no synchronisation is wrong because of it.',
      'Try again in a minute.',
    ],
  },
} as const satisfies Record<string, NoticeTexts>;

/** A page that only says something. */
export function Notice({ title, paragraphs, link }: NoticeTexts): JSX.Element {
  return (
    <main id="main" class="notice">
      <div class="card">
        <h1>{title}</h1>
        {paragraphs.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
        {link && (
          <p>
            <a class="button" href={link.href}>
              {link.text}
            </a>
          </p>
        )}
      </div>
    </main>
  );
}
