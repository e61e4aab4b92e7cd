/** Answers requests for the report: who may see it, which view, and what is said where there is none. */
import type { HttpResponseInit } from '@azure/functions';
import { randomBytes } from 'node:crypto';
import { readReportToken } from '../links/report-link.ts';
import { type ErrorQuery, findAllErrors } from '../operations/find-errors.ts';
import { readSweepTimes } from '../operations/next-sweep.ts';
import { readConflict } from '../operations/read-conflict.ts';
import { readFailurePage, readReport } from '../operations/read-report.ts';
import type { Services } from '../services.ts';
import { readTenant, type Tenant, tenantIdOf } from '../store/tenants.ts';
import { errorsToCsv } from '../views/csv.ts';
import type { Api } from '../views/report/dismissal.tsx';
import { type Links, linksFor, type ListState } from '../views/report/links.ts';
import { notices, type NoticeTexts } from '../views/report/notice.tsx';
import { renderConflict, renderFailures, renderNotice, renderReport } from '../views/report/render.tsx';
import { csv } from './csv.ts';
import type { Call } from './handle.ts';
import { html } from './html.ts';
import type { Refusal } from './problem.ts';
import { parseReportQuery, type ReportView } from './report-query.ts';

const failuresPerPage = 25;

/** Answers with a view of the report, to whom the token allows it. */
export async function answerReport({ request, services }: Call): Promise<HttpResponseInit> {
  const token = request.query.get('token') ?? '';
  const allowed = await tenantOf(services, token);
  if ('refused' in allowed) return notice(401, notices[allowed.refused]);
  const view = parseReportQuery(request);
  return answerView(view, { services, tenant: allowed, links: linksFor(token, view.state) });
}

/** Answers a refusal of {@link answerReport}: with a page, as a person reads it. */
export function refuseReport({ status, headers, detail }: Refusal): HttpResponseInit {
  const texts = status === 503 ? notices.unavailable : { title: 'There is no such page', paragraphs: [detail] };
  return notice(status, texts, headers);
}

async function tenantOf(
  services: Services,
  token: string,
): Promise<Tenant | { readonly refused: 'missing' | 'invalid' | 'expired' }> {
  if (token === '') return { refused: 'missing' };
  const read = await readReportToken(services, token);
  if (read.refused) return { refused: read.refused };
  const tenant = await readTenant(await services.storage.tenants(), tenantIdOf(read.tenantId));
  // A link opens the registration that it was made for, and no later one of the same id.
  if (tenant?.registrationId !== read.tenantId || tenant.deletingSince !== null) return { refused: 'invalid' };
  return tenant;
}

function notice(status: number, texts: NoticeTexts, headers: Refusal['headers'] = {}): HttpResponseInit {
  const nonce = newNonce();
  return html(status, renderNotice(texts, nonce), { nonce, headers });
}

function newNonce(): string {
  return randomBytes(16).toString('base64url');
}

type Context = { readonly services: Services; readonly tenant: Tenant; readonly links: Links };

async function answerView(view: ReportView, { services, tenant, links }: Context): Promise<HttpResponseInit> {
  const nonce = newNonce();
  const now = services.now();
  const partition = await services.storage.partition(tenant.registrationId);
  switch (view.kind) {
    case 'csv':
      return csv(`sync-errors-${tenant.tenantId}.csv`, errorsToCsv(findAllErrors(partition, queryOf(view.state))));
    case 'failures': {
      const page = await readFailurePage(partition, { after: view.after, pageSize: failuresPerPage });
      return html(200, renderFailures(page, { tenant, api: apiOf(services, tenant), now, links, nonce }), { nonce });
    }
    case 'conflict': {
      const [conflict, sweep] = await Promise.all([readConflict(partition, view.name), readSweepTimes(services)]);
      if (!conflict) return notice(404, { ...unknownConflict, link: { href: links.start(), text: 'To the report' } });
      return html(200, renderConflict(conflict, { tenant, sweep, now, links, nonce }), { nonce });
    }
    case 'list': {
      const { state, position } = view;
      const query = queryOf(state);
      const report = await readReport(services, tenant, { query, after: position, pageSize: state.pageSize });
      const frame = { links, nonce, api: apiOf(services, tenant), offset: position?.offset ?? 0 };
      return html(200, renderReport(report, frame), { nonce });
    }
  }
}

/** Names the API to readers of the report; the page itself never calls it. */
function apiOf({ settings }: Services, { tenantId }: Tenant): Api {
  return { baseUrl: settings.reportBaseUrl, tenantId, takesTokens: settings.entra !== null };
}

const unknownConflict: NoticeTexts = {
  title: 'There is no such conflict',
  paragraphs: [
    'Neither the value nor the object is known here. If they ever were, the link has lost a part on its way.',
  ],
};

function queryOf({ search, property, type, sort }: ListState): ErrorQuery {
  const sortField = sort?.replace('-', '') as ErrorQuery['sortField'];
  return {
    propertyName: property,
    searchString: search,
    objectType: type,
    ...(sort ? { sortField, sortDirection: sort.startsWith('-') ? 'descending' : 'ascending' } : {}),
  };
}
