/** The entry of the bundle of the bare SDKs: what a function app of this kind cannot do without. */
import { app } from '@azure/functions';
import { EmailClient } from '@azure/communication-email';
import { TableClient } from '@azure/data-tables';

// Named, so that nothing of them is left out of the bundle.
app.http('bare', { handler: () => ({ jsonBody: [EmailClient.name, TableClient.name] }) });
