import { LinkifyIt } from 'linkify-it';
import { describe, expect, it } from 'vitest';
import type { LetterContent } from '../../../../shared/use-cases/monday-mail/letter-content.ts';
import { renderMail } from '../../../../shared/views/mail/render-mail.ts';
import { hostileTexts } from '../../../support/hostile/texts.ts';
import { newTenant } from '../../../support/storage.ts';

const error = (displayName: string): LetterContent['digest']['newest'][number] => {
  const object = {
    objectId: 'id',
    objectType: 'User' as const,
    displayName,
    sourceAnchor: 'a',
    userPrincipalName: null,
  };
  const heldBy = {
    ...object,
    objectType: 'Group' as const,
    displayName: 'Sales',
    attribute: 'proxyAddresses' as const,
  };
  const conflict = { propertyName: 'ProxyAddresses' as const, propertyValue: 'smtp:joe@contoso.com', heldBy };
  return {
    ...conflict,
    errorCategory: 'PropertyConflict',
    whenStarted: '2026-11-14T10:00:00.000Z',
    object,
  };
};

function mail(digest: Partial<LetterContent['digest']> = {}, rest: Partial<LetterContent> = {}) {
  return renderMail({
    tenant: newTenant({ tenantId: 'contoso', displayName: 'Contoso', mailTimeZone: 'Europe/Berlin' }),
    now: new Date('2026-11-16T07:00:00.000Z'),
    isTest: false,
    followsMail: true,
    link: { url: 'https://sync.contoso.com/api/report?token=t', expiresAt: new Date('2026-11-24T07:00:00.000Z') },
    digest: {
      since: new Date('2026-11-09T07:00:00.000Z'),
      values: 3,
      objects: 2,
      newValues: 1,
      ended: { released: 2, withdrawn: 1 },
      oldest: '2026-11-04T10:00:00.000Z',
      counts: {
        UserPrincipalName: { User: 1, Group: 0, Contact: 0 },
        ProxyAddresses: { User: 1, Group: 0, Contact: 1 },
      },
      newest: [error('Joe Wood')],
      longest: [],
      failures: { entries: [], count: 0, isMore: false, next: undefined },
      ...digest,
    },
    ...rest,
  });
}

describe('renderMail', () => {
  it('has the subject that administrators know', () => {
    expect(mail().subject).toBe('Sync errors detected on your Azure AD Connect service');
  });

  it.each(['plainText', 'html'] as const)('says everything in %s', (form) => {
    const { [form]: whole } = mail();
    const text = whole.replaceAll(/<style>[^]*<\/style>/g, '').replaceAll(/<[^>]+>/g, ' ');
    const parts = [
      'Contoso (contoso.onmicrosoft.com)',
      '3 values are quarantined on 2 objects',
      /new since the last mail \(9 November 2026\)/i,
      'resolved: 2 released automatically, 1 no longer desired',
      /11 days\W+.*since 4 November 2026/s,
      'smtp:joe@contoso.com',
      'user Joe Wood',
      'group Sales, by its proxyAddresses',
      '2 more are in the report.',
      'until 24 November 2026, 08:00 (Europe/Berlin)',
      'PUT /api/tenants/contoso',
    ];
    for (const part of parts) {
      expect(text).toMatch(part instanceof RegExp ? part : new RegExp(part.replaceAll(/[().?]/g, '\\$&')));
    }
  });

  it('has the link in both forms', () => {
    const { plainText, html } = mail();
    expect(plainText).toContain('\nhttps://sync.contoso.com/api/report?token=t\n');
    expect(html).toContain('href="https://sync.contoso.com/api/report?token=t"');
  });

  it('tells of the last seven days if there was no mail before', () => {
    expect(mail({}, { followsMail: false }).plainText).toContain('New in the last 7 days: 1');
  });

  it('escapes names in the HTML, and lets none make lines of its own in the text', () => {
    const { html, plainText } = mail({ newest: [error('<img src=x onerror=alert(1)>\nOpen http://evil')] });
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=alert(1)>');
    expect(plainText).toContain(
      '  asked for by: user <img src=x onerror=alert(1)> Open http:\u200c/\u200c/\u200cevil\n',
    );
  });

  it('loads nothing, runs nothing, and is readable without its style sheet', () => {
    const { html } = mail();
    expect(html).not.toMatch(/<(img|script|link|iframe|object)|url\(|@import/i);
    expect(html.match(/https?:\/\/[^"'\s<]+/g)).toEqual(['https://sync.contoso.com/api/report?token=t']);
  });

  it.each(hostileTexts.links)('has no link but that to the report, whatever is called %j', (name) => {
    const shown = error(name);
    const holder = { ...shown, heldBy: shown.heldBy && { ...shown.heldBy, displayName: name } };
    const value = { ...shown, propertyValue: `smtp:${name.replaceAll(/[\s<>():[\]]/g, '')}@contoso.com` };
    const failure = {
      ...({ sourceAnchor: name, objectId: null, operation: 'add', objectType: 'User', displayName: name } as const),
      ...({ code: 'DataValidationFailed', message: `Cannot add object "${name}".`, since: '', exportId: '' } as const),
    };
    const failures = { entries: [failure], count: 1, isMore: false, next: undefined };
    const tenant = newTenant({ tenantId: 'contoso', displayName: name });
    const { subject, plainText, html } = mail({ newest: [shown, holder, value], failures }, { tenant });
    const seen = html
      .replaceAll(/<(style|head)[^]*<\/\1>/g, '')
      .replaceAll(/<[^>]+>/g, '\n')
      .replaceAll('&lt;', '<');
    const others = (text: string): readonly string[] =>
      (new LinkifyIt().match(text) ?? [])
        .map(({ raw }) => raw)
        .filter((raw) => raw !== 'contoso.onmicrosoft.com' && !/^[\p{L}\p{N}.@]+@[\w.]+$/u.test(raw));
    expect(others(plainText)).toEqual(['https://sync.contoso.com/api/report?token=t']);
    expect([others(seen), others(subject)]).toEqual([[], []]);
    expect(html.match(/href="[^"]*"/g)).toEqual(['href="https://sync.contoso.com/api/report?token=t"']);
  });

  it('says that it is a test, and that there is nothing wrong', () => {
    const none = {
      values: 0,
      objects: 0,
      newValues: 0,
      oldest: null,
      newest: [],
      ended: { released: 0, withdrawn: 0 },
    };
    const { plainText, html } = mail(none, { isTest: true });
    for (const text of [plainText, html]) {
      expect(text).toContain('There are no sync errors now');
      expect(text).toContain('This mail was requested by hand.');
    }
  });
});
