/** How a failure is dismissed. The report is for reading: it shows the request for a caller who may send it. */
import type { JSX } from 'preact';

/** Where the API is, which tenant the report is of, and whether callers show access tokens in place of function keys. */
export type Api = { readonly baseUrl: string; readonly tenantId: string; readonly takesTokens: boolean };

/** Returns the request that dismisses the failure of an object, as a command for a shell. */
export function dismissRequest({ baseUrl, tenantId, takesTokens }: Api, sourceAnchor: string): string {
  // In single quotes a shell takes all as it is but a single quote.
  const anchor = encodeURIComponent(sourceAnchor.toWellFormed()).replaceAll("'", '%27');
  const credential = takesTokens ? 'Authorization: Bearer $TOKEN' : 'x-functions-key: $ADMIN_KEY';
  return `curl -X DELETE '${baseUrl}/api/tenants/${tenantId}/failures?sourceAnchor=${anchor}' -H "${credential}"`;
}

/** Says when a failure is to be dismissed, and shows the request. */
export function Dismissal({ api, sourceAnchor }: { readonly api: Api; readonly sourceAnchor: string }): JSX.Element {
  const credential = api.takesTokens ? 'an access token with the role Conflicts.Fix' : 'the admin key of the service';
  return (
    <details>
      <summary>Dismiss</summary>
      <p class="faint">
        If the sync client no longer exports this object, the failure stays here, and in the mail, until it is
        dismissed. Send this request with {credential}. The failure comes back if an operation on the object fails
        again.
      </p>
      <pre class="request">{dismissRequest(api, sourceAnchor)}</pre>
    </details>
  );
}
