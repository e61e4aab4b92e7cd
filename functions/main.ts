/** The entry of the bundle: all functions register here. */
import './check-settings.ts';
import './health.ts';
import './history.ts';
import './object.ts';
import './objects.ts';
import './process-export.ts';
import './put-tenant.ts';
import './report-link.ts';
import './sweep-quarantine.ts';
import './sweep-tenant.ts';
import './tenant.ts';
import './tenants.ts';
