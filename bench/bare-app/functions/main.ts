/** The entry point of the bundle of the bare SDKs: the packages that any app of this kind needs. */
import { app } from '@azure/functions';
import { EmailClient } from '@azure/communication-email';
import { TableClient } from '@azure/data-tables';

// The names keep the bundler from dropping the packages.
app.http('bare', { handler: () => ({ jsonBody: [EmailClient.name, TableClient.name] }) });
