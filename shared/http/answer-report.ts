/** Answers requests for the report: checks the link, and renders the requested view. */
import type { HttpResponseInit } from '@azure/functions';
import { randomBytes } from 'node:crypto';
import { openReportLink } from '../use-cases/report-links/make-report-link.ts';
import { seal, unseal } from '../tokens/seal.ts';
import { logEvent } from '../log-event.ts';
import { type ErrorQuery, findAllErrors } from '../use-cases/queries/find-errors.ts';
import { readSweepTimes } from '../use-cases/queries/read-sweep-times.ts';
import { readConflict } from '../use-cases/queries/read-conflict.ts';
import { readFailurePage, readReport } from '../use-cases/queries/read-report.ts';
import type { Services } from '../services.ts';
import type { Tenant } from '../store/tenant-row.ts';
import { errorsToCsv } from '../views/errors-to-csv.ts';
import type { Api } from '../views/report/dismissal.tsx';
import { type Links, linksFor, type ListState, type PagedView, type SealPosition } from '../views/report/links.ts';
import { notices, type NoticeTexts } from '../views/report/notice.tsx';
import { renderConflict, renderFailures, renderNotice, renderReport } from '../views/report/render-report.tsx';
import { csv } from './csv.ts';
import type { Call } from './handle.ts';
import { html } from './html.ts';
import type { Refusal } from './problem.ts';
import { type OpenPosition, parseReportQuery, type ReportView } from './parse-report-query.ts';

const failuresPerPage = 25;

/** Answers with a view of the report to anyone with a link to it. */
export async function answerReport({ request, services, context }: Call): Promise<HttpResponseInit> {
  const token = request.query.get('token') ?? '';
  const opened = await openReportLink(services, token);
  if (opened.refused) {
    const { refused: reason, linkId = null, tenantId: tenant = null } = opened;
    logEvent(context, 'Report refused', { tenant, linkId, reason });
    return notice(401, notices[reason]);
  }
  const { tenant, linkId } = opened;
  const { sealPosition, openPosition } = positionsOf(services, tenant);
  const view = parseReportQuery(request, openPosition);
  logEvent(context, 'Report opened', { tenant: tenant.tenantId, linkId, view: view.kind });
  return answerView(view, { services, tenant, links: linksFor(token, view.state, sealPosition) });
}

/** Positions in the report's lists are sealed for their view and for the registration of the tenant. */
function positionsOf(
  { settings: { linkKeys } }: Services,
  { registrationId }: Tenant,
): { readonly sealPosition: SealPosition; readonly openPosition: OpenPosition } {
  const purposeOf = (view: PagedView): string => JSON.stringify(['report', registrationId, view]);
  return {
    sealPosition: (view, position) => seal(linkKeys, purposeOf(view), position),
    openPosition: (view, text) => {
      const unsealed = unseal(linkKeys, purposeOf(view), text);
      return unsealed.isOpen ? unsealed.value : undefined;
    },
  };
}

/** Answers a refusal of {@link answerReport}: with a page, as a person reads it. */
export function refuseReport({ status, headers, detail }: Refusal): HttpResponseInit {
  const title = status === 500 ? 'The report cannot be shown' : 'There is no such page';
  return notice(status, status === 503 ? notices.unavailable : { title, paragraphs: [detail] }, headers);
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
    'This value does not wait on this object, and the history does not say that it ever did. If you followed a link, a part of it was lost on the way.',
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
