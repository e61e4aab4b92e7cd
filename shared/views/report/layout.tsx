import type { ComponentChildren, JSX } from 'preact';
import type { Tenant } from '../../store/tenant-row.ts';
import type { Links } from './links.ts';

/** The frame of the views of a tenant: whose report it is, and how its times are to be read. */
export function Layout({
  tenant,
  links,
  children,
}: {
  readonly tenant: Tenant;
  readonly links: Links;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <div class="width">
          <a class="brand" href={links.start()}>
            Synchronisation errors
          </a>
          <p class="tenant">
            {tenant.displayName && <strong>{tenant.displayName}</strong>} {tenant.initialDomain}
          </p>
        </div>
      </header>
      <main id="main" class="width" tabIndex={-1}>
        {children}
      </main>
      <footer class="width">
        <p>
          Times are <span id="zone">in UTC</span>; point at one for the exact UTC. Anyone with the address of this page
          can read the report until the link expires: do not pass it on.
        </p>
      </footer>
    </>
  );
}
